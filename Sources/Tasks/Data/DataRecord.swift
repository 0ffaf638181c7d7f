public import Basics

/// One line of training or test data: a prompt with what is right, what to learn, or both.
public struct DataRecord: Sendable, Hashable {
    public var prompt: Prompt
    /// What counts as right, the first one foremost; empty where nobody said.
    public var answers: [String]
    /// A response to learn from, where there is one.
    public var response: String?
    /// Where the record comes from, in verl's words: a task's name, or a data set's.
    public var source: String?

    public enum Prompt: Sendable, Hashable {
        case text(String)
        /// Turns of a conversation, for a chat template.
        case messages([ChatMessage])
    }

    public init(prompt: Prompt, answers: [String] = [], response: String? = nil, source: String? = nil) {
        self.prompt = prompt
        self.answers = answers
        self.response = response
        self.source = source
    }

    /// The foremost of what counts as right; empty for none.
    public var answer: String { answers.first ?? "" }

    /// The prompt as a task's checker wants it: the text, or the content of the last message of a user.
    public var text: String {
        switch prompt {
        case .text(let text): text
        case .messages(let messages): messages.last { $0.role == "user" }?.content ?? ""
        }
    }

    /// The built-in task the record belongs to, by its source.
    public var task: TaskKind? { source.flatMap { TaskKind(rawValue: $0) } }
}

extension DataRecord {
    /// An example of a task as a record.
    public init(_ example: TaskExample, _ kind: TaskKind) {
        self.init(
            prompt: .text(example.prompt), answers: [example.answer], response: example.response,
            source: kind.rawValue)
    }
}
