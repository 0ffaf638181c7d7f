/// A token that a step learns from, by its number among all of the step's: its old log-probability, its advantage and
/// what passes find out about it go by that.
///
/// It is not the row that computes the token. Rows count tokens that are not learnt too, and begin anew with each pass.
struct LearntToken: Hashable, Comparable, Strideable, Sendable {
    let number: Int

    init(_ number: Int) { self.number = number }

    static func < (a: Self, b: Self) -> Bool { a.number < b.number }
    func distance(to other: Self) -> Int { other.number - number }
    func advanced(by distance: Int) -> Self { Self(number + distance) }
}

/// One value for each token that a step learns from.
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

    /// The values in order of a pass's rows.
    ///
    /// - Parameters:
    ///   - rows: For each row, the token it is; nil for a row that is not learnt.
    ///   - zero: What such a row gets.
    func gathered(_ rows: [LearntToken?], or zero: Value) -> [Value] { rows.map { $0.map { self[$0] } ?? zero } }
}
