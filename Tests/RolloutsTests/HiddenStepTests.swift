import Influence
import Sampling
import TestSupport
import Testing
import Trees

@testable import Rollouts

@Suite("Requests with a hidden step", .serialized)
struct HiddenRequestTests {
    /// Three times the reference text: two whole blocks and most of a third. The hidden tokens end inside the first.
    private static let hidden = 26..<33

    private func request(_ fixture: EngineFixture, hidden: Range<Int>?, draws: Int = 12) throws -> GenerationRequest {
        let tokens = try fixture.tokens
        var request = GenerationRequest(prompt: try fixture.prompt)
        request.forcedResponse = try fixture.response + tokens + tokens
        request.hidden = hidden
        request.sampling.maxTokens = draws
        request.sampling.seed = 4
        request.sampling.ignoresEndOfSequence = true
        request.detail = TokenDetail(logprobs: true)
        return request
    }

    @Test("What is drawn after a hidden step is what scoring it gives, bit for bit", arguments: EngineTests.names)
    func drawnAsScored(_ name: String) async throws {
        let fixture = try EngineFixture(name)
        let request = try request(fixture, hidden: Self.hidden)
        let drawn = try await fixture.run(request)
        #expect(drawn.ids.count == 12)
        var scored = request
        scored.forcedResponse += drawn.ids
        scored.sampling.maxTokens = 0
        scored.echoesForcedResponse = true
        for stepTokens in [512, 8] {
            let other = try EngineFixture(name) { $0.stepTokens = stepTokens }
            let logprobs = try await other.run(scored).echoed.logprobs
            #expect(try #require(drawn.responses[0]).logprobs == logprobs.suffix(12))
        }
    }

    @Test("Neither cached blocks nor neighbours mix what is hidden with what is not", arguments: EngineTests.names)
    func sharing(_ name: String) async throws {
        let hidings: [Range<Int>?] = [nil, Self.hidden, 43..<51, 9..<70, nil, Self.hidden]
        var alone: [[Float]] = []
        for hidden in hidings {
            let fixture = try EngineFixture(name)
            alone.append(try #require(try await fixture.run(request(fixture, hidden: hidden)).responses[0]).logprobs)
        }
        #expect(alone[0] != alone[1])
        #expect(alone[1] != alone[2])
        // One after the other on one engine, whose cache then knows the tokens.
        let fixture = try EngineFixture(name)
        for (hidden, expected) in pairs(hidings, alone) {
            let outcome = try await fixture.run(request(fixture, hidden: hidden))
            #expect(outcome.responses[0]?.logprobs == expected, "hiding \(String(describing: hidden))")
        }
        // All at once.
        let crowd = try EngineFixture(name) { $0.stepTokens = 48 }
        try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
            for (index, hidden) in hidings.enumerated() {
                group.addTask {
                    let outcome = try await crowd.run(request(crowd, hidden: hidden))
                    return (index, outcome.responses[0]?.logprobs ?? [])
                }
            }
            for try await (index, logprobs) in group { #expect(logprobs == alone[index]) }
        }
    }

    @Test("Tokens before the end of a hidden step are taken from the cache, later ones are not")
    func cached() async throws {
        let fixture = try EngineFixture()
        _ = try await fixture.run(request(fixture, hidden: nil))
        let given = try request(fixture, hidden: nil)
        let count = given.prompt.count + given.forcedResponse.count
        #expect(try await fixture.run(given).cached == count - 1)
        #expect(try await fixture.run(request(fixture, hidden: 60..<63)).cached == 63)
        #expect(try await fixture.run(request(fixture, hidden: 60..<64)).cached == 64)
        #expect(try await fixture.run(request(fixture, hidden: 70..<130)).cached == 130)
        // What a request with a hidden step computed after it was not made known.
        let other = try EngineFixture()
        _ = try await other.run(request(other, hidden: Self.hidden))
        #expect(try await other.run(request(other, hidden: nil)).cached == Self.hidden.upperBound)
        let again = try EngineFixture()
        _ = try await again.run(request(again, hidden: Self.hidden))
        #expect(try await again.run(request(again, hidden: Self.hidden)).cached == Self.hidden.upperBound)
    }

    @Test("Responses of one request share what they hide")
    func siblings() async throws {
        let fixture = try EngineFixture()
        var several = try request(fixture, hidden: Self.hidden)
        several.count = 3
        let outcome = try await fixture.run(several)
        let single = try await fixture.run(request(fixture, hidden: Self.hidden))
        #expect(outcome.responses[0] == single.responses[0])
        #expect(outcome.responses[1]?.ids != outcome.responses[0]?.ids)
        var scored = try request(fixture, hidden: Self.hidden, draws: 0)
        scored.forcedResponse += try #require(outcome.responses[2]).ids
        scored.echoesForcedResponse = true
        let logprobs = try await fixture.run(scored).echoed.logprobs
        #expect(try #require(outcome.responses[2]).logprobs == logprobs.suffix(12))
    }

    @Test("Stopped for want of memory and computed again, beside others that hide something else: the same")
    func stopped() async throws {
        let perToken = 3 * 2 * 2 * 16 * 4
        let small = try EngineFixture { $0.keyValueBytes = 64 * 7 * perToken }, large = try EngineFixture()
        let hidings: [Range<Int>?] = [Self.hidden, nil, 43..<51]
        var roomy: [Outcome] = []
        for hidden in hidings { roomy.append(try await large.run(request(large, hidden: hidden, draws: 90))) }
        try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            for (index, hidden) in hidings.enumerated() {
                group.addTask { (index, try await small.run(request(small, hidden: hidden, draws: 90))) }
            }
            for try await (index, outcome) in group { #expect(outcome.responses == roomy[index].responses) }
        }
    }

    @Test("A trace of a request with a hidden step shows no attention to it")
    func trace() async throws {
        let fixture = try EngineFixture()
        var traced = try fixture.traceRequest(gap: 1)
        traced.hidden = 12..<26
        let trace = try #require(try await fixture.run(traced).finished[0]?.trace)
        #expect(trace.segmentation.ranges[2] == 12..<26)
        #expect((3..<trace.segmentation.count).allSatisfy { trace.maxMap[$0, 2] == 0 })
        #expect((4..<trace.segmentation.count).allSatisfy { trace.maxMap[$0, 3] > 0 })
    }

    @Test("Tokens outside the given response cannot be hidden", arguments: [0..<3, 8..<10, 60..<62, 20..<20])
    func refused(_ hidden: Range<Int>) throws {
        let fixture = try EngineFixture()
        var request = try fixture.traceRequest()
        request.hidden = hidden
        let error = #expect(throws: EngineError.self) { _ = try fixture.engine.submit(request) }
        guard case .invalidParameter("hidden", _) = error else {
            Issue.record("it was refused for something else: \(String(describing: error))")
            return
        }
    }
}
