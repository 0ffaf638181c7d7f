public import Rewards

extension Verdict {
    /// The verdict for an answer found by a task's check.
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
    /// The judgement of a task's check.
    ///
    /// - Parameter requiresSoundSteps: Whether a right answer counts as wrong if some of its steps do not check out.
    init(_ check: TaskCheck, requiresSoundSteps: Bool) {
        let isLucky = requiresSoundSteps && check.answer == .right && !check.isSound
        let fault = check.fault.map { "step \($0.step): \($0.kind.rawValue)" }
        self.init(isLucky ? .incorrect : Verdict(check.answer), detail: fault)
    }
}

extension TaskKind {
    /// The tasks for which the prompt is a valid problem.
    public static func tasks(ofPrompt prompt: String) -> [TaskKind] {
        allCases.filter { (try? $0.check(prompt: prompt, response: "")) != nil }
    }
}
