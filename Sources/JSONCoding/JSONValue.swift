/// A JSON value.
///
/// Objects keep the file's order and duplicates: a vocabulary's keys must be compared byte by byte, whereas a Swift
/// dictionary would treat canonically equivalent strings as the same key.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    /// A whole number above `Int.max`.
    case unsigned(UInt64)
    case number(Double)
    /// Written with as many digits as a Float needs. The reader never produces it.
    case float(Float)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// The type of the value, in words for error messages.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .unsigned, .number, .float: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }
}

package struct JSONMember: Sendable, Hashable {
    package var key: String
    package var value: JSONValue

    package init(key: String, value: JSONValue) {
        self.key = key
        self.value = value
    }
}
