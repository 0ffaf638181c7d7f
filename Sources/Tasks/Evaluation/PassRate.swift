#if canImport(Glibc)
import Glibc
#endif

/// How often prompts are solved, from n responses to each.
public enum PassRate {
    /// The probability that of k responses drawn at least one is right, for a prompt of whose n responses c are:
    ///
    ///     1 - C(n - c, k) / C(n, k)
    ///
    /// without bias, unlike 1 - (1 - c/n)^k.
    ///
    /// - Precondition: 1 <= k <= n, 0 <= c <= n.
    ///
    /// Source: Chen et al., arXiv:2107.03374, equation 1.
    public static func pass(at k: Int, correct c: Int, of n: Int) -> Double {
        precondition(1 <= k && k <= n && 0 <= c && c <= n, "pass at \(k) of \(c) right ones among \(n)")
        guard n - c >= k else { return 1 }
        return 1 - (0..<k).reduce(1) { $0 * Double(n - c - $1) / Double(n - $1) }
    }

    /// Prompts that a margin takes at least.
    public static let leastPrompts = 10

    /// The mean over prompts, and what it is known to within: 1.96 standard errors of the mean, prompts being what was
    /// drawn at random. With one response to each it is the usual interval of a share. Of fewer than `leastPrompts` the
    /// mean is not spread like that, and the margin is infinite.
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
