/// The built-in tasks: families of problems whose examples are generated, solved and checked here.
public enum TaskKind: String, Sendable, Hashable, CaseIterable {
    /// A number changed by a chain of operations.
    case chain
    /// Numbers to be combined into a target.
    case countdown
    /// Variables defined by each other in shuffled order, one of which is asked for.
    case graph
    /// Stories of counts in plain words.
    case words

    /// What to do, in one line.
    public var summary: String {
        switch self {
        case .chain: "apply operations one after another"
        case .countdown: "combine numbers into a target"
        case .graph: "find a variable's value from shuffled definitions"
        case .words: "work out a count from a story in plain words"
        }
    }

    /// Checks a response step by step.
    ///
    /// Needs only prompt and response. Any response is judged; a prompt that does not belong to this task is refused.
    ///
    /// - Parameters:
    ///   - prompt: The text as generated, including its final line break.
    ///   - response: The text without an end-of-sequence token.
    /// - Complexity: O(length of prompt and response).
    public func check(prompt: String, response: String) throws(TaskError) -> TaskCheck {
        switch self {
        case .chain: try ChainProblem(parsing: prompt).check(response)
        case .countdown: try CountdownProblem(parsing: prompt).check(response)
        case .graph: try GraphProblem(parsing: prompt).check(response)
        case .words: try WordsProblem(parsing: prompt).check(response)
        }
    }
}
