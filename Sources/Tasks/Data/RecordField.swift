internal import JSONCoding

/// A value in a record together with its place, for error messages.
struct RecordField {
    let value: JSONValue
    let path: String

    struct Problem: Error {
        var column: Int?
        let field: String?
        let message: String
    }

    /// The member of that name, nil where it is absent or null; the last one where there are several.
    ///
    /// Throws when this is not an object.
    func member(_ key: String) throws(Problem) -> RecordField? {
        guard case .object(let members) = value else { throw wrongType("an object") }
        guard let found = members.last(where: { $0.key.utf8.elementsEqual(key.utf8) })?.value, !found.isNull else {
            return nil
        }
        return RecordField(value: found, path: path.isEmpty ? key : "\(path).\(key)")
    }

    /// The member of that name, which must be there.
    func required(_ key: String, _ remedy: String) throws(Problem) -> RecordField {
        guard let field = try member(key) else {
            throw Problem(field: path.isEmpty ? key : "\(path).\(key)", message: "is missing. \(remedy)")
        }
        return field
    }

    func elements() throws(Problem) -> [RecordField] {
        guard case .array(let elements) = value else { throw wrongType("an array") }
        return elements.enumerated().map { RecordField(value: $1, path: "\(path)[\($0)]") }
    }

    func string() throws(Problem) -> String {
        guard case .string(let text) = value else { throw wrongType("a string") }
        return text
    }

    /// A string, or a whole number as one writes it.
    func text() throws(Problem) -> String {
        switch value {
        case .string(let text): return text
        case .integer(let number): return "\(number)"
        default: throw wrongType("a string or a whole number")
        }
    }

    func wrongType(_ expected: String) -> Problem {
        Problem(field: path.isEmpty ? nil : path, message: "must be \(expected), it is \(value.kind).")
    }

    func problem(_ message: String) -> Problem {
        Problem(field: path.isEmpty ? nil : path, message: message)
    }
}
