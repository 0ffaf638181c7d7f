import Testing
import Wire

@Suite("Calls")
struct RPCTests {
    private var client: RPCClient { RPCClient(transport: LoopbackTransport(Self.router)) }

    private static let router: RPCRouter = {
        var router = RPCRouter()
        router.register(V1.PolicyService.getPolicy) { request, context in
            guard request.name != "absent" else { throw RPCError(.notFound, "no policy is named absent") }
            var policy = V1.Policy()
            policy.name = request.name
            policy.family = context.metadata["x-family"] ?? ""
            return policy
        }
        // As many token responses as asked for, then one that says why it ended; endless for a negative number.
        router.register(V1.GenerationService.generate) { request, responses, _ in
            var index: Int32 = 0
            while index != request.n {
                var tokens = V1.GeneratedTokens()
                tokens.index = index
                var response = V1.GenerateResponse()
                response.event = .tokens(tokens)
                try await responses.send(response)
                index += 1
                try Task.checkCancellation()
            }
            if request.policy == "absent" { throw RPCError(.notFound, "no policy is named absent") }
        }
        router.register(Reflection.ServerReflection.serverReflectionInfo) { requests, responses, _ in
            for try await request in requests {
                var response = Reflection.ServerReflectionResponse()
                response.validHost = request.host
                try await responses.send(response)
            }
        }
        return router
    }()

    @Test("A unary call carries request, metadata and response")
    func unary() async throws {
        var request = V1.GetPolicyRequest()
        request.name = "tiny"
        let policy = try await client.unary(V1.PolicyService.getPolicy, request, metadata: ["x-family": "qwen3"])
        #expect(policy.name == "tiny")
        #expect(policy.family == "qwen3")
    }

    @Test("A handler's error reaches the caller")
    func unaryError() async {
        var request = V1.GetPolicyRequest()
        request.name = "absent"
        let error = await failure(of: client, request)
        #expect(error?.code == .notFound)
    }

    @Test("A streaming call yields its responses in order, then ends", arguments: [0, 1, 100])
    func streaming(count: Int32) async throws {
        var request = V1.GenerateRequest()
        request.n = count
        var indices: [Int32] = []
        for try await response in client.serverStreaming(V1.GenerationService.generate, request) {
            if case .tokens(let tokens) = response.event { indices.append(tokens.index) }
        }
        #expect(indices == Array(0..<count))
    }

    @Test("An error after some responses comes after them, once")
    func streamingError() async throws {
        var request = V1.GenerateRequest()
        request.n = 2
        request.policy = "absent"
        var responses = client.serverStreaming(V1.GenerationService.generate, request).makeAsyncIterator()
        #expect(try await responses.next() != nil)
        #expect(try await responses.next() != nil)
        do {
            _ = try await responses.next()
            Issue.record("the error got lost")
        } catch let error as RPCError {
            #expect(error.code == .notFound)
        }
        #expect(try await responses.next() == nil)
    }

