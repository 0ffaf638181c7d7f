import JSONCoding
import Testing

@testable import HTTPDoor
@testable import Wire

@Suite("Members of requests in OpenAI's form")
struct RequestFieldsTests {
    private func fields(_ text: String) throws -> RequestFields {
        try RequestFields(try JSONReader.parse(Array(text.utf8)))
    }

    private func options(_ text: String) throws -> (CompletionOptions, RequestFields) {
        var fields = try fields(text)
        let options = try CompletionOptions(&fields, defaultTokens: 16)
        fields.finish()
        return (options, fields)
    }

    @Test("Members of OpenAI's and vLLM's reach the request to the method")
    func known() throws {
        let (options, fields) = try options(
            """
            {"model": "m", "temperature": 0.5, "top_p": 0.9, "top_k": -1, "min_p": 0.1, "repetition_penalty": 1.5,
             "frequency_penalty": 0.25, "presence_penalty": -1, "max_tokens": 3, "max_completion_tokens": 7,
             "min_tokens": 2, "stop": ["a", "", null, "b"], "stop_token_ids": [5], "ignore_eos": true, "seed": 9, "n": 2,
             "logit_bias": {"7": -100}, "priority": 1, "stream": true, "stream_options": {"include_usage": true}}
            """)
        var request = V1.GenerateRequest()
        request.policy = "m"
        request.n = 2
        request.priority = .batch
        request.skipSpecialTokens = true
        request.detail = V1.TokenDetail()
        request.prompt = V1.Prompt()
        var sampling = V1.SamplingOptions(), bias = V1.LogitBias()
        sampling.temperature = 0.5
        sampling.topP = 0.9
        sampling.topK = 0
        sampling.minP = 0.1
        sampling.repetitionPenalty = 1.5
        sampling.frequencyPenalty = 0.25
        sampling.presencePenalty = -1
        sampling.maxTokens = 7
        sampling.minTokens = 2
        sampling.stop = ["a", "b"]
        sampling.stopTokenIds = [5]
        sampling.ignoreEos = true
        sampling.seed = 9
        bias.tokenId = 7
        bias.bias = -100
        sampling.logitBias = [bias]
        request.sampling = sampling
        #expect(options.request(V1.Prompt(), detail: V1.TokenDetail()) == request)
        #expect(options.isStreaming && options.streamsUsage && fields.warnings.isEmpty)
    }

    @Test("Null is the same as leaving a member out")
    func nulls() throws {
        let (options, _) = try options(#"{"temperature": null, "stop": null, "n": null, "seed": null}"#)
        #expect(options.sampling.temperature == nil && options.count == 1 && options.sampling.maxTokens == 16)
    }

    @Test("What does nothing here is named, and what is not known")
    func ignored() throws {
        let (_, fields) = try options(#"{"user": "u", "colour": "red", "metadata": {}}"#)
        #expect(fields.warnings.map(\.value) == ["user, metadata, colour"])
    }

    @Test(
        "What cannot be done is refused by its name",
        arguments: [
            (#"{"best_of": 4}"#, "best_of"), (#"{"guided_json": {}}"#, "guided_json"), (#"{"n": 1.5}"#, "n"),
            (#"{"stop": 5}"#, "stop"), (#"{"stop": [5]}"#, "stop[0]"), (#"{"logit_bias": {"x": 1}}"#, "logit_bias"),
            (#"{"temperature": "hot"}"#, "temperature"), (#"{"max_tokens": 1e12}"#, "max_tokens"),
            (#"{"n": 1, "n": 2}"#, "n"), (#"{"attnrl": {"colour": 1}}"#, "attnrl.colour"),
            (#"{"attnrl": {"trace": {"gap": "wide"}}}"#, "attnrl.trace"),
            (#"{"thinking_token_budget": 5}"#, "thinking_token_budget"),
            (#"{"prompt_logprobs": 50}"#, "prompt_logprobs"),
        ])
    func refused(_ body: String, _ field: String) throws {
        let error = #expect(throws: DoorError.self) { _ = try options(body) }
        #expect(error?.status == 400 && error?.field == field, "\(String(describing: error))")
    }
}
