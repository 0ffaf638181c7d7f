import Console
import Trees

/// A tree drawn with one line per node, showing its value, its tokens and the beginning of its text.
struct TreeReport {
    let tree: TreeRecord
    let terminal: Terminal

    func lines() -> [String] {
        let style = terminal.style, rows = rows()
        let columns = Columns(rows, hasValues: tree.nodes.contains { $0.value != nil })
        var lines = header + [""]
        lines.append(style(.faint, columns.heading))
        lines += rows.map { line($0, columns) }
        return lines + [""] + wrapped(legend).map { style(.faint, $0) }
    }

    // MARK: Header and legend

    private var header: [String] {
        let versions = Set(tree.rollouts.map(\.version)).sorted().map(String.init).joined(separator: ", ")
        let step = tree.step.map { ", step \($0) of its job" } ?? ""
        let first = tree.rollouts.count { $0.fork == nil }
        let points = Set(tree.rollouts.compactMap(\.fork)).count
        let tokens = tree.rollouts.reduce(0) { $0 + $1.ids.count }
        let name = terminal.style(.heading, SafeText.singleLine(tree.policy))
        var lines = [name + terminal.style(.faint, "  version \(versions)\(step)")]
        lines += wrapped(
            "\(Figures.count(tree.promptIDs.count, "prompt token")), \(Figures.count(first, "response")), "
                + "\(Self.branches(tree.rollouts.count - first)) from \(Figures.count(points, "point")), "
                + "\(Figures.count(tokens, "token")) drawn")
        if let value = tree.nodes.first?.value {
            let right = tree.rollouts.count { $0.verdict == "CORRECT" }
            lines.append("mean reward \(Figures.brief(value)), \(right) of \(tree.rollouts.count) right")
        }
        return lines
    }

    static func branches(_ count: Int) -> String { "\(Figures.grouped(count)) \(count == 1 ? "branch" : "branches")" }

    private func wrapped(_ text: String) -> [String] { TextWrapping.lines(text, width: terminal.width) }

    private var legend: String {
        let value = tree.nodes.contains { $0.value != nil } ? "value: mean reward of the responses below; " : ""
        return value + "tokens: place in the response; influence: of the step that was branched; #: a response's end"
    }

    // MARK: Rows

    /// A node with the lines that connect it.
    private struct Row {
        let node: TreeRecord.Node
        let connector: String
        let influence: Float?
        /// The response that ends here.
        let leaf: TreeRecord.Rollout?

        var tokens: String { node.rollout == nil ? "prompt" : "\(node.start)–\(node.end)" }
    }

    private func rows() -> [Row] {
        var children: [[Int]] = Array(repeating: [], count: tree.nodes.count)
        for (index, node) in tree.nodes.enumerated() {
            if let parent = node.parent { children[parent].append(index) }
        }
        var rows: [Row] = []
        // Depth first, with an explicit stack: files may hold trees of any depth.
        var open: [(node: Int, indent: String, isLast: Bool)] = [(0, "", true)]
        while let (index, indent, isLast) = open.popLast() {
            let node = tree.nodes[index]
            rows.append(
                Row(
                    node: node, connector: index == 0 ? "" : indent + (isLast ? "└─ " : "├─ "),
                    influence: influence(node),
                    leaf: children[index].isEmpty ? node.rollout.map { tree.rollouts[$0] } : nil))
            let below = index == 0 ? "" : indent + (isLast ? "   " : "│  ")
            for (place, child) in children[index].enumerated().reversed() {
                open.append((child, below, place == children[index].count - 1))
            }
        }
        return rows
    }

    /// The influence of the step that a node begins with, if its rollout was branched there.
    private func influence(_ node: TreeRecord.Node) -> Float? {
        guard let rollout = node.rollout, node.start > tree.rollouts[rollout].fork?.offset ?? 0,
            let step = tree.step(at: node), step.influence > 0
        else { return nil }
        return step.influence
    }

    private struct Columns {
        let value: Int
        let leaves: Int
        let tokens: Int
        let influence: Int

        init(_ rows: [Row], hasValues: Bool) {
            value = hasValues ? 5 : 0
            leaves = max(rows.map { "\($0.node.leaves)".count }.max() ?? 0, 6)
            tokens = max(rows.map { TextWidth.of($0.tokens) }.max() ?? 0, 6)
            influence = rows.contains { $0.influence != nil } ? 9 : 0
        }

        func cells(_ value: String, _ leaves: String, _ tokens: String, _ influence: String) -> String {
            var cells = [
                TextWidth.padded(leaves, to: self.leaves, onTheLeft: true), TextWidth.padded(tokens, to: self.tokens),
            ]
            if self.value > 0 { cells.insert(TextWidth.padded(value, to: self.value, onTheLeft: true), at: 0) }
            if self.influence > 0 { cells.append(TextWidth.padded(influence, to: self.influence, onTheLeft: true)) }
            return cells.joined(separator: "  ")
        }

        var heading: String { cells("value", "leaves", "tokens", "influence") + "  text" }
    }

    private func line(_ row: Row, _ columns: Columns) -> String {
        let style = terminal.style, node = row.node
        let cells = columns.cells(
            node.value.map { Figures.brief($0) } ?? "", "\(node.leaves)", row.tokens,
            row.influence.map { Figures.brief($0) } ?? "")
        let label = row.leaf.map(label) ?? ""
        let room = terminal.width - TextWidth.of(cells) - 2 - TextWidth.of(row.connector) - TextWidth.of(label)
        let text = excerpt(node.rollout == nil ? tree.promptText : node.text, isLeaf: row.leaf != nil, width: room)
        let shown = text.isEmpty && node.start == node.end ? style(.faint, "(ends at the branch point)") : text
        return style(role(node.value), cells) + "  " + style(.faint, row.connector)
            + style(role(row.leaf?.reward), shown.isEmpty ? String(label.dropLast()) : label)
            + (node.rollout == nil ? style(.faint, shown) : shown)
    }

    /// For example `#7 CORRECT `, with what ended the response unless it ended by itself.
    private func label(_ leaf: TreeRecord.Rollout) -> String {
        let verdict = leaf.verdict.map { " " + SafeText.singleLine($0) } ?? ""
        return "#\(leaf.index)\(verdict)\(leaf.complete ? "" : " cut") "
    }

    /// More than two thirds is good, less than one third bad.
    private func role(_ value: Double?) -> Style.Role {
        guard let value else { return .faint }
        return value >= 2.0 / 3 ? .good : value <= 1.0 / 3 ? .bad : .warning
    }

    /// The beginning of a text, on one line; for the end of a response, which holds the answer, its end as well.
    private func excerpt(_ text: String, isLeaf: Bool, width: Int) -> String {
        guard width > 0 else { return "" }
        let line = SafeText.singleLine(Self.trimmed(text))
        guard TextWidth.of(line) > width else { return line }
        guard isLeaf, width >= 24 else { return TextWidth.shortened(line, to: width) }
        let end = Self.ending(line, width: width / 2)
        return TextWidth.shortened(line, to: width - TextWidth.of(end)) + end
    }

    private static func ending(_ text: String, width: Int) -> String {
        var kept: [Character] = [], used = 0
        for character in text.reversed() {
            used += TextWidth.of(character)
            guard used <= width else { break }
            kept.append(character)
        }
        return String(kept.reversed())
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
