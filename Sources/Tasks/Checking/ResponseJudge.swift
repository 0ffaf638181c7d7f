public import Rewards

/// Judges responses to records where this process can: by comparison with the record's answers, or by the check of the
/// record's built-in task.
public struct ResponseJudge: Sendable {
    private enum Kind: Sendable {
        case answers(Reward)
        /// Records without a task cannot be judged.
        case task(requiresSoundSteps: Bool)
        /// Records without a task are judged by comparison.
        case taskOrAnswers(Reward)
    }

    /// The result of judging a response.
    public struct Finding: Sendable, Equatable {
        public var grade: Grade
        /// The result of the built-in task's check, if one was done.
        public var check: TaskCheck?
    }

    private let kind: Kind
    private let scores: VerdictScores

    /// - Parameters:
    ///   - pattern: For `regex`.
    ///   - ignoresCase: For `exact` and `regex`.
    ///   - requiresSoundSteps: For `task`: whether a right answer counts as wrong if some of its steps do not check
    ///     out.
    /// - Returns: nil for kinds that only jobs have.
    /// - Throws: `PatternChecker.Problem` if the pattern cannot be used.
    public init?(
        _ kind: RewardKind, pattern: String = "", ignoresCase: Bool = false, requiresSoundSteps: Bool = false,
        scores: VerdictScores = .usual
    ) throws(PatternChecker.Problem) {
        if let reward = try Reward(kind, pattern: pattern, ignoresCase: ignoresCase, scores: scores) {
            self.init(.answers(reward), scores)
        } else if kind == .task {
            self.init(.task(requiresSoundSteps: requiresSoundSteps), scores)
        } else {
            return nil
        }
    }

    private init(_ kind: Kind, _ scores: VerdictScores) {
        self.kind = kind
        self.scores = scores
    }

    /// The default: judges records of built-in tasks by their checks, others as mathematics.
    public static let usual = ResponseJudge(.taskOrAnswers(Reward(.math(MathChecker()))), .usual)

    /// The same, except that records of built-in tasks are judged by their checks.
    public var withTaskChecks: ResponseJudge {
        guard case .answers(let reward) = kind else { return self }
        return ResponseJudge(.taskOrAnswers(reward), scores)
    }

    /// The same, except that a right answer counts as right however it was reached: evaluations report the share of
    /// sound ones separately.
    public var ofAnswersAlone: ResponseJudge {
        guard case .task = kind else { return self }
        return ResponseJudge(.task(requiresSoundSteps: false), scores)
    }

    public func judge(_ response: String, to record: DataRecord) -> Finding {
        switch kind {
        case .answers(let reward):
            return Finding(grade: reward.grade(response: response, truths: record.answers))
        case .task(let requiresSoundSteps):
            guard let task = record.task else { return unjudged("the record belongs to no built-in task") }
            do {
                return finding(try task.check(prompt: record.text, response: response), requiresSoundSteps)
            } catch {
                return unjudged(error.description)
            }
        case .taskOrAnswers(let reward):
            guard let check = try? record.task?.check(prompt: record.text, response: response) else {
                return Finding(grade: reward.grade(response: response, truths: record.answers))
            }
            return finding(check, false)
        }
    }

    /// Judges an answer given without a response around it.
    public func judge(answer: String, to record: DataRecord) -> Finding {
        switch kind {
        case .answers(let reward), .taskOrAnswers(let reward):
            Finding(grade: reward.grade(answer: answer, truths: record.answers))
        case .task: unjudged("a task checks whole responses, not an answer alone")
        }
    }

    private func finding(_ check: TaskCheck, _ requiresSoundSteps: Bool) -> Finding {
        let judgement = Judgement(check, requiresSoundSteps: requiresSoundSteps)
        return Finding(grade: Grade(judgement, score: scores[judgement.verdict]), check: check)
    }

    private func unjudged(_ reason: String) -> Finding {
        Finding(grade: Grade(Judgement(.internal, detail: reason), score: scores[.internal]))
    }
}
