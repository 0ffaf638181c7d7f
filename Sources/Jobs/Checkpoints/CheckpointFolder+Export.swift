internal import Foundation

extension CheckpointFolder {
    /// Copies a checkpoint's policy to a new folder, which appears only once complete. Existing files are never
    /// changed.
    ///
    /// - Parameters:
    ///   - step: Nil selects the newest undamaged one.
    ///   - jobs: The folder of all jobs, which must not contain the target.
    /// - Returns: The checkpoint and the number of bytes copied.
    func export(
        step: Int?, to target: URL, of job: JobID, outside jobs: URL
    ) throws(JobError) -> (checkpoint: Checkpoint, bytes: Int64) {
        guard !target.path.utf8.contains(0) else {
            throw .file(path: target.path, reason: "It holds a zero byte, which no path can.")
        }
        try Self.check(target, isOutside: jobs)
        let checkpoint = try source(step: step, of: job)
        guard FileManager.default.fileExists(atPath: checkpoint.policyDirectory.path) else {
            throw .damagedCheckpoint(path: checkpoint.directory.path, reason: "It has no folder policy.")
        }
        var status = stat()
        guard lstat(target.path, &status) != 0 else { throw .exportExists(path: target.path) }
        // Under a unique name: an existing file may belong to another user.
        let partial = target.deletingLastPathComponent()
            .appendingPathComponent(".\(target.lastPathComponent).\(UUID().uuidString).partial")
        do {
            try Durably.makeFolders(target.deletingLastPathComponent())
            try Durably.makeFolder(partial)
            do {
                let bytes = try Self.copy(checkpoint.policyDirectory, to: partial)
                try Durably.rename(partial, to: target)
                return (checkpoint, bytes)
            } catch {
                try? FileManager.default.removeItem(at: partial)
                throw error
            }
        } catch {
            throw JobError(writing: target.path, error)
        }
    }

    private static func copy(_ source: URL, to target: URL) throws -> Int64 {
        let (files, folders) = try Durably.files(below: source)
        // Sorted, so that each folder comes after its parent.
        for folder in folders { try Durably.makeFolder(target.appendingPathComponent(folder)) }
        let bytes = try files.reduce(Int64(0)) { sum, path in
            sum + (try Durably.copy(source.appendingPathComponent(path), to: target.appendingPathComponent(path)))
        }
        for folder in folders + [""] { try Durably.synchronise(target.appendingPathComponent(folder)) }
        return bytes
    }

    /// Foreign files among those of jobs would be mistaken for theirs, or removed with them.
    private static func check(_ target: URL, isOutside jobs: URL) throws(JobError) {
        var existing = target.standardizedFileURL, missing: [String] = []
        while !FileManager.default.fileExists(atPath: existing.path), existing.path != "/" {
            missing.insert(existing.lastPathComponent, at: 0)
            existing.deleteLastPathComponent()
        }
        let place = existing.resolvingSymlinksInPath().pathComponents + missing
        guard !place.starts(with: jobs.resolvingSymlinksInPath().pathComponents) else {
            throw .file(path: target.path, reason: "It lies in the folder of jobs. Give one elsewhere.")
        }
    }

    private func source(step: Int?, of job: JobID) throws(JobError) -> Checkpoint {
        let existing = try steps()
        if let step {
            guard existing.contains(step) else { throw .unknownCheckpoint(job: job, step: step, existing: existing) }
            return try verified(step: step)
        }
        let (checkpoint, damage) = try newest()
        if let checkpoint { return checkpoint }
        throw damage.first ?? .noCheckpoint(job)
    }
}
