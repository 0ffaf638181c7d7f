public import Rewards

/// Counts for the responses to one prompt of an evaluation.
public struct PromptTally: Sendable, Equatable, Codable {
    /// Responses drawn.
    public private(set) var responses = 0
    /// The number of these that were judged.
    public private(set) var judged = 0
    /// The number of judged responses that were right.
    public private(set) var correct = 0
    public private(set) var undecided = 0
    public private(set) var withoutAnswer = 0
    /// The total over all responses.
    public private(set) var tokens = 0
    /// The number ended by the length limit.
    public private(set) var cut = 0
    /// Responses to a built-in task's problem that its checker examined; 0 for other data.
    public private(set) var checked = 0
    /// The number of checked responses that were right with every step sound.
    public private(set) var sound = 0
    /// The total over all checked responses.
    public private(set) var steps = 0

    public init() {}

    /// Counts a response.
    ///
    /// - Parameters:
    ///   - verdict: nil if it was not judged.
    ///   - check: The result of a built-in task's check; nil for other data.
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
