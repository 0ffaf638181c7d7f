import Policy

/// A tree to train on, with the place of every token's values among the caller's.
struct TrainingTree: Sendable {
    let tree: TokenTree
    /// For every token of the tree in order of nodes, which value of the caller's belongs to it; nil for tokens that are
    /// not learnt.
    let places: [Int?]

    var tokenCount: Int { tree.tokenCount }

    /// - Parameters:
    ///   - first: Place of the first value; further ones follow in order of nodes.
    ///   - learns: Whether a node's tokens have values.
    init(_ tree: TokenTree, first: Int, learns: (_ node: Int) -> Bool) {
        self.tree = tree
        var place = first
        places = tree.nodes.indices.flatMap { node -> [Int?] in
            let count = tree.nodes[node].tokens.count
            guard learns(node) else { return Array(repeating: nil, count: count) }
            defer { place += count }
            return (place..<place + count).map { $0 }
        }
    }
}

/// Cuts trees into passes of bounded size.
///
/// Trees are taken in order, and a pass ends before the tree that would exceed the budget; a tree that exceeds it alone
/// has a pass of its own. So a step's result depends on the budget only through rounding.
func microbatches(_ sizes: [Int], budget: Int) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var begin = 0, total = 0
    for (index, size) in sizes.enumerated() {
        if index > begin, total + size > budget {
            result.append(begin..<index)
            (begin, total) = (index, 0)
        }
        total += size
    }
    if begin < sizes.count { result.append(begin..<sizes.count) }
    return result
}
