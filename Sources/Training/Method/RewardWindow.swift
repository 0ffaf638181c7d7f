/// Rewards measured by the last of them, first in, first out:
///
///     A = (R - m) / (s + 1e-6)
///
/// with mean m and standard deviation s, over n - 1, of the last `capacity` rewards, those of the same step among them.
/// Replaces the comparison with a prompt's other responses, so that a single response teaches as well. All are 0 where all
/// rewards of the window are equal.
///
/// Source: the code that follows ESRL (arXiv:2308.02223), with a window of 1,000. The epsilon is that of `groupAdvantages`.
public struct RewardWindow: Sendable, Hashable, Codable {
    public private(set) var rewards: [Double] = []

    public init() {}

    /// Takes rewards in, in order, and forgets the oldest beyond the capacity.
    public mutating func add(_ new: [Double], capacity: Int) {
        rewards += new
        if rewards.count > capacity { rewards.removeFirst(rewards.count - capacity) }
    }

    public var mean: Double { rewards.isEmpty ? 0 : rewards.reduce(0, +) / Double(rewards.count) }

    public var deviation: Double { sampleDeviation(rewards) }

    public func advantages(_ rewards: [Double]) -> [Double] {
        guard !areAlike(self.rewards) else { return rewards.map { _ in 0 } }
        let mean = mean, divisor = deviation + deviationEpsilon
        return rewards.map { ($0 - mean) / divisor }
    }
}
