internal import Basics
internal import GRDB

/// The tables of the store.
enum JobSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("jobs, events, metrics, feedback") { database in
            try jobs(database)
            try events(database)
            try feedback(database)
        }
        migrator.registerMigration("identities") { database in
            try database.alter(table: "job") { table in
                table.add(column: "identity", .text).notNull().defaults(to: JobFolder.earlierIdentity)
            }
        }
        migrator.registerMigration("responses of one request") { try boundResponses($0) }
        migrator.registerMigration("owners") { database in
            try database.alter(table: "job") { $0.add(column: "owner", .text).notNull().defaults(to: "") }
        }
        migrator.registerMigration("bytes of waiting feedback") { database in
            try database.alter(table: "job") { $0.add(column: "feedback_bytes", .integer).notNull().defaults(to: 0) }
            try database.execute(
                sql: """
                    UPDATE job SET feedback_bytes = (
                      SELECT COALESCE(SUM(LENGTH(CAST(prompt AS BLOB)) + LENGTH(CAST(text AS BLOB))), 0) FROM feedback
                      WHERE feedback.job = job.number AND feedback.number > job.feedback_used)
                    """)
        }
        migrator.registerMigration("feedback of steps") { database in
            // Of a step: the last record taken by then. A step that is done again has no others.
            try database.alter(table: "event") { $0.add(column: "feedback", .integer) }
        }
        migrator.registerMigration("requests with feedback") { database in
            // Each has the records `first` to `first + taken - 1`.
            try database.create(table: "feedback_request", options: [.withoutRowID]) { table in
                table.column("job", .integer).notNull().references("job", onDelete: .cascade)
                table.column("request_id", .text).notNull()
                table.column("first", .integer).notNull()
                table.column("taken", .integer).notNull()
                table.primaryKey(["job", "request_id"])
            }
        }
        migrator.registerMigration("preferences") { try preferences($0) }
        migrator.registerMigration("sets of preferences") { try preferenceSets($0) }
        migrator.registerMigration("requests to running jobs") { database in
            try database.alter(table: "job") { $0.add(column: "request", .text) }
        }
        return migrator
    }

    private static func jobs(_ database: Database) throws {
        try database.create(table: "job") { table in
            // Numbers are never reused, even if the last job is deleted.
            table.autoIncrementedPrimaryKey("number")
            table.column("policy", .text).notNull()
            table.column("specification", .text).notNull()
            table.column("request_id", .text).unique()
            table.column("state", .text).notNull().indexed()
            table.column("reason", .text).notNull()
            table.column("steps_done", .integer).notNull()
            table.column("total_steps", .integer)
            table.column("created_at", .double).notNull()
            table.column("started_at", .double)
            table.column("ended_at", .double)
            table.column("last_sequence", .integer).notNull()
            table.column("published_version", .integer)
        }
    }

    /// Specifications used to allow more responses than a request can have. No step of such a job was ever done.
    private static func boundResponses(_ database: Database) throws {
        let most = ResponseLimits.count.upperBound
        for field in ["$.rollout.group_size", "$.evaluation.samples", "$.branching.continuations"] {
            try database.execute(
                sql: """
                    UPDATE job SET specification = json_set(specification, ?, ?)
                      WHERE json_valid(specification) AND json_extract(specification, ?) > ?
                    """, arguments: [field, most, field, most])
        }
    }

    private static func events(_ database: Database) throws {
        try database.create(table: "event", options: [.withoutRowID]) { table in
            table.column("job", .integer).notNull().references("job", onDelete: .cascade)
            table.column("sequence", .integer).notNull()
            table.column("time", .double).notNull()
            table.column("step", .integer).notNull()
            table.column("content", .text).notNull()
            table.primaryKey(["job", "sequence"])
        }
        // Separate from the events, so that one metric of a long job can be read without all the others.
        try database.create(table: "metric", options: [.withoutRowID]) { table in
            table.column("job", .integer).notNull().references("job", onDelete: .cascade)
            table.column("sequence", .integer).notNull()
            table.column("name", .text).notNull()
            // NULL is how SQLite stores NaN.
            table.column("value", .double)
            table.primaryKey(["job", "sequence", "name"])
        }
    }

    private static func preferences(_ database: Database) throws {
        try database.create(table: "preference_pair", options: [.withoutRowID]) { table in
            // Of the set.
            table.column("name", .text).notNull()
            table.column("number", .integer).notNull()
            table.column("id", .text).notNull()
            table.column("prompt", .text).notNull()
            table.column("first", .text).notNull()
            table.column("second", .text).notNull()
            table.primaryKey(["name", "number"])
            table.uniqueKey(["name", "id"])
        }
        // Nothing is ever changed here: of the choices of a pair the last counts.
        try database.create(table: "preference_choice", options: [.withoutRowID]) { table in
            table.column("name", .text).notNull()
            table.column("sequence", .integer).notNull()
            table.column("number", .integer).notNull()
            table.column("preferred", .integer).notNull()
            table.column("labeller", .text).notNull()
            table.primaryKey(["name", "sequence"])
        }
        try database.create(
            index: "preference_choice_of_pair", on: "preference_choice", columns: ["name", "number", "sequence"])
    }

    /// What each set has, so that nobody has to read its pairs to know.
    private static func preferenceSets(_ database: Database) throws {
        try database.create(table: "preference_set", options: [.withoutRowID]) { table in
            table.column("name", .text).notNull().primaryKey()
            table.column("pairs", .integer).notNull()
            table.column("bytes", .integer).notNull()
            table.column("choices", .integer).notNull()
        }
        try database.execute(
            sql: """
                INSERT INTO preference_set (name, pairs, bytes, choices)
                  SELECT name, COUNT(*), SUM(
                    LENGTH(CAST(id AS BLOB)) + LENGTH(CAST(prompt AS BLOB)) + LENGTH(CAST(first AS BLOB))
                      + LENGTH(CAST(second AS BLOB)) + \(PreferenceLimits.bytesOfPair)),
                    (SELECT COUNT(*) FROM preference_choice WHERE preference_choice.name = preference_pair.name)
                  FROM preference_pair GROUP BY name
                """)
    }

    private static func feedback(_ database: Database) throws {
        try database.create(table: "feedback", options: [.withoutRowID]) { table in
            table.column("job", .integer).notNull().references("job", onDelete: .cascade)
            table.column("number", .integer).notNull()
            table.column("prompt", .text).notNull()
            table.column("text", .text).notNull()
            // If NULL, the text is an answer; otherwise a response with this reward.
            table.column("reward", .double)
            table.primaryKey(["job", "number"])
        }
        try database.alter(table: "job") { table in
            table.add(column: "feedback_used", .integer).notNull().defaults(to: 0)
        }
    }
}
