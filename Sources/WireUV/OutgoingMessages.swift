internal import Wire

/// One stream's output: messages of a call to bytes for HTTP/2.
///
/// Loop thread only.
struct OutgoingMessages {
    enum Readiness {
        case hasBytes
        case empty
        /// Everything was handed out and no more will come.
        case ended(RPCError?)
    }

    let channel: MessageChannel
    /// The message being handed out, preceded on the wire by 0 (not compressed) and its length in four bytes.
    private var current: [UInt8]?
    /// Bytes of it handed out, prefix included.
    private var offset = 0
    /// Half of a message was handed out and the rest never will be.
    private(set) var isCutShort = false

    private static let prefixBytes = MessageChannel.bytesPerMessage

    init(channel: MessageChannel) {
        self.channel = channel
    }

    /// Looks for something to hand out.
    ///
    /// After `empty` the channel calls when there is.
    mutating func prepare() -> Readiness {
        if current != nil { return .hasBytes }
        switch channel.poll() {
        case .message(let message):
            current = message
            offset = 0
            return .hasBytes
        case .empty: return .empty
        case .finished: return .ended(nil)
        case .failed(let error): return .ended(error)
        }
    }

    /// Fills `buffer` as far as there are messages; says how many bytes, and what stopped it.
    mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) -> (count: Int, Readiness) {
        var filled = 0
        while filled < buffer.count {
            let readiness = prepare()
            guard case .hasBytes = readiness else { return (filled, readiness) }
            filled += copyCurrent(to: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
        }
        // Look ahead, so that the end is known together with the last bytes.
        return (filled, prepare())
    }

    private mutating func copyCurrent(to buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let message = current else { return 0 }
        var copied = 0
        while offset < Self.prefixBytes, copied < buffer.count {
            buffer[copied] = Self.prefixByte(offset, length: message.count)
            offset += 1
            copied += 1
        }
        let start = offset - Self.prefixBytes
        let count = min(message.count - start, buffer.count - copied)
        if offset >= Self.prefixBytes, count > 0 {
            message.withUnsafeBytes { bytes in
                let part = UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
                UnsafeMutableRawBufferPointer(rebasing: buffer[copied...]).copyMemory(from: part)
            }
            copied += count
            offset += count
        }
        if offset == Self.prefixBytes + message.count { current = nil }
        return copied
    }

    private static func prefixByte(_ index: Int, length: Int) -> UInt8 {
        index == 0 ? 0 : UInt8(truncatingIfNeeded: length >> (8 * (prefixBytes - 1 - index)))
    }

    /// Drops the message being handed out.
    mutating func discard() {
        if current != nil, offset > 0 { isCutShort = true }
        current = nil
    }
}
