/// Divides sequences among the members of a team, if there are enough of them.
struct BatchSplit {
    struct Part {
        var chunks: [ForwardChunk] = []
        /// The index of each chunk in the whole batch.
        var indices: [Int] = []
        /// The first row of the workspace that the part uses.
        var firstRow = 0
        var rows = 0
        /// Query-key pairs: the cost of attention, which comes on top of the products.
        var pairs = 0
    }

    let parts: [Part]

    /// Rows per member above which reading all weights once for each member costs less than it saves.
    private static let leastRows = 64
    /// A part may have at most this many times the average number of rows.
    private static let imbalance = 1.1

    /// Returns nil if there are too few rows, or they belong to too few sequences to divide evenly.
    init?(_ chunks: [ForwardChunk], members: Int) {
        let rows = chunks.reduce(0) { $0 + $1.tokens.count }
        guard members > 1, rows >= members * Self.leastRows, chunks.count >= 2 * members else { return nil }
        var parts = [Part](repeating: Part(), count: members)
        // Longest first, each to the part with the fewest rows, and among those to the one with the least attention.
        let order = chunks.indices.sorted { (chunks[$1].tokens.count, $0) < (chunks[$0].tokens.count, $1) }
        for index in order {
            let target = parts.indices.min { (parts[$0].rows, parts[$0].pairs) < (parts[$1].rows, parts[$1].pairs) }!
            parts[target].chunks.append(chunks[index])
            parts[target].indices.append(index)
            parts[target].rows += chunks[index].tokens.count
            parts[target].pairs += chunks[index].tokens.count * (chunks[index].first + chunks[index].tokens.count)
        }
        guard parts.allSatisfy({ Double($0.rows * members) <= Self.imbalance * Double(rows) }) else { return nil }
        for index in parts.indices.dropFirst() {
            parts[index].firstRow = parts[index - 1].firstRow + parts[index - 1].rows
        }
        self.parts = parts
    }
}
