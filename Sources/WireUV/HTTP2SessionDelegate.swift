/// What a session reports, always while it takes in or hands out bytes.
protocol HTTP2SessionDelegate: AnyObject {
    func headersBegan(stream: Int32)
    func header(stream: Int32, name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>)
    func headersEnded(stream: Int32)
    func data(stream: Int32, _ bytes: UnsafeRawBufferPointer)
    /// The peer sends no more on this stream.
    func inputEnded(stream: Int32)
    /// Everything of ours on this stream went out.
    func outputEnded(stream: Int32)
    func closed(stream: Int32, code: UInt32)
    /// Fills `buffer` with what the stream has to send.
    func output(stream: Int32, into buffer: UnsafeMutableRawBufferPointer) -> HTTP2Output
    /// `stream` is 0 for frames of the connection.
    func frameReceived(_ kind: HTTP2FrameKind, stream: Int32)
    /// A frame that carries something for the peer was sent.
    func payloadSent()
    /// What is left to submit before bytes are handed out.
    func submitPending()
    /// Nothing more will be read or written; streams still open are lost.
    func ended()
}

/// How much of a buffer a stream filled.
enum HTTP2Output {
    case bytes(Int)
    /// Nothing now; `resume(_:)` says when there is.
    case later
    /// That many bytes, and only trailers follow.
    case beforeTrailers(Int)
    /// That many bytes, the last of the stream.
    case last(Int)
    /// The stream is broken.
    case fail
}

/// Frames as liveness and flood protection see them.
enum HTTP2FrameKind {
    /// `emptyData` carries neither bytes nor the end of its stream.
    case headers, data, emptyData, reset, settings, ping, pingAnswer, goAway, other
}
