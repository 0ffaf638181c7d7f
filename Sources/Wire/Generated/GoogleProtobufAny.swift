// swift-format-ignore-file
// Made by protos/generate from google/protobuf/any.proto. Changes belong there.

package import CProtos

extension WellKnown {
    public struct AnyMessage: ProtobufMessage {
        public var typeUrl: String = ""
        public var value: [UInt8] = []

        public init() {}
    }
}

extension WellKnown.AnyMessage: CMessage {
    public static var fullName: String { "google.protobuf.Any" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        google__protobuf__any__type()
    }

    package init(_ c: UnsafePointer<Google__Protobuf__Any>) throws(ProtobufError) {
        typeUrl = try CRead.string(c.pointee.type_url, "type_url")
        value = CRead.bytes(c.pointee.value)
    }

    package func fill(_ c: UnsafeMutablePointer<Google__Protobuf__Any>, _ arena: MessageArena) {
        c.pointee.type_url = arena.string(typeUrl)
        c.pointee.value = arena.bytes(value)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("typeUrl", "type_url"), &typeUrl)
        visitor.field("value", &value)
    }
}
