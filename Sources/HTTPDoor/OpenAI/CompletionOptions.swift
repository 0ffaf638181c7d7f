import JSONCoding
import Wire

/// The options that all requests for text share: OpenAI's members and vLLM's extensions.
struct CompletionOptions: Sendable {
    var model = ""
    var sampling = V1.SamplingOptions()
    var count: Int32 = 1
    var priority = V1.Priority.unspecified
    var requestID = ""
    var skipsSpecialTokens = true
    /// Whether a response includes the stop text that ended it.
    var includesStopText = false

    var isStreaming = false
    /// Whether a stream ends with the usage, and whether every chunk has it.
    var streamsUsage = false
    var streamsUsageContinuously = false

    /// The number of alternatives per prompt token; nil reports no logprobs of the prompt.
    var promptLogprobs: Int32?
    var returnsTokenIDs = false
    /// Whether tokens are named by id, as in `token_id:17`, rather than by text.
    var namesTokensByID = false
    /// What attention to capture.
    var capture: V1.CaptureOptions?

    /// - Parameter defaultTokens: The token limit if the request gives none; nil leaves it to the context.
    init(_ fields: inout RequestFields, defaultTokens: Int32?) throws(DoorError) {
        model = try fields.string("model") ?? ""
        try readSampling(&fields, defaultTokens: defaultTokens)
        try readExtensions(&fields)
        isStreaming = try fields.flag("stream")
        if let options = fields.take("stream_options") {
            streamsUsage = try options.member("include_usage")?.bool() ?? false
            streamsUsageContinuously = try options.member("continuous_usage_stats")?.bool() ?? false
        }
        try readAttention(&fields)
        fields.ignore("user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key")
        fields.ignore("cache_salt", "session_id", "prediction", "verbosity")
    }

    private mutating func readSampling(_ fields: inout RequestFields, defaultTokens: Int32?) throws(DoorError) {
        sampling.temperature = try fields.float("temperature")
        sampling.topP = try fields.float("top_p")
        // In vLLM, -1 keeps all tokens.
        sampling.topK = try fields.integer("top_k").map { $0 == -1 ? 0 : $0 }
        sampling.minP = try fields.float("min_p")
        sampling.repetitionPenalty = try fields.float("repetition_penalty")
        sampling.frequencyPenalty = try fields.float("frequency_penalty")
        sampling.presencePenalty = try fields.float("presence_penalty")
        sampling.maxTokens = try maxTokens(&fields) ?? defaultTokens
        sampling.minTokens = try fields.integer("min_tokens")
        sampling.stop = try stops(fields.take("stop"))
        sampling.stopTokenIds = try fields.tokens("stop_token_ids") ?? []
        sampling.ignoreEos = try fields.flag("ignore_eos")
        if let seed = fields.take("seed") { sampling.seed = UInt64(bitPattern: Int64(try seed.integer())) }
        if let biases = fields.take("logit_bias") { sampling.logitBias = try Self.biases(biases) }
        count = try fields.integer("n") ?? 1
        if let best = fields.take("best_of"), try best.int32() != count {
            throw .unsupported("best_of", "ask for n responses and choose.")
        }
        try fields.refuse("use_beam_search", unless: { $0 == .bool(false) }, "responses are drawn.")
    }

    /// OpenAI has two names for this; the newer one wins if both are given.
    private func maxTokens(_ fields: inout RequestFields) throws(DoorError) -> Int32? {
        let older = try fields.integer("max_tokens")
        return try fields.integer("max_completion_tokens") ?? older
    }

    /// Reads a string or a list of strings; empty strings and nulls are dropped.
    private func stops(_ field: Field?) throws(DoorError) -> [String] {
        guard let field else { return [] }
        if case .string(let text) = field.value { return text.isEmpty ? [] : [text] }
        var stops: [String] = []
        for element in try field.elements() where !element.isNull {
            let text = try element.string()
            if !text.isEmpty { stops.append(text) }
        }
        return stops
    }

