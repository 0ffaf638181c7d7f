// swift-format-ignore-file
// Made by protos/generate from grpc/reflection/v1alpha/reflection.proto. Changes belong there.

package import CProtos

extension ReflectionAlpha {
    /// Tells clients which services a server has and what their messages look like.
    public enum ServerReflection {
        public static let name = "grpc.reflection.v1alpha.ServerReflection"

        /// Answers each question with one response, in order.
        public static let serverReflectionInfo = BidirectionalMethod<ReflectionAlpha.ServerReflectionRequest, ReflectionAlpha.ServerReflectionResponse>(
            MethodName(service: name, method: "ServerReflectionInfo"))
    }
}

extension ReflectionAlpha {
    public struct ServerReflectionRequest: ProtobufMessage {
        public var host: String = ""
        public var messageRequest: MessageRequest?

        public init() {}

        public enum MessageRequest: Sendable, Equatable {
            /// A file by its path, as imports write it.
            case fileByFilename(String)
            /// The file that declares a message, enum, service, method or field, by full name.
            case fileContainingSymbol(String)
            /// The file that declares an extension.
            case fileContainingExtension(ReflectionAlpha.ExtensionRequest)
            /// The numbers of all extensions of a message.
            case allExtensionNumbersOfType(String)
            /// All services; the text does not matter.
            case listServices(String)
        }
    }
}

extension ReflectionAlpha.ServerReflectionRequest: CMessage {
    public static var fullName: String { "grpc.reflection.v1alpha.ServerReflectionRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__reflection__v1alpha__server_reflection_request__type()
    }

    package init(_ c: UnsafePointer<Grpc__Reflection__V1alpha__ServerReflectionRequest>) throws(ProtobufError) {
        host = try CRead.string(c.pointee.host, "host")
        switch c.pointee.message_request_case {
        case GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME: messageRequest = .fileByFilename(try CRead.string(c.pointee.file_by_filename, "file_by_filename"))
        case GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL: messageRequest = .fileContainingSymbol(try CRead.string(c.pointee.file_containing_symbol, "file_containing_symbol"))
        case GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_EXTENSION: messageRequest = .fileContainingExtension(try CRead.message(c.pointee.file_containing_extension, "file_containing_extension"))
        case GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_ALL_EXTENSION_NUMBERS_OF_TYPE: messageRequest = .allExtensionNumbersOfType(try CRead.string(c.pointee.all_extension_numbers_of_type, "all_extension_numbers_of_type"))
        case GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES: messageRequest = .listServices(try CRead.string(c.pointee.list_services, "list_services"))
        default: break
        }
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ServerReflectionRequest>, _ arena: MessageArena) {
        c.pointee.host = arena.string(host)
        switch messageRequest {
        case .fileByFilename(let value)?:
            c.pointee.message_request_case = GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME
            c.pointee.file_by_filename = arena.string(value)
        case .fileContainingSymbol(let value)?:
            c.pointee.message_request_case = GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL
            c.pointee.file_containing_symbol = arena.string(value)
        case .fileContainingExtension(let value)?:
            c.pointee.message_request_case = GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_EXTENSION
            c.pointee.file_containing_extension = arena.message(value)
        case .allExtensionNumbersOfType(let value)?:
            c.pointee.message_request_case = GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_ALL_EXTENSION_NUMBERS_OF_TYPE
            c.pointee.all_extension_numbers_of_type = arena.string(value)
        case .listServices(let value)?:
            c.pointee.message_request_case = GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES
            c.pointee.list_services = arena.string(value)
        case nil: break
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("host", &host)
        visitor.member(.init("fileByFilename", "file_by_filename"), of: &messageRequest, MessageRequest.fileByFilename) { if case .fileByFilename(let value) = $0 { value } else { nil } }
        visitor.member(.init("fileContainingSymbol", "file_containing_symbol"), of: &messageRequest, MessageRequest.fileContainingSymbol) { if case .fileContainingSymbol(let value) = $0 { value } else { nil } }
        visitor.member(.init("fileContainingExtension", "file_containing_extension"), of: &messageRequest, MessageRequest.fileContainingExtension) { if case .fileContainingExtension(let value) = $0 { value } else { nil } }
        visitor.member(.init("allExtensionNumbersOfType", "all_extension_numbers_of_type"), of: &messageRequest, MessageRequest.allExtensionNumbersOfType) { if case .allExtensionNumbersOfType(let value) = $0 { value } else { nil } }
        visitor.member(.init("listServices", "list_services"), of: &messageRequest, MessageRequest.listServices) { if case .listServices(let value) = $0 { value } else { nil } }
    }
}

extension ReflectionAlpha {
    public struct ExtensionRequest: ProtobufMessage {
        /// Full name of the extended message.
        public var containingType: String = ""
        public var extensionNumber: Int32 = 0

