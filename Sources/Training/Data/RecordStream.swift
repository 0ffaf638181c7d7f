import Jobs
import Tasks

/// A job's records in order, any feedback first. Its position is a few counters.
struct RecordStream {
    /// The position of a stream.
    struct Position: Sendable, Equatable, Codable {
        /// Records taken from the data, including those left out.
        var records = 0
        /// The last feedback record taken.
        var feedback: Int64 = 0
        /// Prompts left out because they were too long or had no tokens.
        var skipped = 0
    }

    /// A record prepared for training.
    struct Item: Sendable {
        /// Its position in the data, or in the feedback.
        let position: Int
        let record: DataRecord
        let prompt: [Int32]
        /// A response that came with its reward, to use instead of drawing responses.
        var rewarded: (response: String, reward: Double)?
        /// Whether its response is another than the data's.
        var isAugmented = false
        /// The beginning of the solution that the prompt ends with; nil where the policy is not known to need one.
        var hint: Hint?
    }

    /// What a prompt gives away of its solution.
    struct Hint: Sendable {
        /// 0 for nothing.
        let level: Int
        let text: String
    }

    private(set) var position: Position
    private let data: Dataset
    private let injection: BehaviorInjection?
    private let prompts: PromptBuilder
    private let specification: JobSpecification
    private let feedback: FeedbackSource
    private let note: @Sendable (String) -> Void
    /// The lengths a prompt may have, in tokens.
    private let lengths: ClosedRange<Int>
    private let contextLength: Int

    init(
        _ data: Dataset, _ prompts: PromptBuilder, _ context: JobContext, contextLength: Int, from position: Position
    ) {
        self.data = data
        injection = BehaviorInjection(context.specification.data)
        self.prompts = prompts
        specification = context.specification
        feedback = context.feedback
        note = context.note
        self.position = position
        self.contextLength = contextLength
        lengths = specification.data.promptLengths(contextLength: contextLength)
    }

    /// The number of records in an epoch; nil if the data has no end.
    var epochLength: Int? { data.count }

    /// The next records, feedback first.
    ///
    /// - Throws: `DataProblem`, `TaskError` or `JobError`, including when a whole epoch holds no usable prompt;
    ///   `CancellationError`.
    mutating func next(_ count: Int) throws -> [Item] {
        let items = try takeFeedback(count)
        return items + (try nextFromData(count - items.count))
    }

    /// The next records of the data.
    ///
    /// - Throws: As `next`.
    mutating func nextFromData(_ count: Int) throws -> [Item] {
        var items: [Item] = []
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

    /// After this many consecutive unusable examples of a task without end, assume that all are unusable.
    private static let longestRun = 10_000

    /// How many records the data has; nil for a task, which has any number.
    var recordCount: Int? { data.count }

    /// Whether so many consecutive records are sure to include all there are.
    func includesAll(_ records: Int) -> Bool {
        // Each epoch has its own order, so fewer may miss one.
        records >= data.count.map { 2 * $0 - 1 } ?? Self.longestRun
    }

    /// - Parameter passed: The number of consecutive prompts left out.
    private func checkForUsable(after passed: Int) throws {
        guard includesAll(passed) else { return }
        let subject: String
        if let length = data.count {
            subject = length == 1 ? "The only prompt of the data" : "Each of the \(length) prompts of the data"
        } else {
            subject = "Each of the last \(passed) prompts"
        }
        throw JobError.data(
            reason:
                "\(subject) has more than \(lengths.upperBound) tokens, or none. Raise data.max_prompt_tokens, or shorten the "
                + "prompts.")
    }

    /// Names a range of the run's records, for messages.
    static func name(_ numbers: Range<Int>) -> String {
        switch numbers.count {
        case 0: "feedback's records alone"
        case 1: "record \(numbers.lowerBound) of the run"
        default: "records \(numbers.lowerBound) to \(numbers.upperBound - 1) of the run"
        }
    }

    /// A record previously returned by `next`, by its position in the data.
    func item(at number: Int) throws -> Item {
        let record = try record(at: number)
        return Item(position: number, record: record, prompt: try prompts.tokens(record))
    }

    /// The same record with a hint behind its prompt; nil where that leaves no room for an answer.
    func hinted(_ item: Item, level: Int) throws -> Item? {
        let text = Training.hint(item.record.response ?? "", level: level, of: specification.curriculum.blocks)
        let prompt = item.prompt + (try prompts.beginning(text))
        guard prompt.count < contextLength else { return nil }
        return Item(
            position: item.position, record: item.record, prompt: prompt, hint: Hint(level: level, text: text))
    }

    /// Counts a record as left out after it was taken.
    mutating func skip() { position.skipped += 1 }

    /// Marks the feedback taken as used, once a step has learnt from it.
    func commit() throws { if position.feedback > 0 { try feedback.used(upTo: position.feedback) } }

    private func record(at position: Int) throws -> DataRecord {
        if specification.data.shuffle { return try data.record(atPosition: position, seed: specification.seed) }
        return try data.record(at: data.count.map { position % $0 } ?? position)
    }

    private func augmented(_ item: Item) -> Item {
        let response = injection?.response(to: item.record, seed: specification.seed, index: item.position)
        guard let response, response != item.record.response else { return item }
        var record = item.record
        record.response = response
        return Item(position: item.position, record: record, prompt: item.prompt, isAugmented: true)
    }

    private mutating func item(_ record: DataRecord, at number: Int) throws -> Item? {
        let prompt = try prompts.tokens(record)
        if lengths.contains(prompt.count) { return augmented(Item(position: number, record: record, prompt: prompt)) }
        guard specification.data.longPrompts == .skip else {
            throw JobError.data(
                reason: "A prompt has \(prompt.count) tokens, and data.max_prompt_tokens and the context "
                    + "allow 1 to \(lengths.upperBound). It begins: \(record.text.prefix(60))")
        }
        position.skipped += 1
        return nil
    }

    /// Records that callers sent and no step has taken, as many as there are up to a number.
    mutating func takeFeedback(_ count: Int) throws -> [Item] {
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

    /// One user's feedback must not end another's job: a record that yields no tokens to train on is left out.
    private mutating func item(_ entry: FeedbackSource.Item) -> Item? {
        do {
            guard var item = try item(Self.record(entry.record), at: Int(entry.number)) else { return nil }
            if case .rewarded(let response, let reward) = entry.record.content { item.rewarded = (response, reward) }
            if let text = item.record.response, item.rewarded != nil || specification.kind.records == .responses {
                let length = item.prompt.count + (try prompts.response(text, to: item.record)).count
                guard length <= contextLength else {
                    throw JobError.data(
                        reason: "The prompt and the response have \(length) tokens, and the context \(contextLength).")
                }
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
    /// The lengths in tokens that a prompt may have if it is to be answered.
    func promptLengths(contextLength: Int) -> ClosedRange<Int> { 1...max(1, min(maxPromptTokens, contextLength - 1)) }
}

extension BehaviorInjection {
    /// nil for data that are learnt as they are.
    init?(_ data: DataSpecification) {
        guard data.augment == .behaviorInjection else { return nil }
        self.init(explore: data.explore, restate: data.restate)
    }
}
