internal import Wire

/// One stream's output, which turns a call's messages into bytes for HTTP/2.
///
/// Loop thread only.
struct OutgoingMessages {
    enum Readiness {
        case hasBytes
        case empty
        /// Everything has been handed out, and nothing more will come.
        case ended(RPCError?)
    }

    let channel: MessageChannel
    /// Whether messages have gRPC's framing; the pieces of a plain body have none.
    var isFramed = true
    /// The message being handed out, and its prefix on the wire.
    private var current: (prefix: [UInt8], message: [UInt8])?
    /// The number of its bytes handed out, including the prefix.
    private var offset = 0
    /// Part of a message was handed out, and the rest never will be.
    private(set) var isCutShort = false

    /// Whether there is something that could be handed out.
    var hasUnsent: Bool { current != nil || channel.queuedBytes > 0 }

    init(channel: MessageChannel) {
        self.channel = channel
    }

    /// Looks for something to hand out.
    ///
    /// After `empty`, the channel calls back when there is.
    mutating func prepare() -> Readiness {
        if current != nil { return .hasBytes }
        switch channel.poll() {
        case .message(let message):
            current = (isFramed ? Self.prefix(of: message) : [], message.bytes)
            offset = 0
            return .hasBytes
        case .empty: return .empty
        case .finished: return .ended(nil)
        case .failed(let error): return .ended(error)
        }
    }

    private static func prefix(of message: QueuedMessage) -> [UInt8] {
        MessageFraming.prefix(forMessageOf: message.bytes.count, isCompressed: message.isCompressed)
    }

    /// Fills `buffer` as far as messages allow; returns the number of bytes and why it stopped.
    mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) -> (count: Int, Readiness) {
        var filled = 0
        while filled < buffer.count {
            let readiness = prepare()
            guard case .hasBytes = readiness else { return (filled, readiness) }
            filled += copyCurrent(to: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
        }
        // Look ahead, so that the end is known along with the last bytes.
        return (filled, prepare())
    }

    private mutating func copyCurrent(to buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let (prefix, message) = current else { return 0 }
        var copied = 0
        if offset < prefix.count { copied = Self.copy(prefix[offset...], to: buffer) }
        let start = offset + copied - prefix.count
        if start >= 0 {
            copied += Self.copy(message[start...], to: UnsafeMutableRawBufferPointer(rebasing: buffer[copied...]))
        }
        offset += copied
        if offset == prefix.count + message.count { current = nil }
        return copied
    }

    /// Copies as much as fits and returns how much that was.
    private static func copy(_ bytes: ArraySlice<UInt8>, to buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(bytes.count, buffer.count)
        bytes.withUnsafeBytes { bytes in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
        return count
    }

    /// Drops the message being handed out.
    mutating func discard() {
        if current != nil, offset > 0 { isCutShort = true }
        current = nil
    }
}
