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
        // Files are read again while the server runs, which a pipe would hold up.
        try context.use(certificate: certificate, key: key, mayBePipes: false)
        attn_tls_choose_protocols(context.pointer)
        if let clientAuthority {
            try context.trust(clientAuthority, mayBePipe: false)
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

    private func use(certificate: String, key: String, mayBePipes: Bool = true) throws(TLSError) {
        let (certificate, key) = (PEMFile(certificate, .certificate), PEMFile(key, .privateKey))
        for file in [certificate, key] { try file.check(mayBePipe: mayBePipes) }
        var isProtected = false
        let problem = withUnsafeMutablePointer(to: &isProtected) { isProtected -> TLSError? in
            refusePassphrases(isProtected)
            defer { SSL_CTX_set_default_passwd_cb_userdata(pointer, nil) }
            ERR_clear_error()
            guard SSL_CTX_use_certificate_chain_file(pointer, certificate.path) == 1 else {
                return certificate.failure(TLSError.firstReason())
            }
            guard SSL_CTX_use_PrivateKey_file(pointer, key.path, SSL_FILETYPE_PEM) == 1 else {
                return key.failure(TLSError.firstReason())
            }
            return nil
        }
        guard !isProtected else {
            throw key.failure(
                "a passphrase protects it, and nobody is asked for one. Give it without; `openssl pkey -in FILE -out NEW` "
                    + "writes it so.")
        }
        if let problem { throw problem }
        guard SSL_CTX_check_private_key(pointer) == 1 else {
            throw key.failure("\(TLSError.firstReason()), with the certificate \(certificate.path)")
        }
    }

    /// OpenSSL would ask on the terminal for the passphrase of a key, and wait for somebody.
    ///
    /// - Parameter isAsked: Set to true when it asks.
    private func refusePassphrases(_ isAsked: UnsafeMutablePointer<Bool>) {
        SSL_CTX_set_default_passwd_cb(pointer) { _, _, _, isAsked in
            isAsked?.assumingMemoryBound(to: Bool.self).pointee = true
            return -1
        }
        SSL_CTX_set_default_passwd_cb_userdata(pointer, isAsked)
    }

    private func trust(_ authority: String, mayBePipe: Bool = true) throws(TLSError) {
        let file = PEMFile(authority, .certificate, "the certificate authorities in")
        try file.check(mayBePipe: mayBePipe)
        ERR_clear_error()
        guard SSL_CTX_load_verify_locations(pointer, authority, nil) == 1 else {
            throw file.failure(TLSError.firstReason())
        }
    }

    /// What is wrong with the certificate at this time of day; nil if nothing is.
    public var certificateProblem: String? {
        guard let certificate = SSL_CTX_get0_certificate(pointer) else { return nil }
        let (begin, end) = (X509_get0_notBefore(certificate), X509_get0_notAfter(certificate))
        if X509_cmp_current_time(end) < 0 { return "it expired on \(Self.text(end))" }
        if X509_cmp_current_time(begin) > 0 { return "it is not valid before \(Self.text(begin))" }
        return nil
    }

    private static func text(_ time: UnsafePointer<ASN1_TIME>?) -> String {
        guard let memory = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(memory) }
        ASN1_TIME_print(memory, time)
        var data: UnsafeMutablePointer<CChar>?
        let count = attn_bio_data(memory, &data)
        return String(decoding: UnsafeRawBufferPointer(start: data, count: count), as: UTF8.self)
    }

    /// The SHA-256 of the certificate in a PEM file, by which keys name it.
    public static func fingerprint(ofFile path: String) throws(TLSError) -> [UInt8] {
        let pem = PEMFile(path, .certificate)
        try pem.check(mayBePipe: true)
        ERR_clear_error()
        guard let file = BIO_new_file(path, "r") else { throw pem.failure(TLSError.firstReason()) }
        defer { BIO_free(file) }
        guard let certificate = PEM_read_bio_X509(file, nil, { _, _, _, _ in -1 }, nil) else {
            throw pem.failure(TLSError.firstReason())
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

    /// What is wrong with the certificate in use at this time of day; nil if nothing is.
    public var certificateProblem: String? { current.certificateProblem }

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
        return reason(ERR_peek_last_error())
    }

    /// The oldest error in the queue, which it empties: what went wrong, where the newer ones say what could not be done
    /// because of it.
    fileprivate static func firstReason() -> String {
        defer { ERR_clear_error() }
        return reason(ERR_peek_error()) ?? "OpenSSL gives no reason"
    }

    private static func reason(_ code: UInt) -> String? {
        guard code != 0 else { return nil }
        if let text = ERR_reason_error_string(code) { return String(cString: text) }
        return String(cString: ERR_error_string(code, nil))
    }

    fileprivate static func of(_ action: String) -> TLSError {
        TLSError(description: "cannot \(action): \(firstReason())")
    }
}
