import Rollouts
import Sampling
import Testing
import Wire

@testable import Service

/// A request that is refused, and how.
private struct BadRequest: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: RPCError.Code
    let reason: String
    let fields: [String]
    let request: V1.GenerateRequest

    init(
        _ description: String, _ fields: [String], code: RPCError.Code = .invalidArgument,
        reason: String = "INVALID_FIELDS", _ change: (inout V1.GenerateRequest) -> Void
    ) {
        testDescription = description
        self.code = code
        self.reason = reason
        self.fields = fields
        var request = V1.GenerateRequest()
        request.prompt = .text("1 + 1 =")
        request.sampling = V1.SamplingOptions()
        request.sampling?.maxTokens = 4
        change(&request)
        self.request = request
    }

    static func sampling(
        _ description: String, _ field: String, _ change: (inout V1.SamplingOptions) -> Void
    ) -> BadRequest {
        BadRequest(description, ["sampling.\(field)"]) { change(&$0.sampling!) }
    }

    static func capture(
        _ description: String, _ field: String, _ change: (inout V1.CaptureOptions) -> Void
    ) -> BadRequest {
        BadRequest(description, ["capture.\(field)"]) {
            var capture = V1.CaptureOptions()
            change(&capture)
            $0.capture = capture
        }
    }
}

private func head(_ layer: Int32, _ head: Int32) -> V1.LayerHead {
    make {
        $0.layer = layer
        $0.head = head
    }
}

private func bias(_ token: Int32, _ bias: Float) -> V1.LogitBias {
    make {
        $0.tokenId = token
        $0.bias = bias
    }
}

private func rows(_ start: Int32, _ end: Int32, _ head: V1.LayerHead?) -> V1.RawRowsSelection {
    make {
        $0.head = head
        $0.queryStart = start
        $0.queryEnd = end
    }
}

