import Testing
import Wire

@Suite("Health service", .timeLimit(.minutes(10)))
struct HealthServiceTests {
    private let health = HealthService(serving: ["attnrl.v1.GenerationService"])

    private var client: RPCClient {
        var router = RPCRouter()
        router.registerStandardServices(health: health)
        return RPCClient(transport: LoopbackTransport(router))
    }

    @Test("The server and the services it began with are SERVING", arguments: ["", "attnrl.v1.GenerationService"])
    func serving(service: String) async throws {
        #expect(try await check(service) == .serving)
    }

    @Test("Check of an unknown service is NOT_FOUND")
    func unknown() async {
        let error = await #expect(throws: RPCError.self) { try await check("nobody") }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("nobody") == true)
    }

    @Test("A status is set per service")
    func perService() async throws {
        health.set(.notServing, for: "attnrl.v1.GenerationService")
        #expect(try await check("attnrl.v1.GenerationService") == .notServing)
        #expect(try await check("") == .serving)
    }

    @Test("Watch reports the status now and each change, and not the same one twice")
    func watch() async throws {
        var reports = watch("").makeAsyncIterator()
        #expect(try await reports.next()?.status == .serving)
        health.set(.notServing)
        #expect(try await reports.next()?.status == .notServing)
        health.set(.notServing)
        health.set(.notServing, for: "attnrl.v1.GenerationService")
        health.set(.serving)
        #expect(try await reports.next()?.status == .serving)
    }

    @Test("Watch of an unknown service says SERVICE_UNKNOWN and goes on until it is set")
    func watchUnknown() async throws {
        var reports = watch("later").makeAsyncIterator()
        #expect(try await reports.next()?.status == .serviceUnknown)
        health.set(.serving, for: "later")
        #expect(try await reports.next()?.status == .serving)
    }

    @Test("After shutDown everything is NOT_SERVING for good, and watchers' calls end")
    func shutDown() async throws {
        var reports = watch("").makeAsyncIterator()
        #expect(try await reports.next()?.status == .serving)
        health.shutDown()
        #expect(try await reports.next()?.status == .notServing)
        do {
            _ = try await reports.next()
            Issue.record("the watch went on")
        } catch let error as RPCError {
            #expect(error.code == .unavailable)
        }
        health.set(.serving)
        #expect(try await check("") == .notServing)
        var late = watch("").makeAsyncIterator()
        #expect(try await late.next()?.status == .notServing)
    }

    private func check(_ service: String) async throws -> HealthService.Status {
        var request = Health.HealthCheckRequest()
        request.service = service
        return try await client.unary(Health.Service.check, request).status
    }

    private func watch(_ service: String) -> ResponseSequence<Health.HealthCheckResponse> {
        var request = Health.HealthCheckRequest()
        request.service = service
        return client.serverStreaming(Health.Service.watch, request)
    }
}
