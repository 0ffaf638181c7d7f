/// What a caller sends to a running job to learn from.
public struct FeedbackRecord: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        /// The right answer: for `grpo` the policy draws responses that are judged by it, for `sft` it is what is learnt.
        case answer(String)
        /// A response and what it is worth.
        case rewarded(response: String, reward: Double)
    }

    public var prompt: String
    public var content: Content

    public init(prompt: String, content: Content) {
        self.prompt = prompt
        self.content = content
    }
}
