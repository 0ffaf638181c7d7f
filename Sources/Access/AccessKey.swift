package import Wire

/// A key as the server knows it, without its secret.
package struct AccessKey: Sendable, Equatable {
    /// The owner's name in logs and the audit trail.
    package var name: String
    package var id: String
    /// The SHA-256 of the key's text.
    package var hash: [UInt8]
    package var scopes: Set<V1.Scope>
    /// When it was made, such as `2026-11-29T10:00:00Z`.
    package var created: String
    /// The SHA-256 of a client certificate (DER) that stands for the key.
    package var certificate: [UInt8]?
    package var quota = CallerQuota()

    package init(name: String, text: KeyText, scopes: Set<V1.Scope>, created: String) {
        self.name = name
        id = text.id
        hash = text.hash
        self.scopes = scopes
        self.created = created
    }

    init(name: String, id: String, hash: [UInt8], scopes: Set<V1.Scope>, created: String) {
        self.name = name
        self.id = id
        self.hash = hash
        self.scopes = scopes
        self.created = created
    }

    package var caller: Caller { Caller(name: name, scopes: scopes, quota: quota) }

    /// The names that can be given to keys.
    package static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    package static let nameRule = "1 to 64 letters, digits, '-', '_' and '.'"
}

extension CallerQuota {
    /// Each limit with its name in the file.
    static let limits: [(name: String, value: any WritableKeyPath<CallerQuota, Int?> & Sendable)] = [
        ("requests", \.requests), ("sequences", \.sequences), ("tokens_per_minute", \.tokensPerMinute),
        ("held_tokens", \.heldTokens), ("capture_bytes", \.captureBytes),
        ("jobs", \.jobs),
    ]

    /// The limits that there are, as `requests=2, jobs=1`; empty without any.
    package var words: String {
        Self.limits.compactMap { limit in self[keyPath: limit.value].map { "\(limit.name)=\($0)" } }
            .joined(separator: ", ")
    }
}
