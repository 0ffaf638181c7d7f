/// A rollout tree as nodes: the stretches between forks, each with the rollouts it is part of.
///
/// Node 0 is the prompt. Every rollout ends in its own node, its leaf, which is empty if the rollout ends at a fork.
public struct TreeSegments: Sendable, Equatable {
    public struct Node: Sendable, Equatable {
        /// The node it continues, which precedes it; nil only for the prompt.
        public let parent: Int?
        /// The rollout that drew its tokens; nil for the prompt.
        public let rollout: Int?
        /// Its tokens, by offset in that rollout's response.
        public let tokens: Range<Int>
        /// The number of rollouts that end in or below it: |L|.
        public fileprivate(set) var leafCount = 0
    }

    public private(set) var nodes: [Node]
    /// For each rollout, the node it ends in.
    public private(set) var leaves: [Int] = []

    /// - Parameter offsets: For each rollout, offsets in its response where nodes end beside forks; those outside of its own
    ///   tokens say nothing. Nil for none.
    public init(_ tree: RolloutTree, cutAlsoAt offsets: [[Int]]? = nil) {
        nodes = [Node(parent: nil, rollout: nil, tokens: 0..<0)]
        var cuts = tree.rollouts.indices.map { index in
            Set(offsets?[index].filter { tree.start(of: index) < $0 && $0 < tree.length(of: index) } ?? [])
        }
        for fork in tree.rollouts.compactMap(\.fork) { cuts[fork.rollout].insert(fork.offset) }
        var ending: [RolloutTree.Fork: Int] = [:]
        for index in tree.rollouts.indices {
            var parent = tree.rollouts[index].fork.map { ending[$0]! } ?? 0
            var start = tree.start(of: index)
            for cut in cuts[index].sorted() {
                parent = add(start..<cut, of: index, to: parent)
                ending[RolloutTree.Fork(rollout: index, offset: cut)] = parent
                start = cut
            }
            leaves.append(add(start..<tree.length(of: index), of: index, to: parent))
        }
        for leaf in leaves { nodes[leaf].leafCount = 1 }
        for node in nodes.indices.dropFirst().reversed() {
            nodes[nodes[node].parent!].leafCount += nodes[node].leafCount
        }
    }

    private mutating func add(_ tokens: Range<Int>, of rollout: Int, to parent: Int) -> Int {
        nodes.append(Node(parent: parent, rollout: rollout, tokens: tokens))
        return nodes.count - 1
    }

    /// V(node) = mean of the rewards of the rollouts that end below it.
    ///
    /// - Parameter rewards: One per rollout.
    /// - Returns: One value per node; node 0 has the mean of all.
    ///
    /// Source: TreeRL (arXiv:2506.11902), the Monte Carlo value of a step.
    public func values(_ rewards: [Double]) -> [Double] {
        precondition(rewards.count == leaves.count, "\(rewards.count) rewards for \(leaves.count) rollouts")
        var sums = [Double](repeating: 0, count: nodes.count)
        for (leaf, reward) in zip(leaves, rewards) { sums[leaf] = reward }
        for node in nodes.indices.dropFirst().reversed() { sums[nodes[node].parent!] += sums[node] }
        return zip(sums, nodes).map { $0 / Double(max($1.leafCount, 1)) }
    }
}

extension RolloutTree {
    public var segments: TreeSegments { TreeSegments(self) }

    /// A stretch of what one rollout drew, by offsets in its response.
    public func own<Value>(_ path: KeyPath<Rollout, [Value]>, _ range: Range<Int>, of index: Int) -> ArraySlice<Value> {
        let start = start(of: index)
        return rollouts[index][keyPath: path][range.lowerBound - start..<range.upperBound - start]
    }
}
