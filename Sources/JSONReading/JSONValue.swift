/// A parsed JSON document.
///
/// Objects keep the order and the duplicates of the file: a vocabulary's keys must be compared byte by byte, while
/// Swift's dictionary would treat canonically equivalent strings as one key.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// What the value is, in words for error messages.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }
}

package struct JSONMember: Sendable {
    package var key: String
    package var value: JSONValue

    package init(key: String, value: JSONValue) {
        self.key = key
        self.value = value
    }
}
