/// Messages travel in DATA frames, each after a flag byte (compressed or not) and its length in four bytes, most
/// significant first.
///
/// Frame boundaries are meaningless: a message may span several frames or share one.
package enum MessageFraming {
    /// The length of a message's prefix, in bytes.
    package static let prefixSize = 5

    /// The prefix of a message with this many bytes.
    package static func prefix(forMessageOf byteCount: Int) -> [UInt8] {
        precondition(byteCount <= UInt32.max, "a message of \(byteCount) bytes has no length that four bytes can hold")
        let length = UInt32(byteCount)
        return [0, UInt8(length >> 24), UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF)]
    }

    /// A message with its prefix.
    package static func frame(_ message: [UInt8]) -> [UInt8] {
        var framed: [UInt8] = []
        framed.reserveCapacity(prefixSize + message.count)
        framed += prefix(forMessageOf: message.count)
        framed += message
        return framed
    }
}

/// Reassembles messages from a stream's bytes, however they are split.
package struct MessageDeframer: Sendable {
    /// The longest message accepted, in bytes.
    package let maxMessageSize: Int

    private var prefix: [UInt8] = []
    private var message: [UInt8] = []
    /// The number of bytes the message still lacks; nil while its prefix is incomplete.
    private var missing: Int?

    package init(maxMessageSize: Int) {
        self.maxMessageSize = maxMessageSize
        prefix.reserveCapacity(MessageFraming.prefixSize)
    }

    /// The number of bytes held of an incomplete message.
    ///
    /// If this is not 0 when the stream ends, the stream was cut short.
    package var partialBytes: Int { prefix.count + message.count }

    /// Consumes the stream's next bytes and delivers the messages they complete.
    ///
    /// Throws UNIMPLEMENTED for a compressed message and RESOURCE_EXHAUSTED for one that is too long; after either, the
    /// stream cannot be read any further.
    package mutating func receive(
        _ bytes: UnsafeRawBufferPointer, deliver: ([UInt8]) -> Void
    ) throws(RPCError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            if missing == nil {
                let count = min(MessageFraming.prefixSize - prefix.count, rest.count)
                prefix += rest.prefix(count)
                rest = rest.dropFirst(count)
                guard prefix.count == MessageFraming.prefixSize else { return }
                missing = try messageLength()
            }
            if let lacking = missing {
                let count = min(lacking, rest.count)
                reserve(lacking, arriving: count)
                message += rest.prefix(count)
                rest = rest.dropFirst(count)
                missing = lacking - count
            }
            if missing == 0 { deliver(takeMessage()) }
        }
    }

    private func messageLength() throws(RPCError) -> Int {
        guard prefix[0] == 0 else {
            throw RPCError(
                .unimplemented, reason: "COMPRESSED_MESSAGE",
                "Compressed messages are not supported. Send messages with grpc-encoding identity.")
        }
        let length = prefix[1...].reduce(0) { $0 << 8 | Int($1) }
        guard length <= maxMessageSize else {
            throw RPCError(
                .resourceExhausted, reason: "MESSAGE_TOO_LARGE",
                "The message has \(length) bytes and the limit is \(maxMessageSize). Split it into smaller ones.",
                values: ["size": "\(length)", "limit": "\(maxMessageSize)"])
        }
        return length
    }

    /// Reserves capacity, but never much more than has arrived: a prefix alone can claim any length.
    private mutating func reserve(_ lacking: Int, arriving count: Int) {
        guard message.capacity - message.count < count else { return }
        message.reserveCapacity(message.count + min(lacking, max(count, message.count, 64 << 10)))
    }

    private mutating func takeMessage() -> [UInt8] {
        defer {
            prefix.removeAll(keepingCapacity: true)
            message = []
            missing = nil
        }
        return message
    }
}
