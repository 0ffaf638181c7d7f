internal import Guarding
public import Wire

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
        guard let text = Self.text(in: metadata) else {
            let key = certificate.flatMap { certificate in keys.withLock { $0.byCertificate[certificate] } }
            guard let key else { throw .keyMissing }
            return key
        }
        guard let given = KeyText(text), let key = keys.withLock({ $0.byID[given.id] }),
            Digest.equal(key.hash, given.hash)
        else { throw .keyUnknown }
        return key
    }

    private static func text(in metadata: Metadata) -> String? {
        guard let authorization = metadata["authorization"] else { return metadata["x-api-key"] }
        let scheme = "bearer "
        guard authorization.utf8.prefix(scheme.utf8.count).elementsEqual(scheme.utf8, by: { $0 | 0x20 == $1 }) else {
            return authorization
        }
        let key = authorization.utf8.dropFirst(scheme.utf8.count).drop { $0 == UInt8(ascii: " ") }
        return String(decoding: key, as: UTF8.self)
    }
}

extension RPCError {
    fileprivate static var keyMissing: RPCError {
        RPCError(
            .unauthenticated, reason: "KEY_MISSING",
            "This server needs a key. Send it as `Authorization: Bearer KEY` or `X-API-Key: KEY`.")
    }

    fileprivate static var keyUnknown: RPCError {
        RPCError(
            .unauthenticated, reason: "KEY_UNKNOWN",
            "The key is not one of this server's. It may have been revoked; ask for a new one.")
    }
}
