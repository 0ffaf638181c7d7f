/// What comparing two answers, or two parts of them, came to.
///
/// "Different" is said only where something shows a difference. Where no means at hand tells, the outcome is
/// `undecided`, and stays so up to the verdict: a wrong answer and one that the checker cannot follow are not the same.
enum Outcome: Sendable {
    case equal, different, undecided

    init(_ isEqual: Bool) { self = isEqual ? .equal : .different }

    /// Of parts that all have to agree: `different` as soon as one is, whatever the others are.
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

    /// Of choices of which one has to agree: `equal` as soon as one does.
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

    /// This one, or where it is undecided what the next means tells.
    func or(_ next: () throws(MathProblem) -> Outcome) throws(MathProblem) -> Outcome {
        self == .undecided ? try next() : self
    }
}
