/// The variance of a prompt's gradient estimate, from what the gradients of a few of its responses are like:
///
///     sigma^2 = p (1 - p)^2 E1 + p^2 (1 - p) E0 - p^2 (1 - p)^2 D
///
/// p is the probability of a right response, E1 and E0 the mean squared lengths of the gradients of log-likelihoods of right
/// and wrong responses, and D the squared distance of their means. With gradients of length 1 whose means are alike it is
/// p (1 - p), the reward's variance. Where all of the few responses were right, or all wrong, E of the others is taken to
/// be the same and D to be 0. Never below 0.
///
/// Source: CurES (arXiv:2510.01037), whose released code has the difference of the means' lengths in place of D.
struct GradientVariance: Sendable, Hashable, Codable {
    /// E1, nil if none was right.
    var right: Double?
    /// E0, nil if none was wrong.
    var wrong: Double?
    /// D
    var distance = 0.0

    func value(_ p: Double) -> Double {
        guard let right = right ?? wrong, let wrong = wrong ?? self.right else { return p * (1 - p) }
        let q = 1 - p
        return max(p * q * q * right + p * p * q * wrong - p * p * q * q * distance, 0)
    }
}

extension GradientVariance {
    /// Takes gradients in one by one, so that only two sums of them are in memory.
    struct Sums {
        private var means: [Bool: [Double]] = [:]
        private var squares: [Bool: Double] = [:]
        private var counts: [Bool: Int] = [:]

        mutating func add(_ gradient: [Float], isRight: Bool) {
            var sum = means[isRight] ?? Array(repeating: 0, count: gradient.count)
            means[isRight] = nil
            var square = 0.0
            for (index, value) in gradient.enumerated() {
                sum[index] += Double(value)
                square += Double(value) * Double(value)
            }
            means[isRight] = sum
            squares[isRight, default: 0] += square
            counts[isRight, default: 0] += 1
        }

        var variance: GradientVariance {
            func mean(_ isRight: Bool) -> Double? {
                counts[isRight].map { (squares[isRight] ?? 0) / Double($0) }
            }
            var variance = GradientVariance(right: mean(true), wrong: mean(false))
            if let right = means[true], let wrong = means[false], let m = counts[true], let n = counts[false] {
                variance.distance = zip(right, wrong).reduce(0) { sum, pair in
                    let difference = pair.0 / Double(m) - pair.1 / Double(n)
                    return sum + difference * difference
                }
            }
            return variance
        }
    }
}