        public init() {}
    }
}

extension ReflectionAlpha.ExtensionRequest: CMessage {
    public static var fullName: String { "grpc.reflection.v1alpha.ExtensionRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__reflection__v1alpha__extension_request__type()
    }

    package init(_ c: UnsafePointer<Grpc__Reflection__V1alpha__ExtensionRequest>) throws(ProtobufError) {
        containingType = try CRead.string(c.pointee.containing_type, "containing_type")
        extensionNumber = c.pointee.extension_number
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ExtensionRequest>, _ arena: MessageArena) {
        c.pointee.containing_type = arena.string(containingType)
        c.pointee.extension_number = extensionNumber
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("containingType", "containing_type"), &containingType)
        visitor.field(.init("extensionNumber", "extension_number"), &extensionNumber)
    }
}

extension ReflectionAlpha {
    public struct ServerReflectionResponse: ProtobufMessage {
        public var validHost: String = ""
        public var originalRequest: ReflectionAlpha.ServerReflectionRequest?
        public var messageResponse: MessageResponse?

        public init() {}

        public enum MessageResponse: Sendable, Equatable {
            case fileDescriptorResponse(ReflectionAlpha.FileDescriptorResponse)
            case allExtensionNumbersResponse(ReflectionAlpha.ExtensionNumberResponse)
            case listServicesResponse(ReflectionAlpha.ListServiceResponse)
            case errorResponse(ReflectionAlpha.ErrorResponse)
        }
    }
}

extension ReflectionAlpha.ServerReflectionResponse: CMessage {
    public static var fullName: String { "grpc.reflection.v1alpha.ServerReflectionResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__reflection__v1alpha__server_reflection_response__type()
    }

    package init(_ c: UnsafePointer<Grpc__Reflection__V1alpha__ServerReflectionResponse>) throws(ProtobufError) {
        validHost = try CRead.string(c.pointee.valid_host, "valid_host")
        originalRequest = try CRead.optionalMessage(c.pointee.original_request, "original_request")
        switch c.pointee.message_response_case {
        case GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE: messageResponse = .fileDescriptorResponse(try CRead.message(c.pointee.file_descriptor_response, "file_descriptor_response"))
        case GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ALL_EXTENSION_NUMBERS_RESPONSE: messageResponse = .allExtensionNumbersResponse(try CRead.message(c.pointee.all_extension_numbers_response, "all_extension_numbers_response"))
        case GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE: messageResponse = .listServicesResponse(try CRead.message(c.pointee.list_services_response, "list_services_response"))
        case GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE: messageResponse = .errorResponse(try CRead.message(c.pointee.error_response, "error_response"))
        default: break
        }
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ServerReflectionResponse>, _ arena: MessageArena) {
        c.pointee.valid_host = arena.string(validHost)
        if let value = originalRequest { c.pointee.original_request = arena.message(value) }
        switch messageResponse {
        case .fileDescriptorResponse(let value)?:
            c.pointee.message_response_case = GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE
            c.pointee.file_descriptor_response = arena.message(value)
        case .allExtensionNumbersResponse(let value)?:
            c.pointee.message_response_case = GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ALL_EXTENSION_NUMBERS_RESPONSE
            c.pointee.all_extension_numbers_response = arena.message(value)
        case .listServicesResponse(let value)?:
            c.pointee.message_response_case = GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE
            c.pointee.list_services_response = arena.message(value)
        case .errorResponse(let value)?:
            c.pointee.message_response_case = GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE
            c.pointee.error_response = arena.message(value)
        case nil: break
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("validHost", "valid_host"), &validHost)
        visitor.optional(.init("originalRequest", "original_request"), &originalRequest)
        visitor.member(.init("fileDescriptorResponse", "file_descriptor_response"), of: &messageResponse, MessageResponse.fileDescriptorResponse) { if case .fileDescriptorResponse(let value) = $0 { value } else { nil } }
        visitor.member(.init("allExtensionNumbersResponse", "all_extension_numbers_response"), of: &messageResponse, MessageResponse.allExtensionNumbersResponse) { if case .allExtensionNumbersResponse(let value) = $0 { value } else { nil } }
        visitor.member(.init("listServicesResponse", "list_services_response"), of: &messageResponse, MessageResponse.listServicesResponse) { if case .listServicesResponse(let value) = $0 { value } else { nil } }
        visitor.member(.init("errorResponse", "error_response"), of: &messageResponse, MessageResponse.errorResponse) { if case .errorResponse(let value) = $0 { value } else { nil } }
    }
}

