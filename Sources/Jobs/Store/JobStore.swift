public import Foundation
internal import GRDB

/// Jobs, their events and their feedback, on disk: one SQLite database.
///
/// Whatever a method has written when it returns survives crashes and power loss. All methods block for milliseconds,
/// so none belongs on an event loop. They can be called from any thread.
public final class JobStore: Sendable {
    let path: String
    private let pool: DatabasePool

    /// Opens a folder's store, creating or migrating it first.
    ///
    /// - Throws: `JobError.store` if it cannot be used, or `JobError.outOfSpace`.
    public init(directory: URL) throws(JobError) {
        let path = directory.appendingPathComponent("jobs.sqlite").path
        self.path = path
        try Self.makePrivate(path)
        pool = try Self.translating(path) {
            var configuration = Configuration()
            // Another process may be reading or copying the database.
            configuration.busyMode = .timeout(5)
            configuration.label = "jobs"
            let pool = try DatabasePool(path: path, configuration: configuration)
            // Only now: opening the pool sets NORMAL, with which a power loss takes the last transactions.
            try pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA synchronous = FULL")
                // If a synchronisation failed in an earlier process, what that left in the log may be in memory only, and
                // the system does not write it again. So it is moved into the database, and the log begins anew.
                try $0.checkpoint(.truncate)
            }
            let migrator = JobSchema.migrator
            guard try pool.read({ try !migrator.hasBeenSuperseded($0) }) else {
                throw JobError.store(path: path, reason: "A newer attnrl made it. Use that one, or another folder.")
            }
            try migrator.migrate(pool)
            // The names of the database and its log. SQLite synchronises them once as well, and goes on where that fails:
            // then a power loss takes the log, and all that was written since.
            try Durably.synchronise(directory)
            return pool
        }
    }

    /// Makes the database, existing or not, readable only by its owner; its companion files inherit its permissions.
    private static func makePrivate(_ path: String) throws(JobError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let error = JobError(writing: path, POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO))
            guard case .file(let path, let reason) = error else { throw error }
            throw .store(path: path, reason: reason)
        }
        close(descriptor)
        for name in [path, path + "-wal", path + "-shm"] { chmod(name, 0o600) }
    }

    func read<Result: Sendable>(_ body: (Database) throws -> Result) throws(JobError) -> Result {
        try Self.translating(path) { try pool.read(body) }
    }

    func write<Result: Sendable>(_ body: (Database) throws -> Result) throws(JobError) -> Result {
        try Self.translating(path) { try pool.write(body) }
    }

    /// Converts the database's errors to ours.
    private static func translating<Result>(
        _ path: String, _ body: () throws -> Result
    ) throws(JobError) -> Result {
        do {
            return try body()
        } catch let error as JobError {
            throw error
        } catch let error as DatabaseError {
            throw JobError(error, path: path)
        } catch {
            throw JobError.isOutOfSpace(error) ? .outOfSpace(path: path) : .store(path: path, reason: "\(error)")
        }
    }
}

extension JobError {
    fileprivate init(_ error: DatabaseError, path: String) {
        let text = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL: self = .outOfSpace(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self = .store(path: path, reason: "Another process holds it (\(text)). Let that finish and try again.")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .store(path: path, reason: "It is damaged (\(text)). Move it away, or restore a copy.")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
            self = .store(
                path: path, reason: "It cannot be opened for writing (\(text)). Check the folder's permissions.")
        case .SQLITE_IOERR where FreeSpace.isExhausted(at: path): self = .outOfSpace(path: path)
        default: self = .store(path: path, reason: "\(text).")
        }
    }
}
