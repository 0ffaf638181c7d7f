#if canImport(Glibc)
import Glibc
#endif

/// One ratio for all tokens of a row i, the geometric mean of its tokens' ratios, bounded as one:
///
///     s[i] = exp(1 / |i|  sum over t of (log p - log p_old))
///     l[i,t] = max(-A[t] s[i], -A[t] clip(s[i], 1 - low, 1 + high))
///
/// The derivative of their sum with respect to each log p of the row is -s[i] A[t], where no bound holds, times what a token
/// of the row counts: 1 / |i| where losses are averaged over responses. As it is known once s is, a token is pulled by the sum over the rows that it is in: what its advantage would be
/// in a loss that is linear in log p.
///
/// Source: Group Sequence Policy Optimization, arXiv:2507.18071, equations 5 to 7; where the advantages of a row's tokens
/// differ, as in trees, its GSPO-token (equation 13), whose derivative of a token has the token's own advantage.
struct SequenceRatios: Sendable {
    /// log p of each token under the weights being trained.
    let current: PerToken<Float>
    /// For each token, in place of an advantage.
    private(set) var pulls: PerToken<Float>
    /// Whether a bound replaced the ratio in any row that a token is in.
    private(set) var isClipped: PerToken<Bool>
    /// The sum over rows and their tokens of l, times what each token counts.
    private(set) var loss = 0.0

    /// - Parameter current: log p of each token under the weights being trained, in nats.
    init(
        _ rows: [PolicyBatch.Row], of batch: PolicyBatch, current: PerToken<Float>, clipLow: Double, clipHigh: Double
    ) {
        self.current = current
        isClipped = PerToken(repeating: false, count: batch.count)
        var sums = [Double](repeating: 0, count: batch.count)
        for row in rows where row.tokenCount > 0 {
            var change = 0.0
            for token in row.tokens.joined() { change += Double(current[token]) - Double(batch.old[token]) }
            let ratio = exp(change / Double(row.tokenCount)), bounded = min(max(ratio, 1 - clipLow), 1 + clipHigh)
            for token in row.tokens.joined() {
                let advantage = Double(batch.advantages[token])
                if -advantage * bounded > -advantage * ratio {
                    isClipped[token] = true
                    loss -= row.share * advantage * bounded
                } else {
                    sums[token.number] += row.share * ratio * advantage
                    loss -= row.share * advantage * ratio
                }
            }
        }
        pulls = PerToken(zip(sums, batch.weights.values).map { $1 > 0 ? Float($0 / Double($1)) : 0 })
    }
}
