#if canImport(Glibc)
import Glibc
#endif

/// Whether no value differs from another: then there is nothing to compare, and a mean would differ from them by rounding.
func areAlike(_ values: some Collection<Double>) -> Bool { values.allSatisfy { $0 == values.first } }

/// The standard deviation over n - 1:
///
///     sqrt(sum over i of (x[i] - mean x)^2 / (n - 1)),      0 for fewer than two values
func sampleDeviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
}

/// The correlation of two lists:
///
///     sum of w (x - mean x) (y - mean y) / sqrt(sum of w (x - mean x)^2 sum of w (y - mean y)^2)
///
/// means being weighted as well; 0 where either list is all the same.
func correlation(_ first: [Double], _ second: [Double], weights: [Double]) -> Double {
    let total = weights.reduce(0, +)
    guard total > 0, !areAlike(first), !areAlike(second) else { return 0 }
    func centered(_ values: [Double]) -> [Double] {
        let mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
        return values.map { $0 - mean }
    }
    let (x, y) = (centered(first), centered(second))
    func product(_ x: [Double], _ y: [Double]) -> Double {
        zip(weights, zip(x, y)).reduce(0) { $0 + $1.0 * $1.1.0 * $1.1.1 }
    }
    let spread = (product(x, x) * product(y, y)).squareRoot()
    return spread > 0 ? product(x, y) / spread : 0
}

/// Added to a deviation that advantages are divided by, as verl does.
let deviationEpsilon = 1e-6

/// Probabilities in proportion to the exponentials of scores:
///
///     p[i] = exp(s[i]) / sum over j of exp(s[j])
///
/// The greatest score is taken off first, so that nothing overflows. A score that is not finite has 0; the first has 1 where
/// none is finite.
///
/// - Returns: As many as there are scores; they sum to 1 up to rounding.
func softmax(_ scores: [Double]) -> [Double] {
    guard let most = scores.filter(\.isFinite).max() else { return scores.indices.map { $0 == 0 ? 1 : 0 } }
    let weights = scores.map { $0.isFinite ? exp($0 - most) : 0 }, sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
}

/// The index that a uniform number falls on, where each has a part of the line in proportion to its probability.
///
/// - Parameters:
///   - probabilities: At least one; they need not sum to exactly 1.
///   - uniform: In [0, 1).
func drawnIndex(from probabilities: [Double], by uniform: Double) -> Int {
    var rest = uniform * probabilities.reduce(0, +)
    for (index, probability) in probabilities.enumerated() {
        rest -= probability
        if rest < 0 { return index }
    }
    return probabilities.lastIndex { $0 > 0 } ?? 0
}

/// A running mean: m = mu m + (1 - mu) x. The first value starts it.
public struct RunningMean: Sendable, Hashable, Codable {
    public private(set) var value: Double?

    public init(_ value: Double? = nil) { self.value = value }

    public mutating func add(_ new: Double, smoothing: Double) {
        value = value.map { smoothing * $0 + (1 - smoothing) * new } ?? new
    }
}
