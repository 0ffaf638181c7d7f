package import JSONCoding

/// Reads a message from proto3's JSON: strictly, but continuing past problems so that a caller sees them all at once.
///
/// Fields may have either name. Null is the same as absent. Where Google's implementation leaves a choice, this one
/// refuses: unknown fields (unless they are to be collected), a field given twice, two members of a oneof. The JSON is
/// untrusted: any fault in it becomes a problem with a path.
package struct JSONMessageReader: FieldVisitor {
    /// What to do with members that are not fields.
    package enum Unknown: Sendable {
        /// Report them as problems.
        case refuse
        /// Skip them and list their paths, up to `JSONMessageError.limit`.
        case collect
    }

    /// The deepest nesting of messages allowed, the same as in the binary format.
    static let maximumDepth = 64

    private let unknownFields: Unknown
    private var problems: [JSONMessageError.Problem] = []
    private var problemCount = 0
    private var unknownPaths: [String] = []
    private var path = JSONPath()
    private var depth = 0
    private var object = JSONObject([])
    /// The name of the field that last set a oneof in this object.
    private var chosen = ""

    /// - Returns: The message and the paths of skipped members.
    package static func read<Message: CMessage>(
        _ type: Message.Type = Message.self, from json: JSONValue, unknown: Unknown = .refuse
    ) throws(JSONMessageError) -> (message: Message, unknown: [String]) {
        var reader = JSONMessageReader(unknownFields: unknown)
        let message = Message.read(json, &reader)
        guard let message, reader.problemCount == 0 else {
            throw JSONMessageError(message: type.fullName, problems: reader.problems, count: reader.problemCount)
        }
        return (message, reader.unknownPaths)
    }

    private init(unknownFields: Unknown) { self.unknownFields = unknownFields }

    // MARK: Messages

    /// A message with the fields set by the object.
    mutating func message<Message: CMessage>(_ members: [JSONMember]) -> Message? {
        guard descend() else { return nil }
        let outer = (object, chosen)
        object = JSONObject(members)
        var message = Message()
        message.visitFields(&self)
        for name in object.unknown { noteUnknown(name, of: Message.fullName) }
        depth -= 1
        (object, chosen) = outer
        return message
    }

    /// Reads the value under a key of an object that is not a message.
    mutating func nested<Value>(_ key: String, _ read: (inout JSONMessageReader) -> Value?) -> Value? {
        guard descend() else { return nil }
        path.append(.field(key))
        let value = read(&self)
        path.removeLast()
        depth -= 1
        return value
    }

    private mutating func descend() -> Bool {
        guard depth < Self.maximumDepth else {
            report("is nested more than \(Self.maximumDepth) messages deep. Nest less.")
            return false
        }
        depth += 1
        return true
    }

    private mutating func noteUnknown(_ name: String, of message: String) {
        path.append(.field(name))
        switch unknownFields {
        case .refuse: report("is not a field of \(message). Correct the name or leave it out.")
        case .collect: if unknownPaths.count < JSONMessageError.limit { unknownPaths.append(path.description) }
        }
        path.removeLast()
    }

    // MARK: Fields

    package mutating func field<Value: FieldValue>(_ name: FieldName, _ value: inout Value) {
        if let read: Value = take(name) { value = read }
    }

    package mutating func optional<Value: FieldValue>(_ name: FieldName, _ value: inout Value?) {
        if let read: Value = take(name) { value = read }
    }

    package mutating func repeated<Value: FieldValue>(_ name: FieldName, _ values: inout [Value]) {
        guard let json = begin(name) else { return }
        defer { path.removeLast() }
        guard case .array(let elements) = json else { return report(needs: "an array", json) }
        values.reserveCapacity(elements.count)
        path.append(.index(0))
        for (index, element) in elements.enumerated() {
            path.replaceLast(.index(index))
            if let value = Value.read(element, &self) { values.append(value) }
        }
        path.removeLast()
    }

    package mutating func map<Key: FieldKey, Value: FieldValue>(_ name: FieldName, _ values: inout [Key: Value]) {
        guard let json = begin(name) else { return }
        defer { path.removeLast() }
        guard case .object(let members) = json else { return report(needs: "an object", json) }
        for member in members {
            path.append(.key(member.key))
            if let key = Key.read(.string(member.key), &self), let value = Value.read(member.value, &self) {
                if values.updateValue(value, forKey: key) != nil { report("is given twice. Give it once.") }
            }
            path.removeLast()
        }
    }

    package mutating func member<Choice, Value: FieldValue>(
        _ name: FieldName, of choice: inout Choice?, _ make: (Value) -> Choice, _ value: (Choice) -> Value?
    ) {
        guard let json = begin(name) else { return }
        defer { path.removeLast() }
        let other = chosen
        if choice != nil { report("stands beside \(other), and one excludes the other. Give one of the two.") }
        guard let read = Value.read(json, &self) else { return }
        choice = make(read)
        chosen = name.json
    }

    private mutating func take<Value: FieldValue>(_ name: FieldName) -> Value? {
        guard let json = begin(name) else { return nil }
        defer { path.removeLast() }
        return Value.read(json, &self)
    }

    /// The value of a field, if present. The path then points to it until the caller removes its last part.
    private mutating func begin(_ name: FieldName) -> JSONValue? {
        guard let (member, rival) = object.take(name) else { return nil }
        path.append(.field(member.key))
        if let rival { report("is given twice\(rival == member.key ? "" : ", also as \(rival)"). Give it once.") }
        if member.value.isNull {
            path.removeLast()
            return nil
        }
        return member.value
    }

    // MARK: Problems

    /// - Parameter expected: A description of the value that was expected. Nil is returned for callers to pass on.
    mutating func mismatch<Value>(_ expected: @autoclosure () -> String, _ json: JSONValue) -> Value? {
        report(needs: expected(), json)
        return nil
    }

    private mutating func report(needs expected: @autoclosure () -> String, _ json: JSONValue) {
        report("must be \(expected()), it is \(json.shown).")
    }

    mutating func report(_ reason: @autoclosure () -> String) {
        problemCount += 1
        guard problems.count < JSONMessageError.limit else { return }
        problems.append(JSONMessageError.Problem(path: path.description, reason: reason()))
    }
}

extension JSONValue {
    /// Short enough for a message: numbers, words and the beginnings of strings verbatim, others by their kind.
    fileprivate var shown: String {
        switch self {
        case .array, .object: kind
        case .string(let text): JSONValue.string(text.clipped(to: 40)).compact
        case .number(let number) where !number.isFinite: "\(number)"
        default: compact
        }
    }
}
