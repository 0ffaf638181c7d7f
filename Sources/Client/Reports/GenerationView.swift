import Console
import JSONCoding
import Wire

/// Shows a generation as it arrives.
protocol GenerationView {
    /// - Parameter record: Everything so far, including the event.
    mutating func show(_ event: V1.GenerateResponse.Event, _ record: GenerationRecord)
    mutating func finish(_ record: GenerationRecord)
    /// The generation failed; what has been shown remains.
    mutating func breakOff()
}

extension GenerationView {
    mutating func breakOff() {}
}

/// The view for a format.
func generationView(
    _ format: OutputFormat, count: Int, detail: DetailArguments, capture: Bool
) -> any GenerationView {
    switch format {
    case .json: JSONView()
    case .jsonl: JSONLinesView()
    case .table where detail.isAsked: TokenView(count: count)
    case .table: TextView(count: count, showsSteps: capture)
    }
}

/// One JSON object at the end.
struct JSONView: GenerationView {
    mutating func show(_ event: V1.GenerateResponse.Event, _ record: GenerationRecord) {}
    mutating func finish(_ record: GenerationRecord) { Output.data.line(record.json.pretty) }
}

/// One line per event.
struct JSONLinesView: GenerationView {
    mutating func show(_ event: V1.GenerateResponse.Event, _ record: GenerationRecord) {
        Output.data.line(event.json.compact)
    }

    mutating func finish(_ record: GenerationRecord) {}
}

/// The text: a single response as it arrives, several each as a whole.
struct TextView: GenerationView {
    let count: Int
    let showsSteps: Bool
    private var isAtLineStart = true

    init(count: Int, showsSteps: Bool) {
        self.count = count
        self.showsSteps = showsSteps
    }

    mutating func show(_ event: V1.GenerateResponse.Event, _ record: GenerationRecord) {
        switch event {
        case .tokens(let tokens) where count == 1: write(tokens.run?.text ?? "")
        case .step(let closed) where showsSteps: announce(closed)
        case .finished(let finished):
            let index = Int(finished.index)
            if count > 1, record.responses.indices.contains(index) {
                write("=== response \(index + 1) of \(count) ===\n")
                write(record.responses[index].text)
            }
            endLine()
        default: break
        }
    }

    mutating func finish(_ record: GenerationRecord) {
        endLine()
        guard showsSteps else { return }
        let terminal = Output.talk.terminal
        for response in record.responses {
            guard let trace = response.trace else { continue }
            Output.talk.line()
            for line in TraceReport(trace: trace, terminal: terminal).lines() { Output.talk.line(line) }
            Output.talk.line()
            guard let states = response.hiddenStates else { continue }
            for line in HiddenStateReport(states: states, terminal: terminal).lines() { Output.talk.line(line) }
            Output.talk.line()
        }
    }

    mutating func breakOff() { endLine() }

    /// Text is written verbatim, except to a terminal, which it could control.
    private mutating func write(_ text: String) {
        guard let last = text.last else { return }
        Output.data.write(Output.data.terminal.isInteractive ? SafeText.escaped(text) : text)
        isAtLineStart = last.isNewline
    }

    private mutating func endLine() {
        if !isAtLineStart { Output.data.line() }
        isAtLineStart = true
    }

    private mutating func announce(_ closed: V1.StepClosed) {
        guard let step = closed.step else { return }
        if Output.data.terminal.isInteractive { endLine() }
        let terminal = Output.talk.terminal
        let response = count > 1 ? "response \(Int(closed.index) + 1), " : ""
        let head = "╰ \(response)step \(step.index), tokens \(step.rangeText), influence so far "
        let line = Bars.sparkline(closed.influence, width: max(terminal.width - TextWidth.of(head), 8))
        Output.talk.line(terminal.style(.faint, head) + terminal.style(.accent, line))
    }
}

/// A line for each run of tokens: position, ids, text, log-probabilities.
struct TokenView: GenerationView {
    let count: Int

    mutating func show(_ event: V1.GenerateResponse.Event, _ record: GenerationRecord) {
        guard case .tokens(let tokens) = event, let run = tokens.run else { return }
        let response = count > 1 ? TextWidth.padded("\(tokens.index)", to: 4) : ""
        Output.data.line(response + Self.line(run))
    }

    mutating func finish(_ record: GenerationRecord) {}

    static func line(_ run: V1.TokenRun) -> String {
        var cells = [
            TextWidth.padded("\(run.start)", to: 6, onTheLeft: true),
            TextWidth.padded(run.ids.map(String.init).joined(separator: " "), to: 8),
            TextWidth.padded("\"\(SafeText.singleLine(run.text))\"", to: 16),
        ]
        if !run.logprobs.isEmpty { cells.append(run.logprobs.map(Figures.brief).joined(separator: " ")) }
        cells += run.top.map { top in
            zip(top.ids, top.logprobs).map { "\($0):\(Figures.brief($1))" }.joined(separator: " ")
        }
        return cells.joined(separator: "  ")
    }
}
