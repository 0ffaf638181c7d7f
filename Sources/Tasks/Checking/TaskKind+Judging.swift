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

extension TaskKind {
    /// Judges a response; a prompt that is none of this task's is an INTERNAL verdict.
    ///
    /// - Parameter requiresSoundSteps: A right answer whose steps do not all check out is wrong.
    public func judge(prompt: String, response: String, requiresSoundSteps: Bool = false) -> Judgement {
        do {
            let check = try check(prompt: prompt, response: response)
            let isLucky = requiresSoundSteps && check.answer == .right && !check.isSound
            let fault = check.fault.map { "step \($0.step): \($0.kind.rawValue)" }
            return Judgement(isLucky ? .incorrect : Verdict(check.answer), detail: fault)
        } catch {
            return Judgement(.internal, detail: error.description)
        }
    }

    /// The tasks that a prompt is a problem of.
    public static func tasks(ofPrompt prompt: String) -> [TaskKind] {
        allCases.filter { (try? $0.check(prompt: prompt, response: "")) != nil }
    }
}
