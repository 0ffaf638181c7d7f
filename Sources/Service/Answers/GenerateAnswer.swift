import Basics
import Rollouts
import Sampling
import Tokenizing
import Wire

/// Turns the engine's events of one request into the messages of one Generate call.
struct GenerateAnswer {
    /// What the messages say about the request, besides its events.
    struct Request {
        var id: String
        var info: PolicyInfo
        var prompt: [Int32]
        var count: Int
        var sampling: SamplingParameters
        /// The texts of tokens; nil if they were not requested.
        var texts: TokenTextTable?
        /// Whether the prompt ends inside a `<think>` block.
        var thinking: Bool
        /// Nil if attention is not captured.
        var capture: CaptureSelection?
        var arrival: ContinuousClock.Instant
    }

    /// One response in progress.
    private struct Response {
        var batcher = RunBatcher()
        /// Kept for traces only.
        var record: SequenceRecord?
        var firstToken: ContinuousClock.Instant?
    }

    private let request: Request
    private var prompt = RunBatcher()
    private var responses: [Response]

    init(_ request: Request) {
        self.request = request
        let record = request.capture.map { _ in
            SequenceRecord(prompt: request.prompt, tokenizer: request.info.tokenizer)
        }
        responses = Array(repeating: Response(record: record), count: request.count)
    }

    /// The messages for an event, holding back tokens that may be sent together with later ones; see `flush`.
    mutating func take(_ event: GenerationEvent, at now: ContinuousClock.Instant) -> [V1.GenerateResponse] {
        switch event {
        case .started(let version, let cachedTokens):
            return [.init(.started(started(version: version, cachedTokens: cachedTokens)))]
        case .echoed(let run):
            for index in responses.indices { responses[index].record?.readPrompt(run) }
            return prompt.append(run).map { [promptTokens($0)] } ?? []
        case .tokens(let index, let run):
            return take(run, of: index, at: now)
        case .stepClosed(let index, let closed):
            let step = responses[index].record.map { V1.StepClosed(closed, of: $0, response: index) }
            return flush(index) + (step.map { [.init(.step($0))] } ?? [])
        case .finished(let index, let finished):
            return flushPrompt() + flush(index) + trace(of: index, finished)
                + [.init(.finished(summary(of: index, finished, at: now)))]
        }
    }

    /// The messages for the tokens held back so far.
    mutating func flush() -> [V1.GenerateResponse] {
        var messages = flushPrompt()
        for index in responses.indices { messages += flush(index) }
        return messages
    }

    // MARK: Tokens

    private mutating func take(
        _ run: TokenOutput, of index: Int, at now: ContinuousClock.Instant
    ) -> [V1.GenerateResponse] {
        if responses[index].firstToken == nil { responses[index].firstToken = now }
        responses[index].record?.append(run)
        // The prompt is sent before its responses.
        let first = flushPrompt()
        return first + (responses[index].batcher.append(run).map { [tokens($0, of: index)] } ?? [])
    }

    private mutating func flushPrompt() -> [V1.GenerateResponse] {
        prompt.finish().map { [promptTokens($0)] } ?? []
    }

    private mutating func flush(_ index: Int) -> [V1.GenerateResponse] {
        responses[index].batcher.finish().map { [tokens($0, of: index)] } ?? []
    }

    private func promptTokens(_ run: TokenOutput) -> V1.GenerateResponse {
        var message = V1.GeneratedTokens()
        message.run = V1.TokenRun(run, texts: request.texts)
        return .init(.prompt(message))
    }

    private func tokens(_ run: TokenOutput, of index: Int) -> V1.GenerateResponse {
        var message = V1.GeneratedTokens()
        message.index = Int32(clamping: index)
        message.run = V1.TokenRun(run, texts: request.texts)
        return .init(.tokens(message))
    }

    // MARK: Beginning and end

    private func started(version: Int, cachedTokens: Int) -> V1.GenerationStarted {
        var message = V1.GenerationStarted()
        message.requestId = request.id
        message.policy = request.info.name
        message.version = Int64(version)
        message.promptTokens = Int32(clamping: request.prompt.count)
        message.cachedTokens = Int32(clamping: cachedTokens)
        message.sampling = V1.SamplingOptions(request.sampling)
        message.thinking = request.thinking
        return message
    }

    private mutating func trace(of index: Int, _ finished: FinishedResponse) -> [V1.GenerateResponse] {
        responses[index].record?.finish()
        guard let trace = finished.trace, let capture = request.capture, let record = responses[index].record else {
            return []
        }
        // This response's tokens are no longer needed.
        responses[index].record = nil
        var message = V1.GeneratedTrace()
        message.index = Int32(clamping: index)
        message.trace = V1.Trace(
            trace, of: record, policy: request.info.name, version: finished.version, topHeads: capture.topHeads,
            map: capture.map, end: ResponseEnd(finished.reason))
        let maps = V1.StepMapRows.pieces(of: trace, capture).map { rows -> V1.GenerateResponse in
            var message = V1.GeneratedStepMap()
            message.index = Int32(clamping: index)
            message.rows = rows
            return .init(.stepMap(message))
        }
        let raw = V1.RawAttentionRows.pieces(of: trace).map { rows -> V1.GenerateResponse in
            var message = V1.GeneratedRawRows()
            message.index = Int32(clamping: index)
            message.rows = rows
            return .init(.rawRows(message))
        }
        let states = V1.HiddenStates.pieces(of: finished.states).map { states -> V1.GenerateResponse in
            var message = V1.GeneratedHiddenStates()
            message.index = Int32(clamping: index)
            message.states = states
            return .init(.hiddenStates(message))
        }
        return [.init(.trace(message))] + maps + raw + states
    }

    private func summary(
        of index: Int, _ finished: FinishedResponse, at now: ContinuousClock.Instant
    ) -> V1.GenerationFinished {
        var message = V1.GenerationFinished()
        message.index = Int32(clamping: index)
        let end = ResponseEnd(finished.reason)
        message.reason = end.reason
        message.stopText = end.stopText
        message.stopTokenId = end.stopTokenID
        message.completionTokens = Int32(clamping: finished.completionTokens)
        var versions = V1.VersionRange()
        versions.start = Int32(clamping: request.prompt.count)
        versions.end = Int32(clamping: request.prompt.count + finished.completionTokens)
        versions.version = Int64(finished.version)
        message.versions = [versions]
        message.firstTokenSeconds = responses[index].firstToken.map { (request.arrival.duration(to: $0)).seconds } ?? 0
        message.totalSeconds = request.arrival.duration(to: now).seconds
        return message
    }
}

extension V1.GenerateResponse {
    init(_ event: Event) {
        self.init()
        self.event = event
    }
}
