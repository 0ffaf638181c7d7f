/// What records must have beside their prompts, for what they are used for.
public enum RecordNeed: String, Sendable, CaseIterable {
    /// Nothing: the responses are judged elsewhere.
    case prompt
    /// What counts as right.
    case answer
    /// What to learn.
    case response
    /// Either of them.
    case either

    /// What is missing of a record, and the remedy.
    func problem(_ record: DataRecord) -> RecordProblem? {
        switch self {
        case .prompt: nil
        case .answer where record.answers.isEmpty:
            RecordProblem(
                field: "answer", message: "is missing. Give the answer there, or in reward_model.ground_truth.")
        case .response where record.response == nil:
            RecordProblem(
                field: "response",
                message: "is missing. Give the text to learn there, or as the assistant's last message in messages.")
        case .either where record.answers.isEmpty && record.response == nil:
            RecordProblem(
                field: "answer", message: "is missing, and response too. Give what is right, or what to learn.")
        case .answer, .response, .either: nil
        }
    }
}
