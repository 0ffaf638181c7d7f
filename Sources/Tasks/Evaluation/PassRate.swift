#if canImport(Glibc)
import Glibc
#endif

/// How often prompts are solved, from n responses to each.
public enum PassRate {
    /// The probability that at least one of k drawn responses is right, for a prompt with c right responses out of n:
    ///
    ///     1 - C(n - c, k) / C(n, k)
    ///
    /// which is unbiased, unlike 1 - (1 - c/n)^k.
    ///
    /// - Precondition: 1 <= k <= n, 0 <= c <= n.
    ///
    /// Source: Chen et al., arXiv:2107.03374, equation 1.
    public static func pass(at k: Int, correct c: Int, of n: Int) -> Double {
        precondition(1 <= k && k <= n && 0 <= c && c <= n, "pass at \(k) of \(c) right ones among \(n)")
        guard n - c >= k else { return 1 }
        return 1 - (0..<k).reduce(1) { $0 * Double(n - c - $1) / Double(n - $1) }
    }

    /// The fewest prompts for which a margin is given.
    public static let leastPrompts = 10

    /// The mean over prompts and its margin: 1.96 standard errors of the mean, treating prompts as the random sample.
    /// With one response to each it is the usual interval for a proportion. For fewer than `leastPrompts` the mean is
    /// not approximately normal, and the margin is infinite.
    ///
    /// - Parameter values: One per prompt.
    public static func mean(_ values: [Double]) -> (mean: Double, margin: Double) {
        guard !values.isEmpty else { return (0, 0) }
        let count = Double(values.count), mean = values.reduce(0, +) / count
        guard values.count >= leastPrompts else { return (mean, .infinity) }
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        return (mean, 1.96 * (variance / count).squareRoot())
    }
}
