public import Foundation

extension JobRunner {
    /// Where a job keeps what is its own.
    public func folder(ofJob id: JobID) throws(JobError) -> URL {
        JobFolder(try job(id), in: directory).directory
    }

    private func checkpointFolder(of id: JobID) throws(JobError) -> CheckpointFolder {
        JobFolder(try job(id), in: directory).checkpoints
    }

    /// The whole checkpoints of a job, by step.
    public func checkpoints(ofJob id: JobID) throws(JobError) -> [Checkpoint] {
        try checkpointFolder(of: id).list()
    }

    /// Copies the policy of a checkpoint to a new folder; blocks while it copies.
    ///
    /// - Parameter step: nil for the newest.
    /// - Throws: `JobError.noPolicy`, `exportExists`, `unknownCheckpoint`, `noCheckpoint`, `damagedCheckpoint`,
    ///   `outOfSpace`, `file`.
    public func export(
        _ id: JobID, step: Int?, to target: URL
    ) throws(JobError) -> (checkpoint: Checkpoint, bytes: Int64) {
        let kind = try job(id).specification.kind
        guard kind.has(.trains) else { throw .noPolicy(job: id, kind: kind.rawValue) }
        return try checkpointFolder(of: id).export(step: step, to: target, of: id, outside: directory)
    }
}
