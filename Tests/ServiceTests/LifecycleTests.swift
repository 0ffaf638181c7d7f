import Compute
import Foundation
import Guarding
import Rollouts
import Sampling
import TestSupport
import Testing
import Wire

@Suite("Requests in flight")
struct LifecycleTests {
    /// A request that takes far longer than any of these tests waits: a quarter of a million tokens.
    private static let long = make(V1.GenerateRequest.self) {
        $0.prompt = .text("Count up.")
        $0.n = 256
        $0.sampling = make { $0.ignoreEos = true }
    }

    /// Starts the long request and returns once tokens come.
    private func start(_ server: TestServer) async throws -> ResponseSequence<V1.GenerateResponse>.Iterator {
        var responses = server.client.serverStreaming(V1.GenerationService.generate, Self.long).makeAsyncIterator()
        while let event = try await responses.next()?.event {
            if case .tokens = event { break }
        }
        #expect(server.engine.requestCount == 1)
        return responses
    }

    @Test("A caller that leaves frees its request")
    func cancellation() async throws {
        try await TestServer.run(policies: ["llama"]) { server in
            let hasStarted = Guarded(false)
            let task = Task {
                var responses = try await start(server)
                hasStarted.withLock { $0 = true }
                while try await responses.next() != nil {}
            }
            #expect(await eventually { hasStarted.withLock { $0 } })
            task.cancel()
            _ = await task.result
            #expect(await server.becomesIdle())
        }
    }

    @Test("A deadline that passes frees its request")
    func deadline() async throws {
        try await TestServer.run(policies: ["llama"]) { server in
            let responses = server.client.serverStreaming(
                V1.GenerationService.generate, Self.long, deadline: .now + .milliseconds(200))
            let error = await status { for try await _ in responses {} }
            #expect(error?.code == .deadlineExceeded)
            #expect(await server.becomesIdle())
        }
    }

    @Test("A caller that does not read holds up nobody else, and frees its request when it leaves")
    func slowCaller() async throws {
        try await TestServer.run(policies: ["llama"]) { server in
            var slow: ResponseSequence<V1.GenerateResponse>.Iterator? = try await start(server)
            let other = try await server.generate(
                make {
                    $0.prompt = .text("1")
                    $0.sampling = make { $0.maxTokens = 2 }
                })
            #expect(other.finished() != nil)
            _ = try await slow?.next()
            slow = nil
            #expect(await server.becomesIdle())
        }
    }

    @Test("A request beyond those in flight is refused with a delay")
    func queueFull() async throws {
        try await TestServer.run(configure: { $0.requestLimit = 1 }) { server in
            let running = try await start(server)
            let error = await status { _ = try await server.score(make { $0.prompt = .text("1") }) }
            #expect(error?.code == .resourceExhausted)
            #expect(error?.info?.reason == "QUEUE_FULL")
            #expect(error?.info?.values == ["requests": "1", "limit": "1"])
            #expect(error?.retryDelay ?? .zero > .zero)
            withExtendedLifetime(running) {}
        }
    }

    @Test("A prompt that the key/value memory cannot hold is a matter of the server's set-up")
    func cacheTooSmall() async throws {
        try await TestServer.run(configure: { $0.keyValueBytes = 1 }) { server in
            let capacity = try server.engine.policy("").maxSequenceTokens
            #expect(capacity < 512)
            let error = await status {
                _ = try await server.score(make { $0.prompt = .ids(Array(repeating: 5, count: capacity + 1)) })
            }
            #expect(error?.code == .failedPrecondition)
            #expect(error?.info?.reason == "CACHE_TOO_SMALL")
            #expect(error?.info?.values == ["tokens": "\(capacity + 1)", "capacity": "\(capacity)"])
        }
    }

    @Test("Unloading a policy aborts its requests")
    func unload() async throws {
        try await TestServer.run { server in
            var running = try await start(server)
            _ = try await server.client.unary(V1.PolicyService.unloadPolicy, make { $0.name = "qwen2" })
            let error = await status { while try await running.next() != nil {} }
            #expect(error?.code == .aborted)
            #expect(error?.info?.reason == "POLICY_UNLOADED")
            #expect(await server.becomesIdle())
        }
    }

