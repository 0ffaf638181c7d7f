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