private let badRequests: [BadRequest] = [
    BadRequest("unknown policy", [], code: .notFound, reason: "UNKNOWN_POLICY") { $0.policy = "absent" },
    BadRequest("no prompt", ["prompt"]) { $0.prompt = nil },
    BadRequest("empty prompt", ["prompt"]) { $0.prompt = .text("") },
    BadRequest("empty chat", ["prompt.chat.messages"]) { $0.prompt = .chat() },
    BadRequest("token outside the vocabulary", ["prompt.token_ids.ids[1]"]) { $0.prompt = .ids([5, 512]) },
    BadRequest("negative token", ["prompt.token_ids.ids[0]"]) { $0.prompt = .ids([-1]) },
    BadRequest("prompt beyond the context", ["prompt"], reason: "CONTEXT_EXCEEDED") {
        $0.prompt = .ids(Array(repeating: 5, count: 512))
    },
    BadRequest("too many responses", ["n"]) { $0.n = 257 },
    BadRequest("negative number of responses", ["n"]) { $0.n = -1 },
    BadRequest("unknown priority", ["priority"]) { $0.priority = V1.Priority(rawValue: 9) },
    BadRequest("long request id", ["request_id"]) { $0.requestId = String(repeating: "x", count: 257) },
    BadRequest("too many alternatives", ["detail.top_logprobs"]) { $0.detail = make { $0.topLogprobs = 21 } },
    .sampling("negative temperature", "temperature") { $0.temperature = -0.1 },
    .sampling("temperature that is no number", "temperature") { $0.temperature = .nan },
    .sampling("infinite temperature", "temperature") { $0.temperature = .infinity },
    .sampling("top_p 0", "top_p") { $0.topP = 0 },
    .sampling("top_p above 1", "top_p") { $0.topP = 1.01 },
    .sampling("negative top_k", "top_k") { $0.topK = -1 },
    .sampling("min_p above 1", "min_p") { $0.minP = 1.5 },
    .sampling("penalty 0", "repetition_penalty") { $0.repetitionPenalty = 0 },
    .sampling("negative max_tokens", "max_tokens") { $0.maxTokens = -1 },
    .sampling("negative min_tokens", "min_tokens") { $0.minTokens = -1 },
    .sampling("min_tokens above max_tokens", "min_tokens") { $0.minTokens = 5 },
    .sampling("empty stop text", "stop[1]") { $0.stop = ["a", ""] },
    .sampling("too many stop texts", "stop") { $0.stop = (0..<65).map { "\($0)" } },
    .sampling("stop text longer than is looked for", "stop[1]") {
        $0.stop = ["a", String(repeating: "x", count: 4097)]
    },
    .sampling("more stop tokens than there are", "stop_token_ids") {
        $0.stopTokenIds = Array(repeating: 1, count: 100_000)
    },
    .sampling("more biases than there are tokens", "logit_bias") {
        $0.logitBias = Array(repeating: bias(2, 1), count: 100_000)
    },
    .sampling("stop token outside the vocabulary", "stop_token_ids[0]") { $0.stopTokenIds = [512] },
    .sampling("bias for a token outside the vocabulary", "logit_bias[0].token_id") { $0.logitBias = [bias(-2, 1)] },
    .sampling("bias that is no number", "logit_bias[0].bias") { $0.logitBias = [bias(2, .nan)] },
    .sampling("two biases for one token", "logit_bias[1].token_id") { $0.logitBias = [bias(2, 1), bias(2, 2)] },
    .capture("gap 0", "gap") { $0.gap = 0 },
    .capture("unknown kind of map", "step_map") { $0.stepMap = V1.StepMapKind(rawValue: 77) },
    .capture("heads without STEP_MAP_HEADS", "heads") { $0.heads = [head(0, 0)] },
    .capture("STEP_MAP_HEADS without heads", "heads") { $0.stepMap = .heads },
    .capture("layer that does not exist", "heads[1]") {
        $0.stepMap = .heads
        $0.heads = [head(0, 0), head(3, 0)]
    },
    .capture("too many top heads", "top_heads") { $0.topHeads = 33 },
    .capture("raw rows without a head", "raw_rows[0].head") { $0.rawRows = [rows(20, 30, nil)] },
    .capture("raw rows before the sequence", "raw_rows[0].query_start") { $0.rawRows = [rows(-1, 30, head(0, 0))] },
    .capture("raw rows that end before they begin", "raw_rows[0].query_end") {
        $0.rawRows = [rows(30, 30, head(0, 0))]
    },
    .capture("raw rows beyond the context", "raw_rows[0].query_end") { $0.rawRows = [rows(30, 513, head(0, 0))] },
    .capture("more raw values than are kept", "raw_rows") {
        $0.rawRows = Array(repeating: rows(20, 512, head(0, 0)), count: 33)
    },
    .capture("more ranges of raw rows than are kept", "raw_rows") {
        $0.rawRows = Array(repeating: rows(20, 21, head(0, 0)), count: 100_000)
    },
    .capture("hidden states of a layer before the first", "hidden_states.layer") {
        $0.hiddenStates = make { $0.layer = -1 }
    },
    .capture("hidden states of a layer that does not exist", "hidden_states.layer") {
        $0.hiddenStates = make { $0.layer = 4 }
    },
    BadRequest("more raw values than are kept, in all responses", ["capture.raw_rows"]) {
        $0.n = 256
        $0.capture = make { $0.rawRows = [rows(20, 512, head(0, 0))] }
    },
    BadRequest("everything at once", ["sampling.temperature", "sampling.top_p", "detail.top_logprobs", "n"]) {
        $0.sampling?.temperature = -1
        $0.sampling?.topP = 2
        $0.detail = make { $0.topLogprobs = -1 }
        $0.n = 1000
    },
]

@Suite("Requests that make no sense")
struct BadRequestTests {
    @Test("are refused with code, reason, fields and remedy, and nothing stays behind", arguments: badRequests)
    private func generate(bad: BadRequest) async throws {
        try await TestServer.run { server in
            let error = await status { _ = try await server.generate(bad.request) }
            #expect(error?.code == bad.code)
            #expect(error?.info?.reason == bad.reason)
            #expect(error?.fields == bad.fields)
            #expect(error?.message.isEmpty == false)
            #expect(server.engine.requestCount == 0)
        }
    }

    /// What the engine calls its parameters, and what requests call them.
    private static let engineNames = [
        ("count", "n"), ("stopTexts", "sampling.stop"), ("stopTokens", "sampling.stop_token_ids"),
        ("logitBias", "sampling.logit_bias"), ("topP", "sampling.top_p"), ("maxTokens", "sampling.max_tokens"),
        ("ignoresEndOfSequence", "sampling.ignore_eos"), ("detail.topLogprobs", "detail.top_logprobs"),
        ("capture.rawRows", "capture.raw_rows"),
    ]

    @Test("What only the engine finds is told by the request's own names", arguments: engineNames)
    func engineName(parameter: String, field: String) {
        let error = RPCError(cause: EngineError.invalidParameter(field: parameter, reason: "So."))
        #expect(error?.fields == [field])
        #expect(error?.message == "\(field): So.")
        let inner = RPCError(cause: EngineError.invalidParameter(field: parameter, reason: "So."), path: "input.")
        let isSampling = field.hasPrefix("sampling.")
        #expect(inner?.fields == [isSampling ? "input.generate." + field.dropFirst("sampling.".count) : field])
    }

