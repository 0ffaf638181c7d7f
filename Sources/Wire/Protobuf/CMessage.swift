package import CProtos

/// A message that can be copied from and to the struct protobuf-c has for it.
package protocol CMessage: ProtobufMessage {
    associatedtype CStruct

    static var cType: UnsafePointer<ProtobufCMessageDescriptor> { get }

    /// Copies what protobuf-c unpacked; checks that text is text.
    init(_ c: UnsafePointer<CStruct>) throws(ProtobufError)

    /// Sets the fields of a struct that holds the defaults. What it points to belongs to the arena.
    func fill(_ c: UnsafeMutablePointer<CStruct>, _ arena: MessageArena)
}

/// Reads the wire format: looks the bytes over, unpacks them into an arena, copies from there.
package func decodeMessage<Message: CMessage>(_ bytes: [UInt8]) throws(ProtobufError) -> Message {
    try MessageArena.with(budget: MessageArena.budget(forReading: bytes.count)) { (arena) throws(ProtobufError) in
        try bytes.withUnsafeBufferPointer { (bytes) throws(ProtobufError) in
            try scan(bytes, as: Message.self)
            guard
                let unpacked = protobuf_c_message_unpack(
                    Message.cType, &arena.pointer.pointee.allocator, bytes.count, bytes.baseAddress)
            else {
                let problem: ProtobufError.Problem =
                    arena.isExhausted ? .tooLarge(byteCount: bytes.count) : .malformed(offset: 0)
                throw ProtobufError(message: Message.fullName, field: "", problem: problem)
            }
            do throws(ProtobufError) {
                return try Message(UnsafeRawPointer(unpacked).assumingMemoryBound(to: Message.CStruct.self))
            } catch {
                throw ProtobufError(message: Message.fullName, field: error.field, problem: error.problem)
            }
        }
    }
}

/// Writes the wire format: copies into an arena, packs from there straight into the result.
package func encodeMessage<Message: CMessage>(_ message: Message) -> [UInt8] {
    MessageArena.with(budget: .max) { arena in
        let base = UnsafeRawPointer(arena.message(message)).assumingMemoryBound(to: ProtobufCMessage.self)
        let size = protobuf_c_message_get_packed_size(base)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            // An empty message has nothing to write, and its buffer may have no address.
            count = buffer.baseAddress.map { size == 0 ? 0 : protobuf_c_message_pack(base, $0) } ?? 0
        }
    }
}

private func scan<Message: CMessage>(
    _ bytes: UnsafeBufferPointer<UInt8>, as type: Message.Type
) throws(ProtobufError) {
    var result = attn_scan_result()
    guard attn_scan_message(type.cType, bytes.baseAddress, bytes.count, &result) != ATTN_SCAN_OK else { return }
    throw ProtobufError(type.fullName, result)
}

extension ProtobufError {
    fileprivate init(_ message: String, _ result: attn_scan_result) {
        let problem: Problem =
            switch result.problem {
            case ATTN_SCAN_TRUNCATED: .truncated(offset: result.offset)
            case ATTN_SCAN_WRONG_WIRE_TYPE, ATTN_SCAN_UNKNOWN_WIRE_TYPE: .wrongEncoding(offset: result.offset)
            case ATTN_SCAN_TOO_DEEP: .nestedTooDeep(limit: ATTN_SCAN_DEPTH)
            default: .malformed(offset: result.offset)
            }
        let path = withUnsafeBytes(of: result.path) { raw in
            raw.bindMemory(to: UnsafePointer<CChar>?.self).prefix(result.path_count).compactMap { $0 }
                .map { String(cString: $0) }.joined(separator: ".")
        }
        self.init(message: message, field: path, problem: problem)
    }
}
