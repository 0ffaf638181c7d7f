package import JSONCoding

/// JSON Schemas of messages in proto3's JSON form, one per type, under its full name.
package struct JSONSchemas {
    /// In the order they were first referenced.
    package private(set) var schemas: [JSONMember] = []
    private var known: Set<String> = []

    package init() {}

    /// A reference to the schema of a message.
    package mutating func reference(to message: any CMessage.Type) -> JSONValue { message.schema(&self) }

    /// A reference to a type's schema, which is created if it is new.
    fileprivate mutating func reference(to name: String, _ make: (inout Self) -> JSONValue) -> JSONValue {
        if known.insert(name).inserted {
            let index = schemas.count
            schemas.append(JSONMember(key: name, value: .null))
            schemas[index].value = make(&self)
        }
        return .fields(["$ref": .string("#/components/schemas/\(name)")])
    }
}

/// Collects a message's properties.
private struct SchemaVisitor: FieldVisitor {
    var schemas: JSONSchemas
    var properties: [JSONMember] = []
    /// The field names of each oneof.
    var choices: [(type: ObjectIdentifier, names: [String])] = []

    mutating func field<Value: FieldValue>(_ name: FieldName, _ value: inout Value) {
        add(name, Value.schema(&schemas))
    }

    mutating func optional<Value: FieldValue>(_ name: FieldName, _ value: inout Value?) {
        add(name, Value.schema(&schemas))
    }

    mutating func repeated<Value: FieldValue>(_ name: FieldName, _ values: inout [Value]) {
        add(name, .fields(["type": .string("array"), "items": Value.schema(&schemas)]))
    }

    mutating func map<Key: FieldKey, Value: FieldValue>(_ name: FieldName, _ values: inout [Key: Value]) {
        add(name, .fields(["type": .string("object"), "additionalProperties": Value.schema(&schemas)]))
    }

    mutating func member<Choice, Value: FieldValue>(
        _ name: FieldName, of choice: inout Choice?, _ make: (Value) -> Choice, _ value: (Choice) -> Value?
    ) {
        let type = ObjectIdentifier(Choice.self)
        if choices.last?.type != type { choices.append((type, [])) }
        choices[choices.count - 1].names.append(name.json)
        add(name, Value.schema(&schemas))
    }

    private mutating func add(_ name: FieldName, _ schema: JSONValue) {
        properties.append(JSONMember(key: name.json, value: schema))
    }
}

extension CMessage {
    package static func schema(_ schemas: inout JSONSchemas) -> JSONValue {
        schemas.reference(to: fullName) { schemas in
            var visitor = SchemaVisitor(schemas: schemas)
            var message = Self()
            message.visitFields(&visitor)
            schemas = visitor.schemas
            let choices = visitor.choices.map { "At most one of \($0.names.joined(separator: ", "))." }
            return .fields([
                "type": .string("object"),
                "description": choices.isEmpty ? nil : .string(choices.joined(separator: " ")),
                "properties": .object(visitor.properties), "additionalProperties": .bool(false),
            ])
        }
    }
}

extension FieldValue where Self: ProtobufEnum {
    package static func schema(_ schemas: inout JSONSchemas) -> JSONValue {
        .fields(["type": .string("string"), "enum": .array(allCases.compactMap(\.knownName).map { .string($0) })])
    }
}

extension WholeFieldValue {
    package static func schema(_ schemas: inout JSONSchemas) -> JSONValue {
        // 64-bit numbers are strings in JSON.
        let isWide = bitWidth > 32
        return .fields([
            "type": .string(isWide ? "string" : "integer"),
            "format": .string("\(isSigned ? "" : "u")int\(bitWidth)"),
        ])
    }
}

extension Double {
    package static func schema(_ schemas: inout JSONSchemas) -> JSONValue {
        .fields(["type": .string("number"), "format": .string("double")])
    }
}

extension Float {
    package static func schema(_ schemas: inout JSONSchemas) -> JSONValue {
        .fields(["type": .string("number"), "format": .string("float")])
    }
}

extension Bool {
    package static func schema(_ schemas: inout JSONSchemas) -> JSONValue { .fields(["type": .string("boolean")]) }
}

extension String {
    package static func schema(_ schemas: inout JSONSchemas) -> JSONValue { .fields(["type": .string("string")]) }
}

extension [UInt8] {
    package static func schema(_ schemas: inout JSONSchemas) -> JSONValue {
        .fields(["type": .string("string"), "format": .string("byte")])
    }
}

extension WellKnown.Duration {
    package static func schema(_ schemas: inout JSONSchemas) -> JSONValue {
        .fields(["type": .string("string"), "format": .string("duration"), "description": .string("As \"1.5s\".")])
    }
}

extension WellKnown.AnyMessage {
    package static func schema(_ schemas: inout JSONSchemas) -> JSONValue {
        .fields([
            "type": .string("object"), "properties": .fields(["@type": .fields(["type": .string("string")])]),
            "additionalProperties": .bool(true),
        ])
    }
}
