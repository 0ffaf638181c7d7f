/// A token that a step trains on, by its index among all of the step's: it locates the token's old logprob, its
/// advantage and the results of passes.
///
/// This is not the row that computes the token. Rows also count tokens that are not learnt, and start again with each
/// pass.
struct LearntToken: Hashable, Comparable, Strideable, Sendable {
    let number: Int

    init(_ number: Int) { self.number = number }

    static func < (a: Self, b: Self) -> Bool { a.number < b.number }
    func distance(to other: Self) -> Int { other.number - number }
    func advanced(by distance: Int) -> Self { Self(number + distance) }
}

/// One value for each token that a step trains on.
struct PerToken<Value: Sendable>: Sendable {
    private(set) var values: [Value]

    init(_ values: [Value] = []) { self.values = values }

    init(repeating value: Value, count: Int) { values = Array(repeating: value, count: count) }

    var count: Int { values.count }

    subscript(token: LearntToken) -> Value {
        get { values[token.number] }
        set { values[token.number] = newValue }
    }

    subscript(tokens: Range<LearntToken>) -> ArraySlice<Value> {
        values[tokens.lowerBound.number..<tokens.upperBound.number]
    }

    mutating func append(repeating value: Value, count: Int) { values += repeatElement(value, count: count) }

    mutating func append(_ more: some Sequence<Value>) { values += more }

    /// The values in the order of a pass's rows.
    ///
    /// - Parameters:
    ///   - rows: The token of each row; nil for a row that is not learnt.
    ///   - zero: The value for such a row.
    func gathered(_ rows: [LearntToken?], or zero: Value) -> [Value] { rows.map { $0.map { self[$0] } ?? zero } }
}

extension PerToken: Equatable where Value: Equatable {}
