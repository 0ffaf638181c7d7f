/// The outcome of checking one response.
///
/// A score alone would hide why it is zero: a model that reasons wrongly, one that never states an answer and a checker
/// that gave up call for different remedies. Raw values appear in logs and JSON; they do not change.
public enum Verdict: String, Sendable, Codable, CaseIterable {
    /// The answer agrees with the reference.
    case correct = "CORRECT"
    /// The answer was read and disagrees.
    case incorrect = "INCORRECT"
    /// The answer was read, but no available method tells whether it agrees.
    case undecided = "UNDECIDED"
    /// The response states no answer in the required form.
    case noAnswer = "NO_ANSWER"
    /// The answer or the reference cannot be parsed.
    case parseError = "PARSE_ERROR"
    /// Checking needed more steps than allowed.
    case timeout = "TIMEOUT"
    /// The checker itself failed.
    case `internal` = "INTERNAL"
}

/// How often each verdict was given.
public struct VerdictCounts: Sendable, Equatable {
    private var counts: [Verdict: Int] = [:]

    public init() {}

    public init(_ verdicts: some Sequence<Verdict>) {
        for verdict in verdicts { add(verdict) }
    }

    public mutating func add(_ verdict: Verdict) { counts[verdict, default: 0] += 1 }

    public static func += (counts: inout Self, other: Self) {
        counts.counts.merge(other.counts, uniquingKeysWith: +)
    }

    public subscript(_ verdict: Verdict) -> Int { counts[verdict, default: 0] }

    public var total: Int { counts.values.reduce(0, +) }

    /// The share of correct ones, 0 to 1; nil if nothing was counted.
    public var correctRate: Double? { total == 0 ? nil : Double(self[.correct]) / Double(total) }
}
