internal import Basics
internal import Foundation

/// A job's folder, with a check of who owns it.
///
/// A job of another store, for example one moved away because it was damaged, may have had the same number. So the
/// store and the folder both hold the same random name, and a folder with a different one is left alone.
struct JobFolder: Sendable {
    let directory: URL
    private let identity: String

    /// The identity of jobs created before folders had one; their folders receive one when next used.
    static let earlierIdentity = "earlier"
    private static let fileName = "identity"
    /// Prompts, trees and weights are only for the user running the server.
    private static let mode: mode_t = 0o700

    init(_ record: JobRecord, in jobs: URL) {
        directory = jobs.appendingPathComponent("\(record.id)", isDirectory: true)
        identity = record.identity
    }

    var checkpoints: CheckpointFolder {
        CheckpointFolder(directory: directory.appendingPathComponent("checkpoints", isDirectory: true))
    }

    /// The most recently published policy.
    var published: CheckpointFolder {
        CheckpointFolder(directory: directory.appendingPathComponent("published", isDirectory: true))
    }

    /// Creates the folder, or verifies that it is this job's.
    ///
    /// - Throws: `JobError.file` if it is another job's or cannot be used, or `JobError.outOfSpace`.
    func claim() throws(JobError) {
        let path = directory.path
        let isNew = mkdir(path, Self.mode) == 0
        guard isNew || errno == EEXIST else {
            throw JobError(writing: path, POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO))
        }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw JobError(reading: path, error)
        }
        if names.contains(Self.fileName) {
            try compare()
        } else {
            guard names.isEmpty || identity == Self.earlierIdentity else {
                throw .file(
                    path: path, reason: "It was not made by this job. Move it away and resume the job.")
            }
            try sign()
        }
        if !isNew { chmod(path, Self.mode) }
    }

    private func compare() throws(JobError) {
        let file = directory.appendingPathComponent(Self.fileName)
        let found: String
        do {
            found = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        } catch {
            throw JobError(reading: file.path, error)
        }
        guard found == identity + "\n" else {
            throw .file(
                path: directory.path,
                reason: "It belongs to a job of another store. Move it away and resume the job.")
        }
    }

    private func sign() throws(JobError) {
        let file = directory.appendingPathComponent(Self.fileName)
        // Several jobs may be signing at once, so each has its own name for this. It is not in the job's folder, which is
        // either empty or signed.
        let partial = directory.deletingLastPathComponent()
            .appendingPathComponent(".identity-\(directory.lastPathComponent).partial")
        do {
            try Data((identity + "\n").utf8).writeAll(to: partial)
            // Before the file has its name: a folder that is signed is one that a power loss leaves.
            try Durably.synchronise(directory.deletingLastPathComponent())
            try Durably.rename(partial, to: file)
        } catch {
            throw JobError(writing: file.path, error)
        }
    }

    /// The highest number of a job with a folder in a folder of jobs; 0 if there is none.
    ///
    /// Numbers that no store will reach are ignored.
    static func highestNumber(in jobs: URL) -> Int64 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: jobs.path)) ?? []
        return names.compactMap { name in
            JobID(name).flatMap { $0.description == name && $0.number < 1 << 53 ? $0.number : nil }
        }.max() ?? 0
    }
}
