internal import GRDB

/// Two responses to a prompt that people compare.
public struct PreferencePair: Sendable, Hashable {
    /// Names it within its set.
    public var id: String
    public var prompt: String
    public var first: String
    public var second: String

    public init(id: String, prompt: String, first: String, second: String) {
        self.id = id
        self.prompt = prompt
        self.first = first
        self.second = second
    }
}

/// What was chosen of a pair. The raw value is how it is stored.
public enum PreferredResponse: Int, Sendable {
    case neither = 0
    case first = 1
    case second = 2
}

/// A pair with its number in its set, and the choice that counts.
public struct StoredPair: Sendable, Equatable {
    public let number: Int64
    public let pair: PreferencePair
    public let preferred: PreferredResponse?
    public let labeller: String
}

/// How far the comparisons of a set are.
public struct PreferenceProgress: Sendable, Equatable {
    public let set: String
    public let pairs: Int
    /// Pairs that something was chosen of.
    public let chosen: Int
}

/// What became of a choice.
public enum ChoiceOutcome: Sendable, Equatable {
    /// It is on disk, now or since before.
    case taken
    case unknownPair
    /// The set has been made anew, and its pair of this id is another one.
    case anotherPair
    /// Something else was chosen before.
    case contradicts(PreferredResponse)
    /// There are as many choices as may be kept.
    case full(Int)
}

extension JobStore {
    /// Adds pairs. One that is there already is left as it is.
    ///
    /// - Returns: For each, why it was not added; nil if it is there.
    func add(
        _ pairs: [PreferencePair], toSet set: String, within limits: PreferenceLimits = PreferenceLimits()
    ) throws(JobError) -> [String?] {
        try write { database in
            var own = try Self.totals(ofSet: set, database) ?? .init(), all = try Self.totals(database)
            let hadPairs = own.pairs
            let refused = try pairs.map { pair -> String? in
                let known = try Row.fetchOne(
                    database, sql: "SELECT * FROM preference_pair WHERE name = ? AND id = ?",
                    arguments: [set, pair.id])
                if let known {
                    return Self.pair(known) == pair
                        ? nil : "Another pair has the id \"\(pair.id)\". Give it another id."
                }
                let size = PreferenceLimits.bytes(of: pair)
                if let refusal = limits.refusal(ofBytes: size, for: own, among: all) { return refusal }
                own.pairs += 1
                own.bytes += size
                all.bytes += size
                try database.execute(
                    sql: """
                        INSERT INTO preference_pair (name, number, id, prompt, first, second) VALUES (?, ?, ?, ?, ?, ?)
                        """, arguments: [set, own.pairs, pair.id, pair.prompt, pair.first, pair.second])
                return nil
            }
            if own.pairs > hadPairs {
                try database.execute(
                    sql: """
                        INSERT INTO preference_set (name, pairs, bytes, choices) VALUES (?, ?, ?, 0)
                          ON CONFLICT (name) DO UPDATE SET pairs = excluded.pairs, bytes = excluded.bytes
                        """, arguments: [set, own.pairs, own.bytes])
            }
            return refused
        }
    }

    /// Removes a set with all that was chosen of it.
    ///
    /// - Returns: How many pairs it had; nil if there is no such set.
    func removeSet(_ set: String) throws(JobError) -> Int? {
        try write { database in
            guard let totals = try Self.totals(ofSet: set, database) else { return nil }
            for table in ["preference_choice", "preference_pair", "preference_set"] {
                try database.execute(sql: "DELETE FROM \(table) WHERE name = ?", arguments: [set])
            }
            return totals.pairs
        }
    }

    /// All sets, by name.
    func preferenceSets() throws(JobError) -> [PreferenceProgress] {
        try read { database in
            let sql = """
                SELECT name, pairs, (SELECT COUNT(DISTINCT number) FROM preference_choice choice
                  WHERE choice.name = preference_set.name) AS chosen FROM preference_set ORDER BY name
                """
            return try Row.fetchAll(database, sql: sql).map {
                PreferenceProgress(set: $0["name"], pairs: $0["pairs"], chosen: $0["chosen"])
            }
        }
    }

