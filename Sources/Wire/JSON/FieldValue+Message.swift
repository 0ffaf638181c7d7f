package import JSONCoding

extension CMessage {
    package var isDefault: Bool { false }

    /// The message in proto3's JSON.
    package func jsonValue() -> JSONValue { json(depth: 0) }

    package func json(depth: Int) -> JSONValue { .object(jsonMembers(depth: depth)) }

    func jsonMembers(depth: Int) -> [JSONMember] {
        var writer = JSONMessageWriter(depth: depth + 1)
        // Visitors may modify what they visit; this one does not.
        var message = self
        message.visitFields(&writer)
        return writer.members
    }

    package static func read(_ json: JSONValue, _ reader: inout JSONMessageReader) -> Self? {
        guard case .object(let members) = json else { return reader.mismatch("an object", json) }
        return reader.message(members)
    }

    /// Reads the message from proto3's JSON; unknown fields are errors.
    package init(json: JSONValue) throws(JSONMessageError) {
        self = try JSONMessageReader.read(from: json).message
    }
}

extension FieldValue where Self: ProtobufEnum {
    package var isDefault: Bool { rawValue == 0 }

    /// By name, or by number if the value has no name.
    package func json(depth: Int) -> JSONValue { knownName.map { .string($0) } ?? .whole(rawValue) }

    package static func read(_ json: JSONValue, _ reader: inout JSONMessageReader) -> Self? {
        if case .string(let name) = json {
            if let value = allCases.first(where: { $0.knownName == name }) { return value }
        } else if let number = Int32.whole(json) {
            return Self(rawValue: number)
        }
        return reader.mismatch("one of \(allCases.map(\.description).joined(separator: ", "))", json)
    }
}
