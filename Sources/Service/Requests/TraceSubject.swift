import Influence
import Rollouts
import Sampling
import Wire

/// A prompt and the response to trace, which is given or generated.
struct TraceSubject: Sendable {
    let info: PolicyInfo
    let work: GenerationRequest
    let capture: CaptureSelection
    private let isGenerated: Bool

    /// The results computed for a subject.
    struct Traced {
        var trace: AttentionTrace
        var states: PooledStates?
        var record: SequenceRecord
        var message: V1.Trace
    }

    /// Reads a request's fields.
    ///
    /// - Parameter problems: Problems found in the request's other fields.
    /// - Throws: INVALID_ARGUMENT with all problems, if any.
    init(
        _ input: V1.TraceInput?, capture options: V1.CaptureOptions?, detail: TokenDetail, _ engine: Engine,
        _ problems: FieldProblems
    ) async throws {
        var problems = problems
        let info = try engine.policy(input?.policy ?? "")
        let prompt = try await info.resolve(input?.prompt, path: "input.prompt", &problems)
        problems.nonEmpty(prompt?.ids, path: "input.prompt")
        var work = GenerationRequest(prompt: prompt?.ids ?? [])
        work.policy = info.name
        work.version = try info.listed(input?.version)
        switch input?.response {
        case nil: problems.add("input", "There is no response. Set text, token_ids or generate.")
        case .text(let text): work.forcedResponse = info.encode(response: text)
        case .tokenIds(let tokens):
            work.forcedResponse = tokens.ids
            info.check(tokens.ids, path: "input.token_ids.ids", &problems)
        case .generate(let options):
            work.sampling = info.resolve(options, given: prompt?.ids.count, path: "input.generate", &problems)
        }
        if case .generate = input?.response { isGenerated = true } else { isGenerated = false }
        if !isGenerated { work.sampling.maxTokens = 0 }
        work.echoesForcedResponse = true
        work.detail = detail
        capture = CaptureSelection(
            options, for: info, path: "capture", &problems)
        work.capture = capture.parameters
        try problems.check()
        self.info = info
        self.work = work
    }

    /// Computes the response and its trace.
    ///
    /// - Parameters:
    ///   - receive: Receives the response's tokens as they arrive.
    ///   - flush: Called when no more tokens are available for the moment.
    func compute(
        on engine: Engine, receive: (TokenOutput) async throws -> Void = { _ in },
        flush: () async throws -> Void = {}
    ) async throws -> Traced {
        var record = SequenceRecord(prompt: work.prompt, tokenizer: info.tokenizer)
        var finished: FinishedResponse?
        try await engine.run(work) { events in
            for event in events {
                switch event {
                case .echoed(let run), .tokens(_, let run):
                    record.append(run)
                    try await receive(run)
                case .finished(_, let response): finished = response
                case .started, .stepClosed: break
                }
            }
            try await flush()
        }
        guard let finished, let trace = finished.trace else {
            throw RPCError(.internal, reason: "NO_TRACE", "The response ended without its trace.")
        }
        record.finish()
        return Traced(
            trace: trace, states: finished.states, record: record,
            message: V1.Trace(
                trace, of: record, policy: info.name, version: finished.version, topHeads: capture.topHeads,
                map: capture.map, end: isGenerated ? ResponseEnd(finished.reason) : nil))
    }
}
