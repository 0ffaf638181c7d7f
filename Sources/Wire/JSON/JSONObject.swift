internal import JSONCoding

/// The members of one JSON object while its message's fields are taken from it.
struct JSONObject {
    private let members: [JSONMember]
    private var isTaken: [Bool]
    /// Positions by name, if there are too many members to scan for every field.
    private let places: [String: [Int]]?

    private static let fewMembers = 16

    init(_ members: [JSONMember]) {
        self.members = members
        isTaken = Array(repeating: false, count: members.count)
        places =
            members.count <= Self.fewMembers
            ? nil : Dictionary(grouping: members.indices.filter { Self.mayBeName(members[$0].key) }) { members[$0].key }
    }

    /// Field names are ASCII. Other text must not match one: Swift considers a Kelvin sign equal to a K.
    private static func mayBeName(_ key: String) -> Bool { key.utf8.allSatisfy { $0 < 0x80 } }

    /// The member of a field, under either name.
    ///
    /// - Returns: The member, and the name of another one for the same field, if any.
    mutating func take(_ name: FieldName) -> (member: JSONMember, rival: String?)? {
        var first: Int?
        var rival: Int?
        func note(_ place: Int) {
            isTaken[place] = true
            if first == nil { first = place } else { rival = place }
        }
        if let places {
            let others = name.proto == name.json ? nil : places[name.proto]
            for place in ((places[name.json] ?? []) + (others ?? [])).sorted() { note(place) }
        } else {
            for place in members.indices {
                let key = members[place].key
                if key == name.json || key == name.proto, Self.mayBeName(key) { note(place) }
            }
        }
        return first.map { (members[$0], rival.map { members[$0].key }) }
    }

    /// Names that no field took.
    var unknown: [String] {
        members.indices.filter { !isTaken[$0] }.map { members[$0].key }
    }
}
