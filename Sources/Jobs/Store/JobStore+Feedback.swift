internal import GRDB

extension JobStore {
    /// The most bytes of records that may wait for a job: a record may be as long as a message.
    static let waitingFeedbackBytes = 256 << 20

    /// Adds records as long as fewer than `capacity` are waiting to be used, and not too many bytes.
    ///
    /// - Parameter requestID: Records that came with the same id before are not added again.
    /// - Returns: The number of records accepted, counting from the first; nil if other ones came with the same id.
    func addFeedback(
        _ records: [FeedbackRecord], to id: JobID, requestID: String? = nil, capacity: Int,
        byteLimit: Int = waitingFeedbackBytes
    ) throws(JobError) -> Int? {
        try write { database in
            if let requestID, let earlier = try Self.records(ofRequest: requestID, id, database) {
                return records.starts(with: earlier) ? earlier.count : nil
            }
            let last =
                try Int64.fetchOne(
                    database, sql: "SELECT MAX(number) FROM feedback WHERE job = ?", arguments: [id.number]) ?? 0
            let used =
                try Int64.fetchOne(
                    database, sql: "SELECT feedback_used FROM job WHERE number = ?", arguments: [id.number]) ?? 0
            let before =
                try Int.fetchOne(
                    database, sql: "SELECT feedback_bytes FROM job WHERE number = ?", arguments: [id.number]) ?? 0
            var bytes = before, stored = before, taken = 0
            for record in records.prefix(max(capacity - Int(last - used), 0)) {
                let (text, reward) = Self.columns(record.content)
                bytes += record.prompt.utf8.count + text.utf8.count
                guard bytes <= byteLimit else { break }
                taken += 1
                try database.execute(
                    sql: "INSERT INTO feedback (job, number, prompt, text, reward) VALUES (?, ?, ?, ?, ?)",
                    arguments: [id.number, last + Int64(taken), record.prompt, text, reward])
                stored = bytes
            }
            try database.execute(
                sql: "UPDATE job SET feedback_bytes = ? WHERE number = ?", arguments: [stored, id.number])
            if let requestID, taken > 0 {
                try database.execute(
                    sql: "INSERT INTO feedback_request (job, request_id, first, taken) VALUES (?, ?, ?, ?)",
                    arguments: [id.number, requestID, last + 1, taken])
            }
            return taken
        }
    }

    /// The records that were stored of an earlier request; nil if there was none with this id.
    private static func records(
        ofRequest requestID: String, _ id: JobID, _ database: Database
    ) throws -> [FeedbackRecord]? {
        let sql = "SELECT first, taken FROM feedback_request WHERE job = ? AND request_id = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [id.number, requestID]) else { return nil }
        let first: Int64 = row["first"], taken: Int64 = row["taken"]
        return try items(of: id, after: first - 1, limit: Int(taken), database).map(\.record)
    }

    private static func columns(_ content: FeedbackRecord.Content) -> (text: String, reward: Double?) {
        switch content {
        case .answer(let answer): (answer, nil)
        case .rewarded(let response, let reward): (response, reward)
        }
    }

    private static func items(
        of id: JobID, after number: Int64, limit: Int, _ database: Database
    ) throws -> [FeedbackSource.Item] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM feedback WHERE job = ? AND number > ? ORDER BY number LIMIT ?",
            arguments: [id.number, number, limit]
        ).map { row in
            let reward: Double? = row["reward"]
            let content: FeedbackRecord.Content =
                reward.map { .rewarded(response: row["text"], reward: $0) } ?? .answer(row["text"])
            return .init(number: row["number"], record: .init(prompt: row["prompt"], content: content))
        }
    }

    /// Records after a number, in order, at most `limit`.
    func feedback(of id: JobID, after number: Int64, limit: Int) throws(JobError) -> [FeedbackSource.Item] {
        try read { try Self.items(of: id, after: number, limit: limit, $0) }
    }

    /// By step after `step`: the last record taken when it was stored.
    func feedbackTaken(by id: JobID, after step: Int) throws(JobError) -> [Int: Int64] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT step, feedback FROM event WHERE job = ? AND step > ? AND feedback IS NOT NULL
                      ORDER BY sequence
                    """,
                arguments: [id.number, step]
            ).reduce(into: [:]) { $0[$1["step"]] = $1["feedback"] }
        }
    }

    /// Marks records up to a number as no longer waiting.
    ///
    /// They are kept until the job is over: if it resumes from an older checkpoint, it uses them again.
    func markFeedbackUsed(upTo number: Int64, of id: JobID) throws(JobError) {
        try write { database in
            try database.execute(
                sql: """
                    UPDATE job SET
                      feedback_bytes = feedback_bytes - (
                        SELECT COALESCE(SUM(LENGTH(CAST(prompt AS BLOB)) + LENGTH(CAST(text AS BLOB))), 0) FROM feedback
                        WHERE feedback.job = job.number AND feedback.number > job.feedback_used AND feedback.number <= ?),
                      feedback_used = MAX(feedback_used, ?)
                    WHERE number = ?
                    """,
                arguments: [number, number, id.number])
        }
    }
}
