internal import Foundation
internal import GRDB

extension JobStore {
    /// Adds a queued job with its first event, which says so.
    ///
    /// - Parameters:
    ///   - requestID: Stored to recognise a repeated request; nil for none.
    ///   - owner: The name of the key that created it; empty for none.
    ///   - taken: The job's number will also be higher than this one.
    func insert(
        _ specification: JobSpecification, requestID: String?, owner: String = "", above taken: Int64 = 0,
        at time: Double
    ) throws(JobError) -> JobRecord {
        let identity = UUID().uuidString
        let number = try write { database in
            let last = try Self.highestNumber(database)
            try database.execute(
                sql: """
                    INSERT INTO job
                      (number, policy, specification, request_id, state, reason, steps_done, total_steps, created_at,
                       last_sequence, identity, owner)
                    VALUES (?, ?, ?, ?, ?, '', 0, ?, ?, 1, ?, ?)
                    """,
                arguments: [
                    max(last, taken) + 1, specification.policy, specification.json, requestID,
                    JobState.queued.rawValue, specification.steps, time, identity, owner,
                ])
            let number = database.lastInsertedRowID
            let event = JobEvent(sequence: 1, time: time, step: 0, content: .state(of: JobLifecycle()))
            try Self.insert(event, of: JobID(number: number), feedback: nil, database)
            return number
        }
        return JobRecord(
            id: JobID(number: number), identity: identity, owner: owner, specification: specification, state: .queued,
            reason: "", stepsDone: 0, totalSteps: specification.steps, createdAt: time, lastSequence: 1)
    }

    /// The highest number that a job was given; 0 if there was none.
    func highestNumber() throws(JobError) -> Int64 { try read { try Self.highestNumber($0) } }

    private static func highestNumber(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'job'") ?? 0
    }

    /// Keeps what a job has been asked to do, but has not done yet.
    func keep(request: JobLifecycle.Request?, to id: JobID) throws(JobError) {
        try write { database in
            try database.execute(
                sql: "UPDATE job SET request = ? WHERE number = ?", arguments: [request?.rawValue, id.number])
        }
    }

    /// The record of a job.
    ///
    /// - Throws: `JobError.unknownJob`.
    public func job(_ id: JobID) throws(JobError) -> JobRecord {
        guard let job = try first("number = ?", [id.number]) else { throw .unknownJob(id) }
        return job
    }

    /// The job created by a request.
    func job(requestID: String) throws(JobError) -> JobRecord? { try first("request_id = ?", [requestID]) }

    /// Jobs, newest first.
    ///
    /// - Parameters:
    ///   - id: Only jobs older than this one.
    ///   - states: Only jobs in one of these states; empty for all.
    public func jobs(before id: JobID? = nil, states: Set<JobState> = [], limit: Int) throws(JobError) -> [JobRecord] {
        let wanted = (states.isEmpty ? JobState.allCases : JobState.allCases.filter(states.contains)).map(\.rawValue)
        let marks = databaseQuestionMarks(count: wanted.count)
        return try select(
            "number < ? AND state IN (\(marks)) ORDER BY number DESC LIMIT ?",
            [id?.number ?? .max] + StatementArguments(wanted) + [limit])
    }

    /// Unfinished jobs, oldest first.
    func unfinishedJobs() throws(JobError) -> [JobRecord] {
        let final = JobState.allCases.filter(\.isFinal).map(\.rawValue)
        return try select(
            "state NOT IN (\(databaseQuestionMarks(count: final.count))) ORDER BY number", StatementArguments(final))
    }

    private func first(_ condition: String, _ arguments: StatementArguments) throws(JobError) -> JobRecord? {
        try select(condition, arguments).first
    }

    private func select(_ condition: String, _ arguments: StatementArguments) throws(JobError) -> [JobRecord] {
        let path = path
        return try read { database in try JobRecord.all(condition, arguments, path, database) }
    }
}

extension JobRecord {
    /// The jobs that satisfy a condition in SQL.
    static func all(
        _ condition: String, _ arguments: StatementArguments, _ path: String, _ database: Database
    ) throws -> [JobRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM job WHERE " + condition, arguments: arguments)
            .map { try JobRecord($0, path: path) }
    }

    private init(_ row: Row, path: String) throws(JobError) {
        id = JobID(number: row["number"])
        identity = row["identity"]
        owner = row["owner"]
        do {
            specification = try JobSpecification(stored: row["specification"])
        } catch {
            throw .store(path: path, reason: "The specification of \(id) cannot be read: \(error)")
        }
        guard let state = JobState(rawValue: row["state"]) else {
            throw .store(
                path: path, reason: "\(id) is in a state that this version does not know: \(row["state"] as String)")
        }
        self.state = state
        reason = row["reason"]
        stepsDone = row["steps_done"]
        totalSteps = row["total_steps"]
        createdAt = row["created_at"]
        startedAt = row["started_at"]
        endedAt = row["ended_at"]
        lastSequence = row["last_sequence"]
        publishedVersion = row["published_version"]
        pending = row["request"]
    }
}
