/// How probable each prompt is to be drawn, by how often it is solved:
///
///     rho[i] = exp(sqrt(p[i] (1 - p[i])) / tau) / sum over j of exp(sqrt(p[j] (1 - p[j])) / tau)
///
/// Small tau draws prompts of middle difficulty, large tau all alike. The root is between 0 and 1/2, so no prompt is more
/// than exp(1 / (2 tau)) times as probable as another: 7.4 times with tau 0.25.
///
/// - Parameters:
///   - probabilities: p, each in [0, 1].
///   - tau: Above 0.
/// - Returns: Probabilities that sum to 1 up to rounding; empty if there are no prompts.
///
/// Source: CurES (arXiv:2510.01037). It names no tau; its released code has one so large that its probabilities differ by
/// half a percent at most, so that it draws evenly.
public func promptProbabilities(_ probabilities: [Double], tau: Double) -> [Double] {
    softmax(probabilities.map { rewardDeviation($0) / tau })
}
