import JSONCoding
import Wire

/// A call of Generate and its results so far, for answers in OpenAI's forms.
final class GenerationRun: @unchecked Sendable {  // of one task
    /// A response in progress.
    struct Response {
        var parser: ResponseParser
        var reasoning = ""
        var content = ""
        var calls: [ToolCall] = []
        /// One for each token so far.
        var entries: [TokenEntry] = []
        var finished: V1.GenerationFinished?
        var trace: V1.Trace?
        var stepMaps: [V1.StepMapRows] = []
        var rawRows: [V1.RawAttentionRows] = []
        var hiddenStates: [V1.HiddenStates] = []
        /// The number of tokens before `</think>`, to the nearest run.
        var reasoningTokens = 0
        fileprivate var inReasoning = false
    }

    /// What a message from Generate changed.
    enum Change {
        case started
        case prompt
        /// A response's new tokens, and their text split into pieces.
        case tokens(index: Int, [ResponseParser.Piece], [TokenEntry])
        case step(index: Int, V1.StepClosed)
        case finished(index: Int, [ResponseParser.Piece])
    }

    let request: V1.GenerateRequest
    private let options: CompletionOptions
    private let findsCalls: Bool
    private let cutsReasoning: Bool
    private(set) var started = V1.GenerationStarted()
    private(set) var promptEntries: [TokenEntry] = []
    private(set) var promptText = ""
    private(set) var responses: [Response] = []

    /// - Parameter cutsReasoning: Whether to separate `<think>` blocks from the content.
    init(_ request: V1.GenerateRequest, _ options: CompletionOptions, cutsReasoning: Bool, findsCalls: Bool) {
        self.request = request
        self.options = options
        self.cutsReasoning = cutsReasoning
        self.findsCalls = findsCalls
    }

    /// Runs the call.
    ///
    /// - Parameter receive: Called with each change once it has been applied.
    func run(_ calls: Calls, _ receive: @escaping (Change) async throws -> Void = { _ in }) async throws {
        try await calls.streaming(V1.GenerationService.generate, request) { [self] message in
            guard let event = message.event, let change = take(event) else { return }
            try await receive(change)
        }
    }

    private func take(_ event: V1.GenerateResponse.Event) -> Change? {
        switch event {
        case .started(let message):
            started = message
            let parser = ResponseParser(thinking: cutsReasoning && message.thinking, findsCalls: findsCalls)
            responses = Array(repeating: Response(parser: parser), count: Int(max(request.n, 1)))
            return .started
        case .prompt(let message):
            let run = message.run ?? V1.TokenRun()
            promptEntries += TokenEntry.entries(run)
            promptText += run.text
            return .prompt
        case .tokens(let message): return take(message.run ?? V1.TokenRun(), of: Int(message.index))
        case .step(let message): return .step(index: Int(message.index), message)
        case .trace(let message): responses[Int(message.index)].trace = message.trace
        case .stepMap(let message): message.rows.map { responses[Int(message.index)].stepMaps.append($0) }
        case .rawRows(let message): message.rows.map { responses[Int(message.index)].rawRows.append($0) }
        case .hiddenStates(let message):
            message.states.map { responses[Int(message.index)].hiddenStates.append($0) }
        case .finished(let message): return take(message)
        }
        return nil
    }

    private func take(_ run: V1.TokenRun, of index: Int) -> Change {
        let entries = TokenEntry.entries(run)
        responses[index].entries += entries
        let pieces =
            cutsReasoning ? responses[index].parser.append(run.text) : run.text.isEmpty ? [] : [.content(run.text)]
        add(pieces, to: index)
        if responses[index].inReasoning || pieces.contains(where: \.isReasoning) {
            responses[index].reasoningTokens += entries.count
        }
        responses[index].inReasoning = pieces.last?.isReasoning ?? responses[index].inReasoning
        return .tokens(index: index, pieces, entries)
    }

    private func take(_ finished: V1.GenerationFinished) -> Change {
        let index = Int(finished.index)
        responses[index].finished = finished
        var pieces: [ResponseParser.Piece] = []
        if options.includesStopText, !finished.stopText.isEmpty {
            pieces += cutsReasoning ? responses[index].parser.append(finished.stopText) : [.content(finished.stopText)]
        }
        if cutsReasoning { pieces += responses[index].parser.finish() }
        add(pieces, to: index)
        return .finished(index: index, pieces)
    }

    private func add(_ pieces: [ResponseParser.Piece], to index: Int) {
        for piece in pieces {
            switch piece {
            case .reasoning(let text): responses[index].reasoning += text
            case .content(let text): responses[index].content += text
            case .call(let call): responses[index].calls.append(call)
            }
        }
    }

    // MARK: Parts of answers

    /// The finish reason in OpenAI's terms.
    func finishReason(_ index: Int) -> String {
        let response = responses[index]
        switch response.finished?.reason {
        case .length: return "length"
        default: return response.calls.isEmpty ? "stop" : "tool_calls"
        }
    }

    /// vLLM's `stop_reason`: the stop text or token, null for an end of sequence.
    func stopReason(_ index: Int) -> JSONValue {
        guard let finished = responses[index].finished else { return .null }
        if !finished.stopText.isEmpty { return .string(finished.stopText) }
        let isOwn = finished.stopTokenId.map { request.sampling?.stopTokenIds.contains($0) == true } ?? false
        return isOwn ? .whole(finished.stopTokenId ?? 0) : .null
    }

    var usage: Usage {
        Usage(
            prompt: Int(started.promptTokens), cached: Int(started.cachedTokens),
            completion: responses.reduce(0) { $0 + Int($1.finished?.completionTokens ?? Int32($1.entries.count)) },
            reasoning: responses.reduce(0) { $0 + $1.reasoningTokens })
    }

    /// This server's own additions to a response; nil if no trace was requested.
    func own(_ index: Int) -> JSONValue? {
        guard request.capture != nil, let trace = responses[index].trace else { return nil }
        let response = responses[index]
        return .fields([
            "trace": trace.jsonValue(),
            "step_maps": response.stepMaps.isEmpty ? nil : .array(response.stepMaps.map { $0.jsonValue() }),
            "raw_rows": response.rawRows.isEmpty ? nil : .array(response.rawRows.map { $0.jsonValue() }),
            "hidden_states": response.hiddenStates.isEmpty
                ? nil : .array(response.hiddenStates.map { $0.jsonValue() }),
            "versions": .array((response.finished?.versions ?? []).map(\.span)),
        ])
    }
}

extension ResponseParser.Piece {
    var isReasoning: Bool { if case .reasoning = self { true } else { false } }
}

extension V1.VersionRange {
    /// Tokens [start, end) of the sequence and the version of the weights that produced them.
    var span: JSONValue {
        .fields(["version": .whole(version), "start": .whole(start), "end": .whole(end)])
    }
}

/// An answer's token counts.
struct Usage: Sendable {
    var prompt = 0
    var cached = 0
    var completion = 0
    var reasoning = 0

    static func + (a: Usage, b: Usage) -> Usage {
        Usage(
            prompt: a.prompt + b.prompt, cached: a.cached + b.cached, completion: a.completion + b.completion,
            reasoning: a.reasoning + b.reasoning)
    }

    var json: JSONValue {
        .fields([
            "prompt_tokens": .integer(prompt), "completion_tokens": .integer(completion),
            "total_tokens": .integer(prompt + completion),
            "prompt_tokens_details": .fields(["cached_tokens": .integer(cached)]),
            "completion_tokens_details": .fields(["reasoning_tokens": .integer(reasoning)]),
        ])
    }
}
