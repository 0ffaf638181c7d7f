package import JSONCoding

/// What goes through the fields of a message, to write them as JSON or to read them from it.
///
/// Generated code shows a visitor each field with one call (`visitFields`), for both directions the same: that is a line
/// a field, checked by the compiler, without tables to interpret or key paths to follow.
package protocol FieldVisitor {
    /// A field that counts as not set while it has its default.
    mutating func field<Value: FieldValue>(_ name: FieldName, _ value: inout Value)

    /// A field that tells not set from set: a message, or one that the .proto file calls optional.
    mutating func optional<Value: FieldValue>(_ name: FieldName, _ value: inout Value?)

    mutating func repeated<Value: FieldValue>(_ name: FieldName, _ values: inout [Value])

    mutating func map<Key: FieldKey, Value: FieldValue>(_ name: FieldName, _ values: inout [Key: Value])

    /// One of the fields of a oneof. Those of one come one after the other.
    ///
    /// - Parameters:
    ///   - make: The choice that this field is.
    ///   - value: This field's value, if it is the choice.
    mutating func member<Choice, Value: FieldValue>(
        _ name: FieldName, of choice: inout Choice?, _ make: (Value) -> Choice, _ value: (Choice) -> Value?)
}

/// What a field is called in JSON (`maxTokens`) and in the .proto file (`max_tokens`), which JSON may use as well.
package struct FieldName: Sendable, ExpressibleByStringLiteral {
    package let json: String
    package let proto: String

    package init(_ json: String, _ proto: String) {
        self.json = json
        self.proto = proto
    }

    /// The same in both.
    package init(stringLiteral name: String) { self.init(name, name) }
}

/// A type that fields have, as proto3's JSON writes and reads it.
package protocol FieldValue: Equatable, Sendable {
    /// Whether this is the default, which is not written for fields without presence.
    var isDefault: Bool { get }

    /// - Parameter depth: How many messages are around the value.
    func json(depth: Int) -> JSONValue

    /// The value that JSON stands for; nil, and reported to the reader, where there is none.
    static func read(_ json: JSONValue, _ reader: inout JSONMessageReader) -> Self?
}

/// A type that keys of maps have. Keys are texts in JSON.
package protocol FieldKey: FieldValue, Hashable, Comparable {
    var jsonKey: String { get }
}
