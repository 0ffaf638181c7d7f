internal import Foundation

/// A pair that was chosen to be compared.
public struct ChosenPair: Sendable, Equatable {
    /// Its index among the candidates.
    public let index: Int
    /// d^T S^-1 d with the pairs chosen before it in S.
    public let gain: Double
    /// log det S - log det(lambda I), with it and those before.
    public let logDeterminant: Double

    public init(index: Int, gain: Double, logDeterminant: Double) {
        self.index = index
        self.gain = gain
        self.logDeterminant = logDeterminant
    }

    /// The gain that raises log det S by so much.
    public static func gain(_ rise: Double) -> Double { expm1(rise) }
}

/// Chooses pairs of responses, before anybody has compared any, whose comparison tells most about a reward that is linear
/// in features: the greedy D-optimal design.
///
///     S_0 = lambda I,      i_n = argmax over i of d_i^T S_{n-1}^-1 d_i,      S_n = S_{n-1} + d_{i_n} d_{i_n}^T
///
/// where d_i is the difference of the two responses' features, here divided by the root of their mean square over all
/// candidates, so that lambda means the same for every model. By the matrix determinant lemma each choice raises
/// log det S by log(1 + gain), as much as any pair could; gains never rise.
///
/// - Parameters:
///   - differences: d of each candidate: finite, of one width.
///   - count: How many to choose. Fewer are chosen if no other has a difference; each is chosen at most once.
///   - ridge: lambda, above 0.
///
/// S is never formed: with u_n = S_{n-1}^-1 d_{i_n} and g its gain,
///
///     S_n^-1 x = S_{n-1}^-1 x - u_n (u_n^T x) / (1 + g)
///
/// so that the gains of all candidates are kept, at O(width) each per choice. O(count (count + candidates) width).
///
/// Source: the collection of pairs in reward-agnostic preference learning (arXiv:2305.18505), which explores for them with
/// policies in an environment; here they are chosen among responses that are there.
public func informativePairs(_ differences: [[Float]], count: Int, ridge: Double) -> [ChosenPair] {
    precondition(ridge > 0, "a ridge of \(ridge)")
    guard let scale = inverseSpread(differences) else { return [] }
    let rows = differences.map { $0.map { Double($0) * scale } }
    var gains = rows.map { dot($0, $0) / ridge }
    var used = Set<Int>(), chosen: [ChosenPair] = [], steps: [(direction: [Double], denominator: Double)] = []
    var logDeterminant = 0.0
    while chosen.count < count {
        let next = gains.indices.filter { !used.contains($0) }.max { (gains[$0], $1) < (gains[$1], $0) }
        guard let next, gains[next] > 0 else { break }
        let gain = gains[next]
        var direction = rows[next].map { $0 / ridge }
        for step in steps {
            let share = dot(step.direction, rows[next]) / step.denominator
            for column in direction.indices { direction[column] -= share * step.direction[column] }
        }
        for index in rows.indices where gains[index] > 0 {
            let along = dot(direction, rows[index])
            gains[index] = max(gains[index] - along * along / (1 + gain), 0)
        }
        steps.append((direction, 1 + gain))
        used.insert(next)
        logDeterminant += log(1 + gain)
        chosen.append(ChosenPair(index: next, gain: gain, logDeterminant: logDeterminant))
    }
    return chosen
}

/// log det S - log det(lambda I) of pairs that were chosen in another way, after each of them.
///
/// - Parameters:
///   - differences: d of all candidates, whose spread sets the scale as in `informativePairs`.
///   - order: The pairs, as indices of candidates.
public func logDeterminants(_ differences: [[Float]], order: [Int], ridge: Double) -> [Double] {
    guard let scale = inverseSpread(differences) else { return order.map { _ in 0 } }
    var steps: [(direction: [Double], denominator: Double)] = [], sum = 0.0
    return order.map { index in
        let row = differences[index].map { Double($0) * scale }
        var direction = row.map { $0 / ridge }
        for step in steps {
            let share = dot(step.direction, row) / step.denominator
            for column in direction.indices { direction[column] -= share * step.direction[column] }
        }
        let gain = dot(direction, row)
        steps.append((direction, 1 + gain))
        sum += log(1 + gain)
        return sum
    }
}

/// 1 over the root of the rows' mean square norm; nil if all are 0.
func inverseSpread(_ rows: [[Float]]) -> Double? {
    let sum = rows.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double($1) * Double($1) } }
    return sum > 0 ? 1 / (sum / Double(rows.count)).squareRoot() : nil
}

func dot(_ first: [Double], _ second: [Double]) -> Double {
    var sum = 0.0
    for index in first.indices { sum += first[index] * second[index] }
    return sum
}
