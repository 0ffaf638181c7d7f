/// The reward that each verdict earns.
///
/// The usual map is 1 for a correct answer and 0 for everything else, as in the paper. Scores can be any finite
/// numbers: -0.5 for a response without an answer is as valid as 0.
public struct VerdictScores: Sendable, Equatable {
    private var scores: [Verdict: Double]

    /// Why a map of scores cannot be used.
    public struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        public let description: String
    }

    /// - Parameter scores: Verdicts whose scores differ from the usual map.
    /// - Throws: `Problem` for a score that is not finite: one such number would make every weight of a model NaN.
    public init(_ scores: [Verdict: Double] = [:]) throws(Problem) {
        for verdict in Verdict.allCases {
            guard let score = scores[verdict], !score.isFinite else { continue }
            throw Problem(description: "the score of \(verdict.rawValue) is \(score). Give a finite number.")
        }
        self.scores = [.correct: 1]
        self.scores.merge(scores) { $1 }
    }

    private init(usual: [Verdict: Double]) { scores = usual }

    /// 1 for correct, 0 otherwise.
    public static let usual = VerdictScores(usual: [.correct: 1])

    public subscript(_ verdict: Verdict) -> Double { scores[verdict, default: 0] }
}
