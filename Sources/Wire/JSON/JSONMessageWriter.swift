internal import JSONCoding

/// Collects the members of a message's JSON object: set fields in .proto order, and maps in key order.
struct JSONMessageWriter: FieldVisitor {
    /// The number of messages enclosing a field's value.
    let depth: Int
    private(set) var members: [JSONMember] = []

    init(depth: Int) { self.depth = depth }

    mutating func field<Value: FieldValue>(_ name: FieldName, _ value: inout Value) {
        if !value.isDefault { add(name, value.json(depth: depth)) }
    }

    mutating func optional<Value: FieldValue>(_ name: FieldName, _ value: inout Value?) {
        if let value { add(name, value.json(depth: depth)) }
    }

    mutating func repeated<Value: FieldValue>(_ name: FieldName, _ values: inout [Value]) {
        if !values.isEmpty { add(name, .array(values.map { $0.json(depth: depth) })) }
    }

    mutating func map<Key: FieldKey, Value: FieldValue>(_ name: FieldName, _ values: inout [Key: Value]) {
        guard !values.isEmpty else { return }
        let entries = values.sorted { $0.key < $1.key }
        add(name, .object(entries.map { JSONMember(key: $0.key.jsonKey, value: $0.value.json(depth: depth)) }))
    }

    mutating func member<Choice, Value: FieldValue>(
        _ name: FieldName, of choice: inout Choice?, _ make: (Value) -> Choice, _ value: (Choice) -> Value?
    ) {
        if let value = choice.flatMap(value) { add(name, value.json(depth: depth)) }
    }

    private mutating func add(_ name: FieldName, _ value: JSONValue) {
        members.append(JSONMember(key: name.json, value: value))
    }
}
