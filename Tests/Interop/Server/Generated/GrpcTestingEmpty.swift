// swift-format-ignore-file
// Made by protos/generate from grpc/testing/empty.proto. Changes belong there.

package import CInteropProtos
package import CProtos
public import Wire

extension Interop {
    public struct Empty: ProtobufMessage {
        public init() {}
    }
}

extension Interop.Empty: CMessage {
    public static var fullName: String { "grpc.testing.Empty" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__testing__empty__type()
    }

    package init(_ c: UnsafePointer<Grpc__Testing__Empty>) throws(ProtobufError) {
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Testing__Empty>, _ arena: MessageArena) {
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
    }
}
