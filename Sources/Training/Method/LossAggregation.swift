import Jobs

/// How the losses l of tokens add up to that of an update, over its rows i, each with the tokens that it learns:
///
///     tokenMean        sum over i, t of l[i,t]  /  sum over i of |i|
///     responseMean     1 / rows  sum over i of  1 / |i|  sum over t of l[i,t]
///     constantLength   1 / (rows L)  sum over i, t of l[i,t]
///
/// A row without tokens counts in none of them but the last. A token that several rows share counts once for each.
///
/// Sources: DAPO (arXiv:2503.14476) for the first, GRPO (arXiv:2402.03300) for the second, Dr. GRPO (arXiv:2503.20783) for
/// the third, where L is the most tokens that a response may have.
enum LossAggregation: Sendable, Equatable {
    case tokenMean, responseMean
    /// L
    case constantLength(Int)

    init(_ specification: JobSpecification) {
        self =
            switch specification.loss.usedAggregation {
            case .tokenMean: .tokenMean
            case .responseMean: .responseMean
            case .constantLength: .constantLength(specification.rollout.maxTokens)
            }
    }

    /// What a token of a row counts.
    func share(rowTokens: Int) -> Double { self == .responseMean ? 1 / Double(max(rowTokens, 1)) : 1 }

    /// What the sum is divided by.
    ///
    /// - Parameter shares: The sum over rows and their tokens of what they count.
    func divisor(shares: Double, rows: Int) -> Double {
        guard case .constantLength(let length) = self else { return shares }
        return Double(rows) * Double(length)
    }
}
