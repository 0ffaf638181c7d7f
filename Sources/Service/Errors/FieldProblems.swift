import Wire

/// What is wrong with the fields of one request, collected so that a caller learns of everything at once.
struct FieldProblems {
    /// Reported at most; a list of a million bad ids needs no million lines.
    private static let limit = 32

    private(set) var violations: [RPCError.FieldViolation] = []
    private var values: [String: String] = [:]

    /// - Parameters:
    ///   - field: Path as in the .proto file, `sampling.temperature` say.
    ///   - value: What was sent.
    ///   - description: What is wrong and what to do.
    mutating func add(_ field: String, value: String = "", _ description: String) {
        guard violations.count < Self.limit else { return }
        violations.append(.init(field: field, description: description))
        if !value.isEmpty { values[Self.key(field)] = value }
    }

    /// Adds a problem unless `holds`.
    mutating func require(
        _ holds: Bool, _ field: String, value: @autoclosure () -> String, _ description: @autoclosure () -> String
    ) {
        if !holds { add(field, value: value(), description()) }
    }

    /// Throws INVALID_ARGUMENT when there is a problem.
    func check() throws(RPCError) {
        guard let first = violations.first else { return }
        let more = violations.count == 1 ? "" : " (\(violations.count) fields need attention.)"
        throw RPCError(
            .invalidArgument, reason: "INVALID_FIELDS", "\(first.field): \(first.description)\(more)",
            values: values, details: [.badRequest(violations)])
    }

    /// A field path as a key of ErrorInfo's metadata, which may hold letters, digits, `-` and `_`.
    private static func key(_ field: String) -> String {
        String(field.map { $0.isLetter || $0.isNumber ? $0 : "_" }.prefix(64))
    }
}
