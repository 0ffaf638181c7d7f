package import JSONCoding

/// Visits the fields of a message, to write them as JSON or read them from it.
///
/// Generated code shows a visitor each field with one call (`visitFields`), the same for both directions: one line per
/// field, checked by the compiler, without tables to interpret or key paths to follow.
package protocol FieldVisitor {
    /// A field that counts as unset while it has its default value.
    mutating func field<Value: FieldValue>(_ name: FieldName, _ value: inout Value)

    /// A field that distinguishes unset from set: a message, or one declared optional in the .proto file.
    mutating func optional<Value: FieldValue>(_ name: FieldName, _ value: inout Value?)

    mutating func repeated<Value: FieldValue>(_ name: FieldName, _ values: inout [Value])

    mutating func map<Key: FieldKey, Value: FieldValue>(_ name: FieldName, _ values: inout [Key: Value])

    /// A field of a oneof. The fields of one oneof are visited consecutively.
    ///
    /// - Parameters:
    ///   - make: The choice that this field is.
    ///   - value: This field's value, if it is the choice.
    mutating func member<Choice, Value: FieldValue>(
        _ name: FieldName, of choice: inout Choice?, _ make: (Value) -> Choice, _ value: (Choice) -> Value?)
}

/// A field's name in JSON (`maxTokens`) and in the .proto file (`max_tokens`), which JSON may use too.
package struct FieldName: Sendable, ExpressibleByStringLiteral {
    package let json: String
    package let proto: String

    package init(_ json: String, _ proto: String) {
        self.json = json
        self.proto = proto
    }

    /// A name that is the same in both.
    package init(stringLiteral name: String) { self.init(name, name) }
}

/// A field type, as proto3's JSON writes and reads it.
package protocol FieldValue: Equatable, Sendable {
    /// Whether this is the default, which is not written for fields without presence.
    var isDefault: Bool { get }

    /// - Parameter depth: The number of messages enclosing the value.
    func json(depth: Int) -> JSONValue

    /// The value that the JSON represents; nil, after reporting the problem to the reader, if it represents none.
    static func read(_ json: JSONValue, _ reader: inout JSONMessageReader) -> Self?

    /// The JSON Schema of such a value.
    static func schema(_ schemas: inout JSONSchemas) -> JSONValue
}

/// A type of map keys, which are strings in JSON.
package protocol FieldKey: FieldValue, Hashable, Comparable {
    var jsonKey: String { get }
}
