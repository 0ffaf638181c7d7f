package import JSONCoding
import Wire

/// The file of a server's keys.
package struct KeyFile: Sendable, Equatable {
    package private(set) var keys: [AccessKey] = []

    package init() {}

    /// - Throws: A `KeyFileProblem` that names the member at fault.
    package init(parsing bytes: [UInt8]) throws(KeyFileProblem) {
        let json: JSONValue
        do {
            json = try JSONReader.parse(bytes)
        } catch {
            throw KeyFileProblem("is not JSON at line \(error.line), byte \(error.offset): \(error.reason)")
        }
        let root = KeyField(json)
        try root.allow(["keys"])
        var names: Set<String> = [], ids: Set<String> = [], certificates: Set<[UInt8]> = []
        for entry in try root.required("keys", "Make the file with attnrl keys make.").elements() {
            let key = try AccessKey(entry)
            guard names.insert(key.name).inserted else { throw entry.failure("has the name of another key.") }
            guard ids.insert(key.id).inserted else { throw entry.failure("has the id of another key.") }
            if let certificate = key.certificate, !certificates.insert(certificate).inserted {
                throw entry.failure("has the certificate of another key. A certificate stands for one key.")
            }
            keys.append(key)
        }
    }

    /// The key that a client certificate stands for.
    package func key(certificate: [UInt8]) -> AccessKey? { keys.first { $0.certificate == certificate } }

    package subscript(_ name: String) -> AccessKey? { keys.first { $0.name == name } }

    package mutating func add(_ key: AccessKey) { keys.append(key) }

    package mutating func remove(_ name: String) { keys.removeAll { $0.name == name } }

    package var json: JSONValue { .fields(["keys": .array(keys.map(\.json))]) }
}

/// Why a key file cannot be used.
package struct KeyFileProblem: Error, CustomStringConvertible, JSONCursorError {
    package let description: String

    init(_ description: String) { self.description = description }

    package init(document: String, path: String, _ message: String) {
        description = path.isEmpty ? message : "\(path) \(message)"
    }
}

private typealias KeyField = JSONCursor<KeyFileProblem>

extension JSONCursor where Failure == KeyFileProblem {
    /// Refuses members of other names: a limit or a certificate that is misspelt would not hold.
    fileprivate func allow(_ names: [String]) throws(KeyFileProblem) {
        guard let other = try members().first(where: { !names.contains($0.key) }) else { return }
        throw child(other.value, other.key).failure(
            "is not known here. There \(names.count == 1 ? "is" : "are") \(names.joined(separator: ", ")).")
    }
}

extension AccessKey {
    fileprivate init(_ entry: KeyField) throws(KeyFileProblem) {
        try entry.allow(["name", "id", "sha256", "scopes", "created", "certificate_sha256", "quota"])
        func hash(_ field: KeyField) throws(KeyFileProblem) -> [UInt8] {
            guard let bytes = Digest.bytes(hexadecimal: try field.string()) else {
                throw field.failure("must be \(2 * Digest.byteCount) hexadecimal digits.")
            }
            return bytes
        }
        let name = try entry.required("name", "Name the key's owner.")
        guard Self.isName(try name.string()) else { throw name.failure("must be \(Self.nameRule).") }
        var scopes: Set<V1.Scope> = []
        for field in try entry.required("scopes", "Give a list of scopes.").elements() {
            guard let scope = V1.Scope(word: try field.string()) else {
                throw field.failure("must be \(V1.Scope.words.joined(separator: ", ")).")
            }
            scopes.insert(scope)
        }
        let id = try entry.required("id", "Make the key anew.")
        guard KeyText.isID(try id.string()) else { throw id.failure("must be \(KeyText.idRule). Make the key anew.") }
        self.init(
            name: try name.string(), id: try id.string(),
            hash: try hash(try entry.required("sha256", "Make the key anew.")), scopes: scopes,
            created: try entry.member("created")?.string() ?? "")
        certificate = try entry.member("certificate_sha256").map(hash)
        if let limits = try entry.member("quota") { quota = try CallerQuota(limits) }
    }

    package var json: JSONValue {
        .fields([
            "name": .string(name), "id": .string(id), "sha256": .string(Digest.hexadecimal(hash)),
            "scopes": .array(V1.Scope.words.filter { scopes.map(\.name).contains($0) }.map { .string($0) }),
            "created": .string(created), "certificate_sha256": certificate.map { .string(Digest.hexadecimal($0)) },
            "quota": quota.json,
        ])
    }
}

extension CallerQuota {
    fileprivate init(_ field: KeyField) throws(KeyFileProblem) {
        self.init()
        for member in try field.members() {
            let value = field.child(member.value, member.key)
            guard let limit = Self.limits.first(where: { $0.name == member.key }) else {
                throw value.failure("is not a limit. There are \(Self.limits.map(\.name).joined(separator: ", ")).")
            }
            guard try value.integer() > 0 else { throw value.failure("must be at least 1.") }
            self[keyPath: limit.value] = try value.integer()
        }
    }

    /// Nil if there is no limit.
    fileprivate var json: JSONValue? {
        let members = Self.limits.compactMap { limit in
            self[keyPath: limit.value].map { JSONMember(key: limit.name, value: .integer($0)) }
        }
        return members.isEmpty ? nil : .object(members)
    }
}

extension V1.Scope {
    /// The scopes that a key can have, as people write them.
    package static var words: [String] { allCases.filter { $0 != .unspecified }.map(\.name) }

    package init?(word: String) {
        guard Self.words.contains(word), let scope = Self(name: word) else { return nil }
        self = scope
    }
}
