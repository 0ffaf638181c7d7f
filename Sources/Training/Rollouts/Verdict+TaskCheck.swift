public import Rewards
public import Tasks

extension Verdict {
    /// What a built-in task's checker says of an answer, as a verdict.
    public init(_ answer: TaskCheck.Answer) {
        self =
            switch answer {
            case .right: .correct
            case .wrong: .incorrect
            case .missing: .noAnswer
            }
    }
}
