/// How responses are judged. The raw value is its name in files, flags and messages.
public enum RewardKind: String, CaseIterable, Hashable, Sendable {
    /// Compares the last \boxed{} with the answer, as mathematics.
    case math
    /// Compares the response with the answer, as text.
    case exact
    /// Compares what a pattern finds with the answer.
    case regex
    /// The prompt's built-in task checks the response.
    case task
    /// An external RewardService decides.
    case external
    /// A reward that was fitted to comparisons.
    case learned

    /// Whether only jobs have it: it needs more than a record and a response.
    public var isOfJobs: Bool { self == .external || self == .learned }

    /// Whether responses are compared with an answer from the record.
    public var comparesAnswers: Bool {
        switch self {
        case .math, .exact, .regex: true
        case .task, .external, .learned: false
        }
    }
}

extension Reward {
    /// The reward of a kind that compares answers; nil for the others.
    ///
    /// - Parameters:
    ///   - pattern: For `regex`.
    ///   - ignoresCase: For `exact` and `regex`.
    /// - Throws: `PatternChecker.Problem` if the pattern cannot be used.
    public init?(
        _ kind: RewardKind, pattern: String = "", ignoresCase: Bool = false, scores: VerdictScores = .usual
    ) throws(PatternChecker.Problem) {
        switch kind {
        case .math: self.init(.math(MathChecker()), scores: scores)
        case .exact: self.init(.exact(ExactChecker(ignoresCase: ignoresCase)), scores: scores)
        case .regex: self.init(.pattern(try PatternChecker(pattern, ignoresCase: ignoresCase)), scores: scores)
        case .task, .external, .learned: return nil
        }
    }
}
