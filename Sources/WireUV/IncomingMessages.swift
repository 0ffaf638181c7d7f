internal import Wire

/// One stream's input: bytes from HTTP/2 to messages for the reader of the call.
///
/// Loop thread only.
///
/// The peer's window opens again as messages are taken: what is held here and in the channel is what the peer has been
/// made to wait for. The message being put together counts only while others wait before it, because a message may be
/// longer than the window.
struct IncomingMessages {
    let channel: MessageChannel
    private var deframer: MessageDeframer
    /// Bytes received that the peer may not yet replace.
    private var held = 0

    init(channel: MessageChannel, maxMessageBytes: Int) {
        self.channel = channel
        deframer = MessageDeframer(maxMessageSize: maxMessageBytes)
    }

    mutating func receive(_ bytes: UnsafeRawBufferPointer) throws(RPCError) {
        held += bytes.count
        let channel = channel
        try deframer.receive(bytes) { message in channel.offer(message) }
    }

    /// The peer sends no more.
    func end() {
        if deframer.partialBytes == 0 {
            channel.finish()
        } else {
            channel.finish(throwing: .cutShort)
        }
    }

    /// How many bytes the peer may send more than it knew of.
    mutating func takeCredit() -> Int {
        let queued = channel.queuedBytes
        let wanted = queued == 0 ? 0 : queued + deframer.partialBytes
        let credit = max(0, held - wanted)
        held -= credit
        return credit
    }

    /// The stream is over; nothing is held any more.
    mutating func takeAllCredit() -> Int {
        defer { held = 0 }
        return held
    }
}

extension RPCError {
    fileprivate static var cutShort: RPCError {
        RPCError(.internal, reason: "MESSAGE_CUT_SHORT", "The stream ended in the middle of a message.")
    }
}
