import Console
import Influence
import Wire

/// A trace as steps with influence bars.
struct TraceReport {
    let trace: V1.Trace
    let terminal: Terminal
    /// The number of lines of text that a step may take.
    var linesPerStep = 3

    /// The share of steps with less influence than those worth branching at, as in the branch choice.
    static let branchQuantile = 0.8

    /// The influence that makes a step worth branching at: the quantile over response steps, or if that is 0, the
    /// smallest influence above it; nil if no step has any.
    var branchThreshold: Float? {
        let influence = trace.steps.dropFirst().map(\.influence)
        guard let smallest = influence.filter({ $0 > 0 }).min() else { return nil }
        let threshold = quantile(Self.branchQuantile, of: influence)
        return threshold > 0 ? threshold : smallest
    }

    /// Indices of steps worth branching at.
    var branchWorthySteps: [Int32] {
        guard let threshold = branchThreshold else { return [] }
        return trace.steps.filter { $0.influence >= threshold }.map(\.index)
    }

    func lines() -> [String] {
        let columns = Columns(trace, width: terminal.width)
        let marked = Set(branchWorthySteps)
        let largest = trace.steps.map(\.influence).max() ?? 0
        var lines = header() + [""]
        lines.append(terminal.style(.faint, columns.heading))
        for step in trace.steps {
            lines += block(step, columns, isMarked: marked.contains(step.index), largest: largest)
        }
        return lines + [""] + legend(marked)
    }

    // MARK: Header and legend

    private func header() -> [String] {
        let style = terminal.style
        let response = Int(trace.totalTokens) - Int(trace.promptTokens)
        let steps = max(trace.steps.count - 1, 0)
        return [
            style(.heading, "\(SafeText.singleLine(trace.policy))") + style(.faint, "  version \(trace.version)"),
            "\(Figures.count(trace.promptTokens, "prompt token")), \(Figures.count(response, "response token")) "
                + "in \(Figures.count(steps, "step")), \(trace.separator.phrase)",
        ] + TextWrapping.lines(measure, width: terminal.width).map { style(.faint, $0) }
    }

    /// What the numbers mean.
    private var measure: String {
        "influence: attention from steps at least \(trace.gap) later, largest of "
            + "\(trace.layers) layers × \(trace.heads) heads"
    }

    private func legend(_ marked: Set<Int32>) -> [String] {
        var lines: [String] = []
        if let threshold = branchThreshold {
            lines.append(
                terminal.style(.mark, "▸") + " worth branching at: influence of \(Figures.brief(threshold)) or more")
        } else {
            lines.append(
                "No step has influence: a step needs \(trace.gap) or more steps after it to be looked back at.")
        }
        if trace.steps.contains(where: \.afterThinking) {
            lines.append(terminal.style(.faint, "┆ the end of thinking and after it, not scored unless asked for"))
        }
        if trace.mapsDropped {
            lines.append("The map of attention between steps was left out: it would be too large for so many steps.")
        }
        return lines
    }

    // MARK: Steps

    private func block(_ step: V1.Step, _ columns: Columns, isMarked: Bool, largest: Float) -> [String] {
        let style = terminal.style
        let share = largest > 0 ? Double(step.influence / largest) : 0
        let bar = TextWidth.padded(Bars.horizontal(share, width: columns.bar), to: columns.bar)
        let mark = isMarked ? style(.mark, "▸") : step.afterThinking ? style(.faint, "┆") : " "
        let value = step.influence > 0 ? Figures.brief(step.influence) : "·"
        let excess = step.excess > 0 ? Figures.brief(step.excess) : "·"
        let position = [
            mark, TextWidth.padded("\(step.index)", to: columns.index, onTheLeft: true),
            style(.faint, TextWidth.padded(step.rangeText, to: columns.range)),
            style(isMarked ? .mark : .accent, bar),
            TextWidth.padded(value, to: Columns.value, onTheLeft: true),
            columns.showsExcess ? TextWidth.padded(excess, to: Columns.value, onTheLeft: true) : nil,
            style(.faint, TextWidth.padded(step.topHeadText, to: columns.head)),
        ].compactMap { $0 }
        let text = TextWrapping.lines(SafeText.shown(step.text), width: columns.text, limit: linesPerStep)
        let isFaint = step.index == 0 || step.afterThinking
        let shown = text.map { isFaint ? style(.faint, $0) : $0 }
        let first = Self.trimmed((position + [shown.first ?? style(.faint, "(blank)")]).joined(separator: " "))
        return [first] + shown.dropFirst().map { String(repeating: " ", count: columns.beforeText) + $0 }
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}

/// How a terminal's width is divided: fixed widths for numbers, then a bar, and the rest for text.
private struct Columns {
    static let mark = 1
    static let value = 6
    let index: Int
    let range: Int
    let bar: Int
    let head: Int
    /// The number of columns before the text begins.
    let beforeText: Int
    let text: Int
    /// Whether there is room for the second measure.
    let showsExcess: Bool

    init(_ trace: V1.Trace, width: Int) {
        index = max("\(trace.steps.last?.index ?? 0)".count, 2)
        range = max(trace.steps.map(\.rangeText).map(TextWidth.of).max() ?? 0, 6)
        head = max(trace.steps.map(\.topHeadText).map(TextWidth.of).max() ?? 0, 4)
        bar = width >= 110 ? 20 : width >= 90 ? 14 : 10
        showsExcess = width >= 110
        beforeText = Self.mark + index + range + bar + Self.value + head + 6 + (showsExcess ? Self.value + 1 : 0)
        text = max(width - beforeText, 16)
    }

    var heading: String {
        let titles = [
            " ", TextWidth.padded("#", to: index, onTheLeft: true), TextWidth.padded("tokens", to: range),
            TextWidth.padded("influence", to: bar + 1 + Self.value),
            showsExcess ? TextWidth.padded("excess", to: Self.value, onTheLeft: true) : nil,
            TextWidth.padded("head", to: head), "step",
        ].compactMap { $0 }
        return titles.joined(separator: " ")
    }
}

extension V1.Step {
    /// Half-open, as everywhere: `12–40` means tokens 12 to 39.
    var rangeText: String { "\(start)–\(end)" }

    /// For example `L12.H3`, or empty if no head looks back.
    var topHeadText: String {
        guard let top = topHeads.first, top.influence > 0, let head = top.head else { return "" }
        return head.text
    }
}

extension V1.LayerHead {
    var text: String { "L\(layer).H\(head)" }
}

extension V1.StepSeparator {
    /// How the response was segmented, in words.
    var phrase: String {
        switch self {
        case .blankLine: "cut at blank lines"
        case .line: "cut at line breaks"
        case .sentence: "cut at sentences"
        case .token: "each token a step"
        case .text: "cut at the text given"
        default: "cut in a way this version does not know"
        }
    }
}
