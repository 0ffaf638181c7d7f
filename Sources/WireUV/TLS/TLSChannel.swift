internal import CSSL
internal import Wire

/// TLS between a channel of encrypted bytes and a connection of plain ones.
///
/// OpenSSL reads from and writes to memory, so it never waits for the socket. Loop thread only.
final class TLSChannel: ByteChannel, ByteChannelDelegate {
    enum Role {
        case server
        /// - Parameter host: The name or address that the server's certificate must be for.
        case client(host: String, http2: Bool)
    }

    /// Retained until the channel closes.
    var delegate: (any ByteChannelDelegate)?
    private let below: any ByteChannel
    private let loop: EventLoop
    private let tls: OpaquePointer
    /// Encrypted bytes that came, and that are to be sent. They belong to `tls`.
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private var isReady = false
    private var isPaused = false
    private var isClosed = false
    /// Why the handshake failed, if it did.
    private(set) var handshakeFailure: String?
    /// Plain bytes written before the handshake was over.
    private var early: [UInt8] = []
    /// The SHA-256 of the other side's certificate, once the handshake is over.
    private(set) var certificate: [UInt8]?

    /// As much as one record holds.
    private static let recordBytes = 16 << 10

    init(over below: any ByteChannel, _ context: TLSContext, _ role: Role, on loop: EventLoop) throws(TLSError) {
        guard let tls = SSL_new(context.pointer), let incoming = BIO_new(BIO_s_mem()),
            let outgoing = BIO_new(BIO_s_mem())
        else { throw TLSError(description: TLSError.lastReason() ?? "there is no memory for TLS") }
        (self.below, self.loop, self.tls, self.incoming, self.outgoing) = (below, loop, tls, incoming, outgoing)
        SSL_set_bio(tls, incoming, outgoing)
        switch role {
        case .server: SSL_set_accept_state(tls)
        case .client(let host, let http2):
            SSL_set_connect_state(tls)
            // An address has no name to send, and is compared with the certificate's addresses.
            if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host) != 1 {
                ERR_clear_error()
                _ = attn_tls_set_name(tls, host)
                SSL_set1_host(tls, host)
            }
            _ = attn_tls_offer_protocol(tls, http2 ? 1 : 0)
        }
    }

    deinit { SSL_free(tls) }

    /// Takes over the channel below and, as a client, begins the handshake.
    func start() {
        below.delegate = self
        advance()
        below.resumeReading()
    }

    // MARK: From below

    func received(_ bytes: UnsafeRawBufferPointer) {
        guard !isClosed, let base = bytes.baseAddress else { return }
        guard BIO_write(incoming, base, Int32(bytes.count)) == Int32(bytes.count) else {
            return fail("there is no memory for what arrived")
        }
        advance()
    }

    func flushed() { delegate?.flushed() }

    func disconnected(_ reason: String) {
        isClosed = true
        let delegate = delegate
        self.delegate = nil
        delegate?.disconnected(isReady ? reason : "the TLS handshake was broken off: \(reason)")
    }

    /// Continues the handshake, then reads.
    private func advance() {
        guard isReady || shakeHands() else { return }
        withUnsafeTemporaryAllocation(byteCount: Self.recordBytes, alignment: 16) { buffer in
            while !isPaused, !isClosed {
                ERR_clear_error()
                let count = SSL_read(tls, buffer.baseAddress, Int32(buffer.count))
                guard count > 0 else { return readEnded(count) }
                delegate?.received(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)]))
            }
        }
        // The other side may have asked for new keys.
        send()
    }

    /// - Returns: Whether the handshake is over.
    private func shakeHands() -> Bool {
        ERR_clear_error()
        let status = SSL_do_handshake(tls)
        // What it says must be sent in any case, an alert too.
        send()
        guard status == 1 else {
            if SSL_get_error(tls, status) != SSL_ERROR_WANT_READ {
                let problem = handshakeProblem()
                handshakeFailure = problem
                fail(problem)
            }
            return false
        }
        isReady = true
        if let peer = SSL_get1_peer_certificate(tls) {
            certificate = TLSContext.fingerprint(peer)
            X509_free(peer)
        }
        early.withUnsafeBytes(write)
        early = []
        return true
    }

    private func handshakeProblem() -> String {
        let verification = SSL_get_verify_result(tls)
        let reason = TLSError.lastReason() ?? "it was broken off"
        guard verification == X509_V_OK else {
            return "the certificate is not accepted: \(String(cString: X509_verify_cert_error_string(verification)))"
        }
        return "the TLS handshake failed: \(reason)"
    }

    private func readEnded(_ status: Int32) {
        send()
        switch SSL_get_error(tls, status) {
        case SSL_ERROR_WANT_READ: break
        case SSL_ERROR_ZERO_RETURN: fail("the other side closed it")
        default: fail(TLSError.lastReason() ?? "TLS was broken off")
        }
    }

    private func fail(_ reason: String) {
        guard !isClosed else { return }
        isClosed = true
        let delegate = delegate
        self.delegate = nil
        below.closeAfterFlush()
        delegate?.disconnected(reason)
    }

    // MARK: From above

    var queuedBytes: Int { below.queuedBytes + early.count }
    var takenBytes: Int { below.takenBytes }

    func write(_ bytes: UnsafeRawBufferPointer) {
        guard !isClosed, !bytes.isEmpty else { return }
        guard isReady else {
            early += bytes
            return
        }
        var rest = bytes
        while !rest.isEmpty {
            ERR_clear_error()
            let count = SSL_write(tls, rest.baseAddress, Int32(clamping: rest.count))
            guard count > 0 else {
                // Callers are in the middle of something.
                return loop.atEndOfTurn { [self] in fail("TLS was broken off") }
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...])
        }
        send()
    }

    private func send() {
        var data: UnsafeMutablePointer<CChar>?
        let count = attn_bio_data(outgoing, &data)
        guard count > 0, let data else { return }
        below.write(UnsafeRawBufferPointer(start: data, count: count))
        attn_bio_empty(outgoing)
    }

    func pauseReading() {
        isPaused = true
        below.pauseReading()
    }

    func resumeReading() {
        guard isPaused else { return }
        isPaused = false
        below.resumeReading()
        // Bytes that arrived before the pause are still here.
        loop.atEndOfTurn { [self] in if !isPaused, !isClosed { advance() } }
    }

    func close() {
        isClosed = true
        delegate = nil
        below.close()
    }

    func closeAfterFlush() {
        guard !isClosed else { return }
        if isReady {
            ERR_clear_error()
            SSL_shutdown(tls)
            send()
        }
        isClosed = true
        delegate = nil
        below.closeAfterFlush()
    }
}

extension TCPSocket {
    /// TLS over this socket, if the options ask for it; not started yet.
    func secured(_ options: ClientOptions, http2: Bool, on loop: EventLoop) throws(RPCError) -> TLSChannel? {
        guard let context = options.tls else { return nil }
        do throws(TLSError) {
            return try TLSChannel(over: self, context, .client(host: options.host, http2: http2), on: loop)
        } catch {
            throw .connectionLost(options.target, error.description)
        }
    }
}
