import Basics
import Influence

#if canImport(Glibc)
import Glibc
#endif

/// From which places of wrong responses a right one was reached: what the strategy `pivot` learns from.
///
/// The chance is a logistic regression on the share x of the response before a place, by the newest observations:
///
///     P(x) = sigmoid(w x + b),     minimise  w^2 / 2 - sum of log-likelihoods
///
/// once there are more than ten, some of either kind. Newton's method, halving steps that do not descend.
///
/// Source: DEEP-GRPO, arXiv:2602.14169, and its code for window, prior and when it begins; its x counts segments where ours
/// counts tokens.
struct PivotMemory: Sendable, Equatable, Codable {
    private static let window = 10_000

    private var shares: [Double] = []
    private var isRecovered: [Bool] = []

    var count: Int { shares.count }

    /// - Parameter isRecovered: Whether any continuation from the place was right.
    mutating func add(share: Double, isRecovered: Bool) {
        shares.append(share)
        self.isRecovered.append(isRecovered)
        let excess = shares.count - Self.window
        guard excess > 0 else { return }
        shares.removeFirst(excess)
        self.isRecovered.removeFirst(excess)
    }

    /// nil until there is enough to learn from.
    var recovery: PivotUtility.Recovery? {
        guard count > 10, isRecovered.contains(true), isRecovered.contains(false) else { return nil }
        var (weight, bias) = (0.0, 0.0)
        for _ in 0..<100 {
            let step = newtonStep(weight, bias)
            var size = 1.0
            // Near the minimum a whole step is right, and losses are too much alike to tell.
            if step.gain > 1e-6 {
                let loss = loss(weight, bias)
                while size > 1e-12, self.loss(weight - size * step.weight, bias - size * step.bias) > loss { size /= 2 }
            }
            weight -= size * step.weight
            bias -= size * step.bias
            if step.gain < 1e-24 { break }
        }
        return .init(weight: weight, bias: bias)
    }

    private func loss(_ weight: Double, _ bias: Double) -> Double {
        zip(shares, isRecovered).reduce(weight * weight / 2) { sum, observation in
            let logit = (weight * observation.0 + bias) * (observation.1 ? 1 : -1)
            return sum - logSigmoid(logit)
        }
    }

    /// The inverse of the second derivatives times the first, and the first times that.
    private func newtonStep(_ weight: Double, _ bias: Double) -> (weight: Double, bias: Double, gain: Double) {
        var first = (weight: weight, bias: 0.0), second = (weight: 1.0, both: 0.0, bias: 1e-12)
        for (share, isRecovered) in zip(shares, isRecovered) {
            let chance = sigmoid(weight * share + bias), error = chance - (isRecovered ? 1 : 0)
            let spread = chance * (1 - chance)
            first.weight += error * share
            first.bias += error
            second.weight += spread * share * share
            second.both += spread * share
            second.bias += spread
        }
        let determinant = second.weight * second.bias - second.both * second.both
        let byWeight = (second.bias * first.weight - second.both * first.bias) / determinant
        let byBias = (second.weight * first.bias - second.both * first.weight) / determinant
        return (byWeight, byBias, first.weight * byWeight + first.bias * byBias)
    }
}
