import JSONCoding
import Wire
import WireUV

/// `POST /tokenize`, `POST /detokenize` and `GET /tokenizer_info`, as in vLLM.
enum TokenRoutes {
    static func tokenize(_ request: DoorRequest, _ calls: Calls) async throws -> HTTPResponse {
        var fields = try RequestFields(request.json())
        var message = V1.TokenizeRequest()
        message.policy = try fields.string("model") ?? ""
        message.withTexts = try fields.flag("return_token_strs")
        if let text = try fields.string("prompt") {
            var prompt = V1.Prompt()
            prompt.input = .text(text)
            prompt.addSpecialTokens = try fields.flag("add_special_tokens", default: true)
            message.prompt = prompt
        } else {
            message.prompt = try ChatInput(&fields).prompt
            fields.ignore("add_special_tokens")
        }
        fields.finish()
        let answer = try await calls.unary(V1.PolicyService.tokenize, message)
        return respond(
            .fields([
                "count": .integer(answer.ids.count), "max_model_len": .whole(answer.context),
                "tokens": .integers(answer.ids),
                "token_strs": message.withTexts
                    ? .array(answer.texts.map { .string(String(decoding: $0, as: UTF8.self)) }) : .null,
            ]), fields)
    }

    static func detokenize(_ request: DoorRequest, _ calls: Calls) async throws -> HTTPResponse {
        var fields = try RequestFields(request.json())
        var message = V1.DetokenizeRequest()
        message.policy = try fields.string("model") ?? ""
        guard let tokens = try fields.tokens("tokens") else {
            throw DoorError(400, "tokens: It is missing. Give a list of token ids.", field: "tokens")
        }
        message.ids = tokens
        message.skipSpecialTokens = try fields.flag("skip_special_tokens")
        fields.finish()
        let answer = try await calls.unary(V1.PolicyService.detokenize, message)
        return respond(.fields(["prompt": .string(answer.text)]), fields)
    }

    static func info(_ request: DoorRequest, _ calls: Calls) async throws -> HTTPResponse {
        var message = V1.GetTokenizerRequest()
        message.policy = request.query("model") ?? ""
        let info = try await calls.unary(V1.PolicyService.getTokenizer, message)
        let context = try await policy(message.policy, calls).context
        func named(_ token: String) -> JSONValue { token.isEmpty ? .null : .string(token) }
        return respond(
            .fields([
                "tokenizer_class": .string("PreTrainedTokenizerFast"), "vocab_size": .whole(info.vocabulary),
                "bos_token": named(info.bosToken), "eos_token": named(info.eosToken), "pad_token": named(info.padToken),
                "unk_token": named(info.unkToken), "add_bos_token": .bool(info.addsBosToken),
                "model_max_length": .whole(context), "chat_template": named(info.chatTemplate),
            ]))
    }

    private static func policy(_ name: String, _ calls: Calls) async throws -> V1.Policy {
        var request = V1.GetPolicyRequest()
        request.name = name
        return try await calls.unary(V1.PolicyService.getPolicy, request)
    }

    private static func respond(_ body: JSONValue, _ fields: RequestFields? = nil) -> HTTPResponse {
        .json(body, fields?.warnings ?? [])
    }
}
