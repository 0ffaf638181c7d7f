public import Foundation

extension JobRunner {
    func checkpoints(of id: JobID) -> CheckpointFolder {
        CheckpointFolder(directory: directory.appendingPathComponent("\(id)/checkpoints"))
    }

    /// Where a job keeps what is its own.
    public func folder(ofJob id: JobID) throws(JobError) -> URL {
        _ = try job(id)
        return directory.appendingPathComponent("\(id)")
    }

    /// The whole checkpoints of a job, by step.
    public func checkpoints(ofJob id: JobID) throws(JobError) -> [Checkpoint] {
        _ = try job(id)
        return checkpoints(of: id).list()
    }

    /// Copies the policy of a checkpoint to a new folder; blocks while it copies.
    ///
    /// - Parameter step: nil for the newest.
    /// - Throws: `JobError.exportExists`, `unknownCheckpoint`, `noCheckpoint`, `damagedCheckpoint`, `outOfSpace`, `file`.
    public func export(
        _ id: JobID, step: Int?, to target: URL
    ) throws(JobError) -> (checkpoint: Checkpoint, bytes: Int64) {
        _ = try job(id)
        return try checkpoints(of: id).export(step: step, to: target, of: id)
    }
}
