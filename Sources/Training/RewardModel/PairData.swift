import Jobs
import Tasks

/// Pairs of responses one of which was preferred: those of a file, or of a set of comparisons as it was at some time.
enum PairData {
    case file(Dataset, count: Int)
    case comparisons([PreferenceSource.Comparison])

    static let noPairs =
        "Built-in tasks have no pairs. Name a JSONL file whose lines have prompt, chosen and rejected, or a set of "
        + "comparisons, \(PreferenceSource.prefix)NAME."

    /// - Parameter lastChoice: The last choice of a set that counts.
    init(_ specification: JobSpecification, _ preferences: PreferenceSource, lastChoice: Int64) throws {
        guard let set = specification.preferenceSet else {
            let data = try TrainingData.train(specification).dataset()
            guard let count = data.count else { throw JobError.data(reason: Self.noPairs) }
            self = .file(data, count: count)
            return
        }
        let comparisons = try preferences.comparisons(in: set, upTo: lastChoice)
        guard !comparisons.isEmpty else {
            throw JobError.data(
                reason:
                    "Nobody has preferred either response of any pair of \"\(set)\" yet. `attnrl prefs compare \(set)` "
                    + "hands the pairs out.")
        }
        self = .comparisons(comparisons)
    }

    var count: Int {
        switch self {
        case .file(_, let count): count
        case .comparisons(let comparisons): comparisons.count
        }
    }

    func record(at position: Int) throws -> DataRecord {
        switch self {
        case .file(let data, _): return try data.record(at: position)
        case .comparisons(let comparisons):
            let comparison = comparisons[position]
            var record = DataRecord(prompt: .text(comparison.prompt), response: comparison.chosen)
            record.rejected = comparison.rejected
            return record
        }
    }
}

extension JobSpecification {
    /// The set of comparisons that the job is fitted to; nil for a file.
    var preferenceSet: String? {
        guard kind.records == .pairs, data.train.hasPrefix(PreferenceSource.prefix) else { return nil }
        return String(data.train.dropFirst(PreferenceSource.prefix.count))
    }
}
