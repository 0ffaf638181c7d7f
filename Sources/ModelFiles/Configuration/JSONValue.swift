package import Foundation
internal import JSONCoding

/// A JSON value in a model's file, whose names are looked up, replaced and merged rather than kept in order.
///
/// Numbers, booleans and absent values stay distinct, which configuration checks depend on.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Parses a file's contents as Python does, which wrote them; `file` is for messages. If a name occurs more than
    /// once, its last value counts.
    package static func parse(_ data: Data, file: String) throws -> JSONValue {
        do {
            return JSONValue(try JSONReader.parse([UInt8](data), dialect: .python))
        } catch {
            throw PolicyError(
                .malformed,
                "\(file) is not valid JSON at line \(error.line), byte \(error.offset): \(error.reason). "
                    + "Correct it or download it again.",
                cause: error)
        }
    }

    /// Parses a file whose top level must be an object.
    package static func parseObject(_ data: Data, file: String) throws -> [String: JSONValue] {
        guard case .object(let fields) = try parse(data, file: file) else {
            throw PolicyError(.malformed, "\(file) should hold a JSON object. Correct it or download it again.")
        }
        return fields
    }

    /// Renders with sorted keys, so that equal values give equal bytes; indented for people, or as compact as possible.
    package func rendered(inLines: Bool = true) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if inLines { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(self)
    }

    private init(_ value: JSONCoding.JSONValue) {
        self =
            switch value {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .integer(let number): .integer(number)
            // Some tools write a count as 2.0.
            case .number(let number): Int(exactly: number).map { .integer($0) } ?? .number(number)
            case .unsigned(let number): .number(Double(number))
            case .float(let number): .number(Double(number))
            case .string(let text): .string(text)
            case .array(let elements): .array(elements.map(JSONValue.init))
            case .object(let members):
                .object(Dictionary(members.map { ($0.key, JSONValue($0.value)) }, uniquingKeysWith: { $1 }))
            }
    }
}

extension JSONValue: Encodable {
    /// JSON has no non-finite numbers: they become null.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value) where !value.isFinite: try container.encodeNil()
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as shown in a message.
    package var description: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): value.count > 80 ? "\"\(value.prefix(80))...\"" : "\"\(value)\""
        case .array(let values): "[\(values.prefix(8).map(\.description).joined(separator: ", "))]"
        case .object: "an object"
        }
    }
}
