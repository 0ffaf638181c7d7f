// swift-format-ignore-file
// Made by protos/generate from grpc/testing/messages.proto. Changes belong there.

package import CInteropProtos
package import CProtos
public import Wire

extension Interop {
    public struct PayloadType: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static var compressable: Self { Self(rawValue: 0) }

        public static var allCases: [Self] { [.compressable] }
        public static var namePrefix: String { "" }

        public var knownName: String? {
            switch rawValue {
            case 0: "COMPRESSABLE"
            default: nil
            }
        }
    }
}

extension Interop {
    /// A bool that may be absent.
    public struct BoolValue: ProtobufMessage {
        public var value: Bool = false

        public init() {}
    }
}

extension Interop.BoolValue: CMessage {
    public static var fullName: String { "grpc.testing.BoolValue" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__testing__bool_value__type()
    }

    package init(_ c: UnsafePointer<Grpc__Testing__BoolValue>) throws(ProtobufError) {
        value = c.pointee.value != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Testing__BoolValue>, _ arena: MessageArena) {
        c.pointee.value = value ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("value", &value)
    }
}

extension Interop {
    public struct Payload: ProtobufMessage {
        public var type: Interop.PayloadType = Interop.PayloadType(rawValue: 0)
        public var body: [UInt8] = []

        public init() {}
    }
}

extension Interop.Payload: CMessage {
    public static var fullName: String { "grpc.testing.Payload" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__testing__payload__type()
    }

    package init(_ c: UnsafePointer<Grpc__Testing__Payload>) throws(ProtobufError) {
        type = Interop.PayloadType(rawValue: Int32(truncatingIfNeeded: c.pointee.type.rawValue))
        body = CRead.bytes(c.pointee.body)
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Testing__Payload>, _ arena: MessageArena) {
        c.pointee.type = .init(rawValue: .init(truncatingIfNeeded: type.rawValue))
        c.pointee.body = arena.bytes(body)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("type", &type)
        visitor.field("body", &body)
    }
}

extension Interop {
    /// The status a call is to end with.
    public struct EchoStatus: ProtobufMessage {
        public var code: Int32 = 0
        public var message: String = ""

        public init() {}
    }
}

extension Interop.EchoStatus: CMessage {
    public static var fullName: String { "grpc.testing.EchoStatus" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__testing__echo_status__type()
    }

    package init(_ c: UnsafePointer<Grpc__Testing__EchoStatus>) throws(ProtobufError) {
        code = c.pointee.code
        message = try CRead.string(c.pointee.message, "message")
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Testing__EchoStatus>, _ arena: MessageArena) {
        c.pointee.code = code
        c.pointee.message = arena.string(message)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("code", &code)
        visitor.field("message", &message)
    }
}

extension Interop {
    public struct SimpleRequest: ProtobufMessage {
        public var responseType: Interop.PayloadType = Interop.PayloadType(rawValue: 0)
        /// Bytes that the response's payload is to have.
        public var responseSize: Int32 = 0
        public var payload: Interop.Payload?
        /// Whether the response is to be compressed.
        public var responseCompressed: Interop.BoolValue?
        public var responseStatus: Interop.EchoStatus?
        /// Whether this message must have arrived compressed.
        public var expectCompressed: Interop.BoolValue?

        public init() {}
    }
}

extension Interop.SimpleRequest: CMessage {
    public static var fullName: String { "grpc.testing.SimpleRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__testing__simple_request__type()
    }

    package init(_ c: UnsafePointer<Grpc__Testing__SimpleRequest>) throws(ProtobufError) {
        responseType = Interop.PayloadType(rawValue: Int32(truncatingIfNeeded: c.pointee.response_type.rawValue))
        responseSize = c.pointee.response_size
        payload = try CRead.optionalMessage(c.pointee.payload, "payload")
        responseCompressed = try CRead.optionalMessage(c.pointee.response_compressed, "response_compressed")
        responseStatus = try CRead.optionalMessage(c.pointee.response_status, "response_status")
        expectCompressed = try CRead.optionalMessage(c.pointee.expect_compressed, "expect_compressed")
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Testing__SimpleRequest>, _ arena: MessageArena) {
        c.pointee.response_type = .init(rawValue: .init(truncatingIfNeeded: responseType.rawValue))
        c.pointee.response_size = responseSize
        if let value = payload { c.pointee.payload = arena.message(value) }
        if let value = responseCompressed { c.pointee.response_compressed = arena.message(value) }
        if let value = responseStatus { c.pointee.response_status = arena.message(value) }
        if let value = expectCompressed { c.pointee.expect_compressed = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("responseType", "response_type"), &responseType)
        visitor.field(.init("responseSize", "response_size"), &responseSize)
        visitor.optional("payload", &payload)
        visitor.optional(.init("responseCompressed", "response_compressed"), &responseCompressed)
        visitor.optional(.init("responseStatus", "response_status"), &responseStatus)
        visitor.optional(.init("expectCompressed", "expect_compressed"), &expectCompressed)
    }
}

extension Interop {
    public struct SimpleResponse: ProtobufMessage {
        public var payload: Interop.Payload?

        public init() {}
    }
}

extension Interop.SimpleResponse: CMessage {
    public static var fullName: String { "grpc.testing.SimpleResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__testing__simple_response__type()
    }

