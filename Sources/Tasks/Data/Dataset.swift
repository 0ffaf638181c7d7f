internal import Foundation

/// Records for training or evaluation: those of a file, or of tasks, generated on demand.
public enum Dataset: Sendable {
    case file(RecordFile)
    case tasks(TaskMixture, seed: UInt64, split: DataSplit)

    /// What a text names: a file or built-in tasks with their settings; see `namesFile`.
    ///
    /// - Parameters:
    ///   - seed: The seed of the tasks' examples.
    ///   - split: The split of the tasks' examples.
    ///   - need: What a file's records must have; tasks' records have everything.
    ///   - rule: The kinds of files that may be read.
    /// - Throws: `DataProblem` for a file, `TaskError` for a task, `CancellationError`.
    public init(
        named text: String, seed: UInt64, split: DataSplit, needing need: RecordNeed, _ rule: InputRule
    ) throws {
        if Self.namesFile(text) {
            self = .file(try RecordFile(path: text, needing: need, rule))
        } else {
            self = .tasks(try TaskMixture(text), seed: seed, split: split)
        }
    }

    /// The first record of what a text names, in bounded time however long a file is.
    ///
    /// - Throws: `DataProblem` for a file, `TaskError` for a task.
    public static func first(
        named text: String, seed: UInt64, split: DataSplit, needing need: RecordNeed, _ rule: InputRule
    ) throws -> DataRecord {
        if namesFile(text) { return try RecordFile.first(path: text, needing: need, rule) }
        return try Dataset.tasks(try TaskMixture(text), seed: seed, split: split).record(at: 0)
    }

    /// Whether a text names a file: it contains `/`, or ends in `.jsonl` or `.jsonl.gz`. The text alone decides, and not what
    /// there is: whether a caller may have a file is asked of its path, by whoever knows where it may lie.
    public static func namesFile(_ text: String) -> Bool {
        text.contains("/") || [".jsonl", ".jsonl.gz"].contains(where: text.hasSuffix)
    }

    /// The number of records; nil if there is no end to them.
    public var count: Int? {
        switch self {
        case .file(let file): file.count
        case .tasks: nil
        }
    }

    /// Record `index`, the same one every time.
    ///
    /// - Throws: `DataProblem` or `TaskError`.
    public func record(at index: Int) throws -> DataRecord {
        switch self {
        case .file(let file): return try file.record(at: index)
        case .tasks(let mixture, let seed, let split):
            let (example, setting) = try mixture.example(at: index, seed: seed, split: split)
            return DataRecord(example, setting.kind)
        }
    }

    /// The record at a position of a run that goes through the data repeatedly.
    ///
    /// A file is read once per epoch, in an order drawn for the epoch; tasks continue with new examples. The position
    /// is all that a run needs to keep in order to resume.
    ///
    /// - Parameters:
    ///   - position: Counted from 0.
    ///   - seed: The seed of the order; it does not affect examples.
    public func record(atPosition position: Int, seed: UInt64) throws -> DataRecord {
        guard let count else { return try record(at: position) }
        return try record(at: ShuffledOrder(count: count, seed: seed).index(at: position))
    }
}
