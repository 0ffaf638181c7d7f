import Tasks

/// The records of an evaluation.
struct EvaluationSet {
    let records: [DataRecord]

    /// - Parameters:
    ///   - text: A file, or built-in tasks, whose held-out examples are used.
    ///   - prompts: The maximum number of records.
    init(_ text: String, prompts: Int, seed: UInt64) throws {
        let data = try Dataset(named: text, seed: seed, split: .heldOut, needing: .answer, .streams)
        records = try (0..<min(prompts, data.count ?? prompts)).map { try data.record(at: $0) }
    }
}
