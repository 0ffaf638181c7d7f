/// A linear reward as comparisons make it most likely.
///
/// Of two responses the first is preferred with probability sigma(theta^T d), d = phi(first) - phi(second), as Bradley and
/// Terry have it with a reward theta^T phi. The fit minimises
///
///     F(theta) = sum over pairs of log(1 + exp(-theta^T d)) + lambda / 2 |theta|^2,      d = phi(chosen) - phi(other)
///
/// which is a `LogisticProblem` whose labels are all 1. As in `informativePairs`, differences are divided by the root of their
/// mean square, and theta is returned for features as they are.
///
/// Source: maximum likelihood of arXiv:2305.18505; the ridge, which that bounds the norm of theta in place of, is ours.
public struct BradleyTerryFit: Sendable, Equatable {
    /// For features as they were given. Shape [width].
    public let weights: [Double]
    /// F at the end, in the scaled differences, over the number of pairs.
    public let loss: Double
    /// |gradient of F| at the end.
    public let gradientNorm: Double
    public let iterations: Int

    /// - Parameters:
    ///   - differences: d of each pair: finite, of one width, at least one.
    ///   - ridge: lambda, above 0.
    /// - Throws: `CancellationError`: between two steps the task's cancellation is looked for.
    public init(_ differences: [[Float]], ridge: Double) throws {
        precondition(ridge > 0 && !differences.isEmpty, "\(differences.count) pairs, and a ridge of \(ridge)")
        let scale = inverseSpread(differences) ?? 1
        let problem = LogisticProblem(rows: differences.map { $0.map { Double($0) * scale } }, ridge: ridge)
        let minimum = try problem.minimum(.full)
        weights = minimum.theta.map { $0 * scale }
        loss = minimum.value / Double(differences.count)
        gradientNorm = minimum.gradientNorm
        iterations = minimum.iterations
    }
}
