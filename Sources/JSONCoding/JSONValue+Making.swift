// Helpers for building values to write.

extension JSONValue {
    /// An object without those fields that are nil.
    package static func fields(_ fields: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(fields.compactMap { name, value in value.map { JSONMember(key: name, value: $0) } })
    }

    /// A whole number of at most 64 bits.
    @inlinable package static func whole(_ value: some BinaryInteger) -> JSONValue {
        Int(exactly: value).map { .integer($0) } ?? .unsigned(UInt64(clamping: value))
    }

    @inlinable package static func integers(_ values: some Sequence<some BinaryInteger>) -> JSONValue {
        .array(values.map { .whole($0) })
    }

    package static func floats(_ values: some Sequence<Float>) -> JSONValue { .array(values.map { .float($0) }) }

    /// The same object with further fields appended.
    package func adding(_ fields: KeyValuePairs<String, JSONValue?>) -> JSONValue { appending(Self.fields(fields)) }

    /// The same object with the fields of another appended.
    package func appending(_ other: JSONValue?) -> JSONValue {
        guard case .object(let own) = self, case .object(let further)? = other else { return self }
        return .object(own + further)
    }
}
