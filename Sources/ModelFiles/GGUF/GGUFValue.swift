/// A value of a GGUF file's metadata. The many widths of integers are one here.
enum GGUFValue: Equatable, Sendable {
    case integer(Int)
    /// A whole number above `Int.max`.
    case unsigned(UInt64)
    /// Kept apart from doubles, so that it can be written with as few digits as it needs.
    case single(Float)
    case double(Double)
    case bool(Bool)
    case text(String)
    case integers([Int])
    case numbers([Double])
    case bools([Bool])
    case texts([String])

    /// The kind of value, in words for messages.
    var kind: String {
        switch self {
        case .integer, .unsigned: "a whole number"
        case .single, .double: "a number"
        case .bool: "true or false"
        case .text: "a text"
        case .integers: "a list of whole numbers"
        case .numbers: "a list of numbers"
        case .bools: "a list of true and false"
        case .texts: "a list of texts"
        }
    }
}

/// The types of values, by their numbers in files.
enum GGUFValueType: UInt32, Sendable {
    case uint8 = 0
    case int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// The fewest bytes of one value.
    var leastByteCount: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .string, .uint64, .int64, .float64: 8
        case .array: 12
        }
    }
}
