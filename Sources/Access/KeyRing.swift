internal import Guarding
package import Wire

/// The keys that a server accepts at the moment.
package final class KeyRing: Gatekeeper {
    private struct Keys {
        var byID: [String: AccessKey] = [:]
        var byCertificate: [[UInt8]: AccessKey] = [:]
    }

    private let keys = Guarded(Keys())

    package init(_ file: KeyFile) { replace(with: file) }

    /// Calls that are being answered go on.
    package func replace(with file: KeyFile) {
        var new = Keys()
        for key in file.keys {
            new.byID[key.id] = key
            if let certificate = key.certificate { new.byCertificate[certificate] = key }
        }
        keys.withLock { $0 = new }
    }

    package func caller(_ metadata: Metadata, certificate: [UInt8]?) throws(RPCError) -> Caller {
        try key(metadata, certificate: certificate).caller
    }

    /// The key in `authorization: Bearer KEY` or `x-api-key: KEY`; without either, the one of the client's certificate.
    package func key(_ metadata: Metadata, certificate: [UInt8]?) throws(RPCError) -> AccessKey {
        let texts = Set(metadata.compactMap(Self.text))
        // A proxy in front of the server may have checked one key, and the server would take the other.
        guard texts.count <= 1 else { throw .keysDiffer }
        guard let text = texts.first else {
            let key = certificate.flatMap { certificate in keys.withLock { $0.byCertificate[certificate] } }
            guard let key else { throw .keyMissing }
            return key
        }
        guard let given = KeyText(text), let key = keys.withLock({ $0.byID[given.id] }),
            Digest.equal(key.hash, given.hash)
        else { throw .keyUnknown }
        return key
    }

    /// The key in a header; nil for one that holds none.
    private static func text(in header: Metadata.Entry) -> String? {
        if header.name == "x-api-key" { return header.value }
        guard header.name == "authorization" else { return nil }
        let scheme = "bearer "
        guard header.value.utf8.prefix(scheme.utf8.count).elementsEqual(scheme.utf8, by: { $0 | 0x20 == $1 }) else {
            return header.value
        }
        let key = header.value.utf8.dropFirst(scheme.utf8.count).drop { $0 == UInt8(ascii: " ") }
        return String(decoding: key, as: UTF8.self)
    }
}

extension RPCError {
    fileprivate static var keyMissing: RPCError {
        RPCError(
            .unauthenticated, reason: "KEY_MISSING",
            "This server needs a key. Send it as `Authorization: Bearer KEY` or `X-API-Key: KEY`.")
    }

    fileprivate static var keysDiffer: RPCError {
        RPCError(
            .unauthenticated, reason: "KEYS_DIFFER",
            "The request has several different keys in authorization and x-api-key. Send one key, in one of the two.")
    }

    fileprivate static var keyUnknown: RPCError {
        RPCError(
            .unauthenticated, reason: "KEY_UNKNOWN",
            "The key is not one of this server's. It may have been revoked; ask for a new one.")
    }
}
