/// What features make of a share between 0 and 1, p = sigma(theta^T phi + b), as labels make it most likely, soft ones
/// included: each row's label y in [0, 1] counts as c observations of which y c were hits.
///
/// The fit is a `LogisticProblem` with the rows
///
///     x = [(phi - m) / s, 1],      m = mean of phi,      s^2 = mean of |phi - m|^2,      both over observations
///
/// so that lambda means the same for every model, and what all states have in common costs nothing. The constant has the
/// same ridge, which a few observations outweigh. Theta and b are returned for features as they are.
///
/// Source: the critic of arXiv:2412.18279, whose loss is this cross-entropy; it is a whole model there. The ridge is ours.
public struct LogisticFit: Sendable, Equatable, Codable {
    /// theta, for features as they were given. Shape [width].
    public let weights: [Double]
    /// b.
    public let intercept: Double
    /// The mean label, over observations.
    public let mean: Double

    /// - Parameters:
    ///   - features: phi of each row: finite, of one width, at least one.
    ///   - labels: In [0, 1].
    ///   - counts: Above 0.
    ///   - ridge: lambda, above 0.
    /// - Throws: `CancellationError`: the task's cancellation is looked for meanwhile.
    public init(_ features: [[Float]], labels: [Double], counts: [Double], ridge: Double) throws {
        precondition(
            ridge > 0 && !features.isEmpty && features.count == labels.count && features.count == counts.count,
            "\(features.count) rows, \(labels.count) labels, \(counts.count) counts, and a ridge of \(ridge)")
        let total = counts.reduce(0, +), width = features[0].count
        var center = [Double](repeating: 0, count: width)
        for (row, count) in zip(features, counts) {
            for column in 0..<width { center[column] += count * Double(row[column]) / total }
        }
        var rows = features.map { row in (0..<width).map { Double(row[$0]) - center[$0] } }
        let square = zip(rows, counts).reduce(0) { $0 + $1.1 * dot($1.0, $1.0) } / total
        let scale = square > 0 ? 1 / square.squareRoot() : 1
        for index in rows.indices { rows[index] = rows[index].map { $0 * scale } + [1] }
        let theta = try LogisticProblem(rows: rows, labels: labels, counts: counts, ridge: ridge).minimum(.enough).theta
        let weights = theta.dropLast().map { $0 * scale }
        self.weights = weights
        intercept = theta[width] - dot(weights, center)
        mean = zip(labels, counts).reduce(0) { $0 + $1.0 * $1.1 } / total
    }

    /// theta^T phi + b.
    public func margin(_ feature: [Float]) -> Double {
        var sum = intercept
        for (weight, value) in zip(weights, feature) { sum += weight * Double(value) }
        return sum
    }

    /// Whether its numbers can be used.
    public var isFinite: Bool { intercept.isFinite && weights.allSatisfy(\.isFinite) }
}
