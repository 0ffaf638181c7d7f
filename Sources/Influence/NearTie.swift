internal import Foundation

/// A token that another might as well have been: of the two most probable ones in its place, the second has a probability
/// of
///
///     p2 > least  and  p1 - p2 < gap
///
/// Source: LATR, arXiv:2510.24302, and its code, where the two are 0.25 and 0.15.
public struct NearTie: Hashable, Sendable {
    public var least = 0.25
    public var gap = 0.15

    public init() {}

    func holds(first: Double, second: Double) -> Bool { second > least && first - second < gap }
}

extension BranchInput {
    /// For each step, the probability of the second most probable token in place of its first, where that is a near tie, and
    /// 0 elsewhere.
    func tiedProbabilities(eligible: Range<Int>, _ tie: NearTie) throws(BranchError) -> [Float] {
        let count = segmentation.responseLength
        let first = try checked(leaders?.first, "leaders", .latr, count: count)
        let second = try checked(leaders?.second, "leaders", .latr, count: count)
        return (0..<segmentation.count).map { step in
            guard eligible.contains(step) else { return 0 }
            let token = segmentation.ranges[step].lowerBound - segmentation.promptLength
            let (high, low) = (exp(Double(first[token])), exp(Double(second[token])))
            return tie.holds(first: high, second: low) ? Float(low) : 0
        }
    }
}
