internal import Basics
internal import Foundation

/// How much a place of a failed response is worth as its one pivot, from where others are drawn:
///
///     U(x) = P(x) x^g,     P(x) = sigmoid(w x + b)
///
/// x in (0, 1) is the share of the response before it, P the chance that a continuation from there is right, as learnt from
/// earlier pivots, and g how far depth counts. Until something was learnt, P is 1.
///
/// Source: DEEP-GRPO, arXiv:2602.14169, where g is 2.
public struct PivotUtility: Hashable, Sendable {
    /// w and b; nil until learnt.
    public var recovery: Recovery?
    /// g
    public var depthExponent: Double

    public struct Recovery: Hashable, Sendable {
        public var weight: Double
        public var bias: Double

        public init(weight: Double, bias: Double) { (self.weight, self.bias) = (weight, bias) }
    }

    public init(recovery: Recovery? = nil, depthExponent: Double = 2) {
        self.recovery = recovery
        self.depthExponent = depthExponent
    }

    /// log U(x); -inf at x = 0 unless g is 0.
    func logarithm(at share: Double) -> Double {
        let depth = depthExponent == 0 ? 0 : depthExponent * log(share)
        guard let recovery else { return depth }
        return depth + logSigmoid(recovery.weight * share + recovery.bias)
    }
}

extension PivotUtility {
    /// The eligible steps in the order in which they are drawn without replacement, each with probability proportional to U
    /// among those left, and the probability of each to be drawn first.
    ///
    /// A step's x is the share of the response before it. The draw is a function of (seed, step): the steps are sorted by
    /// log U plus a Gumbel variable each.
    func drawn(
        _ segmentation: StepSegmentation, eligible: Range<Int>, seed: UInt64
    ) -> (order: [Int], probabilities: [Float]) {
        let length = Double(max(segmentation.responseLength, 1))
        let logarithms = eligible.map { step in
            logarithm(at: Double(segmentation.ranges[step].lowerBound - segmentation.promptLength) / length)
        }
        let most = logarithms.max() ?? 0, sum = logarithms.reduce(0) { $0 + exp($1 - most) }
        var probabilities = [Float](repeating: 0, count: segmentation.count)
        var keys: [Int: Double] = [:]
        for (step, logarithm) in zip(eligible, logarithms) {
            probabilities[step] = Float(exp(logarithm - most) / sum)
            keys[step] = logarithm - log(-log(uniform(seed, step)))
        }
        return (eligible.sorted { (keys[$1]!, $0) < (keys[$0]!, $1) }, probabilities)
    }
}
