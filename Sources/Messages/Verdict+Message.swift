package import Rewards
package import Wire

extension V1.RewardVerdict {
    package init(_ verdict: Verdict) {
        self =
            switch verdict {
            case .correct: .correct
            case .incorrect: .incorrect
            case .undecided: .undecided
            case .noAnswer: .noAnswer
            case .parseError: .parseError
            case .timeout: .timeout
            case .internal: .internal
            }
    }
}

extension Verdict {
    /// The verdict in a message; any unknown value becomes INTERNAL.
    package init(_ verdict: V1.RewardVerdict) {
        self =
            switch verdict {
            case .correct: .correct
            case .incorrect: .incorrect
            case .undecided: .undecided
            case .noAnswer: .noAnswer
            case .parseError: .parseError
            case .timeout: .timeout
            default: .internal
            }
    }
}
