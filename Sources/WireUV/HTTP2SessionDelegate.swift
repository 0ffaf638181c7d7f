/// Events reported by a session, always while it processes input or produces output.
protocol HTTP2SessionDelegate: AnyObject {
    func headersBegan(stream: Int32)
    /// - Returns: false if the stream is to be reset, without looking at the rest of its headers.
    func header(stream: Int32, name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) -> Bool
    func headersEnded(stream: Int32)
    func data(stream: Int32, _ bytes: UnsafeRawBufferPointer)
    /// The peer sends nothing more on this stream.
    func inputEnded(stream: Int32)
    /// All our output on this stream has been sent.
    func outputEnded(stream: Int32)
    func closed(stream: Int32, code: UInt32)
    /// Fills `buffer` with the stream's pending output.
    func output(stream: Int32, into buffer: UnsafeMutableRawBufferPointer) -> HTTP2Output
    /// `stream` is 0 for frames that concern the connection.
    func frameReceived(_ kind: HTTP2FrameKind, stream: Int32)
    /// A frame was an error of its stream, which will be reset.
    func frameRefused(stream: Int32)
    /// A frame that carries something for the peer was sent.
    func payloadSent()
    /// Submits whatever is pending before output is produced.
    func submitPending()
    /// Nothing more will be read or written; streams still open are lost.
    func ended()
}

/// How much of a buffer a stream filled.
enum HTTP2Output {
    case bytes(Int)
    /// Nothing now; `resume(_:)` is called once there is something.
    case later
    /// This many bytes, and only trailers follow.
    case beforeTrailers(Int)
    /// This many bytes, the stream's last.
    case last(Int)
    /// The stream is broken.
    case fail
}

/// Frames, as seen by liveness checks and flood protection.
enum HTTP2FrameKind {
    /// `emptyData` carries neither bytes nor the end of its stream.
    case headers, data, emptyData, reset, settings, ping, pingAnswer, goAway, other
}
