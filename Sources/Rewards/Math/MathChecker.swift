internal import Basics

/// Compares a response's last box with the reference, mathematically.
///
/// docs/rewards.md describes what counts as equal. Verdicts are a function of the two texts alone: work is bounded by
/// steps, never by time.
public struct MathChecker: AnswerChecker, Equatable {
    /// The default step limit for one verdict; it takes some milliseconds. Benchmark answers take at most a few
    /// thousand steps.
    public static let usualSteps = 400_000

    /// The most steps one verdict may take; beyond them it is TIMEOUT.
    public var steps: Int

    public init(steps: Int = MathChecker.usualSteps) { self.steps = steps }

    /// Judges the last box after the last `</think>`; NO_ANSWER if there is none.
    ///
    /// - Parameter reference: An answer in LaTeX, in a box, between dollar signs, or plain.
    public func judge(response: String, reference: String) -> Judgement {
        switch BoxedAnswer(in: ThinkingEnd.result(of: response)) {
        case .missing(let why): Judgement(.noAnswer, detail: why)
        case .found(let answer): compare(answer: answer, reference: reference)
        }
    }

    /// Judges an answer given without a response around it.
    public func compare(answer: String, reference: String) -> Judgement {
        let budget = StepBudget(limit: steps)
        let answer = Self.unboxed(answer), reference = Self.unboxed(reference)
        if answer.isEmpty { return Judgement(.noAnswer, detail: "the answer is empty") }
        if answer == reference { return Judgement(.correct, answer: answer) }
        do {
            let wanted = try Self.read(reference, "the reference", budget)
            let given = try Self.read(answer, "the answer", budget)
            return Self.judgement(try Self.compare(wanted, given, budget), answer)
        } catch {
            return Judgement(error.problem.verdict, answer: answer, detail: error.description)
        }
    }

    private static func unboxed(_ text: String) -> String {
        if case .found(let content) = BoxedAnswer(in: text[...]) { content } else { text.trimmed }
    }

    private static func read(
        _ text: String, _ what: String, _ budget: StepBudget
    ) throws(Failure) -> ReadAnswer {
        do { return try ReadAnswer(text, budget: budget) } catch { throw Failure(problem: error, subject: what) }
    }

    private static func judgement(_ outcome: Outcome, _ answer: String) -> Judgement {
        switch outcome {
        case .equal: Judgement(.correct, answer: answer)
        case .different: Judgement(.incorrect, answer: answer)
        case .undecided: Judgement(.undecided, answer: answer, detail: "no means at hand tells whether the two agree")
        }
    }

    private static func compare(
        _ reference: ReadAnswer, _ answer: ReadAnswer, _ budget: StepBudget
    ) throws(Failure) -> Outcome {
        if reference.tokens == answer.tokens { return .equal }
        // Words may contain numbers, as in `June 5`, and only the number would count next to a value.
        if reference.readings[0].isText || answer.readings[0].isText, !reference.spelling.isEmpty,
            reference.spelling == answer.spelling
        {
            return .equal
        }
        let comparison = AnswerComparison(budget: budget)
        do {
            return try .any(of: reference.readings) { wanted throws(MathProblem) in
                try .any(of: answer.readings) { given throws(MathProblem) in try comparison.compare(wanted, given) }
            }
        } catch {
            throw Failure(problem: error, subject: nil)
        }
    }

    /// A problem, and which text it is in.
    private struct Failure: Error {
        var problem: MathProblem
        var subject: String?

        var description: String { subject.map { "\($0): \(problem.description)" } ?? problem.description }
    }
}