    @Test("A parameter that no request has is a fault of the server's own")
    func innerParameter() {
        let error = RPCError(cause: EngineError.invalidParameter(field: "hidden", reason: "So."))
        #expect(error?.code == .internal)
        #expect(error?.fields == [])
    }

    @Test("Dynamic values stand in the error's metadata")
    func values() async throws {
        try await TestServer.run { server in
            var request = V1.GenerateRequest()
            request.prompt = .text("1")
            request.sampling = make { $0.temperature = -2 }
            let error = await status { _ = try await server.generate(request) }
            #expect(error?.info?.values == ["sampling_temperature": "-2.0"])
            #expect(
                error?.message.hasPrefix(
                    "sampling.temperature: The temperature must be a number of at least 0, not -2.0;") == true)
        }
    }

    @Test("An unnamed policy among several is not guessed")
    func ambiguous() async throws {
        try await TestServer.run(policies: ["qwen2", "llama"]) { server in
            let error = await status { _ = try await server.score(make { $0.prompt = .text("1") }) }
            #expect(error?.code == .notFound)
            #expect(error?.info?.values["loaded"] == "llama,qwen2")
        }
    }

    @Test("Score names the response's field")
    func score() async throws {
        try await TestServer.run { server in
            func failure(_ fill: (inout V1.ScoreRequest) -> Void) async -> RPCError? {
                var request = V1.ScoreRequest()
                request.prompt = .text("1")
                fill(&request)
                let sent = request
                return await status { _ = try await server.score(sent) }
            }
            let outside = await failure { $0.response = .responseIds(make { $0.ids = [1, 2, 600] }) }
            #expect(outside?.fields == ["response_ids.ids[2]"])
            let empty = await failure { $0.response = .responseText("") }
            #expect(empty?.fields == ["response_text"])
            let long = await failure { $0.prompt = .ids(Array(repeating: 5, count: 513)) }
            #expect(long?.info?.reason == "CONTEXT_EXCEEDED")
            #expect(long?.info?.values == ["tokens": "513", "context": "512"])
        }
    }

    @Test("Trace and SuggestBranches name fields by their path")
    func analysis() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            func trace(_ fill: (inout V1.TraceRequest) -> Void) async -> RPCError? {
                var request = V1.TraceRequest()
                request.input = reference.input()
                fill(&request)
                let sent = request
                return await status { _ = try await server.trace(sent) }
            }
            #expect(await trace { $0.input = nil }?.fields == ["input.prompt", "input"])
            #expect(await trace { $0.input?.response = nil }?.fields == ["input"])
            #expect(
                await trace { $0.input?.response = .generate(make { $0.topK = -4 }) }?.fields
                    == ["input.generate.top_k"])
            let long = await trace { $0.input?.response = .tokenIds(make { $0.ids = Array(repeating: 5, count: 600) }) }
            #expect(long?.info?.reason == "CONTEXT_EXCEEDED")
            #expect(long?.fields == ["input.prompt"])

            var branches = V1.SuggestBranchesRequest()
            branches.input = reference.input()
            branches.options = make {
                $0.count = 0
                $0.quantile = 1.5
                $0.minimumGap = .minGapFraction(-1)
            }
            let sent = branches
            let error = await status { _ = try await server.suggestBranches(sent) }
            #expect(error?.fields == ["options.quantile", "options.count", "options.min_gap_fraction"])
        }
    }

    @Test("Page tokens and sizes are checked")
    func pages() async throws {
        try await TestServer.run { server in
            var request = V1.ListPoliciesRequest()
            request.pageSize = -1
            request.pageToken = "none of ours"
            let sent = request
            let error = await status { _ = try await server.client.unary(V1.PolicyService.listPolicies, sent) }
            #expect(error?.fields == ["page_size", "page_token"])
        }
    }

    @Test("Changing a policy takes its name, even when there is only one")
    func names() async throws {
        try await TestServer.run { server in
            let unload = await status { _ = try await server.client.unary(V1.PolicyService.unloadPolicy, make()) }
            #expect(unload?.fields == ["name"])
            let change = await status { _ = try await server.client.unary(V1.PolicyService.switchVersion, make()) }
            #expect(change?.fields == ["name"])
            #expect(server.engine.loadedPolicies.count == 1)
        }
    }
}
