import Wire

/// Problems with the fields of one request, collected so that a caller learns of everything at once.
struct FieldProblems {
    /// The most problems reported: a list of a million bad ids does not need a million lines.
    private static let limit = 32

    private(set) var violations: [RPCError.FieldViolation] = []
    /// The number of problems found, including those beyond the limit.
    private(set) var count = 0
    private var values: [String: String] = [:]

    /// - Parameters:
    ///   - field: Path as in the .proto file, for example `sampling.temperature`.
    ///   - value: What was sent.
    ///   - description: What is wrong and how to fix it.
    mutating func add(_ field: String, value: String = "", _ description: String) {
        let violation = RPCError.FieldViolation(field: field, description: description)
        // Two checks may find the same.
        guard !violations.contains(violation) else { return }
        count += 1
        guard violations.count < Self.limit else { return }
        violations.append(violation)
        if !value.isEmpty { values[Self.key(field)] = value }
    }

    /// Adds a problem unless `holds`.
    mutating func require(
        _ holds: Bool, _ field: String, value: @autoclosure () -> String, _ description: @autoclosure () -> String
    ) {
        if !holds { add(field, value: value(), description()) }
    }

    /// Returns a value if it is within a range; otherwise adds a problem and returns `usual`.
    ///
    /// This way, unchecked request values are not used, not even to find further problems.
    mutating func value<Value: Comparable>(
        _ value: Value, in range: ClosedRange<Value>, or usual: Value, _ field: String,
        _ description: @autoclosure () -> String
    ) -> Value {
        if range.contains(value) { return value }
        add(field, value: "\(value)", description())
        return usual
    }

    /// Returns a list if it has at most this many elements; otherwise adds a problem and returns an empty one.
    mutating func list<Element>(_ list: [Element], atMost limit: Int, _ field: String, _ noun: String) -> [Element] {
        if list.count <= limit { return list }
        add(field, value: "\(list.count)", "\(list.count) \(noun). Give at most \(limit).")
        return []
    }

    /// Throws INVALID_ARGUMENT if there is a problem.
    func check() throws(RPCError) {
        guard let first = violations.first else { return }
        let more = violations.count == 1 ? "" : " (\(violations.count) fields need attention.)"
        throw RPCError(
            .invalidArgument, reason: "INVALID_FIELDS", "\(first.field): \(first.description)\(more)",
            values: values, details: [.badRequest(violations)])
    }

    /// A field path as a key of ErrorInfo's metadata, which may contain only letters, digits, `-` and `_`.
    private static func key(_ field: String) -> String {
        String(field.map { $0.isLetter || $0.isNumber ? $0 : "_" }.prefix(64))
    }
}
