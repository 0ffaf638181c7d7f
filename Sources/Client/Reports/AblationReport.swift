import Console
import Wire

/// Ablated steps as a table: their influence next to the effect of removing them.
struct AblationReport {
    /// The number of characters of an answer shown.
    private static let answerWidth = 16

    let started: V1.AblationStarted
    let steps: [V1.StepAblation]
    let terminal: Terminal

    func lines() -> [String] {
        header + [""] + table.lines(terminal) + [""]
            + legend.flatMap { TextWrapping.lines($0, width: terminal.width) }.map { terminal.style(.faint, $0) }
    }

    private var isHidden: Bool { started.mode == .hide }
    private var isSampled: Bool { started.samples > 0 }

    // MARK: Header and legend

    private var header: [String] {
        let style = terminal.style
        let all = max((started.trace?.steps.count ?? 1) - 1, 0)
        let samples = isSampled ? ", \(Figures.count(started.samples, "continuation")) with and without" : ""
        return [
            style(.heading, SafeText.singleLine(started.trace?.policy ?? ""))
                + style(.faint, "  version \(started.trace?.version ?? 0)"),
            "\(steps.count) of \(Figures.count(all, "step")) \(isHidden ? "hidden" : "drawn again"), one at a time"
                + samples,
            "answer: \(shown(started.answer)) "
                + style(
                    .faint,
                    "(\(started.answerForm == .boxed ? "the last box" : "the last line"), tokens "
                        + "\(started.answerStart)–\(started.answerEnd))"),
        ]
    }

    private var legend: [String] {
        var lines: [String] = []
        if isHidden {
            let bound = steps.contains { $0.forced?.lowerBound == true } ? ", at least" : ""
            lines.append(
                "KL: nats per later token of the response\(bound); KL answer: the same over the answer's tokens; ln p: "
                    + "change of the answer's log-probability")
        }
        if isSampled {
            lines.append(
                "TV: distance of the answers drawn with and without, 0 to 1; changed: share of those drawn without that "
                    + "differ from the most frequent one with")
        }
        let unfinished = steps.compactMap(\.sampled).reduce(0) {
            $0 + Int($1.baseUnfinished) + Int($1.ablatedUnfinished)
        }
        if unfinished > 0 {
            lines.append("\(Figures.count(unfinished, "continuation")) cut at the length limit; see --max-tokens")
        }
        return lines
    }

    // MARK: Table

    private var table: Table {
        var columns: [Table.Column] = [
            .init(title: "step", isNumeric: true), .init(title: "influence", isNumeric: true),
        ]
        if isHidden { columns += ["KL", "KL answer", "ln p"].map { .init(title: $0, isNumeric: true) } }
        if isSampled {
            columns += ["TV", "changed"].map { .init(title: $0, isNumeric: true) }
            columns += [.init(title: "with"), .init(title: "without")]
        }
        var table = Table(columns + [.init(title: "text")])
        for step in steps { table.add(cells(step)) }
        return table
    }

    private func cells(_ step: V1.StepAblation) -> [String] {
        var cells = ["\(step.step)", step.influence > 0 ? Figures.brief(step.influence) : "·"]
        if isHidden {
            cells += [
                step.forced?.divergence, step.forced?.answerDivergence, step.forced?.answerLogprobChange,
            ].map { $0.map { Figures.brief($0) } ?? "–" }
        }
        if isSampled {
            let answers = step.sampled?.answers ?? []
            cells += [step.sampled?.totalVariation, step.sampled?.changed].map { $0.map { Figures.brief($0) } ?? "–" }
            cells += [mostFrequent(answers, \.withStep), mostFrequent(answers, \.withoutStep)]
        }
        let text = started.trace?.steps.first { $0.index == step.step }?.text ?? ""
        return cells + [SafeText.excerpt(text)]
    }

    /// `156 ×7`: the most frequent answer, and its count.
    private func mostFrequent(_ answers: [V1.AnswerCount], _ count: KeyPath<V1.AnswerCount, Int32>) -> String {
        // The first of equals: answers are ordered by their frequency in the base.
        guard let most = answers.map({ $0[keyPath: count] }).max(), most > 0,
            let answer = answers.first(where: { $0[keyPath: count] == most })
        else { return "–" }
        return "\(answer.answer.map(shown) ?? "(none)") ×\(most)"
    }

    private func shown(_ answer: String) -> String {
        TextWidth.shortened(SafeText.singleLine(answer), to: Self.answerWidth)
    }
}
