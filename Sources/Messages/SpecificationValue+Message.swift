import Basics
import JSONCoding
package import Jobs
package import Wire

extension SpecificationValue {
    /// The fields set in a message, under their names in the .proto file.
    ///
    /// So a specification sent as a message is read by the same field descriptions as one in YAML.
    package init(message: any ProtobufMessage) {
        self = .section(
            Mirror(reflecting: message).children.compactMap { name, value in
                guard let name, let value = Self.value(of: value) else { return nil }
                return .init(name.inSnakeCase, value)
            })
    }

    /// Nil for unset fields.
    private static func value(of value: Any) -> SpecificationValue? {
        switch value {
        case let message as any ProtobufMessage: SpecificationValue(message: message)
        case let text as String: .text(text)
        case let flag as Bool: .flag(flag)
        case let number as Double: .number(number)
        case let number as Int64: .whole(number)
        case let number as UInt64: number <= UInt64(Int64.max) ? .whole(Int64(number)) : .large(number)
        case let texts as [String]: texts.isEmpty ? nil : .list(texts.map { .text($0) })
        default: nil
        }
    }

    /// The value in JSON; nil if unset.
    fileprivate var json: JSONValue? {
        switch self {
        case .null: nil
        case .flag(let flag): .bool(flag)
        case .whole(let number): .integer(Int(number))
        case .large(let number): .unsigned(number)
        case .number(let number): .number(number)
        case .text(let text): .string(text)
        case .list(let values): .array(values.compactMap(\.json))
        case .section(let entries):
            .object(entries.compactMap { entry in entry.value.json.map { JSONMember(key: entry.name, value: $0) } })
        }
    }
}

extension V1.JobSpecification {
    /// A specification with every value of its kind, read via JSON. Fields of other kinds stay unset.
    ///
    /// - Throws: `JSONMessageError` if job.proto does not match the field descriptions.
    package init(_ specification: JobSpecification) throws {
        try self.init(json: specification.value.json ?? .object([]))
    }
}