    private static func biases(_ field: Field) throws(DoorError) -> [V1.LogitBias] {
        var biases: [V1.LogitBias] = []
        for member in try field.members() {
            guard let id = Int32(member.key) else {
                throw field.failure("has the key \"\(member.key.prefix(40))\", which is not a token id.")
            }
            var bias = V1.LogitBias()
            bias.tokenId = id
            bias.bias = Float(try field.child(member.value, member.key).number())
            biases.append(bias)
        }
        return biases
    }

    private mutating func readExtensions(_ fields: inout RequestFields) throws(DoorError) {
        includesStopText = try fields.flag("include_stop_str_in_output")
        skipsSpecialTokens = try fields.flag("skip_special_tokens", default: true)
        promptLogprobs = try fields.integer("prompt_logprobs")
        if let count = promptLogprobs, !(0...20 ~= count) {
            throw .field("prompt_logprobs", "There can be 0 to 20 alternatives, not \(count).")
        }
        returnsTokenIDs = try fields.flag("return_token_ids")
        namesTokensByID = try fields.flag("return_tokens_as_token_ids")
        requestID = try fields.string("request_id") ?? ""
        if let priority = try fields.integer("priority") { self.priority = priority > 0 ? .batch : .interactive }
        try fields.refuse("logprob_token_ids", "ask for top_logprobs.")
        try fields.refuse("thinking_token_budget", "limit max_tokens.")
        try fields.refuse("truncate_prompt_tokens", "send a shorter prompt.")
        try fields.refuse("allowed_token_ids", "rule tokens out with logit_bias.")
        try fields.refuse("bad_words", "rule tokens out with logit_bias.")
        for name in ["structured_outputs", "guided_json", "guided_regex", "guided_choice", "guided_grammar"] {
            try fields.refuse(name, "text is not held to a grammar.")
        }
        try fields.refuse(
            "spaces_between_special_tokens", unless: { $0 == .bool(true) }, "texts are what the tokens say.")
        try fields.refuse("length_penalty", unless: { $0 == .integer(1) || $0 == .number(1) }, "responses are drawn.")
    }

    /// Reads `"attnrl": {"trace": {...}}`, where `trace` has the fields of CaptureOptions or is a Boolean.
    private mutating func readAttention(_ fields: inout RequestFields) throws(DoorError) {
        guard let own = fields.take("attnrl") else { return }
        for member in try own.members() where member.key != "trace" {
            throw own.child(member.value, member.key).failure("is not known. There is `trace`.")
        }
        guard let trace = try own.member("trace") else { return }
        if case .bool(let isWanted) = trace.value {
            capture = isWanted ? V1.CaptureOptions() : nil
            return
        }
        do throws(JSONMessageError) {
            capture = try JSONMessageReader.read(V1.CaptureOptions.self, from: trace.value).message
        } catch {
            throw trace.failure(error.description)
        }
    }

    /// The Generate request for a prompt with these options.
    func request(_ prompt: V1.Prompt, detail: V1.TokenDetail, echo: Bool = false) -> V1.GenerateRequest {
        var request = V1.GenerateRequest()
        request.policy = model
        request.prompt = prompt
        request.sampling = sampling
        request.n = count
        request.detail = detail
        request.echo = echo || promptLogprobs != nil || returnsTokenIDs
        request.capture = capture
        request.priority = priority
        request.requestId = requestID
        request.skipSpecialTokens = skipsSpecialTokens
        return request
    }

    /// The name of a GenerateRequest's field in requests of OpenAI's form.
    static func name(of field: String) -> String {
        let known = ["policy": "model", "n": "n", "detail.top_logprobs": "top_logprobs"]
        if let name = known[field] { return name }
        for prefix in ["sampling.", "prompt.chat.", "prompt."] where field.hasPrefix(prefix) {
            return String(field.dropFirst(prefix.count))
        }
        if field.hasPrefix("capture") { return "attnrl.trace" + field.dropFirst("capture".count) }
        return field
    }
}
