/// What a job knows of how often its policy solves a prompt: a Beta distribution over the probability p.
///
///     p | answers  ~  Beta(a + right, a + wrong)
///     mean         =  (a + right) / (2 a + right + wrong)
///     variance     =  mean (1 - mean) / (2 a + right + wrong + 1)
///
/// a is the prior's weight: 1 is the uniform distribution. Where nothing is known and a is 0, the mean is one half.
/// Counts are not whole where earlier answers have faded.
///
/// Source: CurES (arXiv:2510.01037), which counts right and wrong answers and takes the mean for p. Departure: the prior,
/// without which four answers that are alike would leave a prompt at 0 or 1 and it would hardly be drawn again; a = 0 is
/// the paper's.
public struct PromptPosterior: Sendable, Hashable, Codable {
    public var right = 0.0
    public var wrong = 0.0

    public init(right: Double = 0, wrong: Double = 0) {
        self.right = right
        self.wrong = wrong
    }

    /// Adds answers; earlier ones count `decay` times from now on, since the policy has moved.
    public mutating func add(right more: Int, wrong others: Int, decay: Double) {
        right = decay * right + Double(more)
        wrong = decay * wrong + Double(others)
    }

    public func mean(prior: Double) -> Double {
        let total = 2 * prior + right + wrong
        return total > 0 ? (prior + right) / total : 0.5
    }

    /// The standard deviation of what is believed of p; that of the uniform distribution where nothing is known.
    public func deviation(prior: Double) -> Double {
        let total = 2 * prior + right + wrong
        guard total > 0 else { return (1.0 / 12).squareRoot() }
        let mean = mean(prior: prior)
        return (mean * (1 - mean) / (total + 1)).squareRoot()
    }
}

/// The standard deviation of a reward of 1 with probability p and 0 otherwise, sqrt(p (1 - p)): greatest, one half, where
/// a prompt is solved every other time.
public func rewardDeviation(_ probability: Double) -> Double {
    max(probability * (1 - probability), 0).squareRoot()
}
