import Influence
import Messages
import Rewards
import Rollouts
import Sampling
import Tokenizing
import Wire

/// attnrl.v1.AnalysisService.
struct AnalysisHandlers: Sendable {
    let engine: Engine
    /// The page that shows a saved view; empty for a server without the page.
    let viewer: String
    let errors: CallErrors

    func register(on router: inout RPCRouter) {
        router.register(V1.AnalysisService.trace) { request, responses, call in
            try await errors.answering(call, path: "input.") { try await trace(request, responses) }
        }
        router.register(V1.AnalysisService.suggestBranches) { request, call in
            try await errors.answering(call, path: "input.") { try await suggestBranches(request) }
        }
        router.register(V1.AnalysisService.explore) { request, responses, call in
            try await errors.answering(call) { try await ExploreHandler(engine: engine).explore(request, responses) }
        }
        router.register(V1.AnalysisService.verify) { request, call in
            try await errors.answering(call) { try verify(request) }
        }
        router.register(V1.AnalysisService.getViewer) { _, call in
            try await errors.answering(call) { try getViewer() }
        }
    }

    // MARK: Verify

    private static let verifyLimit = 256

    private func verify(_ request: V1.VerifyRequest) throws -> V1.VerifyResponse {
        var problems = FieldProblems()
        let responses = problems.list(request.responses, atMost: Self.verifyLimit, "responses", "responses")
        let verifier = ResponseVerifier(
            request.verifier ?? V1.Verifier(), prompt: request.prompt, path: "verifier", &problems)
        try problems.check()
        var answer = V1.VerifyResponse()
        answer.results = try responses.map { response in
            try Task.checkCancellation()
            var result = V1.Verified()
            if let verdict = verifier?.judge(response) {
                engine.countVerdict(verdict.name)
                result.reward = verdict.reward
                result.verdict = Verdict(rawValue: verdict.name).map { V1.RewardVerdict($0) } ?? .unspecified
            }
            return result
        }
        return answer
    }

    // MARK: GetViewer

    private func getViewer() throws -> V1.Viewer {
        guard !viewer.isEmpty else {
            throw RPCError(
                .notFound, reason: "NO_PAGE", "The files of the page are not beside the server's program. Install them."
            )
        }
        var answer = V1.Viewer()
        answer.html = viewer
        return answer
    }

    // MARK: Trace

    private func trace(_ request: V1.TraceRequest, _ responses: ResponseStream<V1.TraceResponse>) async throws {
        var problems = FieldProblems()
        let detail = problems.detail(request.detail)
        let subject = try await TraceSubject(request.input, capture: request.capture, detail: detail, engine, problems)
        var batcher = RunBatcher()
        let texts = request.detail?.texts == true ? subject.info.tokenizer.texts : nil
        let traced = try await subject.compute(on: engine) { run in
            if let full = batcher.append(run) {
                try await responses.send(.init(.tokens(V1.TokenRun(full, texts: texts))))
            }
        } flush: {
            if let rest = batcher.finish() { try await responses.send(.init(.tokens(V1.TokenRun(rest, texts: texts)))) }
        }
        try await responses.send(.init(.trace(traced.message)))
        for rows in V1.StepMapRows.pieces(of: traced.trace, subject.capture) {
            try await responses.send(.init(.stepMap(rows)))
        }
        for rows in V1.RawAttentionRows.pieces(of: traced.trace) { try await responses.send(.init(.rawRows(rows))) }
        for states in V1.HiddenStates.pieces(of: traced.states) {
            try await responses.send(.init(.hiddenStates(states)))
        }
    }

    // MARK: SuggestBranches

    private func suggestBranches(_ request: V1.SuggestBranchesRequest) async throws -> V1.SuggestBranchesResponse {
        var problems = FieldProblems()
        let options = problems.branchOptions(
            request.options, includesAfterThinking: request.capture?.includeAfterThinking ?? false)
        let needs = options.strategy.needs
        let subject = try await TraceSubject(
            request.input, capture: request.capture?.ofSteps, detail: TokenDetail(needs), engine, problems)
        let traced = try await subject.compute(on: engine)

        let input = BranchInput(
            segmentation: traced.trace.segmentation, influence: traced.trace.scores(for: options.strategy),
            entropies: needs.contains(.entropies) ? traced.record.responseEntropies : nil,
            logprobs: needs.contains(.logprobs) ? traced.record.responseLogprobs : nil)
        let choice = try chooseBranches(input, options: options)
        var response = V1.SuggestBranchesResponse()
        response.points = choice.points.map(V1.BranchPoint.init)
        response.threshold = choice.threshold
        response.minGapTokens = Int32(clamping: choice.minimumGap)
        response.note = choice.note
        response.trace = traced.message
        response.responseIds = traced.record.responseIDs
        return response
    }
}

extension V1.TraceResponse {
    init(_ part: Part) {
        self.init()
        self.part = part
    }
}

extension V1.BranchPoint {
    init(_ point: BranchPoint) {
        self.init()
        step = Int32(clamping: point.step)
        token = Int32(clamping: point.token)
        score = point.score
        fallback = point.isFallback
        reason = point.reason
    }
}
