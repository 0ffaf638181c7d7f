import Console
import Jobs

/// Methods as people read them.
enum MethodReport {
    static func list(_ methods: [Method], _ terminal: Terminal) -> [String] {
        var table = Table([.init(title: "method"), .init(title: "chosen by"), .init(title: "what it does")])
        for method in methods { table.add([method.name, method.chosenBy, method.summary]) }
        return table.lines(terminal) + ["", "`attnrl methods NAME` says what one needs, costs and has shown."]
    }

    static func details(_ method: Method, _ terminal: Terminal) -> [String] {
        let paper = method.paper.map { "\($0.title), arXiv:\($0.arXiv)" } ?? "none"
        let rows = [
            ("what it does", method.summary), ("paper", paper), ("chosen by", method.chosenBy),
            ("needs", method.needs), ("costs", method.costs + " (beside plain GRPO)"), ("seen", method.seen),
            ("example", method.trial), ("more in", method.page),
        ]
        return [terminal.style(.heading, method.name)]
            + rows.flatMap { title, text -> [String] in
                let lines = TextWrapping.lines(text, width: max(terminal.width - 14, 20))
                return lines.enumerated().map { index, line in
                    TextWidth.padded(index == 0 ? title : "", to: 12, onTheLeft: false) + "  " + line
                }
            }
    }
}
