/// Reads a task's knobs from texts, and collects the list of knobs in the process.
///
/// A setting is read in one place, its initializer, from which its list of knobs also comes. All problems are
/// collected, so that they can be reported together.
struct KnobReader {
    private(set) var knobs: [Knob] = []
    /// The normalized value of each knob, in the order of reading.
    private(set) var values: [KnobValue] = []
    private(set) var problems: [String] = []
    private let given: [String: String]

    init(_ given: [String: String]) {
        self.given = given
    }

    mutating func integer(_ name: String, in bounds: ClosedRange<Int>, standard: Int, _ meaning: String) -> Int {
        read(
            name, "a whole number within \(Self.text(bounds))", standard, meaning, text: { String($0) },
            parse: { text in Int(text).flatMap { bounds.contains($0) ? $0 : nil } })
    }

    mutating func range(
        _ name: String, in bounds: ClosedRange<Int>, standard: ClosedRange<Int>, _ meaning: String
    ) -> ClosedRange<Int> {
        read(
            name, "a number or range within \(Self.text(bounds))", standard, meaning, text: Self.text,
            parse: { Self.range($0, within: bounds) })
    }

    /// A probability.
    mutating func share(_ name: String, standard: Double, _ meaning: String) -> Double {
        read(
            name, "a number within 0-1", standard, meaning, text: { "\($0)" },
            parse: { text in Double(text).flatMap { (0...1).contains($0) ? $0 : nil } })
    }

    mutating func flag(_ name: String, standard: Bool, _ meaning: String) -> Bool {
        read(name, "true or false", standard, meaning, text: { "\($0)" }, parse: { Bool($0) })
    }

    /// Reports a problem that cannot be attributed to a single knob.
    mutating func require(_ condition: Bool, _ problem: @autoclosure () -> String) {
        if !condition { problems.append(problem()) }
    }

    /// Reports unknown names.
    mutating func refuseUnknown() {
        let known = knobs.map(\.name)
        for name in given.keys.sorted() where !known.contains(name) {
            problems.append("there is no knob '\(name)'. There are \(known.joined(separator: ", ")).")
        }
    }

    private mutating func read<Value>(
        _ name: String, _ description: String, _ standard: Value, _ meaning: String, text: (Value) -> String,
        parse: (String) -> Value?
    ) -> Value {
        knobs.append(Knob(name: name, values: description, standard: text(standard), meaning: meaning))
        var value = standard
        if let entry = given[name] {
            if let parsed = parse(entry) {
                value = parsed
            } else {
                problems.append("\(name) is '\(entry)'. Give \(description).")
            }
        }
        values.append(KnobValue(name: name, text: text(value)))
        return value
    }

    /// `8-12`, or `8` alone.
    private static func range(_ text: String, within bounds: ClosedRange<Int>) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard 1...2 ~= ends.count, let lower = ends[0], let upper = ends[ends.count - 1], lower <= upper,
            bounds.contains(lower), bounds.contains(upper)
        else { return nil }
        return lower...upper
    }

    static func text(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
}