    private static func totals(ofSet set: String, _ database: Database) throws -> PreferenceLimits.Totals? {
        try Row.fetchOne(
            database, sql: "SELECT pairs, bytes, choices FROM preference_set WHERE name = ?", arguments: [set]
        ).map { .init(sets: 1, pairs: $0["pairs"], bytes: $0["bytes"], choices: $0["choices"]) }
    }

    private static func totals(_ database: Database) throws -> PreferenceLimits.Totals {
        let sql = """
            SELECT COUNT(*) AS sets, COALESCE(SUM(pairs), 0) AS pairs, COALESCE(SUM(bytes), 0) AS bytes,
              COALESCE(SUM(choices), 0) AS choices FROM preference_set
            """
        return try Row.fetchOne(database, sql: sql).map {
            .init(sets: $0["sets"], pairs: $0["pairs"], bytes: $0["bytes"], choices: $0["choices"])
        } ?? .init()
    }

    /// Stores a choice: it counts from now on, and what was chosen before stays on record.
    ///
    /// - Parameter shown: The hash of the pair that was shown; nil if it is known by its id alone.
    func choose(
        _ preferred: PreferredResponse, ofPair id: String, inSet set: String, by labeller: String, replaces: Bool,
        shown: Int? = nil, within limits: PreferenceLimits = PreferenceLimits()
    ) throws(JobError) -> ChoiceOutcome {
        try write { database in
            let sql = Self.choices(bound: false) + " AND pair.id = ?"
            guard let row = try Row.fetchOne(database, sql: sql, arguments: [set, id]) else { return .unknownPair }
            guard shown.map({ $0 == Self.pair(row).hashValue }) ?? true else { return .anotherPair }
            let before = (row["preferred"] as Int?).flatMap(PreferredResponse.init)
            if before == preferred { return .taken }
            if let before, !replaces { return .contradicts(before) }
            guard try Self.totals(database).choices < limits.allChoices else { return .full(limits.allChoices) }
            let sequence = (try Self.totals(ofSet: set, database)?.choices ?? 0) + 1
            try database.execute(
                sql: """
                    INSERT INTO preference_choice (name, sequence, number, preferred, labeller) VALUES (?, ?, ?, ?, ?)
                    """, arguments: [set, sequence, row["number"] as Int64, preferred.rawValue, labeller])
            try database.execute(
                sql: "UPDATE preference_set SET choices = ? WHERE name = ?", arguments: [sequence, set])
            return .taken
        }
    }

    /// Pairs after a number, in order.
    ///
    /// - Parameters:
    ///   - onlyOpen: Whether to leave out those that something was chosen of.
    ///   - sequence: Counts only choices up to this one; nil counts all.
    func pairs(
        ofSet set: String, after number: Int64 = 0, limit: Int, onlyOpen: Bool = false, upTo sequence: Int64? = nil
    ) throws(JobError) -> [StoredPair] {
        try read { database in
            let sql =
                Self.choices(bound: sequence != nil) + " AND pair.number > ?"
                + (onlyOpen ? " AND preferred IS NULL" : "")
                + " ORDER BY pair.number LIMIT ?"
            let arguments: StatementArguments =
                sequence.map { [$0, set, number, limit] } ?? [set, number, limit]
            return try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
                StoredPair(
                    number: row["number"], pair: Self.pair(row),
                    preferred: (row["preferred"] as Int?).flatMap(PreferredResponse.init),
                    labeller: row["labeller"] ?? "")
            }
        }
    }

    /// Whether there is a set, and the number of its last choice, 0 before the first; nil if there is none.
    func lastChoice(inSet set: String) throws(JobError) -> Int64? {
        try read { database in try Self.totals(ofSet: set, database).map { Int64($0.choices) } }
    }

    /// Pairs, each with the last choice of it.
    private static func choices(bound: Bool) -> String {
        """
        SELECT pair.*, choice.preferred AS preferred, choice.labeller AS labeller FROM preference_pair pair
          LEFT JOIN preference_choice choice ON choice.name = pair.name AND choice.sequence = (
            SELECT MAX(sequence) FROM preference_choice latest
            WHERE latest.name = pair.name AND latest.number = pair.number\(bound ? " AND latest.sequence <= ?" : ""))
          WHERE pair.name = ?
        """
    }

    private static func pair(_ row: Row) -> PreferencePair {
        PreferencePair(id: row["id"], prompt: row["prompt"], first: row["first"], second: row["second"])
    }
}
