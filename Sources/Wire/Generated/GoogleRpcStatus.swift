// swift-format-ignore-file
// Made by protos/generate from google/rpc/status.proto. Changes belong there.

package import CProtos

extension GoogleRPC {
    /// How a call ended, with machine-readable details. Travels in grpc-status-details-bin.
    public struct Status: ProtobufMessage {
        /// A gRPC status code.
        public var code: Int32 = 0
        /// For the developer.
        public var message: String = ""
        /// Messages of error_details.proto, each type at most once.
        public var details: [WellKnown.AnyMessage] = []

        public init() {}
    }
}

extension GoogleRPC.Status: CMessage {
    public static var fullName: String { "google.rpc.Status" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        google__rpc__status__type()
    }

    package init(_ c: UnsafePointer<Google__Rpc__Status>) throws(ProtobufError) {
        code = c.pointee.code
        message = try CRead.string(c.pointee.message, "message")
        details = try CRead.messages(c.pointee.details, c.pointee.n_details, "details")
    }

    package func fill(_ c: UnsafeMutablePointer<Google__Rpc__Status>, _ arena: MessageArena) {
        c.pointee.code = code
        c.pointee.message = arena.string(message)
        (c.pointee.n_details, c.pointee.details) = arena.messages(details)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("code", &code)
        visitor.field("message", &message)
        visitor.repeated("details", &details)
    }
}
