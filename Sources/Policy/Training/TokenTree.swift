/// Token sequences that share prefixes, as a tree: each node holds tokens that everything below it continues.
///
/// A single sequence is a tree of one node. A prompt with G responses is a root with G children. Nodes may be empty.
public struct TokenTree: Sendable, Equatable {
    public struct Node: Sendable, Equatable {
        /// The node it continues, which comes before it; nil where a sequence begins.
        public let parent: Int?
        public let tokens: [Int32]
    }

    public private(set) var nodes: [Node] = []

    public init() {}

    /// One sequence.
    public init(_ tokens: [Int32]) { nodes = [Node(parent: nil, tokens: tokens)] }

    /// Adds a node and returns its index.
    ///
    /// - Precondition: The parent is in the tree; only the first node has none.
    @discardableResult
    public mutating func add(_ tokens: [Int32], to parent: Int? = nil) -> Int {
        precondition(
            parent.map { nodes.indices.contains($0) } ?? nodes.isEmpty,
            "TokenTree: a node was added to \(parent.map(String.init) ?? "nothing") in a tree of \(nodes.count)")
        nodes.append(Node(parent: parent, tokens: tokens))
        return nodes.count - 1
    }

    /// The nodes from the root to one node.
    public func path(to node: Int) -> [Int] {
        var path = [node]
        while let parent = nodes[path[path.count - 1]].parent { path.append(parent) }
        return path.reversed()
    }

    /// All tokens from the root to the end of one node.
    public func sequence(to node: Int) -> [Int32] { path(to: node).flatMap { nodes[$0].tokens } }

    public var tokenCount: Int { nodes.reduce(0) { $0 + $1.tokens.count } }

    /// Nodes that nothing continues.
    public var leaves: [Int] {
        let parents = Set(nodes.compactMap(\.parent))
        return nodes.indices.filter { !parents.contains($0) }
    }

    /// Tokens of all root-to-leaf sequences together: what training them row by row would compute.
    public var rowTokenCount: Int {
        leaves.reduce(0) { $0 + path(to: $1).reduce(0) { $0 + nodes[$1].tokens.count } }
    }
}
