package import Ranks

/// A program's access to its job's feedback.
///
/// Records are numbered in order of arrival and kept until the job is over. A program stores the number of the last one
/// it used in its checkpoints and continues after it, so a restarted job sees the same records again.
public struct FeedbackSource: Sendable {
    public struct Item: Sendable, Equatable, Codable {
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

    /// One that never has any.
    package static let none = FeedbackSource(read: { _, _ in [] }, markUsed: { _ in })

    /// This source's records on all ranks; those of the others are not asked.
    package func shared(among ranks: Ranks) -> FeedbackSource {
        guard ranks.count > 1 else { return self }
        return FeedbackSource(
            read: { number, limit in try ranks.told("taking feedback") { try read(number, limit) } },
            markUsed: { if ranks.isFirst { try markUsed($0) } })
    }

    /// The available records after a number (0: from the first), at most `limit`; having none is not an error.
    public func records(after number: Int64, limit: Int) throws -> [Item] { try read(number, limit) }

    /// Marks the records up to this number as used, which makes room for more.
    public func used(upTo number: Int64) throws { try markUsed(number) }
}

/// Something a caller sends to a running job to learn from.
public struct FeedbackRecord: Sendable, Equatable, Codable {
    public enum Content: Sendable, Equatable, Codable {
        /// The right answer: `grpo` samples responses to be judged against it, `sft` learns it.
        case answer(String)
        /// A response and its reward.
        case rewarded(response: String, reward: Double)
    }

    public var prompt: String
    public var content: Content

    public init(prompt: String, content: Content) {
        self.prompt = prompt
        self.content = content
    }
}
