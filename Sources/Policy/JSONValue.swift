internal import Foundation

/// Any JSON value.
///
/// Numbers, booleans and absent values stay distinct, which configuration checks depend on.
enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Parses a file's contents; `file` is for messages.
    static func parse(_ data: Data, file: String) throws -> JSONValue {
        do {
            return try JSONDecoder().decode(JSONValue.self, from: data)
        } catch {
            throw PolicyError(
                .malformed, "\(file) is not valid JSON (\(explain(error))). Correct it or download it again.",
                cause: error)
        }
    }

    /// Parses a file whose top level must be an object.
    static func parseObject(_ data: Data, file: String) throws -> [String: JSONValue] {
        guard case .object(let fields) = try parse(data, file: file) else {
            throw PolicyError(.malformed, "\(file) should hold a JSON object. Correct it or download it again.")
        }
        return fields
    }

    /// Renders with sorted keys, so equal values give equal bytes; in lines for people, or as short as it gets.
    func rendered(inLines: Bool = true) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if inLines { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(self)
    }

    private static func explain(_ error: any Error) -> String {
        guard case DecodingError.dataCorrupted(let context) = error else { return "unexpected structure" }
        let detail = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey] as? String
        return detail ?? context.debugDescription
    }
}

extension JSONValue: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSONValue: CustomStringConvertible {
    /// As a message shows it.
    var description: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): "\"\(value)\""
        case .array(let values): "[\(values.prefix(8).map(\.description).joined(separator: ", "))]"
        case .object: "an object"
        }
    }
}
