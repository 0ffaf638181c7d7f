/// Rows of text in columns.
package struct Table {
    package struct Column {
        package let title: String
        package var isNumeric = false

        package init(title: String, isNumeric: Bool = false) {
            self.title = title
            self.isNumeric = isNumeric
        }
    }

    package let columns: [Column]
    package private(set) var rows: [[String]] = []

    package init(_ columns: [Column]) { self.columns = columns }

    /// Cells are sanitised for display: they may come from models, files and servers.
    package mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
        rows.append(cells.map(SafeText.singleLine))
    }

    /// The table's lines, with a heading.
    ///
    /// The last column is shortened if a line would be wider than the terminal.
    package func lines(_ terminal: Terminal) -> [String] {
        let widths = columns.indices.map { index in
            ([columns[index].title] + rows.map { $0[index] }).map(TextWidth.of).max() ?? 0
        }
        let heading = line(columns.map(\.title), widths, terminal)
        return [terminal.style(.faint, heading)] + rows.map { line($0, widths, terminal) }
    }

    private func line(_ cells: [String], _ widths: [Int], _ terminal: Terminal) -> String {
        let last = cells.count - 1
        var line = ""
        for index in 0..<last {
            line += TextWidth.padded(cells[index], to: widths[index], onTheLeft: columns[index].isNumeric) + "  "
        }
        let space = max(terminal.width - TextWidth.of(line), 8)
        let text = TextWidth.shortened(cells[last], to: space)
        line += columns[last].isNumeric ? TextWidth.padded(text, to: min(widths[last], space), onTheLeft: true) : text
        while line.last == " " { line.removeLast() }
        return line
    }
}
