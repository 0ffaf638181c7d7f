/// One problem of a task, with its solution.
public struct TaskExample: Sendable, Hashable {
    /// What the model reads.
    public var prompt: String
    /// The right content of the box or, if several contents are right, the value they share.
    public var answer: String
    /// A sound solution: steps that end in blank lines, then `\boxed{…}`.
    public var response: String

    public init(prompt: String, answer: String, response: String) {
        self.prompt = prompt
        self.answer = answer
        self.response = response
    }
}