    @Test("Leaving the loop cancels the handler", .timeLimit(.minutes(10)))
    func leavingCancels() async throws {
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        var router = RPCRouter()
        router.register(V1.GenerationService.generate) { _, responses, _ in
            defer { end.finish() }
            while true {
                try await responses.send(V1.GenerateResponse())
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        let client = RPCClient(transport: LoopbackTransport(router))
        for try await _ in client.serverStreaming(V1.GenerationService.generate, V1.GenerateRequest()) { break }
        for await _ in ended {}
    }

    @Test("Cancelling the task cancels the call and its handler", .timeLimit(.minutes(10)))
    func cancelling() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        var router = RPCRouter()
        router.register(V1.PolicyService.getPolicy) { _, _ in
            defer { end.finish() }
            start.finish()
            try await Task.sleep(for: .seconds(3600))
            return V1.Policy()
        }
        let client = RPCClient(transport: LoopbackTransport(router))
        let call = Task { try await client.unary(V1.PolicyService.getPolicy, V1.GetPolicyRequest()) }
        for await _ in started {}
        call.cancel()
        await #expect(throws: (any Error).self) { try await call.value }
        for await _ in ended {}
    }

    @Test("Both sides of a bidirectional call stream")
    func bidirectional() async throws {
        let call = try await client.bidirectional(Reflection.ServerReflection.serverReflectionInfo)
        for host in ["a", "b"] {
            var request = Reflection.ServerReflectionRequest()
            request.host = host
            try await call.send(request)
            #expect(try await call.next()?.validHost == host)
        }
        try await call.finishRequests()
        #expect(try await call.next() == nil)
    }

    @Test("A request that cannot be read is INVALID_ARGUMENT and names its field")
    func malformedRequest() async {
        let bytes = delimited(2, delimited(1, [0xFF]))
        let error = await failure(of: V1.GenerationService.generate.name, [bytes])
        #expect(error?.code == .invalidArgument)
        guard case .badRequest(let violations) = error?.details.last else {
            Issue.record("no BadRequest in \(error?.details ?? [])")
            return
        }
        #expect(violations.map(\.field) == ["prompt.text"])
        guard case .errorInfo("MALFORMED_REQUEST", RPCError.domain, let values) = error?.details.first else {
            Issue.record("no ErrorInfo in \(error?.details ?? [])")
            return
        }
        #expect(values == ["message": "attnrl.v1.GenerateRequest", "field": "prompt.text"])
    }

    @Test("A method that takes one request refuses none and two", arguments: [0, 2])
    func requestCount(count: Int) async {
        let error = await failure(of: V1.PolicyService.getPolicy.name, [[UInt8]](repeating: [], count: count))
        #expect(error?.code == .unimplemented)
    }

    @Test("Methods that are not registered are not served")
    func unknownMethod() async {
        #expect(Self.router.serves(V1.PolicyService.getPolicy.name))
        #expect(!Self.router.serves(V1.PolicyService.listPolicies.name))
        let error = await failure(of: V1.PolicyService.listPolicies.name, [[]])
        #expect(error?.code == .unimplemented)
        #expect(
            Self.router.services == [
                "attnrl.v1.GenerationService", "attnrl.v1.PolicyService", "grpc.reflection.v1.ServerReflection",
            ])
    }

    @Test(
        "A response that cannot be read, is missing or is one too many is the server's fault",
        arguments: [
            [[0xFF]], [], [[], []],
        ] as [[[UInt8]]])
    func malformedResponse(_ responses: [[UInt8]]) async {
        let client = RPCClient(transport: LoopbackTransport(CannedResponses(responses: responses)))
        let error = await failure(of: client, V1.GetPolicyRequest())
        #expect(error?.code == .internal)
    }

    @Test("Every method of the .proto files has its path")
    func paths() {
        #expect(V1.AnalysisService.suggestBranches.name.path == "/attnrl.v1.AnalysisService/SuggestBranches")
        #expect(Health.Service.watch.name.path == "/grpc.health.v1.Health/Watch")
        #expect(
            ReflectionAlpha.ServerReflection.serverReflectionInfo.name.path
                == "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
    }

    /// The error of a unary call.
    private func failure(of client: RPCClient, _ request: V1.GetPolicyRequest) async -> RPCError? {
        do {
            _ = try await client.unary(V1.PolicyService.getPolicy, request)
            return nil
        } catch {
            return error as? RPCError
        }
    }

    /// The error of a call whose requests are these bytes.
    private func failure(of method: MethodName, _ requests: [[UInt8]]) async -> RPCError? {
        let context = CallContext(method: method, metadata: [:], deadline: nil, peer: "test")
        do {
            _ = try await Self.router.handle(context, requests: Pipe(requests), responses: Pipe())
            return nil
        } catch {
            return error as? RPCError
        }
    }
}

/// Answers every call with the same bytes.
private struct CannedResponses: CallHandler {
    let responses: [[UInt8]]

    func serves(_ method: MethodName) -> Bool { true }

    func handle(
        _ context: CallContext, requests: any MessageSource, responses: any MessageSink
    ) async throws -> Metadata {
        for response in self.responses { try await responses.send(response) }
        return [:]
    }
}
