/// The order in which the gradients of a step's groups are added up. It depends on the number of groups alone, so that it
/// does not matter how many ranks have computed them:
///
///     sum(a..<b) = sum(a..<m) + sum(m..<b),   m - a the greatest power of two below b - a
///
/// Consecutive groups are one rank's; it adds up those that have a node of their own, and sends one vector for each of the
/// greatest such nodes: one vector, where groups and ranks are powers of two.
public struct SumTree: Hashable, Sendable {
    /// The number of groups.
    public let groups: Int

    /// - Precondition: At least one group.
    public init(groups: Int) {
        precondition(groups > 0, "a sum of no groups")
        self.groups = groups
    }

    /// The groups of one of `ranks`; empty if there are fewer groups than ranks.
    public func share(of rank: Int, among ranks: Int) -> Range<Int> {
        groups * rank / ranks..<groups * (rank + 1) / ranks
    }

    /// Where a node of several groups is divided.
    package static func middle(of node: Range<Int>) -> Int {
        var half = 1
        while half * 2 < node.count { half *= 2 }
        return node.lowerBound + half
    }

    /// The greatest nodes within a range of groups, in order: together they are the range.
    public func nodes(within range: Range<Int>) -> [Range<Int>] { nodes(within: range, below: 0..<groups) }

    private func nodes(within range: Range<Int>, below node: Range<Int>) -> [Range<Int>] {
        let common = node.clamped(to: range)
        if common.isEmpty { return [] }
        if common == node { return [node] }
        let middle = Self.middle(of: node)
        return nodes(within: range, below: node.lowerBound..<middle)
            + nodes(within: range, below: middle..<node.upperBound)
    }

    /// Whether the sum of these groups is one that others are made of.
    public func hasNode(_ range: Range<Int>) -> Bool { nodes(within: range) == [range] }

    /// The two nodes that make this one; nil for a single group.
    static func halves(of node: Range<Int>) -> (Range<Int>, Range<Int>)? {
        guard node.count > 1 else { return nil }
        let middle = middle(of: node)
        return (node.lowerBound..<middle, middle..<node.upperBound)
    }

    /// Adds up nodes that are given, into the first of them, in the tree's order.
    ///
    /// - Parameters:
    ///   - given: Vectors of equal length by node; together they are all groups. They are used up.
    /// - Returns: The sum of all groups.
    public func sum(_ given: [Range<Int>: UnsafeMutableBufferPointer<Float>]) -> UnsafeMutableBufferPointer<Float> {
        sum(of: 0..<groups, given)
    }

    private func sum(
        of node: Range<Int>, _ given: [Range<Int>: UnsafeMutableBufferPointer<Float>]
    ) -> UnsafeMutableBufferPointer<Float> {
        if let vector = given[node] { return vector }
        guard let (left, right) = Self.halves(of: node) else { preconditionFailure("no vector for group \(node)") }
        let sum = sum(of: left, given), other = self.sum(of: right, given)
        precondition(sum.count == other.count, "vectors of \(sum.count) and \(other.count) numbers")
        for index in sum.indices { sum[index] += other[index] }
        return sum
    }
}
