/// How far learning one response moves the policy towards others: inner products of the gradients of their
/// log-likelihoods.
///
///     K(p)   = mean over pairs i < j of a prompt's responses of <g[i], g[j]>
///     cos(p) = the same of the directions, <g[i], g[j]> / (|g[i]| |g[j]|)
///     across = mean over pairs of responses to different prompts of the cosine
///
/// From sums alone, since the sum over pairs i < j of <u[i], u[j]> is (|sum of u|^2 - sum of |u|^2) / 2: no two gradients
/// have to be in memory at once. A gradient of length 0 has no direction, and counts as one that is at right angles to all
/// others.
///
/// Source: the co-influence K of Behavior Injection (arXiv:2505.18917), whose gradients are of all weights; see
/// `GradientProbe` for those here.
struct GradientAgreement {
    /// What is found of one prompt.
    struct Prompt: Sendable, Equatable {
        /// K(p); nil for fewer than two responses.
        let influence: Double?
        let cosine: Double?
        /// The mean length of a gradient.
        let norm: Double
    }

    private var directions: [Double] = []
    /// The sum over prompts of the squared length of their directions' sum, and of their numbers of pairs.
    private var squares = 0.0
    private var count = 0
    private var pairsWithin = 0

    /// Takes in the gradients of one prompt's responses, all of one length, each once.
    mutating func add(_ gradients: some Sequence<[Float]>) -> Prompt {
        var sum: [Double] = [], directions: [Double] = []
        var lengths: [Double] = []
        var unitCount = 0
        for gradient in gradients {
            if sum.isEmpty {
                sum = Array(repeating: 0, count: gradient.count)
                directions = sum
            }
            let square = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }, length = square.squareRoot()
            let scale = length > 0 ? 1 / length : 0
            unitCount += length > 0 ? 1 : 0
            for (index, value) in gradient.enumerated() {
                sum[index] += Double(value)
                directions[index] += scale * Double(value)
            }
            lengths.append(length)
        }
        let responses = lengths.count, pairs = responses * (responses - 1) / 2
        let square = Self.square(directions)
        if self.directions.isEmpty { self.directions = Array(repeating: 0, count: directions.count) }
        for index in directions.indices { self.directions[index] += directions[index] }
        squares += square
        count += responses
        pairsWithin += pairs
        func mean(_ square: Double, less own: Double) -> Double? {
            pairs > 0 ? (square - own) / 2 / Double(pairs) : nil
        }
        return Prompt(
            influence: mean(Self.square(sum), less: lengths.reduce(0) { $0 + $1 * $1 }),
            cosine: mean(square, less: Double(unitCount)),
            norm: responses > 0 ? lengths.reduce(0, +) / Double(responses) : 0)
    }

    /// The mean cosine across prompts; nil while there is only one.
    var across: Double? {
        let pairs = count * (count - 1) / 2 - pairsWithin
        return pairs > 0 ? (Self.square(directions) - squares) / 2 / Double(pairs) : nil
    }

    private static func square(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }
}
