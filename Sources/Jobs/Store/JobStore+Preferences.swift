internal import GRDB

/// Two responses to a prompt that people compare.
public struct PreferencePair: Sendable, Equatable {
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

/// What became of a choice.
public enum ChoiceOutcome: Sendable, Equatable {
    /// It is on disk, now or since before.
    case taken
    case unknownPair
    /// Something else was chosen before.
    case contradicts(PreferredResponse)
}

extension JobStore {
    /// Sets of pairs are bounded as feedback is: by number and bytes.
    static let mostPairs = 100_000
    static let mostPairBytes = 256 << 20

    /// Adds a pair. One that is there already is left as it is.
    ///
    /// - Returns: Why it was not added; nil if it is there.
    func add(_ pairs: [PreferencePair], toSet set: String) throws(JobError) -> [String?] {
        try write { database in
            let totals = try Row.fetchOne(
                database,
                sql: """
                    SELECT COALESCE(MAX(number), 0), COALESCE(SUM(
                      LENGTH(CAST(prompt AS BLOB)) + LENGTH(CAST(first AS BLOB)) + LENGTH(CAST(second AS BLOB))), 0)
                    FROM preference_pair WHERE name = ?
                    """, arguments: [set])
            var last: Int64 = totals?[0] ?? 0, bytes: Int = totals?[1] ?? 0
            return try pairs.map { pair in
                let known = try Row.fetchOne(
                    database, sql: "SELECT * FROM preference_pair WHERE name = ? AND id = ?",
                    arguments: [set, pair.id])
                if let known {
                    return Self.pair(known) == pair
                        ? nil : "Another pair has the id \"\(pair.id)\". Give it another id."
                }
                bytes += pair.prompt.utf8.count + pair.first.utf8.count + pair.second.utf8.count
                guard last < Self.mostPairs, bytes <= Self.mostPairBytes else {
                    return "The set has \(last) pairs, and may have \(Self.mostPairs) of 256 MiB. Begin another set."
                }
                last += 1
                try database.execute(
                    sql: """
                        INSERT INTO preference_pair (name, number, id, prompt, first, second) VALUES (?, ?, ?, ?, ?, ?)
                        """, arguments: [set, last, pair.id, pair.prompt, pair.first, pair.second])
                return nil
            }
        }
    }

    /// Stores a choice: it counts from now on, and what was chosen before stays on record.
    func choose(
        _ preferred: PreferredResponse, ofPair id: String, inSet set: String, by labeller: String, replaces: Bool
    ) throws(JobError) -> ChoiceOutcome {
        try write { database in
            let sql = Self.choices(bound: false) + " AND pair.id = ?"
            guard let row = try Row.fetchOne(database, sql: sql, arguments: [set, id]) else { return .unknownPair }
            let before = (row["preferred"] as Int?).flatMap(PreferredResponse.init)
            if before == preferred { return .taken }
            if let before, !replaces { return .contradicts(before) }
            try database.execute(
                sql: """
                    INSERT INTO preference_choice (name, sequence, number, preferred, labeller) VALUES (
                      ?, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM preference_choice WHERE name = ?), ?, ?, ?)
                    """, arguments: [set, set, row["number"] as Int64, preferred.rawValue, labeller])
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
        try read { database in
            let pairs = "SELECT COUNT(*) FROM preference_pair WHERE name = ?"
            guard try Int.fetchOne(database, sql: pairs, arguments: [set]) ?? 0 > 0 else { return nil }
            return try Int64.fetchOne(
                database, sql: "SELECT COALESCE(MAX(sequence), 0) FROM preference_choice WHERE name = ?",
                arguments: [set])
        }
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
