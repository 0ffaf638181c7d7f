/// Token sequences that share prefixes, as a tree: each node holds tokens that everything below it continues.
///
/// A single sequence is a tree of one node. A prompt with G responses is a root with G children. Nodes may be empty.
public struct TokenTree: Sendable, Equatable {
    /// The index of a node. Nodes are numbered in the order in which they were added.
    public struct Index: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
        public let number: Int

        public init(_ number: Int) { self.number = number }
        public init(integerLiteral number: Int) { self.number = number }

        public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
    }

    public struct Node: Sendable, Equatable {
        /// The node it continues, which precedes it; nil for one that begins a sequence.
        public let parent: Index?
        public let tokens: [Int32]
    }

    public private(set) var nodes: [Node] = []

    public init() {}

    /// Creates a tree of one sequence.
    public init(_ tokens: [Int32]) { nodes = [Node(parent: nil, tokens: tokens)] }

    public var indices: [Index] { nodes.indices.map { Index($0) } }

    public subscript(node: Index) -> Node { nodes[node.number] }

    /// Adds a node and returns its index.
    ///
    /// - Precondition: The parent is in the tree; only the first node has none.
    @discardableResult
    public mutating func add(_ tokens: [Int32], to parent: Index? = nil) -> Index {
        precondition(
            parent.map { nodes.indices.contains($0.number) } ?? nodes.isEmpty,
            "TokenTree: a node was added to \(parent.map { "\($0.number)" } ?? "nothing") in a tree of \(nodes.count)")
        nodes.append(Node(parent: parent, tokens: tokens))
        return Index(nodes.count - 1)
    }

    /// The nodes from the root to one node.
    public func path(to node: Index) -> [Index] {
        var path = [node]
        while let parent = self[path[path.count - 1]].parent { path.append(parent) }
        return path.reversed()
    }

    /// All tokens from the root to the end of one node.
    public func sequence(to node: Index) -> [Int32] { path(to: node).flatMap { self[$0].tokens } }

    public var tokenCount: Int { nodes.reduce(0) { $0 + $1.tokens.count } }

    /// Nodes without children.
    public var leaves: [Index] {
        let parents = Set(nodes.compactMap(\.parent))
        return indices.filter { !parents.contains($0) }
    }

    /// The total number of tokens in all root-to-leaf sequences: what training on them row by row would compute.
    public var rowTokenCount: Int {
        leaves.reduce(0) { $0 + path(to: $1).reduce(0) { $0 + self[$1].tokens.count } }
    }
}
