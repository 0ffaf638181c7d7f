/// What records must have besides their prompts, depending on their use.
public enum RecordNeed: String, Sendable, CaseIterable {
    /// Nothing: the responses are judged elsewhere.
    case prompt
    /// A right answer.
    case answer
    /// A response to train on.
    case response
    /// Both.
    case solution
    /// Two responses of which one was preferred.
    case pair
    /// An answer or a response.
    case either

    /// What a record lacks, and the remedy.
    func problem(_ record: DataRecord) -> RecordProblem? {
        switch self {
        case .prompt: nil
        case .answer where record.answers.isEmpty, .solution where record.answers.isEmpty:
            RecordProblem(
                field: "answer", message: "is missing. Give the answer there, or in reward_model.ground_truth.")
        case .response where record.response == nil, .solution where record.response == nil:
            RecordProblem(
                field: "response",
                message: "is missing. Give the text to learn there, or as the assistant's last message in messages.")
        case .solution where record.response?.contains { !$0.isWhitespace } == false:
            RecordProblem(field: "response", message: "is empty. Give the solution that hints are taken from.")
        case .either where record.answers.isEmpty && record.response == nil:
            RecordProblem(
                field: "answer", message: "is missing, and response too. Give what is right, or what to learn.")
        case .pair where record.response == nil:
            RecordProblem(field: "chosen", message: "is missing. Give the response that was preferred there.")
        case .pair where record.rejected == nil:
            RecordProblem(
                field: "rejected", message: "is missing. Give the response that was not preferred there.")
        case .pair where record.response == record.rejected:
            RecordProblem(field: "rejected", message: "says the same as chosen. Give two different responses.")
        case .answer, .response, .solution, .pair, .either: nil
        }
    }
}
