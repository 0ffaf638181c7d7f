public import Rewards

/// What there is to count of the responses to one prompt of an evaluation.
public struct PromptTally: Sendable, Equatable, Codable {
    /// Responses drawn.
    public private(set) var responses = 0
    /// Of those, the ones that were judged.
    public private(set) var judged = 0
    /// Of those judged.
    public private(set) var correct = 0
    public private(set) var undecided = 0
    public private(set) var withoutAnswer = 0
    /// Of all responses together.
    public private(set) var tokens = 0
    /// Ended by the length limit.
    public private(set) var cut = 0
    /// Responses to a built-in task's problem that its checker looked through; 0 for other data.
    public private(set) var checked = 0
    /// Of those checked: right, with every step sound.
    public private(set) var sound = 0
    /// Of all that were checked together.
    public private(set) var steps = 0

    public init() {}

    /// Counts a response.
    ///
    /// - Parameters:
    ///   - verdict: nil where nobody judged it.
    ///   - check: What a built-in task's checker found; nil for other data.
    public mutating func add(tokens: Int, isCut: Bool, verdict: Verdict?, check: TaskCheck?) {
        responses += 1
        self.tokens += tokens
        cut += isCut ? 1 : 0
        if let verdict {
            judged += 1
            correct += verdict == .correct ? 1 : 0
            undecided += verdict == .undecided ? 1 : 0
            withoutAnswer += verdict == .noAnswer ? 1 : 0
        }
        if let check {
            checked += 1
            sound += check.isSound ? 1 : 0
            steps += check.steps
        }
    }
}
