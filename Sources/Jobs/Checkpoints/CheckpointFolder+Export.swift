internal import Foundation

extension CheckpointFolder {
    /// Copies the policy of a checkpoint to a new folder, which appears when it is complete.
    ///
    /// - Parameter step: nil takes the newest undamaged one.
    /// - Returns: The checkpoint and the bytes copied.
    func export(
        step: Int?, to target: URL, of job: JobID
    ) throws(JobError) -> (checkpoint: Checkpoint, bytes: Int64) {
        let checkpoint = try source(step: step, of: job)
        let policy = checkpoint.policyDirectory
        guard FileManager.default.fileExists(atPath: policy.path) else {
            throw .damagedCheckpoint(path: checkpoint.directory.path, reason: "It has no folder policy.")
        }
        guard !FileManager.default.fileExists(atPath: target.path) else { throw .exportExists(path: target.path) }
        let partial = target.deletingLastPathComponent()
            .appendingPathComponent("." + target.lastPathComponent + ".partial")
        do {
            try? FileManager.default.removeItem(at: partial)
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: policy, to: partial)
            let (files, folders) = try Durably.files(below: partial)
            for path in files + folders { try Durably.synchronise(partial.appendingPathComponent(path)) }
            try Durably.rename(partial, to: target)
            return (checkpoint, try Self.bytes(of: files, in: target))
        } catch {
            let isOutOfSpace = JobError.isOutOfSpace(error) || FreeSpace.isExhausted(at: target.path)
            try? FileManager.default.removeItem(at: partial)
            throw isOutOfSpace
                ? .outOfSpace(path: target.path) : .file(path: target.path, reason: "It cannot be written. \(error)")
        }
    }

    private func source(step: Int?, of job: JobID) throws(JobError) -> Checkpoint {
        let existing = steps
        if let step {
            guard existing.contains(step) else { throw .unknownCheckpoint(job: job, step: step, existing: existing) }
            return try verified(step: step)
        }
        let (checkpoint, damage) = newest()
        if let checkpoint { return checkpoint }
        throw damage.first ?? .noCheckpoint(job)
    }

    private static func bytes(of files: [String], in folder: URL) throws -> Int64 {
        try files.reduce(0) { sum, path in
            let size = try FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent(path).path)[.size]
            return sum + ((size as? NSNumber)?.int64Value ?? 0)
        }
    }
}
