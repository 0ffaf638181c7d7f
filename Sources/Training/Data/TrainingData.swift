import Jobs
import Tasks

/// Opens what a specification calls its data.
enum TrainingData {
    /// A file, where the text is the path of one, or built-in tasks with their settings.
    ///
    /// - Throws: `DataProblem` of a file, `JobError.data` with the problems of a task's settings.
    static func dataset(_ text: String, seed: UInt64, split: DataSplit) throws -> Dataset {
        try naming(text) { try Dataset(named: text, seed: seed, split: split, .regularFiles) }
    }

    /// The first record of the same, in bounded time.
    static func firstRecord(_ text: String, seed: UInt64, split: DataSplit) throws -> DataRecord {
        try naming(text) { try Dataset.first(named: text, seed: seed, split: split, .regularFiles) }
    }

    private static func naming<Result>(_ text: String, _ open: () throws -> Result) throws -> Result {
        do {
            return try open()
        } catch let error as TaskError {
            throw JobError.data(
                reason: "\"\(text)\" is no file that exists, and no built-in task: \(error.description)")
        }
    }
}