extension ReflectionAlpha {
    public struct FileDescriptorResponse: ProtobufMessage {
        /// Serialized google.protobuf.FileDescriptorProto messages: the file asked for and what it imports.
        public var fileDescriptorProto: [[UInt8]] = []

        public init() {}
    }
}

extension ReflectionAlpha.FileDescriptorResponse: CMessage {
    public static var fullName: String { "grpc.reflection.v1alpha.FileDescriptorResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__reflection__v1alpha__file_descriptor_response__type()
    }

    package init(_ c: UnsafePointer<Grpc__Reflection__V1alpha__FileDescriptorResponse>) throws(ProtobufError) {
        fileDescriptorProto = CRead.byteStrings(c.pointee.file_descriptor_proto, c.pointee.n_file_descriptor_proto)
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Reflection__V1alpha__FileDescriptorResponse>, _ arena: MessageArena) {
        (c.pointee.n_file_descriptor_proto, c.pointee.file_descriptor_proto) = arena.byteStrings(fileDescriptorProto)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated(.init("fileDescriptorProto", "file_descriptor_proto"), &fileDescriptorProto)
    }
}

extension ReflectionAlpha {
    public struct ExtensionNumberResponse: ProtobufMessage {
        public var baseTypeName: String = ""
        public var extensionNumber: [Int32] = []

        public init() {}
    }
}

extension ReflectionAlpha.ExtensionNumberResponse: CMessage {
    public static var fullName: String { "grpc.reflection.v1alpha.ExtensionNumberResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__reflection__v1alpha__extension_number_response__type()
    }

    package init(_ c: UnsafePointer<Grpc__Reflection__V1alpha__ExtensionNumberResponse>) throws(ProtobufError) {
        baseTypeName = try CRead.string(c.pointee.base_type_name, "base_type_name")
        extensionNumber = CRead.scalars(c.pointee.extension_number, c.pointee.n_extension_number)
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ExtensionNumberResponse>, _ arena: MessageArena) {
        c.pointee.base_type_name = arena.string(baseTypeName)
        (c.pointee.n_extension_number, c.pointee.extension_number) = arena.scalars(extensionNumber)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("baseTypeName", "base_type_name"), &baseTypeName)
        visitor.repeated(.init("extensionNumber", "extension_number"), &extensionNumber)
    }
}

extension ReflectionAlpha {
    public struct ListServiceResponse: ProtobufMessage {
        public var service: [ReflectionAlpha.ServiceResponse] = []

        public init() {}
    }
}

extension ReflectionAlpha.ListServiceResponse: CMessage {
    public static var fullName: String { "grpc.reflection.v1alpha.ListServiceResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__reflection__v1alpha__list_service_response__type()
    }

    package init(_ c: UnsafePointer<Grpc__Reflection__V1alpha__ListServiceResponse>) throws(ProtobufError) {
        service = try CRead.messages(c.pointee.service, c.pointee.n_service, "service")
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ListServiceResponse>, _ arena: MessageArena) {
        (c.pointee.n_service, c.pointee.service) = arena.messages(service)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("service", &service)
    }
}

extension ReflectionAlpha {
    public struct ServiceResponse: ProtobufMessage {
        /// Full name.
        public var name: String = ""

        public init() {}
    }
}

extension ReflectionAlpha.ServiceResponse: CMessage {
    public static var fullName: String { "grpc.reflection.v1alpha.ServiceResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__reflection__v1alpha__service_response__type()
    }

    package init(_ c: UnsafePointer<Grpc__Reflection__V1alpha__ServiceResponse>) throws(ProtobufError) {
        name = try CRead.string(c.pointee.name, "name")
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ServiceResponse>, _ arena: MessageArena) {
        c.pointee.name = arena.string(name)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("name", &name)
    }
}

extension ReflectionAlpha {
    public struct ErrorResponse: ProtobufMessage {
        /// A gRPC status code.
        public var errorCode: Int32 = 0
        public var errorMessage: String = ""

        public init() {}
    }
}

extension ReflectionAlpha.ErrorResponse: CMessage {
    public static var fullName: String { "grpc.reflection.v1alpha.ErrorResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        grpc__reflection__v1alpha__error_response__type()
    }

    package init(_ c: UnsafePointer<Grpc__Reflection__V1alpha__ErrorResponse>) throws(ProtobufError) {
        errorCode = c.pointee.error_code
        errorMessage = try CRead.string(c.pointee.error_message, "error_message")
    }

    package func fill(_ c: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ErrorResponse>, _ arena: MessageArena) {
        c.pointee.error_code = errorCode
        c.pointee.error_message = arena.string(errorMessage)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("errorCode", "error_code"), &errorCode)
        visitor.field(.init("errorMessage", "error_message"), &errorMessage)
    }
}
