internal import Foundation

/// The checkpoints of one job: `step-00000050`, each with a manifest.
///
/// A checkpoint is written under a temporary name and renamed once all of it is on disk, so a folder with the right
/// name is complete even after a crash or power loss; sizes and checksums detect later damage by the disk.
struct CheckpointFolder: Sendable {
    let directory: URL

    private static let prefix = "step-"
    private static let partialPrefix = ".partial-"
    private static let damagedPrefix = "damaged-"

    /// The location of a step's checkpoint, whether or not it exists.
    func url(step: Int) -> URL {
        let digits = String(step)
        let name = Self.prefix + String(repeating: "0", count: max(8 - digits.count, 0)) + digits
        // The same URL whether or not the folder exists.
        return directory.appending(path: name, directoryHint: .isDirectory)
    }

    // MARK: Saving

    /// Saves a checkpoint.
    ///
    /// A step's state is determined by the step, so an existing undamaged checkpoint is left as is.
    ///
    /// - Parameter write: Fills the empty folder it is given.
    /// - Throws: `JobError.outOfSpace`, or what `write` throws. In that case nothing is left behind, and earlier
    ///   checkpoints are unchanged.
    func save(step: Int, at time: Double, write: (URL) throws -> Void) throws -> Checkpoint {
        let target = url(step: step)
        if let existing = try? verified(step: step) {
            // A crash may still take its name, if what came after naming it failed.
            try Durably.synchronise(directory)
            return existing
        }
        let partial = directory.appendingPathComponent(Self.partialPrefix + target.lastPathComponent)
        do {
            try? FileManager.default.removeItem(at: partial)
            try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: true)
            // The name of the folder of checkpoints, each time: a process may have been killed between making it and this.
            try Durably.synchronise(directory.deletingLastPathComponent())
            try write(partial)
            let manifest = try seal(partial, step: step, at: time)
            if FileManager.default.fileExists(atPath: target.path) { try FileManager.default.removeItem(at: target) }
            try Durably.rename(partial, to: target)
            return checkpoint(manifest, target)
        } catch {
            let isOutOfSpace = JobError.isOutOfSpace(error) || FreeSpace.isExhausted(at: directory.path)
            try? FileManager.default.removeItem(at: partial)
            throw isOutOfSpace && !(error is CancellationError) ? JobError.outOfSpace(path: target.path) : error
        }
    }

    /// Syncs everything below a folder to disk, along with a manifest.
    private func seal(_ folder: URL, step: Int, at time: Double) throws -> CheckpointManifest {
        let (files, folders) = try Durably.files(below: folder)
        var listed: [CheckpointManifest.File] = []
        for path in files {
            let file = folder.appendingPathComponent(path)
            try Durably.synchronise(file)
            let (bytes, checksum) = try Self.sum(of: file)
            listed.append(.init(path: path, bytes: bytes, checksum: checksum))
        }
        let manifest = CheckpointManifest(step: step, createdAt: time, files: listed)
        try manifest.write(in: folder)
        for path in folders { try Durably.synchronise(folder.appendingPathComponent(path)) }
        try Durably.synchronise(folder)
        return manifest
    }

    private static func sum(of file: URL) throws -> (bytes: Int64, checksum: String) {
        let (checksum, bytes) = try Checksum.reading(file)
        return (Int64(bytes), checksum.text)
    }

    /// Adds a checkpoint's policy to a folder being filled, without copying it.
    ///
    /// - Throws: The file system's error, for example if it has no hard links.
    func linkPolicy(ofStep step: Int, into directory: URL) throws {
        let source = url(step: step).appendingPathComponent(Checkpoint.policyName)
        let target = directory.appendingPathComponent(Checkpoint.policyName)
        let (files, folders) = try Durably.files(below: source)
        for folder in [""] + folders {
            try FileManager.default.createDirectory(
                at: target.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        for file in files {
            try FileManager.default.linkItem(
                at: source.appendingPathComponent(file), to: target.appendingPathComponent(file))
        }
    }

    // MARK: Finding

    /// The steps that have a checkpoint folder, in ascending order.
    ///
    /// - Throws: `JobError.file` if the folder exists but cannot be read: it may hold all of a job's work.
    func steps() throws(JobError) -> [Int] {
        var status = stat()
        if stat(directory.path, &status) != 0, errno == ENOENT { return [] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        } catch {
            throw JobError(reading: directory.path, error)
        }
        return names.compactMap { name in
            guard name.hasPrefix(Self.prefix), let step = Int(name.dropFirst(Self.prefix.count)), step >= 0,
                url(step: step).lastPathComponent == name
            else { return nil }
            return step
        }.sorted()
    }

    /// Checkpoints whose files are all present with the right sizes, by step.
    ///
    /// Checksums are compared when a checkpoint is used, not here.
    func list() throws(JobError) -> [Checkpoint] {
        try steps().compactMap { step in
            let url = url(step: step)
            guard let manifest = try? CheckpointManifest.read(in: url), (try? checkSizes(manifest, url)) != nil else {
                return nil
            }
            return checkpoint(manifest, url)
        }
    }

    /// The newest undamaged checkpoint, and what is wrong with newer ones.
    ///
    /// - Parameter limit: Only checkpoints before this step are considered.
    func newest(before limit: Int = .max) throws(JobError) -> (checkpoint: Checkpoint?, damage: [JobError]) {
        var damage: [JobError] = []
        for step in try steps().reversed() where step < limit {
            do throws(JobError) {
                return (try verified(step: step), damage)
            } catch {
                damage.append(error)
            }
        }
        return (nil, damage)
    }

    /// A checkpoint whose every byte is as written.
    ///
    /// - Throws: `JobError.damagedCheckpoint` naming the file.
    func verified(step: Int) throws(JobError) -> Checkpoint {
        let url = url(step: step)
        let manifest = try CheckpointManifest.read(in: url)
        try checkSizes(manifest, url)
        for file in manifest.files {
            guard let (_, checksum) = try? Self.sum(of: url.appendingPathComponent(file.path)) else {
                throw .damagedCheckpoint(path: url.path, reason: "\(file.path) cannot be read.")
            }
            guard checksum == file.checksum else {
                throw .damagedCheckpoint(
                    path: url.path, reason: "\(file.path) has the checksum \(checksum), and had \(file.checksum).")
            }
        }
        return checkpoint(manifest, url)
    }

    private func checkSizes(_ manifest: CheckpointManifest, _ url: URL) throws(JobError) {
        guard self.url(step: manifest.step) == url else {
            throw .damagedCheckpoint(path: url.path, reason: "Its manifest is of step \(manifest.step).")
        }
        for file in manifest.files {
            let attributes = try? FileManager.default.attributesOfItem(
                atPath: url.appendingPathComponent(file.path).path)
            guard let bytes = (attributes?[.size] as? NSNumber)?.int64Value else {
                throw .damagedCheckpoint(path: url.path, reason: "\(file.path) is missing.")
            }
            guard bytes == file.bytes else {
                throw .damagedCheckpoint(
                    path: url.path, reason: "\(file.path) has \(bytes) bytes, and had \(file.bytes).")
            }
        }
    }

    private func checkpoint(_ manifest: CheckpointManifest, _ url: URL) -> Checkpoint {
        Checkpoint(step: manifest.step, directory: url, createdAt: manifest.createdAt, bytes: manifest.bytes)
    }

    /// Renames a checkpoint so that it no longer counts as one and its step can be saved again.
    ///
    /// - Returns: Its new location.
    func setAside(_ checkpoint: Checkpoint) throws -> URL {
        let aside = directory.appendingPathComponent(Self.damagedPrefix + checkpoint.directory.lastPathComponent)
        try? FileManager.default.removeItem(at: aside)
        try Durably.rename(checkpoint.directory, to: aside)
        return aside
    }

    // MARK: Removing

    /// Removes what interrupted saves left behind.
    func removePartial() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        for name in names where name.hasPrefix(Self.partialPrefix) {
            try? FileManager.default.removeItem(at: directory.appendingPathComponent(name))
        }
    }

    /// Removes all but the `count` newest whole checkpoints, and damaged ones older than those.
    func removeOld(keeping count: Int) throws {
        let whole = try list().map(\.step)
        guard whole.count > count, let oldestKept = whole.suffix(max(count, 1)).first else { return }
        for step in try steps() where step < oldestKept { try remove(url(step: step)) }
    }

    /// Removes all checkpoints except one step's.
    func removeAll(except kept: Int) throws {
        for step in try steps() where step != kept { try remove(url(step: step)) }
    }

    /// Renames the folder first: one being removed must not look like a damaged checkpoint.
    private func remove(_ url: URL) throws {
        let aside = directory.appendingPathComponent(Self.partialPrefix + "removed-" + url.lastPathComponent)
        try? FileManager.default.removeItem(at: aside)
        try FileManager.default.moveItem(at: url, to: aside)
        try FileManager.default.removeItem(at: aside)
    }
}
