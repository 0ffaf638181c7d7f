import Console
import Wire

/// A step-to-step attention map, assembled from the messages it arrived in.
struct StepMap: Equatable {
    let kind: V1.StepMapKind
    /// The head, for a map of a single head.
    let head: V1.LayerHead?
    /// Row j holds j + 1 values: the attention from step j to steps 0...j.
    private(set) var rows: [[Float]] = []

    /// Appends a message's rows; returns false if they belong to another map.
    mutating func append(_ message: V1.StepMapRows) -> Bool {
        guard message.kind == kind, message.head == head, Int(message.firstRow) == rows.count else { return false }
        var values = message.values[...]
        // As many rows as there are values for, regardless of the stated count.
        var due = message.rowCount
        while due > 0, values.count > rows.count {
            rows.append(Array(values.prefix(rows.count + 1)))
            values = values.dropFirst(rows.count)
            due -= 1
        }
        return true
    }

    /// Adds rows to the map they belong to, creating it if necessary.
    static func collect(_ message: V1.StepMapRows, into maps: inout [StepMap]) {
        for index in maps.indices where maps[index].append(message) { return }
        var map = StepMap(kind: message.kind, head: message.head)
        _ = map.append(message)
        maps.append(map)
    }

    var title: String {
        if let head, kind == .heads { return "head \(head.text)" }
        return kind == .max ? "largest over layers and heads" : "mean over layers and heads"
    }
}

/// A step map as a heat strip for each step.
struct StepMapReport {
    let map: StepMap
    let terminal: Terminal
    /// The largest attention between two different steps of the response.
    ///
    /// Attention to the prompt and of a step to itself is far larger and would leave everything else dark.
    let scale: Float

    init(map: StepMap, terminal: Terminal) {
        self.map = map
        self.terminal = terminal
        scale = map.rows.enumerated().flatMap { $1.dropFirst().prefix(max($0 - 1, 0)) }.max() ?? 0
    }

    private static let shades: [Character] = [" ", "░", "▒", "▓", "█"]
    /// Dark to bright, from the terminal's 256 colours.
    private static let colours = [234, 53, 54, 90, 126, 162, 198, 203, 209, 215, 221, 228]

    func lines() -> [String] {
        let indexWidth = max("\(max(map.rows.count - 1, 0))".count, 2)
        let columns = max(terminal.width - indexWidth - 4, 8)
        let cell = map.rows.count * 2 <= columns ? 2 : 1
        let title = terminal.style(.heading, "attention between steps") + terminal.style(.faint, ", " + map.title)
        return [title]
            + map.rows.enumerated().map { index, row in
                let label = TextWidth.padded("\(index)", to: indexWidth, onTheLeft: true)
                return "  " + terminal.style(.faint, label) + " " + strip(row, cell: cell, columns: columns)
            } + [terminal.style(.faint, legend(columns / cell))]
    }

    private func legend(_ columns: Int) -> String {
        let binned = map.rows.count > columns ? "; columns are the largest of neighbouring steps" : ""
        return "  rows look back at columns; full heat is \(Figures.brief(scale)), "
            + "the most between two response steps\(binned)"
    }

    private func strip(_ row: [Float], cell: Int, columns: Int) -> String {
        // All rows share one column scale, so that steps line up.
        let count = map.rows.count
        let values = count * cell <= columns ? row : Array(Bars.pooled(padded(row, count), to: columns / cell))
        let shown = values.prefix(count * cell <= columns ? row.count : max(row.count * (columns / cell) / count, 1))
        return shown.map { heat($0, cell: cell) }.joined()
    }

    private func padded(_ row: [Float], _ count: Int) -> [Float] { row + Array(repeating: 0, count: count - row.count) }

    private func heat(_ value: Float, cell: Int) -> String {
        // Avoids NaN: a NaN value counts as 0, and without a usable scale any attention is full.
        let share = value > 0 ? (scale > 0 && scale.isFinite ? min(value / scale, 1) : 1) : 0
        if terminal.hasColour {
            let index = min(Int(share * Float(Self.colours.count)), Self.colours.count - 1)
            return terminal.style.background(Self.colours[index], String(repeating: " ", count: cell))
        }
        let index = min(Int((share * Float(Self.shades.count - 1)).rounded(.up)), Self.shades.count - 1)
        return String(repeating: Self.shades[index], count: cell)
    }
}
