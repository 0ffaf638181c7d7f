internal import Foundation
internal import GRDB

extension JobStore {
    /// Adds an event with the job's next number and applies it to the job's record, atomically.
    ///
    /// - Parameters:
    ///   - feedback: Of a step: the last record of feedback taken by then.
    ///   - request: What the job has been asked to do, but has not done yet.
    /// - Returns: The updated record.
    func append(
        _ content: JobEvent.Content, to id: JobID, step: Int, feedback: Int64? = nil,
        request: JobLifecycle.Request? = nil, at time: Double
    ) throws(JobError) -> JobRecord {
        let path = path
        return try write { database in
            guard var record = try JobRecord.all("number = ?", [id.number], path, database).first else {
                throw JobError.unknownJob(id)
            }
            let event = JobEvent(sequence: record.lastSequence + 1, time: time, step: step, content: content)
            record.apply(event)
            record.pending = request?.rawValue
            try Self.insert(event, of: id, feedback: feedback, database)
            try Self.update(record, database)
            return record
        }
    }

    static func insert(
        _ event: JobEvent, of id: JobID, feedback: Int64?, _ database: Database
    ) throws {
        let stored = StoredEvent(event.content)
        try database.execute(
            sql: "INSERT INTO event (job, sequence, time, step, content, feedback) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [id.number, event.sequence, event.time, event.step, try stored.json(), feedback])
        for (name, value) in event.metrics {
            try database.execute(
                sql: "INSERT INTO metric (job, sequence, name, value) VALUES (?, ?, ?, ?)",
                arguments: [id.number, event.sequence, name, value])
        }
    }

    private static func update(_ record: JobRecord, _ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE job SET state = ?, reason = ?, steps_done = ?, total_steps = ?, started_at = ?, ended_at = ?,
                  last_sequence = ?, published_version = ?, request = ? WHERE number = ?
                """,
            arguments: [
                record.state.rawValue, record.reason, record.stepsDone, record.totalSteps, record.startedAt,
                record.endedAt, record.lastSequence, record.publishedVersion, record.pending, record.id.number,
            ])
    }

    /// How often a job has begun to compute since it got as far as it has ever been, or since it was last paused.
    func startsInVain(of id: JobID) throws(JobError) -> (count: Int, step: Int) {
        try read { database in
            let furthest = try Int.fetchOne(
                database, sql: "SELECT MAX(step) FROM event WHERE job = ?", arguments: [id.number])
            let starts = try Int.fetchOne(
                database,
                sql: """
                    WITH past AS (
                      SELECT sequence, step, json_extract(content, '$.kind') AS kind, json_extract(content, '$.state') AS state
                        FROM event WHERE job = ?)
                    SELECT COUNT(*) FROM past WHERE kind = 'state' AND state = ?
                      AND sequence > (SELECT MIN(sequence) FROM past WHERE step = ?)
                      AND sequence > (SELECT COALESCE(MAX(sequence), 0) FROM past WHERE kind = 'state' AND state = ?)
                    """,
                arguments: [id.number, JobState.running.rawValue, furthest, JobState.paused.rawValue])
            return (starts ?? 0, furthest ?? 0)
        }
    }

    /// Events after a number, in order, at most `limit`.
    public func events(of id: JobID, after sequence: Int64, limit: Int) throws(JobError) -> [JobEvent] {
        let path = path
        return try read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT * FROM event WHERE job = ? AND sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [id.number, sequence, limit])
            guard let first = rows.first, let last = rows.last else { return [] }
            let metrics = try Self.metrics(of: id, from: first["sequence"], to: last["sequence"], database)
            return try rows.map { row in
                let number: Int64 = row["sequence"]
                guard let stored = try? StoredEvent(json: row["content"]) else {
                    throw JobError.store(path: path, reason: "Event \(number) of \(id) cannot be read.")
                }
                return JobEvent(
                    sequence: number, time: row["time"], step: row["step"],
                    content: stored.content(metrics: metrics[number] ?? [:]))
            }
        }
    }

    private static func metrics(
        of id: JobID, from first: Int64, to last: Int64, _ database: Database
    ) throws -> [Int64: [String: Double]] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT sequence, name, value FROM metric WHERE job = ? AND sequence BETWEEN ? AND ?",
            arguments: [id.number, first, last])
        return rows.reduce(into: [:]) { metrics, row in
            metrics[row["sequence"], default: [:]][row["name"]] = row["value"] ?? Double.nan
        }
    }

    /// Deletes the events, metrics and feedback of finished jobs, except the `count` newest.
    ///
    /// Their records stay, and so do their checkpoints.
    func forgetHistory(exceptNewest count: Int) throws(JobError) {
        let final = JobState.allCases.filter(\.isFinal).map(\.rawValue)
        let marks = databaseQuestionMarks(count: final.count)
        try write { database in
            let numbers = try Int64.fetchAll(
                database,
                sql: "SELECT number FROM job WHERE state IN (\(marks)) ORDER BY number DESC LIMIT -1 OFFSET ?",
                arguments: StatementArguments(final) + [count])
            for table in ["event", "metric", "feedback"] {
                for number in numbers {
                    try database.execute(sql: "DELETE FROM \(table) WHERE job = ?", arguments: [number])
                }
            }
        }
    }
}

extension JobEvent {
    var metrics: [String: Double] {
        switch content {
        case .step(let metrics, _, _), .evaluated(let metrics): metrics
        default: [:]
        }
    }
}
