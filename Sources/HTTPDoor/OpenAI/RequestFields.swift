import JSONCoding

typealias Field = JSONCursor<DoorError>

/// The members of a request in OpenAI's form, taken one at a time; those left over are unknown.
struct RequestFields {
    private var members: [(name: String, value: JSONValue)] = []
    /// Members without effect, to be reported to the client.
    private(set) var ignored: [String] = []

    /// - Throws: An error if the body is not an object, repeats a member or has more than 200.
    init(_ body: JSONValue) throws(DoorError) {
        for member in try Field(body).members() {
            guard !members.contains(where: { $0.name == member.key }) else {
                throw .field(member.key, "It is given twice. Give it once.")
            }
            members.append((member.key, member.value))
            guard members.count <= 200 else { throw DoorError(400, "The body has more than 200 members.") }
        }
    }

    /// Removes and returns a member; nil if it is absent or null, which mean the same.
    mutating func take(_ name: String) -> Field? {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
        let value = members.remove(at: index).value
        return value.isNull ? nil : Field(value, path: name)
    }

    // MARK: Typed values

    mutating func string(_ name: String) throws(DoorError) -> String? { try take(name)?.string() }

    mutating func flag(_ name: String, default usual: Bool = false) throws(DoorError) -> Bool {
        try take(name)?.bool() ?? usual
    }

    mutating func float(_ name: String) throws(DoorError) -> Float? {
        try take(name).map { (field) throws(DoorError) in
            let value = Float(try field.number())
            guard value.isFinite else { throw field.failure("must be a number that 32 bits can hold.") }
            return value
        }
    }

    mutating func integer(_ name: String) throws(DoorError) -> Int32? {
        try take(name).map { (field) throws(DoorError) in try field.int32() }
    }

    /// Token ids.
    mutating func tokens(_ name: String) throws(DoorError) -> [Int32]? { try take(name)?.int32s() }

    // MARK: Members without effect

    /// Takes members that have no effect here, whatever their values.
    mutating func ignore(_ names: String...) { for name in names where take(name) != nil { ignored.append(name) } }

    /// Takes a known member that must have its usual value, because no other is supported.
    mutating func refuse(
        _ name: String, unless isUsual: (JSONValue) -> Bool = { _ in false }, _ reason: String
    )
        throws(DoorError)
    {
        if let field = take(name), !isUsual(field.value) { throw .unsupported(name, reason) }
    }

    /// Ignores the remaining members, which are unknown.
    mutating func finish() {
        ignored += members.map(\.name)
        members = []
    }

    /// The header that names the ignored members, if there are any.
    var warnings: [(name: String, value: String)] {
        guard !ignored.isEmpty else { return [] }
        let names = ignored.map { $0.filter { $0.isASCII && !$0.isWhitespace }.prefix(60) }.prefix(20)
        return [("x-attnrl-ignored", names.joined(separator: ", "))]
    }
}

extension Field {
    func int32() throws(DoorError) -> Int32 {
        // Some clients write 16.0 for 16.
        let number: Int? = if case .number(let number) = value { Int(exactly: number) } else { try integer() }
        guard let number, let narrow = Int32(exactly: number) else {
            throw failure("must be a whole number that 32 bits can hold.")
        }
        return narrow
    }

    func int32s() throws(DoorError) -> [Int32] {
        var result: [Int32] = []
        for element in try elements() { result.append(try element.int32()) }
        return result
    }
}
