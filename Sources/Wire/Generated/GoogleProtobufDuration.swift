// swift-format-ignore-file
// Made by protos/generate from google/protobuf/duration.proto. Changes belong there.

package import CProtos

extension WellKnown {
    public struct Duration: ProtobufMessage {
        public var seconds: Int64 = 0
        public var nanos: Int32 = 0

        public init() {}
    }
}

extension WellKnown.Duration: CMessage {
    public static var fullName: String { "google.protobuf.Duration" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        google__protobuf__duration__type()
    }

    package init(_ c: UnsafePointer<Google__Protobuf__Duration>) throws(ProtobufError) {
        seconds = c.pointee.seconds
        nanos = c.pointee.nanos
    }

    package func fill(_ c: UnsafeMutablePointer<Google__Protobuf__Duration>, _ arena: MessageArena) {
        c.pointee.seconds = seconds
        c.pointee.nanos = nanos
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("seconds", &seconds)
        visitor.field("nanos", &nanos)
    }
}