    package init(_ c: UnsafePointer<Grpc__Testing__SimpleResponse>) throws(ProtobufError) {
        payload = try CRead.optionalMessage(c.pointee.payload, "payload")
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Testing__SimpleResponse>, _ arena: MessageArena) {
        if let value = payload { c.pointee.payload = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("payload", &payload)
    }
}

extension Interop {
    public struct StreamingInputCallRequest: ProtobufMessage {
        public var payload: Interop.Payload?
        public var expectCompressed: Interop.BoolValue?

        public init() {}
    }
}

extension Interop.StreamingInputCallRequest: CMessage {
    public static var fullName: String { "grpc.testing.StreamingInputCallRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__testing__streaming_input_call_request__type()
    }

    package init(_ c: UnsafePointer<Grpc__Testing__StreamingInputCallRequest>) throws(ProtobufError) {
        payload = try CRead.optionalMessage(c.pointee.payload, "payload")
        expectCompressed = try CRead.optionalMessage(c.pointee.expect_compressed, "expect_compressed")
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Testing__StreamingInputCallRequest>, _ arena: MessageArena) {
        if let value = payload { c.pointee.payload = arena.message(value) }
        if let value = expectCompressed { c.pointee.expect_compressed = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("payload", &payload)
        visitor.optional(.init("expectCompressed", "expect_compressed"), &expectCompressed)
    }
}

extension Interop {
    public struct StreamingInputCallResponse: ProtobufMessage {
        /// Bytes of all payloads together.
        public var aggregatedPayloadSize: Int32 = 0

        public init() {}
    }
}

extension Interop.StreamingInputCallResponse: CMessage {
    public static var fullName: String { "grpc.testing.StreamingInputCallResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__testing__streaming_input_call_response__type()
    }

    package init(_ c: UnsafePointer<Grpc__Testing__StreamingInputCallResponse>) throws(ProtobufError) {
        aggregatedPayloadSize = c.pointee.aggregated_payload_size
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Testing__StreamingInputCallResponse>, _ arena: MessageArena) {
        c.pointee.aggregated_payload_size = aggregatedPayloadSize
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("aggregatedPayloadSize", "aggregated_payload_size"), &aggregatedPayloadSize)
    }
}

extension Interop {
    public struct ResponseParameters: ProtobufMessage {
        public var size: Int32 = 0
        /// How long to wait before this response.
        public var intervalUs: Int32 = 0
        public var compressed: Interop.BoolValue?

        public init() {}
    }
}

extension Interop.ResponseParameters: CMessage {
    public static var fullName: String { "grpc.testing.ResponseParameters" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__testing__response_parameters__type()
    }

    package init(_ c: UnsafePointer<Grpc__Testing__ResponseParameters>) throws(ProtobufError) {
        size = c.pointee.size
        intervalUs = c.pointee.interval_us
        compressed = try CRead.optionalMessage(c.pointee.compressed, "compressed")
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Testing__ResponseParameters>, _ arena: MessageArena) {
        c.pointee.size = size
        c.pointee.interval_us = intervalUs
        if let value = compressed { c.pointee.compressed = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("size", &size)
        visitor.field(.init("intervalUs", "interval_us"), &intervalUs)
        visitor.optional("compressed", &compressed)
    }
}

extension Interop {
    public struct StreamingOutputCallRequest: ProtobufMessage {
        public var responseType: Interop.PayloadType = Interop.PayloadType(rawValue: 0)
        public var responseParameters: [Interop.ResponseParameters] = []
        public var payload: Interop.Payload?
        public var responseStatus: Interop.EchoStatus?

        public init() {}
    }
}

extension Interop.StreamingOutputCallRequest: CMessage {
    public static var fullName: String { "grpc.testing.StreamingOutputCallRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__testing__streaming_output_call_request__type()
    }

    package init(_ c: UnsafePointer<Grpc__Testing__StreamingOutputCallRequest>) throws(ProtobufError) {
        responseType = Interop.PayloadType(rawValue: Int32(truncatingIfNeeded: c.pointee.response_type.rawValue))
        responseParameters = try CRead.messages(c.pointee.response_parameters, c.pointee.n_response_parameters, "response_parameters")
        payload = try CRead.optionalMessage(c.pointee.payload, "payload")
        responseStatus = try CRead.optionalMessage(c.pointee.response_status, "response_status")
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Testing__StreamingOutputCallRequest>, _ arena: MessageArena) {
        c.pointee.response_type = .init(rawValue: .init(truncatingIfNeeded: responseType.rawValue))
        (c.pointee.n_response_parameters, c.pointee.response_parameters) = arena.messages(responseParameters)
        if let value = payload { c.pointee.payload = arena.message(value) }
        if let value = responseStatus { c.pointee.response_status = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("responseType", "response_type"), &responseType)
        visitor.repeated(.init("responseParameters", "response_parameters"), &responseParameters)
        visitor.optional("payload", &payload)
        visitor.optional(.init("responseStatus", "response_status"), &responseStatus)
    }
}

extension Interop {
    public struct StreamingOutputCallResponse: ProtobufMessage {
        public var payload: Interop.Payload?

        public init() {}
    }
}

extension Interop.StreamingOutputCallResponse: CMessage {
    public static var fullName: String { "grpc.testing.StreamingOutputCallResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__testing__streaming_output_call_response__type()
    }

    package init(_ c: UnsafePointer<Grpc__Testing__StreamingOutputCallResponse>) throws(ProtobufError) {
        payload = try CRead.optionalMessage(c.pointee.payload, "payload")
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Testing__StreamingOutputCallResponse>, _ arena: MessageArena) {
        if let value = payload { c.pointee.payload = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("payload", &payload)
    }
}
