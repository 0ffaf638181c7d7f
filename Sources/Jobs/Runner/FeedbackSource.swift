/// Where a program reads the feedback of its job.
///
/// Records are numbered in the order they came and kept until the job is over. A program remembers the number of the
/// last one it used in its checkpoints, and goes on behind it: so a restarted job sees the same records again.
public struct FeedbackSource: Sendable {
    public struct Item: Sendable, Equatable {
        public let number: Int64
        public let record: FeedbackRecord
    }

    private let read: @Sendable (_ number: Int64, _ limit: Int) throws -> [Item]
    private let markUsed: @Sendable (_ number: Int64) throws -> Void

    init(
        read: @escaping @Sendable (_ number: Int64, _ limit: Int) throws -> [Item],
        markUsed: @escaping @Sendable (_ number: Int64) throws -> Void
    ) {
        self.read = read
        self.markUsed = markUsed
    }

    /// The records behind a number (0: from the first), as many as are there and at most `limit`; none is not an error.
    public func records(after number: Int64, limit: Int) throws -> [Item] { try read(number, limit) }

    /// Says that records up to this number were used, which makes room for more.
    public func used(upTo number: Int64) throws { try markUsed(number) }
}

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
