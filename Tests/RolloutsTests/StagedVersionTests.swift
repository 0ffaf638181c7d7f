import Compute
import ModelFiles
import Sampling
import TestSupport
import Testing
import Trees

@testable import Policy
@testable import Rollouts

@Suite("Versions made by training", .serialized)
struct StagedVersionTests {
    /// The reference policy's weights with one norm changed, packed anew.
    private func weights(
        _ fixture: EngineFixture, gain: Float, as format: WeightFormat = .float32
    ) throws -> any PolicyWeights {
        let directory = try PolicyDirectory(Fixtures.url(fixture.name))
        let parameters = try CPUParameters(files: try directory.weights(), configuration: directory.configuration)
        parameters[.finalNorm].values.pointer[0] *= gain
        return try parameters.packed(as: format, team: ThreadTeam(count: 1))
    }

    private func request(_ fixture: EngineFixture, version: Int?) throws -> GenerationRequest {
        var request = GenerationRequest(prompt: try fixture.tokens)
        request.version = version
        request.sampling.maxTokens = 0
        request.echoesPrompt = true
        request.detail = TokenDetail(logprobs: true)
        return request
    }

    @Test("A staged version is drawn from by its number, and neither listed nor served")
    func staged() async throws {
        let fixture = try EngineFixture()
        let version = try fixture.engine.stage(weights(fixture, gain: 3), for: fixture.name)
        #expect(try fixture.engine.policy("").versions.map(\.number) == [1])
        let served = try await fixture.run(request(fixture, version: nil))
        let drawn = try await fixture.run(request(fixture, version: version))
        #expect(served.version == 1)
        #expect(drawn.version == version)
        #expect(drawn.echoed.logprobs.dropFirst() != served.echoed.logprobs.dropFirst())
        #expect(throws: EngineError.self) { try fixture.engine.serve(fixture.name, version: version) }
    }

    @Test("What weights are kept in is the policy's, for every version")
    func formats() async throws {
        let fixture = try EngineFixture(blocks: .q8_0), engine = fixture.engine
        let policy = try engine.policy("")
        #expect(policy.precision == .float32 && policy.weightFormat == .q8_0)
        #expect(throws: EngineError.self) { try engine.stage(weights(fixture, gain: 3), for: fixture.name) }
        let version = try engine.stage(weights(fixture, gain: 3, as: .q8_0), for: fixture.name)
        let published = try engine.publish(fixture.name, version: version, directory: "/a/step-1")
        let loaded = try engine.load(directory: Fixtures.url(fixture.name), name: fixture.name, asNewVersion: true)
        let floats = try EngineFixture().engine.policy("")
        let bytes = floats.versions[0].weightBytes * 34 / 128
        #expect(published.versions.map(\.weightBytes) == [bytes, bytes])
        #expect(loaded.versions.map(\.weightBytes) == [bytes, bytes, bytes])
        #expect(try await fixture.run(request(fixture, version: version)).version == version)
    }

    @Test("Published it is served; the one before can be retired then, and not sooner")
    func published() async throws {
        let fixture = try EngineFixture(), engine = fixture.engine
        let first = try engine.stage(weights(fixture, gain: 2), for: fixture.name)
        #expect(try engine.publish(fixture.name, version: first, directory: "/a/step-1").version == first)
        #expect(try engine.policy("").versions.last?.directory == "/a/step-1")
        #expect(throws: EngineError.versionInUse(policy: fixture.name, version: first)) {
            try engine.retire(fixture.name, version: first)
        }
        let second = try engine.stage(weights(fixture, gain: 3), for: fixture.name)
        _ = try engine.publish(fixture.name, version: second, directory: "/a/step-2")
        try engine.retire(fixture.name, version: first)
        #expect(try engine.policy("").versions.map(\.number) == [1, second])
        await #expect(throws: EngineError.self) { try await fixture.run(request(fixture, version: first)) }
        #expect(try await fixture.run(request(fixture, version: nil)).version == second)
    }

    @Test("However versions come, the newest are kept, and the one that the policy was loaded with")
    func many() throws {
        let fixture = try EngineFixture(), engine = fixture.engine
        for round in 0..<10 {
            if round == 4 {
                _ = try engine.load(directory: Fixtures.url(fixture.name), name: fixture.name, asNewVersion: true)
                continue
            }
            let version = try engine.stage(weights(fixture, gain: 2), for: fixture.name)
            _ = try engine.publish(fixture.name, version: version, directory: "round \(round)")
        }
        #expect(try engine.policy("").versions.map(\.number) == [1] + Array(5...11))
        #expect(try engine.policy("").version == 11)
        #expect(throws: EngineError.self) { try engine.weights(fixture.name, version: 4) }
        // What is published again is where it was.
        _ = try engine.publish(fixture.name, version: 5, directory: "again")
        #expect(try engine.policy("").version == 5 && engine.policy("").versions.count == HostedPolicy.mostVersions)
    }

    @Test("Generations in flight end with the weights they began with, whatever is published and retired meanwhile")
    func inFlight() async throws {
        let fixture = try EngineFixture(), engine = fixture.engine
        var generations: [Generation] = []
        for index in 0..<16 {
            var request = GenerationRequest(prompt: try fixture.prompt)
            request.sampling.maxTokens = 200
            request.sampling.seed = UInt64(index)
            request.sampling.ignoresEndOfSequence = true
            generations.append(try engine.submit(request))
        }
        var previous: Int?
        for round in 0..<20 {
            let weights = try weights(fixture, gain: 1 + Float(round) / 10)
            let version = try engine.stage(weights, for: fixture.name)
            _ = try engine.publish(fixture.name, version: version, directory: "round \(round)")
            if let previous { try engine.retire(fixture.name, version: previous) }
            previous = version
        }
        for generation in generations {
            var outcome = Outcome()
            for try await events in generation { for event in events { outcome.take(event) } }
            #expect(outcome.finished[0]?.version == 1)
            #expect(outcome.finished[0]?.completionTokens == 200)
        }
    }

    @Test("A retired version's prefixes give their memory back")
    func cache() async throws {
        let fixture = try EngineFixture(), engine = fixture.engine
        let pool = BlockPool(
            try engine.backend.keyValueMemory(try engine.policy("").configuration, .float32, blocks: 10))
        let cache = PrefixCache(pool: pool)
        let tokens = (0..<192).map { Int32($0) }
        for version in [1, 2] {
            var blocks = (0..<3).map { _ in pool.allocate()! }
            cache.insert(tokens, blocks: &blocks, version: version, computed: 192)
            for block in blocks { pool.release(block) }
        }
        #expect(pool.freeCount == 4)
        cache.forget(version: 1)
        #expect(pool.freeCount == 7)
        #expect(cache.match(tokens, version: 1, limit: 192).blocks.isEmpty)
        #expect(cache.match(tokens, version: 2, limit: 192).blocks.count == 3)
    }
}
