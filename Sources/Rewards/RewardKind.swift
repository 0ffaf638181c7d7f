/// How responses are judged. The raw value is its name in files, flags and messages.
public enum RewardKind: String, CaseIterable, Hashable, Sendable {
    /// Compares the last \boxed{} with the answer, as mathematics.
    case math
    /// Compares the response with the answer, as text.
    case exact
    /// Compares what a pattern finds with the answer.
    case regex
    /// The built-in task of the prompt checks the response.
    case task
    /// A RewardService elsewhere decides.
    case external

    /// Whether responses are compared with an answer that the record brings.
    public var comparesAnswers: Bool {
        switch self {
        case .math, .exact, .regex: true
        case .task, .external: false
        }
    }
}

extension Reward {
    /// The reward of a kind that compares answers; nil for the others.
    ///
    /// - Parameters:
    ///   - pattern: For `regex`.
    ///   - ignoresCase: For `exact` and `regex`.
    /// - Throws: `PatternChecker.Problem` for a pattern that cannot be used.
    public init?(
        _ kind: RewardKind, pattern: String = "", ignoresCase: Bool = false, scores: VerdictScores = .usual
    ) throws(PatternChecker.Problem) {
        switch kind {
        case .math: self.init(.math(MathChecker()), scores: scores)
        case .exact: self.init(.exact(ExactChecker(ignoresCase: ignoresCase)), scores: scores)
        case .regex: self.init(.pattern(try PatternChecker(pattern, ignoresCase: ignoresCase)), scores: scores)
        case .task, .external: return nil
        }
    }
}
