/// The result of comparing two answers, or parts of them.
///
/// The result is `different` only if something shows a difference. If no available method tells, it is `undecided`, up
/// to the verdict: a wrong answer is not the same as one that the checker cannot follow.
enum Outcome: Sendable {
    case equal, different, undecided

    init(_ isEqual: Bool) { self = isEqual ? .equal : .different }

    /// Combines parts that all have to agree: `different` as soon as one is, whatever the others are.
    static func all<Part>(
        of parts: some Sequence<Part>, _ compare: (Part) throws(MathProblem) -> Outcome
    ) throws(MathProblem) -> Outcome {
        var outcome = Outcome.equal
        for part in parts {
            switch try compare(part) {
            case .equal: continue
            case .undecided: outcome = .undecided
            case .different: return .different
            }
        }
        return outcome
    }

    /// Combines alternatives of which one has to agree: `equal` as soon as one does.
    static func any<Part>(
        of parts: some Sequence<Part>, _ compare: (Part) throws(MathProblem) -> Outcome
    ) throws(MathProblem) -> Outcome {
        var outcome = Outcome.different
        for part in parts {
            switch try compare(part) {
            case .equal: return .equal
            case .undecided: outcome = .undecided
            case .different: continue
            }
        }
        return outcome
    }

    /// This outcome, or that of the next method if this one is undecided.
    func or(_ next: () throws(MathProblem) -> Outcome) throws(MathProblem) -> Outcome {
        self == .undecided ? try next() : self
    }
}
