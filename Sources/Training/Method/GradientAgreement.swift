/// How far learning from a prompt's responses moves the policy towards right ones, from the gradients g of their
/// log-likelihoods:
///
///     K(p) = mean over pairs of right ones of <g, g'> + mean over pairs of wrong ones of <g, g'>
///            - 2 mean over pairs of a right and a wrong one of <g, g'>
///
/// With the advantages of a group, (R - a) / sqrt(a (1 - a)), a step's direction is sqrt(a (1 - a)) times the difference of
/// the mean gradients of right and wrong responses, and its inner product with that difference is sqrt(a (1 - a)) K. K is
/// the squared length of the difference, estimated without the bias that a response's product with itself would bring; so it
/// can be below 0.
///
///     same     = mean over pairs of a prompt's responses of the cosine <g, g'> / (|g| |g'|)
///     across   = mean over pairs of responses to different prompts of the cosine
///
/// Both are near 0 where responses are drawn by the policy itself, whose expected gradient is 0. From sums alone: no two
/// gradients have to be in memory at once. A gradient of length 0 has no direction, and counts as one that is at right
/// angles to all others.
///
/// Source: Behavior Injection (arXiv:2505.18917), by which a step's influence is proportional to sqrt(a (1 - a)) K. Its
/// gradients are of all weights; see `GradientProbe` for those here.
struct GradientAgreement {
    /// What is found of one prompt.
    struct Prompt: Sendable, Equatable {
        /// K(p); nil with fewer than two right or two wrong responses.
        let influence: Double?
        let cosine: Double?
        /// The mean length of a gradient.
        let norm: Double
    }

    /// Sums over some of a prompt's responses.
    private struct Sums {
        var sum: [Double]
        var squares = 0.0
        var count = 0

        /// The mean inner product of two different ones.
        var meanOfPairs: Double? {
            count > 1 ? (GradientAgreement.product(sum, sum) - squares) / Double(count * (count - 1)) : nil
        }
    }

    private var directions: [Double] = []
    /// The sum over prompts of the squared length of their directions' sum, and of their numbers of pairs.
    private var squares = 0.0
    private var count = 0
    private var pairsWithin = 0

    /// Takes in the gradients of one prompt's responses, all of one length, each once, with whether it is right.
    mutating func add(_ gradients: some Sequence<(gradient: [Float], isRight: Bool)>) -> Prompt {
        var directions: [Double] = [], parts: [Bool: Sums] = [:]
        var length = 0.0, count = 0, unitCount = 0
        for (gradient, isRight) in gradients {
            if directions.isEmpty { directions = Array(repeating: 0, count: gradient.count) }
            let square = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }
            let scale = square > 0 ? 1 / square.squareRoot() : 0
            var part = parts.removeValue(forKey: isRight) ?? Sums(sum: Array(repeating: 0, count: gradient.count))
            for (index, value) in gradient.enumerated() {
                part.sum[index] += Double(value)
                directions[index] += scale * Double(value)
            }
            part.squares += square
            part.count += 1
            parts[isRight] = part
            length += square.squareRoot()
            count += 1
            unitCount += square > 0 ? 1 : 0
        }
        let pairs = count * (count - 1) / 2, square = Self.product(directions, directions)
        if self.directions.isEmpty { self.directions = Array(repeating: 0, count: directions.count) }
        for index in directions.indices { self.directions[index] += directions[index] }
        squares += square
        self.count += count
        pairsWithin += pairs
        return Prompt(
            influence: Self.influence(parts[true], parts[false]),
            cosine: pairs > 0 ? (square - Double(unitCount)) / 2 / Double(pairs) : nil,
            norm: count > 0 ? length / Double(count) : 0)
    }

    private static func influence(_ right: Sums?, _ wrong: Sums?) -> Double? {
        guard let right, let wrong, let alike = right.meanOfPairs, let others = wrong.meanOfPairs else { return nil }
        return alike + others - 2 * product(right.sum, wrong.sum) / Double(right.count * wrong.count)
    }

    /// The mean cosine across prompts; nil while there is only one.
    var across: Double? {
        let pairs = count * (count - 1) / 2 - pairsWithin
        return pairs > 0 ? (Self.product(directions, directions) - squares) / 2 / Double(pairs) : nil
    }

    private static func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}
