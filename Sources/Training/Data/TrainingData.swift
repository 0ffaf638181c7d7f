import Jobs
import Tasks

/// Opens what a specification calls its data.
enum TrainingData {
    /// A file, where the text is the path of one, or built-in tasks with their settings.
    ///
    /// - Throws: `DataProblem` of a file, `JobError.data` with the problems of a task's settings.
    static func dataset(_ text: String, seed: UInt64, split: DataSplit) throws -> Dataset {
        do {
            return try Dataset(named: text, seed: seed, split: split)
        } catch let error as TaskError {
            throw JobError.data(
                reason: "\"\(text)\" is no file that exists, and no built-in task: \(error.description)")
        }
    }
}
