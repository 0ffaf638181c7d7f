import Foundation
import Jobs
import Tasks

/// Opens what a specification calls its data.
enum TrainingData {
    /// A file, where the text is the path of one, or a built-in task with its settings.
    ///
    /// - Throws: `DataProblem` of a file, `JobError.data` with every problem of a task's settings.
    static func dataset(_ text: String, seed: UInt64, split: DataSplit) throws -> Dataset {
        let kind = text.prefix { $0 != ":" && $0 != "-" && $0 != "," }
        guard !text.hasSuffix(".jsonl"), TaskKind(rawValue: String(kind)) != nil else {
            return .file(try RecordFile(path: text))
        }
        do {
            return .tasks(try TaskMixture(parsing: text), seed: seed, split: split)
        } catch {
            throw JobError.data(reason: "\(error)")
        }
    }
}
