internal import Rewards

/// Checks a response step by step until one is wrong.
///
/// - Parameters:
///   - isRight: Whether a box's content is the answer.
///   - fault: What is wrong with a step, given whether it is the last. The closure's captured state keeps track of what
///     has been computed.
func checkSteps(
    of response: String, isRight: (String) -> Bool, fault: (ResponseStep, _ isLast: Bool) -> StepFault.Kind?
) -> TaskCheck {
    let steps = ResponseStep.all(of: response)
    let stated = StatedAnswer(in: response, form: .boxed)
    var check = TaskCheck(
        answer: stated.map { isRight($0.text) ? .right : .wrong } ?? .missing, steps: steps.count, fault: nil)
    for (index, step) in steps.enumerated() {
        if let kind = fault(step, index == steps.count - 1) {
            check.fault = StepFault(step: index + 1, kind: kind)
            return check
        }
    }
    // Sound so far, but a response ends with its box.
    if steps.last.map(AnswerBox.begins) != true {
        check.fault = StepFault(step: steps.count + 1, kind: .truncated)
    }
    return check
}
