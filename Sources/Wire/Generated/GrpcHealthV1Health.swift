// swift-format-ignore-file
// Made by protos/generate from grpc/health/v1/health.proto. Changes belong there.

package import CProtos

extension Health {
    /// Whether a server, or one service of it, takes calls.
    public enum Service {
        public static let name = "grpc.health.v1.Health"

        /// Asks once. An unknown service is a NOT_FOUND error.
        public static let check = UnaryMethod<Health.HealthCheckRequest, Health.HealthCheckResponse>(
            MethodName(service: name, method: "Check"))

        /// Reports the status now and whenever it changes. An unknown service is
        /// reported as SERVICE_UNKNOWN, and the call goes on.
        public static let watch = ServerStreamingMethod<Health.HealthCheckRequest, Health.HealthCheckResponse>(
            MethodName(service: name, method: "Watch"))
    }
}

extension Health {
    public struct HealthCheckRequest: ProtobufMessage {
        /// Full name of a service; empty means the server as a whole.
        public var service: String = ""

        public init() {}
    }
}

extension Health.HealthCheckRequest: CMessage {
    public static var fullName: String { "grpc.health.v1.HealthCheckRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__health__v1__health_check_request__type()
    }

    package init(_ c: UnsafePointer<Grpc__Health__V1__HealthCheckRequest>) throws(ProtobufError) {
        service = try CRead.string(c.pointee.service, "service")
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Health__V1__HealthCheckRequest>, _ arena: MessageArena) {
        c.pointee.service = arena.string(service)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("service", &service)
    }
}

extension Health {
    public struct HealthCheckResponse: ProtobufMessage {
        public var status: Health.HealthCheckResponse.ServingStatus = Health.HealthCheckResponse.ServingStatus(rawValue: 0)

        public init() {}

        public struct ServingStatus: ProtobufEnum, FieldValue {
            public var rawValue: Int32
            public init(rawValue: Int32) { self.rawValue = rawValue }

            public static var unknown: Self { Self(rawValue: 0) }
            public static var serving: Self { Self(rawValue: 1) }
            public static var notServing: Self { Self(rawValue: 2) }
            /// Only Watch says this.
            public static var serviceUnknown: Self { Self(rawValue: 3) }

            public static var allCases: [Self] { [.unknown, .serving, .notServing, .serviceUnknown] }
            public static var namePrefix: String { "" }

            public var knownName: String? {
                switch rawValue {
                case 0: "UNKNOWN"
                case 1: "SERVING"
                case 2: "NOT_SERVING"
                case 3: "SERVICE_UNKNOWN"
                default: nil
                }
            }
        }
    }
}

extension Health.HealthCheckResponse: CMessage {
    public static var fullName: String { "grpc.health.v1.HealthCheckResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__health__v1__health_check_response__type()
    }

    package init(_ c: UnsafePointer<Grpc__Health__V1__HealthCheckResponse>) throws(ProtobufError) {
        status = Health.HealthCheckResponse.ServingStatus(rawValue: Int32(truncatingIfNeeded: c.pointee.status.rawValue))
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Health__V1__HealthCheckResponse>, _ arena: MessageArena) {
        c.pointee.status = .init(rawValue: .init(truncatingIfNeeded: status.rawValue))
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("status", &status)
    }
}
