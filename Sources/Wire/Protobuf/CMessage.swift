package import CProtos

/// A message that can be copied to and from its protobuf-c struct.
package protocol CMessage: ProtobufMessage, FieldValue {
    associatedtype CStruct

    static var cType: UnsafePointer<ProtobufCMessageDescriptor> { get }

    /// Copies what protobuf-c unpacked, checking that strings are UTF-8.
    init(_ c: UnsafePointer<CStruct>) throws(ProtobufError)

    /// Fills in a struct that holds the defaults. What it points to belongs to the arena.
    func fill(_ c: UnsafeMutablePointer<CStruct>, _ arena: MessageArena)

    /// Shows the visitor each field, which it may change.
    mutating func visitFields(_ visitor: inout some FieldVisitor)
}

/// Reads the wire format: checks the bytes, unpacks them into an arena and copies from there.
package func decodeMessage<Message: CMessage>(_ bytes: [UInt8]) throws(ProtobufError) -> Message {
    try MessageArena.with(budget: MessageArena.budget(forReading: bytes.count)) { (arena) throws(ProtobufError) in
        try bytes.withUnsafeBufferPointer { (bytes) throws(ProtobufError) in
            // protobuf-c uses 32-bit counts in places. It accepts everything that passed the check, unless memory runs
            // out.
            guard bytes.count <= Int32.max,
                let unpacked = unpack(try checked(bytes, as: Message.self, arena), as: Message.self, arena)
            else {
                throw ProtobufError(
                    message: Message.fullName, field: "", problem: .tooLarge(byteCount: bytes.count))
            }
            do throws(ProtobufError) {
                return try Message(unpacked)
            } catch {
                throw ProtobufError(message: Message.fullName, field: error.field, problem: error.problem)
            }
        }
    }
}

/// Bytes that are safe to give protobuf-c; nil if the arena is exhausted.
private func checked<Message: CMessage>(
    _ bytes: UnsafeBufferPointer<UInt8>, as type: Message.Type, _ arena: MessageArena
) throws(ProtobufError) -> UnsafeBufferPointer<UInt8>? {
    var result = attn_scan_result()
    guard attn_scan_message(type.cType, bytes.baseAddress, bytes.count, &result) == ATTN_SCAN_OK else {
        throw ProtobufError(type.fullName, result)
    }
    guard result.may_have_duplicates != 0 else { return bytes }
    var start = bytes.baseAddress
    var count = bytes.count
    guard attn_merge_duplicates(arena.pointer, type.cType, &start, &count) != 0 else { return nil }
    return UnsafeBufferPointer(start: start, count: count)
}

private func unpack<Message: CMessage>(
    _ bytes: UnsafeBufferPointer<UInt8>?, as type: Message.Type, _ arena: MessageArena
) -> UnsafePointer<Message.CStruct>? {
    guard let bytes else { return nil }
    let allocator = UnsafeMutableRawPointer(arena.pointer).assumingMemoryBound(to: ProtobufCAllocator.self)
    let unpacked = protobuf_c_message_unpack(type.cType, allocator, bytes.count, bytes.baseAddress)
    return unpacked.map { UnsafeRawPointer($0).assumingMemoryBound(to: Message.CStruct.self) }
}

/// Writes the wire format: copies into an arena and packs from there straight into the result.
package func encodeMessage<Message: CMessage>(_ message: Message) -> [UInt8] {
    MessageArena.with(budget: .max) { arena in
        let base = UnsafeRawPointer(arena.message(message)).assumingMemoryBound(to: ProtobufCMessage.self)
        let size = protobuf_c_message_get_packed_size(base)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            // An empty message writes nothing, and its buffer may have no address.
            count = buffer.baseAddress.map { size == 0 ? 0 : protobuf_c_message_pack(base, $0) } ?? 0
        }
    }
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
