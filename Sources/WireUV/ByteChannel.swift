/// The bytes below a connection: a socket, or memory in tests.
///
/// Loop thread only.
protocol ByteChannel: AnyObject {
    var delegate: (any ByteChannelDelegate)? { get set }
    /// The SHA-256 of the certificate that the other side proved to have, if it gave one.
    var certificate: [UInt8]? { get }
    /// The number of bytes written that the kernel has not taken yet.
    var queuedBytes: Int { get }
    /// The number of bytes that it has taken since the connection began.
    var takenBytes: Int { get }
    func write(_ bytes: UnsafeRawBufferPointer)
    func pauseReading()
    func resumeReading()
    /// Drops the connection and any queued bytes.
    func close()
    /// Sends what is queued, then closes.
    func closeAfterFlush()
}

extension ByteChannel {
    var certificate: [UInt8]? { nil }
}

/// What a byte channel tells the connection above it.
protocol ByteChannelDelegate: AnyObject {
    /// The bytes are valid only during the call.
    func received(_ bytes: UnsafeRawBufferPointer)
    /// Queued bytes were sent.
    func flushed()
    /// The other side is gone. Not called after `close()` or `closeAfterFlush()`.
    func disconnected(_ reason: String)
}
