import Guarding
import Influence
import Sampling
import Testing
import Trees

@testable import Rollouts

@Suite("Drawing responses")
struct ResponseDrawerTests {
    private func drawer(
        _ fixture: EngineFixture, version: Int = 1, _ fill: (inout ResponseDrawer) -> Void = { _ in }
    ) throws -> ResponseDrawer {
        var sampling = SamplingParameters()
        sampling.maxTokens = 20
        sampling.minTokens = 20
        var drawer = ResponseDrawer(
            engine: fixture.engine, policy: try fixture.engine.policy(fixture.name), sampling: sampling,
            version: version)
        fill(&drawer)
        return drawer
    }

    @Test("Responses come in order of requests, and what completes them when they end is kept")
    func order() async throws {
        let fixture = try EngineFixture(), prompt = try fixture.prompt
        let requests = (0..<5).map { DrawRequest(prompt: prompt, count: $0 % 2 + 1, seed: UInt64($0)) }
        let drawer = try drawer(fixture) { $0.window = 2 }
        let drawn = try await drawer.draw(requests) { request, response, drawn in
            drawn.rollout.reward = Double(10 * request + response)
        }
        #expect(drawn.map { $0.map(\.rollout.reward) } == [[0], [10, 11], [20], [30, 31], [40]])
        for (request, responses) in zip(requests, drawn) {
            let alone = try await drawer.draw([request])[0]
            #expect(alone.map(\.rollout.tokens) == responses.map(\.rollout.tokens))
            #expect(alone.map(\.text) == responses.map(\.text))
        }
    }

    @Test("Limits are of whole responses: what is kept counts, unless a request brings its own")
    func limits() async throws {
        let fixture = try EngineFixture()
        let request = DrawRequest(
            prompt: try fixture.prompt, kept: Array(try fixture.response.prefix(7)), count: 1, seed: 1)
        var short = request
        short.limit = 5
        let drawn = try await drawer(fixture).draw([request, short]).map { $0[0].rollout }
        #expect(drawn.map(\.tokens.count) == [13, 5])
        #expect(drawn[1].tokens == Array(drawn[0].tokens.prefix(5)))
        #expect(drawn.allSatisfy { $0.logprobs.count == $0.tokens.count && $0.entropies.count == $0.tokens.count })
        let room = try fixture.engine.policy(fixture.name).maxSequenceTokens
        #expect(try drawer(fixture).longest(behind: Array(repeating: 1, count: room - 3)) == 3)
        #expect(try drawer(fixture).longest(behind: Array(repeating: 1, count: room + 3)) == 1)
    }

    @Test("Responses are cut into steps where that is asked for, with influence where attention was captured")
    func steps() async throws {
        let fixture = try EngineFixture()
        var plain = DrawRequest(prompt: try fixture.prompt, count: 1, seed: 4)
        let uncut = plain
        plain.strategy = .random
        var captured = plain
        captured.strategy = .attention
        captured.capture = CaptureParameters()
        let drawn = try await drawer(fixture).draw([uncut, plain, captured]).map { $0[0].rollout }
        #expect(drawn[0].steps.isEmpty)
        #expect(drawn[1].steps.map(\.start) == drawn[2].steps.map(\.start) && !drawn[1].steps.isEmpty)
        #expect(drawn[1].steps.allSatisfy { $0.influence == 0 })
        #expect(drawn[2].steps.contains { $0.influence > 0 })
        #expect(drawn[2].steps.allSatisfy { $0.score == nil })
    }

    @Test("A version that is gone is the caller's to be told of, or the one that is served draws on")
    func versions() async throws {
        struct Gone: Error {}
        let fixture = try EngineFixture()
        let requests = [DrawRequest(prompt: try fixture.prompt, count: 1, seed: 1)]
        let strict = try drawer(fixture, version: 9) { drawer in
            drawer.failure = { error in
                if case .unknownVersion = error { return Gone() }
                return error
            }
        }
        await #expect(throws: Gone.self) { _ = try await strict.draw(requests) }
        let lenient = try drawer(fixture, version: 9) { $0.outlivesVersion = true }
        #expect(try await lenient.draw(requests)[0][0].rollout.version == 1)
    }
}
