internal import CSSL
internal import Guarding

/// Why TLS cannot be set up.
public struct TLSError: Error, CustomStringConvertible {
    public let description: String
}

/// Certificates and rules for one side of TLS, shared by its connections. TLS 1.2 and 1.3 are spoken.
public final class TLSContext: @unchecked Sendable {
    // Sendable: OpenSSL counts references to it, and it is not changed once made.
    let pointer: OpaquePointer

    private init(_ method: OpaquePointer?) throws(TLSError) {
        guard let pointer = SSL_CTX_new(method) else { throw TLSError.of("set up TLS") }
        self.pointer = pointer
        guard attn_tls_set_minimum_version(pointer) == 1 else { throw TLSError.of("set up TLS") }
        attn_tls_set_modes(pointer)
    }

    deinit { SSL_CTX_free(pointer) }

    /// - Parameters:
    ///   - certificate: A PEM file with the server's certificate, and those between it and its authority.
    ///   - key: A PEM file with its private key.
    ///   - clientAuthority: A PEM file with the authorities that sign client certificates; then clients must have one.
    public static func server(
        certificate: String, key: String, clientAuthority: String? = nil
    ) throws(TLSError) -> TLSContext {
        let context = try TLSContext(TLS_server_method())
        try context.use(certificate: certificate, key: key)
        attn_tls_choose_protocols(context.pointer)
        if let clientAuthority {
            try context.trust(clientAuthority)
            SSL_CTX_set_client_CA_list(context.pointer, SSL_load_client_CA_file(clientAuthority))
            SSL_CTX_set_verify(context.pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        // Sessions are resumed by tickets, which a check of client certificates needs a name for.
        SSL_CTX_set_session_id_context(context.pointer, "attnrl", 6)
        return context
    }

    /// - Parameters:
    ///   - authority: A PEM file with the authorities that sign servers' certificates; nil means the system's.
    ///   - identity: PEM files with a client certificate and its private key.
    public static func client(
        authority: String? = nil, identity: (certificate: String, key: String)? = nil
    ) throws(TLSError) -> TLSContext {
        let context = try TLSContext(TLS_client_method())
        if let authority {
            try context.trust(authority)
        } else if SSL_CTX_set_default_verify_paths(context.pointer) != 1 {
            throw TLSError.of("read the system's certificate authorities")
        }
        if let identity { try context.use(certificate: identity.certificate, key: identity.key) }
        SSL_CTX_set_verify(context.pointer, SSL_VERIFY_PEER, nil)
        return context
    }

    private func use(certificate: String, key: String) throws(TLSError) {
        ERR_clear_error()
        guard SSL_CTX_use_certificate_chain_file(pointer, certificate) == 1 else {
            throw TLSError.of("use the certificate \(certificate)")
        }
        guard SSL_CTX_use_PrivateKey_file(pointer, key, SSL_FILETYPE_PEM) == 1 else {
            throw TLSError.of("use the private key \(key)")
        }
        guard SSL_CTX_check_private_key(pointer) == 1 else {
            throw TLSError.of("use the private key \(key) with the certificate \(certificate)")
        }
    }

    private func trust(_ authority: String) throws(TLSError) {
        ERR_clear_error()
        guard SSL_CTX_load_verify_locations(pointer, authority, nil) == 1 else {
            throw TLSError.of("use the certificate authorities in \(authority)")
        }
    }

    /// The SHA-256 of the certificate in a PEM file, by which keys name it.
    public static func fingerprint(ofFile path: String) throws(TLSError) -> [UInt8] {
        ERR_clear_error()
        guard let file = BIO_new_file(path, "r") else { throw TLSError.of("read the certificate \(path)") }
        defer { BIO_free(file) }
        guard let certificate = PEM_read_bio_X509(file, nil, nil, nil) else {
            throw TLSError.of("read the certificate \(path)")
        }
        defer { X509_free(certificate) }
        return fingerprint(certificate)
    }

    static func fingerprint(_ certificate: OpaquePointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { buffer, count in
            var length: UInt32 = 0
            X509_digest(certificate, EVP_sha256(), buffer.baseAddress, &length)
            count = Int(length)
        }
    }
}

/// A server's side of TLS, which can be replaced while it is in use: connections that exist keep theirs.
public final class TLSServer: Sendable {
    private let make: @Sendable () throws(TLSError) -> TLSContext
    private let context: Guarded<TLSContext>

    /// - Parameter make: Reads the certificates; called again by `reload()`.
    public init(_ make: @escaping @Sendable () throws(TLSError) -> TLSContext) throws(TLSError) {
        self.make = make
        context = Guarded(try make())
    }

    var current: TLSContext { context.withLock { $0 } }

    /// Reads the certificates again; if they cannot be used, those in use stay.
    public func reload() throws(TLSError) {
        let new = try make()
        context.withLock { $0 = new }
    }
}

extension TLSError {
    /// The newest error in OpenSSL's queue for this thread, which it empties.
    static func lastReason() -> String? {
        defer { ERR_clear_error() }
        let code = ERR_peek_last_error()
        guard code != 0 else { return nil }
        if let text = ERR_reason_error_string(code) { return String(cString: text) }
        return String(cString: ERR_error_string(code, nil))
    }

    fileprivate static func of(_ action: String) -> TLSError {
        TLSError(description: "cannot \(action): \(lastReason() ?? "OpenSSL gives no reason")")
    }
}
