import Policy

/// A tree to train on, with the number of each token among those that its step learns from.
struct TrainingTree: Sendable {
    let tree: TokenTree
    /// For every token of the tree in order of nodes, which is that of a pass's rows, which learnt token it is; nil for
    /// tokens that are not learnt.
    let learnt: [LearntToken?]

    var tokenCount: Int { tree.tokenCount }

    /// - Parameters:
    ///   - first: The first token that is learnt; further ones follow in order of nodes.
    ///   - learns: Whether a node's tokens are learnt.
    init(_ tree: TokenTree, first: LearntToken, learns: (_ node: TokenTree.Index) -> Bool) {
        self.tree = tree
        var next = first
        learnt = tree.indices.flatMap { node -> [LearntToken?] in
            let count = tree[node].tokens.count
            guard learns(node) else { return Array(repeating: nil, count: count) }
            defer { next = next.advanced(by: count) }
            return (next..<next.advanced(by: count)).map { $0 }
        }
    }
}
