package import CProtos

/// Helpers with which generated code reads C structs.
///
/// Field names are for errors only.
package enum CRead {
    package static func string(_ c: ProtobufCBinaryData, _ field: StaticString) throws(ProtobufError) -> String {
        guard c.len > 0 else { return "" }
        guard let string = String(validating: UnsafeBufferPointer(start: c.data, count: c.len), as: UTF8.self) else {
            throw ProtobufError(message: "", field: "\(field)", problem: .invalidUTF8)
        }
        return string
    }

    package static func bytes(_ c: ProtobufCBinaryData) -> [UInt8] {
        scalars(c.data, c.len)
    }

    /// A required message; protobuf-c leaves out the value of a map entry if the wire does.
    package static func message<Message: CMessage>(
        _ c: UnsafeMutablePointer<Message.CStruct>?, _ field: StaticString
    ) throws(ProtobufError) -> Message {
        try optionalMessage(c, field) ?? Message()
    }

    package static func optionalMessage<Message: CMessage>(
        _ c: UnsafeMutablePointer<Message.CStruct>?, _ field: StaticString
    ) throws(ProtobufError) -> Message? {
        guard let c else { return nil }
        do throws(ProtobufError) {
            return try Message(UnsafePointer(c))
        } catch {
            throw error.inside(field)
        }
    }

    package static func scalars<T: BitwiseCopyable>(_ c: UnsafeMutablePointer<T>?, _ count: Int) -> [T] {
        Array(UnsafeBufferPointer(start: c, count: count))
    }

    package static func bools(_ c: UnsafeMutablePointer<protobuf_c_boolean>?, _ count: Int) -> [Bool] {
        UnsafeBufferPointer(start: c, count: count).map { $0 != 0 }
    }

    /// `C` is the C enum's type, which, like every protobuf-c enum, is as wide as an Int32.
    package static func enums<Value: ProtobufEnum, C: BitwiseCopyable>(
        _ c: UnsafeMutablePointer<C>?, _ count: Int
    ) -> [Value] {
        UnsafeBufferPointer(start: c, count: count).map { Value(rawValue: unsafeBitCast($0, to: Int32.self)) }
    }

    package static func strings(
        _ c: UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: Int, _ field: StaticString
    ) throws(ProtobufError) -> [String] {
        try UnsafeBufferPointer(start: c, count: count).map { (c) throws(ProtobufError) in try string(c, field) }
    }

    package static func byteStrings(_ c: UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: Int) -> [[UInt8]] {
        UnsafeBufferPointer(start: c, count: count).map(bytes)
    }

    package static func messages<Message: CMessage>(
        _ c: UnsafeMutablePointer<UnsafeMutablePointer<Message.CStruct>?>?, _ count: Int, _ field: StaticString
    ) throws(ProtobufError) -> [Message] {
        try UnsafeBufferPointer(start: c, count: count).map { (c) throws(ProtobufError) in try message(c, field) }
    }

    /// The entries of a map, in wire order: if several have the same key, the last one counts.
    package static func entries<Entry>(
        _ c: UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?, _ count: Int
    ) -> [UnsafeMutablePointer<Entry>] {
        UnsafeBufferPointer(start: c, count: count).compactMap { $0 }
    }
}
