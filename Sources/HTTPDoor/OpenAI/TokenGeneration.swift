import JSONCoding
import Wire
import WireUV

/// `POST /inference/v1/generate`: tokens in, tokens out.
struct TokenGeneration: Sendable {
    private let options: CompletionOptions
    private let request: V1.GenerateRequest
    private let isLogged: Bool
    private let topLogprobs: Int32
    private let outputsText: Bool
    private let warnings: [(name: String, value: String)]

    init(_ request: DoorRequest) throws(DoorError) {
        let body = try Field(request.json())
        // Sampling options are nested here; other requests have them at the top level.
        var members = try body.members().filter { $0.key != "sampling_params" }
        if let sampling = try body.member("sampling_params") { members += try sampling.members() }
        var fields = try RequestFields(.object(members))
        guard let tokens = try fields.tokens("token_ids") else {
            throw DoorError(400, "token_ids: It is missing. Give the prompt's tokens.", field: "token_ids")
        }
        // Here `logprobs` is a number, unlike in chats.
        let logprobs = try fields.integer("logprobs")
        var options = try CompletionOptions(&fields, defaultTokens: nil)
        if options.requestID.isEmpty { options.requestID = request.id }
        let mode = try fields.string("output_mode") ?? "tokens"
        guard ["tokens", "text"].contains(mode) else { throw .field("output_mode", "Give tokens or text.") }
        outputsText = mode == "text"
        fields.ignore("detokenize", "output_kind")
        fields.finish()
        warnings = fields.warnings
        isLogged = logprobs != nil
        topLogprobs = logprobs ?? 0
        guard 0...20 ~= topLogprobs else { throw .field("logprobs", "There can be 0 to 20, not \(topLogprobs).") }
        var prompt = V1.Prompt(), list = V1.TokenIds(), detail = V1.TokenDetail()
        list.ids = tokens
        prompt.input = .tokenIds(list)
        detail.logprobs = isLogged || options.promptLogprobs != nil
        detail.topLogprobs = max(topLogprobs, options.promptLogprobs ?? 0)
        detail.texts = options.promptLogprobs != nil
        self.options = options
        self.request = options.request(prompt, detail: detail)
    }

    func respond(_ calls: Calls, deadline: ContinuousClock.Instant?) async throws -> HTTPResponse {
        let run = GenerationRun(request, options, cutsReasoning: false, findsCalls: false)
        if options.isStreaming { return stream(run, calls, deadline) }
        try await withDeadline(deadline) { try await run.run(calls) }
        let body = JSONValue.fields([
            "request_id": .string(options.requestID),
            "choices": .array(
                run.responses.indices.map { index in
                    let response = run.responses[index]
                    return choice(index, run, response.entries, text: response.content, isLast: true)
                }), "usage": run.usage.json,
            "prompt_token_ids": options.returnsTokenIDs ? .integers(run.promptEntries.map(\.id)) : nil,
            "prompt_logprobs": options.promptLogprobs.map { count in
                .array(run.promptEntries.map { $0.prompt(top: count) })
            },
        ])
        return .json(body, warnings)
    }

    private func stream(_ run: GenerationRun, _ calls: Calls, _ deadline: ContinuousClock.Instant?) -> HTTPResponse {
        EventStream.openAI(headers: warnings, deadline: deadline) { events in
            try await run.run(calls) { change in
                switch change {
                case .tokens(let index, let pieces, let entries):
                    try await events.send(
                        chunk([choice(index, run, entries, text: pieces.text, isLast: false)]))
                case .finished(let index, let pieces):
                    try await events.send(chunk([choice(index, run, [], text: pieces.text, isLast: true)]))
                case .started, .prompt, .step: break
                }
            }
            if options.streamsUsage { try await events.send(chunk([]).adding(["usage": run.usage.json])) }
        }
    }

    private func chunk(_ choices: [JSONValue]) -> JSONValue {
        .fields(["request_id": .string(options.requestID), "choices": .array(choices)])
    }

    private func choice(
        _ index: Int, _ run: GenerationRun, _ entries: [TokenEntry], text: String, isLast: Bool
    ) -> JSONValue {
        let versions = run.responses[index].finished?.versions ?? []
        return .fields([
            "index": .integer(index), "token_ids": .integers(entries.map(\.id)),
            "text": outputsText ? .string(text) : nil,
            "logprobs": isLogged ? .fields(["content": .array(entries.map(logprob))]) : .null,
            "finish_reason": isLast ? .string(run.finishReason(index)) : .null,
            "stop_reason": isLast ? run.stopReason(index) : nil,
            "weight_versions": isLast && !versions.isEmpty ? .array(versions.map(\.span)) : nil,
            "attnrl": isLast ? run.own(index) : nil,
        ])
    }

    /// Clients of this route identify tokens by id alone, and require logprobs to be numbers.
    private func logprob(_ entry: TokenEntry) -> JSONValue {
        .fields([
            "token": .string("token_id:\(entry.id)"), "logprob": TokenEntry.number(entry.logprob),
            "top_logprobs": topLogprobs < 2
                ? nil
                : .array(
                    entry.top.prefix(Int(topLogprobs)).map {
                        .fields(["token": .string("token_id:\($0.id)"), "logprob": TokenEntry.number($0.logprob)])
                    }),
        ])
    }
}
