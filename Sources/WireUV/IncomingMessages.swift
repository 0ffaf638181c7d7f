internal import Wire

/// One stream's input, which turns bytes from HTTP/2 into messages for the call's reader.
///
/// Loop thread only.
///
/// The peer's window reopens as messages are taken: bytes held here and in the channel are not yet credited back. The
/// message being assembled counts only while others are queued before it, because a message may be longer than the
/// window.
struct IncomingMessages {
    let channel: MessageChannel
    private var deframer: MessageDeframer
    /// Bytes received that have not been credited back to the peer.
    private var held = 0

    init(channel: MessageChannel, maxMessageBytes: Int) {
        self.channel = channel
        deframer = MessageDeframer(maxMessageSize: maxMessageBytes)
    }

    /// How the peer may compress its messages; set before the first of them arrives.
    var encoding: MessageEncoding {
        get { deframer.encoding }
        set { deframer.encoding = newValue }
    }

    /// Bytes of a message that has not arrived completely.
    var partialBytes: Int { deframer.partialBytes }

    mutating func receive(_ bytes: UnsafeRawBufferPointer) throws(RPCError) {
        held += bytes.count
        let channel = channel
        try deframer.receive(bytes) { message in channel.offer(message) }
    }

    /// The peer sends nothing more.
    func end() {
        if deframer.partialBytes == 0 {
            channel.finish()
        } else {
            channel.finish(throwing: .cutShort)
        }
    }

    /// The number of additional bytes that the peer may now send.
    mutating func takeCredit() -> Int {
        let queued = channel.queuedBytes
        let wanted = queued == 0 ? 0 : queued + deframer.partialBytes
        let credit = max(0, held - wanted)
        held -= credit
        return credit
    }

    /// The stream is over, so nothing is held any more.
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
