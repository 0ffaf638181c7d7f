import Testing
import Wire

@Suite("Reflection service")
struct ReflectionServiceTests {
    private typealias Request = Reflection.ServerReflectionRequest
    private typealias Response = Reflection.ServerReflectionResponse

    private var client: RPCClient {
        var router = RPCRouter()
        router.register(V1.PolicyService.getPolicy) { _, _ in V1.Policy() }
        router.registerStandardServices(health: HealthService())
        return RPCClient(transport: LoopbackTransport(router))
    }

    @Test("Lists the services registered, itself included")
    func list() async throws {
        guard case .listServicesResponse(let list) = try await ask(.listServices("")).messageResponse else {
            Issue.record("no list")
            return
        }
        #expect(
            list.service.map(\.name) == [
                "attnrl.v1.PolicyService", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection",
            ])
    }

    @Test(
        "A file comes with all it imports, itself first",
        arguments: [
            (
                "attnrl/v1/generation.proto",
                ["attnrl/v1/generation.proto", "attnrl/v1/access.proto", "attnrl/v1/common.proto"]
            ),
            ("google/rpc/status.proto", ["google/rpc/status.proto", "google/protobuf/any.proto"]),
            ("grpc/health/v1/health.proto", ["grpc/health/v1/health.proto"]),
        ])
    func file(name: String, expected: [String]) async throws {
        #expect(try await files(.fileByFilename(name)) == expected)
    }

    @Test(
        "Any declared name finds its file",
        arguments: [
            ("attnrl.v1.GenerationService", "attnrl/v1/generation.proto"),
            ("attnrl.v1.GenerationService.Generate", "attnrl/v1/generation.proto"),
            ("attnrl.v1.Step", "attnrl/v1/common.proto"), ("attnrl.v1.Step.influence", "attnrl/v1/common.proto"),
            ("attnrl.v1.Prompt.input", "attnrl/v1/common.proto"), ("attnrl.v1.FinishReason", "attnrl/v1/common.proto"),
            ("attnrl.v1.FINISH_REASON_STOP", "attnrl/v1/common.proto"),
            ("google.rpc.BadRequest.FieldViolation", "google/rpc/error_details.proto"),
            ("grpc.health.v1.HealthCheckResponse.SERVING", "grpc/health/v1/health.proto"),
        ])
    func symbol(name: String, file: String) async throws {
        #expect(try await files(.fileContainingSymbol(name)).first == file)
    }

    @Test("What does not exist is answered as not found, and the call goes on")
    func notFound() async throws {
        var extensionRequest = Reflection.ExtensionRequest()
        extensionRequest.containingType = "attnrl.v1.Step"
        let call = try await client.bidirectional(Reflection.ServerReflection.serverReflectionInfo)
        for question in [
            Request.MessageRequest.fileByFilename("nowhere.proto"), .fileContainingSymbol("Nobody"),
            .fileContainingExtension(extensionRequest), .allExtensionNumbersOfType("attnrl.v1.Step"),
        ] {
            var request = Request()
            request.messageRequest = question
            try await call.send(request)
            guard case .errorResponse(let error) = try await call.next()?.messageResponse else {
                Issue.record("\(question) was answered")
                continue
            }
            #expect(error.errorCode == 5)
        }
    }

    @Test("A request for nothing is an invalid argument")
    func nothing() async throws {
        guard case .errorResponse(let error) = try await ask(nil).messageResponse else {
            Issue.record("it was answered")
            return
        }
        #expect(error.errorCode == 3)
    }

    @Test("Host and request come back with the answer")
    func echo() async throws {
        let response = try await ask(.listServices("*"))
        #expect(response.validHost == "host")
        #expect(response.originalRequest?.messageRequest == .listServices("*"))
    }

    @Test("v1alpha answers the same")
    func alpha() async throws {
        let call = try await client.bidirectional(ReflectionAlpha.ServerReflection.serverReflectionInfo)
        var request = ReflectionAlpha.ServerReflectionRequest()
        request.host = "host"
        request.messageRequest = .fileContainingSymbol("attnrl.v1.Step")
        try await call.send(request)
        let same = try await ask(.fileContainingSymbol("attnrl.v1.Step"))
        #expect(try await call.next()?.serializedBytes() == same.serializedBytes())
    }

    private func ask(_ question: Request.MessageRequest?) async throws -> Response {
        var request = Request()
        request.host = "host"
        request.messageRequest = question
        let call = try await client.bidirectional(Reflection.ServerReflection.serverReflectionInfo)
        try await call.send(request)
        try await call.finishRequests()
        let response = try await call.next()
        return try #require(response)
    }

    /// Names of the files in the answer.
    private func files(_ question: Request.MessageRequest) async throws -> [String] {
        guard case .fileDescriptorResponse(let files) = try await ask(question).messageResponse else { return [] }
        // A FileDescriptorProto begins with its name, field 1.
        return files.fileDescriptorProto.map { String(decoding: $0.dropFirst(2).prefix(Int($0[1])), as: UTF8.self) }
    }
}
