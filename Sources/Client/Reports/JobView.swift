import Console
import JSONCoding
import Wire

/// Shows a job's events as they arrive.
protocol JobView {
    mutating func show(_ event: V1.JobEvent)
    mutating func finish()
}

/// The view for a format: a live one on a terminal.
func jobView(_ format: OutputFormat, _ out: Output.Stream) -> any JobView {
    switch format {
    case .json: JobJSONView(out: out)
    case .jsonl: JobJSONLinesView(out: out)
    case .table: out.terminal.isInteractive ? JobLiveView(out: out) : JobLinesView(out: out)
    }
}

/// Shows nothing.
struct SilentJobView: JobView {
    mutating func show(_ event: V1.JobEvent) {}
    mutating func finish() {}
}

/// One JSON array at the end.
struct JobJSONView: JobView {
    let out: Output.Stream
    private var events: [JSONValue] = []

    init(out: Output.Stream) { self.out = out }

    mutating func show(_ event: V1.JobEvent) { events.append(event.json) }
    mutating func finish() { out.line(JSONValue.array(events).pretty) }
}

/// One line of JSON per event.
struct JobJSONLinesView: JobView {
    let out: Output.Stream
    mutating func show(_ event: V1.JobEvent) { out.line(event.json.compact) }
    mutating func finish() {}
}

/// One line of text per event, with the most telling metrics.
struct JobLinesView: JobView {
    private static let metricLimit = 6

    let out: Output.Stream
    mutating func show(_ event: V1.JobEvent) { out.line(Self.line(event, out.terminal)) }
    mutating func finish() {}

    static func line(_ event: V1.JobEvent, _ terminal: Terminal) -> String {
        let time = terminal.style(.faint, JobReport.time(event.time))
        let metrics: [String: Double] =
            switch event.event {
            case .stepDone(let step): step.metrics
            case .evaluated(let evaluated): evaluated.metrics
            default: [:]
            }
        let names = JobProgress.ordered(metrics.keys)
        var parts = [time, SafeText.singleLine(event.message)]
        for name in names.prefix(metricLimit) {
            parts.append(SafeText.singleLine("\(name)=\(Figures.brief(metrics[name]!))"))
        }
        if names.count > metricLimit {
            parts.append(terminal.style(.faint, "(\(names.count - metricLimit) more with -o jsonl)"))
        }
        return parts.joined(separator: "  ")
    }
}

/// Progress, rate, curves of the first metrics and the latest value of all others, redrawn for each event; other events
/// scroll by above.
struct JobLiveView: JobView {
    private static let barWidth = 28
    private static let curveLimit = 8

    let out: Output.Stream
    private var progress = JobProgress()
    private var drawn = 0

    init(out: Output.Stream) { self.out = out }

    mutating func show(_ event: V1.JobEvent) {
        progress.take(event)
        var text = drawn > 0 ? "\u{1B}[\(drawn)A\u{1B}[J" : ""
        if case .stepDone(let step) = event.event, step.skipped.isEmpty {
        } else {
            text += JobLinesView.line(event, out.terminal) + "\n"
        }
        let lines = Self.lines(progress, out.terminal)
        out.write(text + lines.map { $0 + "\n" }.joined())
        drawn = lines.count
    }

    mutating func finish() {}

    static func lines(_ progress: JobProgress, _ terminal: Terminal) -> [String] {
        [status(progress, terminal)] + curves(progress, terminal) + others(progress, terminal)
    }

    private static func status(_ progress: JobProgress, _ terminal: Terminal) -> String {
        var parts: [String] = []
        if let share = progress.share {
            let bar = TextWidth.padded(Bars.horizontal(share, width: barWidth), to: barWidth)
            parts.append(terminal.style(.accent, bar) + " \(Int(share * 100)) %")
        }
        let total = progress.total.map { " of \(Figures.grouped($0))" } ?? ""
        parts.append("step \(Figures.grouped(progress.step))\(total)")
        if let rate = progress.rate {
            parts.append(rate >= 1 ? "\(Figures.brief(rate)) steps/s" : "\(Figures.seconds(1 / rate)) a step")
        }
        if let remaining = progress.remaining { parts.append("\(Figures.seconds(remaining)) left") }
        if let version = progress.version { parts.append("version \(version)") }
        if progress.state != .running { parts.append(progress.state.name) }
        return parts.joined(separator: "  ")
    }

    /// Metrics without a curve, as many next to each other as fit.
    private static func others(_ progress: JobProgress, _ terminal: Terminal) -> [String] {
        let names = Array(progress.metricNames.dropFirst(curveLimit))
        let cells = names.map { name in
            (name: SafeText.singleLine(name), figure: progress.values(of: name).last.map(Figures.brief) ?? "")
        }
        let (label, figure) = (cells.map { TextWidth.of($0.name) }.max() ?? 0, cells.map { $0.figure.count }.max() ?? 0)
        let columns = max((terminal.width + 3) / (label + figure + 5), 1)
        return stride(from: 0, to: cells.count, by: columns).map { first in
            cells[first..<min(first + columns, cells.count)].map { cell in
                terminal.style(.faint, TextWidth.padded(cell.name, to: label)) + "  "
                    + TextWidth.padded(cell.figure, to: figure, onTheLeft: true)
            }.joined(separator: "   ")
        }
    }

    private static func curves(_ progress: JobProgress, _ terminal: Terminal) -> [String] {
        let names = progress.metricNames.prefix(curveLimit).map(SafeText.singleLine)
        let width = names.map(TextWidth.of).max() ?? 0
        return progress.metricNames.prefix(curveLimit).map { name in
            let values = progress.values(of: name)
            let label = terminal.style(.faint, TextWidth.padded(SafeText.singleLine(name), to: width))
            let figure = TextWidth.padded(values.last.map(Figures.brief) ?? "", to: 8, onTheLeft: true)
            let room = max(terminal.width - width - 14, 8)
            return "\(label)  \(figure)  " + Bars.sparkline(values.map { Float($0) }, width: room)
        }
    }
}
