public import Rewards

extension Verdict {
    /// What a task's checker says of an answer, as a verdict.
    public init(_ answer: TaskCheck.Answer) {
        self =
            switch answer {
            case .right: .correct
            case .wrong: .incorrect
            case .missing: .noAnswer
            }
    }
}

extension Judgement {
    /// What a task's check says.
    ///
    /// - Parameter requiresSoundSteps: A right answer whose steps do not all check out is wrong.
    init(_ check: TaskCheck, requiresSoundSteps: Bool) {
        let isLucky = requiresSoundSteps && check.answer == .right && !check.isSound
        let fault = check.fault.map { "step \($0.step): \($0.kind.rawValue)" }
        self.init(isLucky ? .incorrect : Verdict(check.answer), detail: fault)
    }
}

extension TaskKind {
    /// The tasks that a prompt is a problem of.
    public static func tasks(ofPrompt prompt: String) -> [TaskKind] {
        allCases.filter { (try? $0.check(prompt: prompt, response: "")) != nil }
    }
}
