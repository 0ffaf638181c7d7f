import Policy

/// A tree to train on, with each token's index among those that its step trains on.
struct TrainingTree: Sendable {
    let tree: TokenTree
    /// The learnt token for each of the tree's tokens, in order of nodes, which is the order of a pass's rows; nil for
    /// tokens that are not learnt.
    let learnt: [LearntToken?]

    var tokenCount: Int { tree.tokenCount }

    /// - Parameters:
    ///   - first: The first learnt token; the others follow in order of nodes.
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
