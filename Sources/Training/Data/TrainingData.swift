import Jobs
import Rewards
import Tasks

/// What a specification calls its data, for training or for evaluations.
struct TrainingData {
    /// The specification's field.
    let path: String
    /// A file, where it is the path of one, or built-in tasks with their settings.
    let name: String
    private let seed: UInt64
    private let split: DataSplit
    private let need: RecordNeed

    /// What a job trains on.
    static func train(_ specification: JobSpecification) -> TrainingData {
        TrainingData(
            path: "data.train", name: specification.data.train, seed: specification.seed, split: .train,
            need: specification.kind.records == .responses ? .response : specification.needOfJudge)
    }

    /// All that a job reads, what it goes through first.
    static func all(_ specification: JobSpecification) -> [TrainingData] {
        let trained = specification.kind.records == .heldOut ? nil : train(specification)
        return [trained, heldOut(specification)].compactMap(\.self)
    }

    /// What a job is evaluated on; nil for nothing.
    static func heldOut(_ specification: JobSpecification) -> TrainingData? {
        specification.data.heldOut.map {
            TrainingData(
                path: "data.held_out", name: $0, seed: specification.seed, split: .heldOut,
                need: specification.needOfJudge)
        }
    }

    /// - Throws: `DataProblem` of a file, `JobError.data` with the problems of a task's settings.
    func dataset() throws -> Dataset {
        try naming { try Dataset(named: name, seed: seed, split: split, needing: need, .regularFiles) }
    }

    /// The first record, in bounded time.
    ///
    /// - Throws: As `dataset`.
    func firstRecord() throws -> DataRecord {
        try naming { try Dataset.first(named: name, seed: seed, split: split, needing: need, .regularFiles) }
    }

    private func naming<Result>(_ open: () throws -> Result) throws -> Result {
        do {
            return try open()
        } catch let error as TaskError {
            throw JobError.data(
                reason: "\"\(name)\" is neither a file that exists nor a built-in task: \(error.description)")
        }
    }
}

extension JobSpecification {
    /// What the judge of a job's responses needs of a record: a service elsewhere and a task's own check may do without
    /// an answer.
    fileprivate var needOfJudge: RecordNeed {
        kind.has(.judges) && !reward.kind.comparesAnswers ? .prompt : .answer
    }
}
