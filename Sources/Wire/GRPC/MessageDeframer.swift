/// Messages travel in DATA frames, each after a flag byte (compressed or not) and its length in four bytes, most
/// significant first.
///
/// Frame boundaries are meaningless: a message may span several frames or share one.
package enum MessageFraming {
    /// The length of a message's prefix, in bytes.
    package static let prefixSize = 5

    /// The prefix of a message with this many bytes.
    package static func prefix(forMessageOf byteCount: Int, isCompressed: Bool = false) -> [UInt8] {
        precondition(byteCount <= UInt32.max, "a message of \(byteCount) bytes has no length that four bytes can hold")
        let length = UInt32(byteCount)
        let flag: UInt8 = isCompressed ? 1 : 0
        return [flag, UInt8(length >> 24), UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF)]
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
    /// The longest message accepted, in bytes, compressed and otherwise.
    package let maxMessageSize: Int
    /// How those messages are compressed whose flag says that they are.
    package var encoding = MessageEncoding.identity

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
    /// Throws INTERNAL for a flag that cannot be and RESOURCE_EXHAUSTED for a message that is too long; after either, the
    /// stream cannot be read any further.
    package mutating func receive(
        _ bytes: UnsafeRawBufferPointer, deliver: (QueuedMessage) -> Void
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
        guard prefix[0] <= (encoding == .identity ? 0 : 1) else { throw .wrongFlag(prefix[0]) }
        let length = prefix[1...].reduce(0) { $0 << 8 | Int($1) }
        guard length <= maxMessageSize else { throw .messageTooLarge(length, limit: maxMessageSize) }
        return length
    }

    /// Reserves capacity, but never much more than has arrived: a prefix alone can claim any length.
    private mutating func reserve(_ lacking: Int, arriving count: Int) {
        guard message.capacity - message.count < count else { return }
        message.reserveCapacity(message.count + min(lacking, max(count, message.count, 64 << 10)))
    }

    private mutating func takeMessage() -> QueuedMessage {
        defer {
            prefix.removeAll(keepingCapacity: true)
            message = []
            missing = nil
        }
        return QueuedMessage(message, inflatedLimit: prefix[0] == 0 ? nil : maxMessageSize)
    }
}

extension RPCError {
    fileprivate static func wrongFlag(_ flag: UInt8) -> RPCError {
        guard flag == 1 else {
            return RPCError(
                .internal, reason: "MALFORMED_FRAMING",
                "A message begins with the byte \(flag). It is 1 if the message is compressed, and 0 otherwise.",
                values: ["flag": "\(flag)"])
        }
        return RPCError(
            .internal, reason: "UNDECLARED_COMPRESSION",
            "A message is marked as compressed, and the call's grpc-encoding does not say how. Send grpc-encoding gzip."
        )
    }
}
