public import Jobs
import Rewards
public import Tasks

/// The data a specification names, for training or for evaluations.
struct TrainingData {
    /// The specification's field.
    let path: String
    /// The path of a file, or built-in tasks with their settings.
    let name: String
    private let seed: UInt64
    private let split: DataSplit
    private let need: RecordNeed

    /// What a job trains on.
    static func train(_ specification: JobSpecification) -> TrainingData {
        TrainingData(
            path: "data.train", name: specification.data.train, seed: specification.seed, split: .train,
            need: specification.needOfTraining)
    }

    /// All data that a job reads, its training data first.
    static func all(_ specification: JobSpecification) -> [TrainingData] {
        let trained = specification.kind.records == .heldOut ? nil : train(specification)
        return [trained, heldOut(specification)].compactMap(\.self)
    }

    /// The data a job is evaluated on; nil if there is none.
    static func heldOut(_ specification: JobSpecification) -> TrainingData? {
        specification.data.heldOut.map {
            TrainingData(
                path: "data.held_out", name: $0, seed: specification.seed, split: .heldOut,
                need: specification.needOfEvaluation)
        }
    }

    /// - Throws: `DataProblem` for a file, `JobError.data` listing the problems with a task's settings.
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

/// Data that is gone or was changed may come back.
extension DataProblem: OutsideError {}

extension JobSpecification {
    /// What a job that answers prompts needs of a record.
    private var needOfPrompts: RecordNeed {
        guard curriculum.kind == .hintScaffold else { return needOfJudge }
        return needOfJudge == .answer ? .solution : .response
    }

    fileprivate var needOfTraining: RecordNeed {
        switch kind.records {
        case .responses: .response
        case .pairs: .pair
        case .prompts: needOfPrompts
        case .heldOut: needOfJudge
        }
    }

    /// Evaluations compare with answers where a learned reward judges in training: it calls none right or wrong.
    fileprivate var needOfEvaluation: RecordNeed { reward.kind == .learned ? .answer : needOfJudge }

    /// What the judge of a job's responses needs from a record: an external service and a task's own check may work
    /// without an answer.
    private var needOfJudge: RecordNeed {
        kind.has(.judges) && !reward.kind.comparesAnswers ? .prompt : .answer
    }
}
