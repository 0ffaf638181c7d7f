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

    /// The share of correct ones, 0 to 1; nil where nothing was counted.
    public var correctRate: Double? { total == 0 ? nil : Double(self[.correct]) / Double(total) }
}
