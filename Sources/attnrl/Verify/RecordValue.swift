/// A JSON value of a data set's record, of any type.
indirect enum RecordValue: Decodable, Equatable {
    case null
    case bool(Bool)
    case whole(Int)
    case number(Double)
    case string(String)
    case array([RecordValue])
    case object([String: RecordValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .whole(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([RecordValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: RecordValue].self))
        }
    }

    /// What the value is, in words for error messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .whole, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// A string, or a number in its shortest form: answers are often written without quotes.
    var text: String? {
        switch self {
        case .string(let text): text
        case .whole(let value): String(value)
        case .number(let value): "\(value)"
        default: nil
        }
    }
}
