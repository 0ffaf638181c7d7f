public import Foundation

extension JobRunner {
    /// The folder where a job keeps its files.
    public func folder(ofJob id: JobID) throws(JobError) -> URL {
        JobFolder(try job(id), in: directory).directory
    }

    private func checkpointFolder(of id: JobID) throws(JobError) -> CheckpointFolder {
        JobFolder(try job(id), in: directory).checkpoints
    }

    /// A job's complete checkpoints, by step.
    public func checkpoints(ofJob id: JobID) throws(JobError) -> [Checkpoint] {
        try checkpointFolder(of: id).list()
    }

    /// Copies a checkpoint's policy to a new folder; blocks while copying.
    ///
    /// - Parameter step: Nil means the newest.
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
