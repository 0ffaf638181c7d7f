// swift-format-ignore-file
// Made by protos/generate from google/rpc/error_details.proto. Changes belong there.

package import CProtos

extension GoogleRPC {
    /// The cause of an error in a form programs can act on.
    public struct ErrorInfo: ProtobufMessage {
        /// UPPER_SNAKE_CASE, unique within the domain.
        public var reason: String = ""
        /// Who defines the reason.
        public var domain: String = ""
        /// Every dynamic value of the error's message, by name.
        public var metadata: [String: String] = [:]

        public init() {}
    }
}

extension GoogleRPC.ErrorInfo: CMessage {
    public static var fullName: String { "google.rpc.ErrorInfo" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        google__rpc__error_info__type()
    }

    package init(_ c: UnsafePointer<Google__Rpc__ErrorInfo>) throws(ProtobufError) {
        reason = try CRead.string(c.pointee.reason, "reason")
        domain = try CRead.string(c.pointee.domain, "domain")
        for entry in CRead.entries(c.pointee.metadata, c.pointee.n_metadata) {
            metadata[try CRead.string(entry.pointee.key, "metadata")] = try CRead.string(entry.pointee.value, "metadata")
        }
    }

    package func fill(_ c: UnsafeMutablePointer<Google__Rpc__ErrorInfo>, _ arena: MessageArena) {
        c.pointee.reason = arena.string(reason)
        c.pointee.domain = arena.string(domain)
        (c.pointee.n_metadata, c.pointee.metadata) = arena.entries(metadata, google__rpc__error_info__metadata_entry__type()) {
            (entry: UnsafeMutablePointer<Google__Rpc__ErrorInfo__MetadataEntry>, key, value) in
            entry.pointee.key = arena.string(key)
            entry.pointee.value = arena.string(value)
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("reason", &reason)
        visitor.field("domain", &domain)
        visitor.map("metadata", &metadata)
    }
}

extension GoogleRPC {
    /// When a call may be tried again.
    public struct RetryInfo: ProtobufMessage {
        public var retryDelay: WellKnown.Duration?

        public init() {}
    }
}

extension GoogleRPC.RetryInfo: CMessage {
    public static var fullName: String { "google.rpc.RetryInfo" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        google__rpc__retry_info__type()
    }

    package init(_ c: UnsafePointer<Google__Rpc__RetryInfo>) throws(ProtobufError) {
        retryDelay = try CRead.optionalMessage(c.pointee.retry_delay, "retry_delay")
    }

    package func fill(_ c: UnsafeMutablePointer<Google__Rpc__RetryInfo>, _ arena: MessageArena) {
        if let value = retryDelay { c.pointee.retry_delay = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("retryDelay", "retry_delay"), &retryDelay)
    }
}

extension GoogleRPC {
    /// What is wrong with a request, field by field.
    public struct BadRequest: ProtobufMessage {
        public var fieldViolations: [GoogleRPC.BadRequest.FieldViolation] = []

        public init() {}

        public struct FieldViolation: ProtobufMessage {
            /// Path of the field, as in `sampling.temperature`.
            public var field: String = ""
            /// What is wrong and what would be right.
            public var description: String = ""

            public init() {}
        }
    }
}

extension GoogleRPC.BadRequest: CMessage {
    public static var fullName: String { "google.rpc.BadRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        google__rpc__bad_request__type()
    }

    package init(_ c: UnsafePointer<Google__Rpc__BadRequest>) throws(ProtobufError) {
        fieldViolations = try CRead.messages(c.pointee.field_violations, c.pointee.n_field_violations, "field_violations")
    }

    package func fill(_ c: UnsafeMutablePointer<Google__Rpc__BadRequest>, _ arena: MessageArena) {
        (c.pointee.n_field_violations, c.pointee.field_violations) = arena.messages(fieldViolations)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated(.init("fieldViolations", "field_violations"), &fieldViolations)
    }
}

extension GoogleRPC.BadRequest.FieldViolation: CMessage {
    public static var fullName: String { "google.rpc.BadRequest.FieldViolation" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        google__rpc__bad_request__field_violation__type()
    }

    package init(_ c: UnsafePointer<Google__Rpc__BadRequest__FieldViolation>) throws(ProtobufError) {
        field = try CRead.string(c.pointee.field, "field")
        description = try CRead.string(c.pointee.description, "description")
    }

    package func fill(_ c: UnsafeMutablePointer<Google__Rpc__BadRequest__FieldViolation>, _ arena: MessageArena) {
        c.pointee.field = arena.string(field)
        c.pointee.description = arena.string(description)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("field", &field)
        visitor.field("description", &description)
    }
}
