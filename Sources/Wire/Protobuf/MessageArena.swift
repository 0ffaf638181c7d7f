package import CProtos

/// Memory for one message on its way to or from protobuf-c, freed as a whole.
package struct MessageArena {
    package let pointer: UnsafeMutablePointer<attn_arena>

    /// Enough for small messages, and allocated on the stack.
    private static let stackBytes = 1024

    /// Runs `body` with an arena that may take up to `budget` bytes from the system.
    package static func with<Result, Failure: Error>(
        budget: Int, _ body: (MessageArena) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeTemporaryAllocation(byteCount: stackBytes, alignment: 16) { (first) throws(Failure) in
            var arena = attn_arena()
            return try withUnsafeMutablePointer(to: &arena) { (pointer) throws(Failure) in
                attn_arena_init(pointer, first.baseAddress, first.count, budget)
                defer { attn_arena_free(pointer) }
                return try body(MessageArena(pointer: pointer))
            }
        }
    }

    /// The most memory that unpacking a message of this length may take.
    ///
    /// A one-byte string takes three bytes on the wire and up to 112 unpacked: two entries of protobuf-c's bookkeeping
    /// (40 each, and as many may be spare), an array slot and its bytes. Sixty-four times the length covers that;
    /// without a limit, a few megabytes of empty messages would become a gigabyte.
    package static func budget(forReading byteCount: Int) -> Int { 64 * byteCount + 64 * 1024 }

    /// Uninitialised memory for `count` values; nil if `count` is 0.
    private func room<T>(for count: Int, _ type: T.Type) -> UnsafeMutablePointer<T>? {
        guard count > 0 else { return nil }
        guard let taken = attn_arena_take(pointer, count * MemoryLayout<T>.stride) else {
            fatalError("Out of memory: \(count) values of \(type) while writing a message")
        }
        return taken.bindMemory(to: type, capacity: count)
    }
}

// Helpers with which generated code fills C structs: everything is copied, so nothing has to outlive the arena.
extension MessageArena {
    package func message<Message: CMessage>(_ message: Message) -> UnsafeMutablePointer<Message.CStruct> {
        guard let c = room(for: 1, Message.CStruct.self) else { preconditionFailure("room for one is never nil") }
        protobuf_c_message_init(Message.cType, c)
        message.fill(c, self)
        return c
    }

    package func bytes(_ bytes: [UInt8]) -> ProtobufCBinaryData {
        ProtobufCBinaryData(len: bytes.count, data: scalars(bytes).1)
    }

    package func string(_ string: String) -> ProtobufCBinaryData {
        var string = string
        return string.withUTF8 { utf8 in
            ProtobufCBinaryData(len: utf8.count, data: copy(utf8))
        }
    }

    package func scalars<T: BitwiseCopyable>(_ values: [T]) -> (Int, UnsafeMutablePointer<T>?) {
        (values.count, values.withUnsafeBufferPointer(copy))
    }

    package func bools(_ values: [Bool]) -> (Int, UnsafeMutablePointer<protobuf_c_boolean>?) {
        map(values) { $0 ? 1 : 0 }
    }

    /// `C` is the C enum's type, which, like every protobuf-c enum, is as wide as an Int32.
    package func enums<Value: ProtobufEnum, C>(_ values: [Value]) -> (Int, UnsafeMutablePointer<C>?) {
        map(values) { unsafeBitCast($0.rawValue, to: C.self) }
    }

    package func strings(_ values: [String]) -> (Int, UnsafeMutablePointer<ProtobufCBinaryData>?) {
        map(values, string)
    }

    package func byteStrings(_ values: [[UInt8]]) -> (Int, UnsafeMutablePointer<ProtobufCBinaryData>?) {
        map(values, bytes)
    }

    package func messages<Message: CMessage>(
        _ values: [Message]
    ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Message.CStruct>?>?) {
        map(values) { message($0) }
    }

    /// A map is sent as entries, sorted by key so that equal messages have equal bytes.
    package func entries<Key: Hashable & Comparable, Value, Entry>(
        _ values: [Key: Value], _ type: UnsafePointer<ProtobufCMessageDescriptor>,
        _ fill: (UnsafeMutablePointer<Entry>, Key, Value) -> Void
    ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?) {
        map(values.sorted { $0.key < $1.key }) { key, value in
            let entry = room(for: 1, Entry.self)
            protobuf_c_message_init(type, entry)
            if let entry { fill(entry, key, value) }
            return entry
        }
    }

    private func copy<T: BitwiseCopyable>(_ values: UnsafeBufferPointer<T>) -> UnsafeMutablePointer<T>? {
        let place = room(for: values.count, T.self)
        if let place, let source = values.baseAddress { place.initialize(from: source, count: values.count) }
        return place
    }

    private func map<Value, C>(_ values: [Value], _ convert: (Value) -> C) -> (Int, UnsafeMutablePointer<C>?) {
        let place = room(for: values.count, C.self)
        if let place {
            for index in values.indices { (place + index).initialize(to: convert(values[index])) }
        }
        return (values.count, place)
    }
}
