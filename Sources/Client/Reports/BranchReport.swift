import Console
import JSONCoding
import Wire

/// Branch points of a response as a table.
struct BranchReport {
    let answer: V1.SuggestBranchesResponse
    let terminal: Terminal

    func lines() -> [String] {
        let style = terminal.style
        var lines = header + [""]
        if answer.points.isEmpty {
            lines.append("There is no step to branch at.")
        } else {
            lines += table.lines(terminal)
            lines += ["", style(.faint, "a branch keeps the tokens before `token` and draws the rest again")]
        }
        if !answer.note.isEmpty { lines += ["", style(.warning, "note:") + " " + SafeText.singleLine(answer.note)] }
        return lines
    }

    private var header: [String] {
        let points = Figures.count(answer.points.count, "branch point")
        guard let trace = answer.trace else { return [points] }
        return [
            terminal.style(.heading, SafeText.singleLine(trace.policy))
                + terminal.style(.faint, "  version \(trace.version)"),
            "\(points) in \(Figures.count(max(trace.steps.count - 1, 0), "step"))"
                + terminal.style(
                    .faint,
                    ", score of \(Figures.brief(answer.threshold)) or more, "
                        + "\(Figures.count(answer.minGapTokens, "token")) apart"),
        ]
    }

    private var table: Table {
        var table = Table([
            .init(title: "step", isNumeric: true), .init(title: "token", isNumeric: true),
            .init(title: "score", isNumeric: true), .init(title: "why"), .init(title: "text"),
        ])
        for point in answer.points {
            let step = answer.trace?.steps.first { $0.index == point.step }
            let preview = SafeText.excerpt(step?.text ?? "")
            table.add([
                "\(point.step)", "\(point.token)", Figures.brief(point.score),
                TextWidth.shortened(SafeText.singleLine(point.reason), to: max(terminal.width / 3, 36)), preview,
            ])
        }
        return table
    }

    var json: JSONValue {
        .fields([
            "points": .array(answer.points.map(\.json)), "threshold": .float(answer.threshold),
            "min_gap_tokens": .whole(answer.minGapTokens), "note": .string(answer.note),
            "response_ids": .integers(answer.responseIds), "trace": answer.trace?.json,
        ])
    }
}