    @Test("Unloading with drain answers when the policy's requests have finished")
    func drain() async throws {
        try await TestServer.run { server in
            var request = V1.GenerateRequest()
            request.prompt = .text("1")
            request.sampling = make {
                $0.maxTokens = 300
                $0.ignoreEos = true
            }
            var responses = server.client.serverStreaming(V1.GenerationService.generate, request).makeAsyncIterator()
            _ = try await responses.next()
            var unload = V1.UnloadPolicyRequest()
            unload.name = "qwen2"
            unload.drain = true
            _ = try await server.client.unary(V1.PolicyService.unloadPolicy, unload)
            #expect(server.engine.loadedPolicies.isEmpty)
            #expect(server.engine.requestCount == 0)
            var events: [V1.GenerateResponse.Event] = []
            while let event = try await responses.next()?.event { events.append(event) }
            #expect(events.ids().count == 300)
        }
    }

    @Test("Who stops waiting for a policy to drain does not stop its requests")
    func drainDeadline() async throws {
        try await TestServer.run(policies: ["llama"]) { server in
            var running = try await start(server)
            var unload = V1.UnloadPolicyRequest()
            unload.name = "llama"
            unload.drain = true
            let wanted = unload
            for timeout in growingDeadlines where !server.engine.loadedPolicies.isEmpty {
                let error = await status {
                    _ = try await server.client.unary(V1.PolicyService.unloadPolicy, wanted, deadline: .now + timeout)
                }
                #expect(error?.code == .deadlineExceeded)
            }
            #expect(server.engine.loadedPolicies.isEmpty && server.engine.requestCount == 1)
            #expect(try await running.next() != nil)
        }
    }

    @Test("A version in use stays with its request when another is served")
    func versionStays() async throws {
        try await TestServer.run { server in
            var responses = server.client.serverStreaming(
                V1.GenerationService.generate,
                make {
                    $0.prompt = .text("1")
                    $0.sampling = make {
                        $0.maxTokens = 200
                        $0.ignoreEos = true
                    }
                }
            ).makeAsyncIterator()
            _ = try await responses.next()
            var load = V1.LoadPolicyRequest()
            load.directory = Fixtures.url("qwen2").path
            load.name = "qwen2"
            load.asNewVersion = true
            #expect(try await server.client.unary(V1.PolicyService.loadPolicy, load).version == 2)
            var events: [V1.GenerateResponse.Event] = []
            while let event = try await responses.next()?.event { events.append(event) }
            #expect(events.finished()?.versions.map(\.version) == [1])
        }
    }

    @Test("Requests for another version wait their turn when every place is taken")
    func otherVersion() async throws {
        try await TestServer.run(configure: { $0.maxSequences = 1 }) { server in
            func request(tokens: Int32) -> V1.GenerateRequest {
                make {
                    $0.prompt = .text("1")
                    $0.sampling = make {
                        $0.maxTokens = tokens
                        $0.ignoreEos = true
                    }
                }
            }
            let deadline = ContinuousClock.now + hangLimit
            func finishes(_ tokens: Int32) async -> Bool {
                let responses = server.client.serverStreaming(
                    V1.GenerationService.generate, request(tokens: tokens), deadline: deadline)
                return await status { for try await _ in responses {} } == nil
            }
            var first = server.client.serverStreaming(
                V1.GenerationService.generate, request(tokens: 480), deadline: deadline
            ).makeAsyncIterator()
            _ = try await first.next()
            _ = try server.engine.load(
                directory: Fixtures.url("qwen2"), name: "qwen2", precision: .float32, asNewVersion: true)
            let second = await finishes(5)
            #expect(second)
            let error = await status { while try await first.next() != nil {} }
            #expect(error == nil)
        }
    }

    @Test("A stopped engine says so, and when to try again")
    func stopped() async throws {
        try await TestServer.run { server in
            server.engine.stop()
            let error = await status { _ = try await server.score(make { $0.prompt = .text("1") }) }
            #expect(error?.code == .unavailable)
            #expect(error?.info?.reason == "SHUTTING_DOWN")
            #expect(error?.retryDelay ?? .zero > .zero)
        }
    }
}
