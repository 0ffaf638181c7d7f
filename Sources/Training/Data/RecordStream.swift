import Jobs
import Tasks

/// A job's records, one after the other, with its feedback before them. Where it stands is two numbers.
struct RecordStream {
    /// Where a stream stands.
    struct Position: Sendable, Equatable, Codable {
        /// Records taken of the data, those left out included.
        var records = 0
        /// The last feedback record taken.
        var feedback: Int64 = 0
        /// Prompts left out because they were too long, or had no tokens.
        var skipped = 0
    }

    /// A record as it is learnt from.
    struct Item: Sendable {
        /// Its position in the data, or in the feedback.
        let position: Int
        let record: DataRecord
        let prompt: [Int32]
        /// A response that came with its reward, in place of responses to draw.
        var rewarded: (response: String, reward: Double)?
    }

    private(set) var position: Position
    private let data: Dataset
    private let prompts: PromptBuilder
    private let specification: JobSpecification
    private let feedback: FeedbackSource
    private let note: @Sendable (String) -> Void
    /// Tokens a prompt may have.
    private let lengths: ClosedRange<Int>

    init(
        _ data: Dataset, _ prompts: PromptBuilder, _ context: JobContext, contextLength: Int, from position: Position
    ) {
        self.data = data
        self.prompts = prompts
        specification = context.specification
        feedback = context.feedback
        note = context.note
        self.position = position
        lengths = specification.data.promptLengths(contextLength: contextLength)
    }

    /// Records that make an epoch; nil where the data has no end.
    var epochLength: Int? { data.count }

    /// The next records, feedback first.
    ///
    /// - Throws: `DataProblem`, `TaskError` or `JobError`, also when a whole epoch holds no usable prompt;
    ///   `CancellationError`.
    mutating func next(_ count: Int) throws -> [Item] {
        var items = try takeFeedback(count)
        var passed = 0
        while items.count < count {
            try Task.checkCancellation()
            let number = position.records
            position.records += 1
            if let item = try item(record(at: number), at: number) {
                items.append(item)
                passed = 0
            } else {
                passed += 1
                try checkForUsable(after: passed)
            }
        }
        return items
    }

    /// Examples of a task that have no end, of which this many in a row are no use: there will be none.
    private static let longestRun = 10_000

    /// - Parameter passed: Prompts that were left out one after the other.
    private func checkForUsable(after passed: Int) throws {
        let subject: String
        if let length = data.count {
            // Each epoch has an order of its own, so only as many in a row are sure to hold a whole epoch.
            guard passed >= 2 * length - 1 else { return }
            subject = length == 1 ? "The only prompt of the data" : "Each of the \(length) prompts of the data"
        } else {
            guard passed >= Self.longestRun else { return }
            subject = "Each of the last \(passed) prompts"
        }
        throw JobError.data(
            reason:
                "\(subject) has more than \(lengths.upperBound) tokens, or none. Raise data.max_prompt_tokens, or shorten the "
                + "prompts.")
    }

    /// Records of the run by their numbers, for messages.
    static func name(_ numbers: Range<Int>) -> String {
        switch numbers.count {
        case 0: "feedback's records alone"
        case 1: "record \(numbers.lowerBound) of the run"
        default: "records \(numbers.lowerBound) to \(numbers.upperBound - 1) of the run"
        }
    }

    /// A record that `next` gave before, by its position in the data.
    func item(at number: Int) throws -> Item {
        let record = try record(at: number)
        return Item(position: number, record: record, prompt: try prompts.tokens(record))
    }

    /// Counts a record that was taken and left out all the same.
    mutating func skip() { position.skipped += 1 }

    /// Marks what was taken as used, once a step has learnt from it.
    func commit() throws { if position.feedback > 0 { try feedback.used(upTo: position.feedback) } }

    private func record(at position: Int) throws -> DataRecord {
        if specification.data.shuffle { return try data.record(atPosition: position, seed: specification.seed) }
        return try data.record(at: data.count.map { position % $0 } ?? position)
    }

    private mutating func item(_ record: DataRecord, at number: Int) throws -> Item? {
        let prompt = try prompts.tokens(record)
        if lengths.contains(prompt.count) { return Item(position: number, record: record, prompt: prompt) }
        guard specification.data.longPrompts == .skip else {
            throw JobError.data(
                reason: "A prompt has \(prompt.count) tokens, and data.max_prompt_tokens and the context "
                    + "allow 1 to \(lengths.upperBound). It begins: \(record.text.prefix(60))")
        }
        position.skipped += 1
        return nil
    }

    private mutating func takeFeedback(_ count: Int) throws -> [Item] {
        guard specification.feedback.enabled else { return [] }
        var items: [Item] = []
        while items.count < count {
            let found = try feedback.records(after: position.feedback, limit: count - items.count)
            guard !found.isEmpty else { break }
            for entry in found {
                position.feedback = entry.number
                if let item = item(entry) { items.append(item) }
            }
        }
        return items
    }

    /// Feedback from one user must not end the job of another: a record that gives no tokens to learn from is left out.
    private mutating func item(_ entry: FeedbackSource.Item) -> Item? {
        do {
            guard var item = try item(Self.record(entry.record), at: Int(entry.number)) else { return nil }
            if case .rewarded(let response, let reward) = entry.record.content { item.rewarded = (response, reward) }
            if let text = item.record.response, item.rewarded != nil || specification.kind.records == .responses {
                _ = try prompts.response(text, to: item.record)
            }
            return item
        } catch {
            note("Feedback record \(entry.number) is left out: \(error)")
            position.skipped += 1
            return nil
        }
    }

    private static func record(_ feedback: FeedbackRecord) -> DataRecord {
        switch feedback.content {
        case .answer(let answer):
            DataRecord(prompt: .text(feedback.prompt), answers: [answer], response: answer)
        case .rewarded(let response, _):
            DataRecord(prompt: .text(feedback.prompt), response: response)
        }
    }
}

extension DataSpecification {
    /// How many tokens a prompt may have that is to be answered.
    func promptLengths(contextLength: Int) -> ClosedRange<Int> { 1...max(1, min(maxPromptTokens, contextLength - 1)) }
}
