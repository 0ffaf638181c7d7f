public import Basics

/// One line of training or test data: a prompt with right answers, a response to train on, or both.
public struct DataRecord: Sendable, Hashable {
    public var prompt: Prompt
    /// The right answers, most important first; empty if none are given.
    public var answers: [String]
    /// A response to train on, if there is one.
    public var response: String?
    /// The response that was compared with it and not preferred, if there is one.
    public var rejected: String?
    /// Where the record comes from, in verl's terms: the name of a task or a data set.
    public var source: String?
    /// The functions that may be called, for a chat template: a JSON array; empty if there are none.
    public var tools = ""
    /// In what order the problem can be worked out, in words, and what helps to; nil where the data does not say.
    public var plan: String?
    public var facts: String?
    /// What has to be found on the way, in order: prompts of their own, with their answers.
    public var subproblems: [Part] = []

    /// A part of a problem.
    public struct Part: Sendable, Hashable {
        public var prompt: String
        public var answer: String

        public init(prompt: String, answer: String) {
            self.prompt = prompt
            self.answer = answer
        }
    }

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

    /// The first right answer; empty if there is none.
    public var answer: String { answers.first ?? "" }

    /// The prompt as a task's checker expects it: the text, or the content of the last user message.
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
