internal import Foundation

/// Records to train on or to measure with: a file's, or those of tasks, made as they are asked for.
public enum Dataset: Sendable {
    case file(RecordFile)
    case tasks(TaskMixture, seed: UInt64, split: DataSplit)

    /// What a text names: the file, where there is one, or the text has the looks of a path (a `/`, `.jsonl` at its
    /// end), else built-in tasks with their settings.
    ///
    /// - Parameters:
    ///   - seed: Of the tasks' examples.
    ///   - split: Of the tasks' examples.
    ///   - need: What a file's records must have; tasks' have everything.
    ///   - rule: Kinds of file that may be read.
    /// - Throws: `DataProblem` of a file, `TaskError` of a task, `CancellationError`.
    public init(
        named text: String, seed: UInt64, split: DataSplit, needing need: RecordNeed, _ rule: InputRule
    ) throws {
        if Self.isFile(text) {
            self = .file(try RecordFile(path: text, needing: need, rule))
        } else {
            self = .tasks(try TaskMixture(text), seed: seed, split: split)
        }
    }

    /// The first record of what a text names, in bounded time however long a file is.
    ///
    /// - Throws: `DataProblem` of a file, `TaskError` of a task.
    public static func first(
        named text: String, seed: UInt64, split: DataSplit, needing need: RecordNeed, _ rule: InputRule
    ) throws -> DataRecord {
        if isFile(text) { return try RecordFile.first(path: text, needing: need, rule) }
        return try Dataset.tasks(try TaskMixture(text), seed: seed, split: split).record(at: 0)
    }

    private static func isFile(_ text: String) -> Bool {
        text.prefix { $0 != ":" }.contains("/") || [".jsonl", ".jsonl.gz"].contains(where: text.hasSuffix)
            || FileManager.default.fileExists(atPath: text)
    }

    /// How many records there are; nil where there is no end to them.
    public var count: Int? {
        switch self {
        case .file(let file): file.count
        case .tasks: nil
        }
    }

    /// Record `index`, always the same one.
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

    /// The record at a position of a run that goes through the data again and again.
    ///
    /// A file is read once each epoch, in an order drawn for the epoch; tasks go on with new examples. The position is
    /// all that a run has to keep to go on where it stopped.
    ///
    /// - Parameters:
    ///   - position: Counted from 0.
    ///   - seed: Of the order; it changes no example.
    public func record(atPosition position: Int, seed: UInt64) throws -> DataRecord {
        guard let count else { return try record(at: position) }
        return try record(at: ShuffledOrder(count: count, seed: seed).index(at: position))
    }
}
