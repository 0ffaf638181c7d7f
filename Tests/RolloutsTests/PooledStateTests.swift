import Influence
import ModelFiles
import Policy
import Sampling
import TestSupport
import Testing
import Tokenizing

@testable import Rollouts

@Suite("Pooled hidden states")
struct PooledStateTests {
    /// float32 against a float64 reference, as of logits.
    private static let tolerance: Float = 1e-4

    private func request(_ fixture: EngineFixture, layer: Int) throws -> GenerationRequest {
        var request = try fixture.traceRequest()
        request.capture?.stateLayer = layer
        return request
    }

    private func states(_ fixture: EngineFixture, layer: Int) async throws -> PooledStates {
        try #require(try await fixture.run(try request(fixture, layer: layer)).finished[0]?.states)
    }

    @Test("They are transformers' means over steps and over the response", arguments: ["qwen2", "gemma3_text", "phi3"])
    func reference(_ name: String) async throws {
        let fixture = try EngineFixture(name)
        let expected = try ReferenceTensors(fixture: "\(name)/hidden_states.safetensors")
        let steps = try expected.floats("steps"), response = try expected.floats("response")
        let layers = try fixture.engine.policy("").configuration.layerCount
        for layer in 0...layers {
            let states = try await states(fixture, layer: layer)
            let width = states.width, count = states.stepCount + 1
            #expect(steps.count == (layers + 1) * count * width)
            let wanted = steps[(layer * count + 1) * width..<(layer + 1) * count * width]
            #expect(zip(states.steps, wanted).allSatisfy { abs($0 - $1) < Self.tolerance })
            let whole = response[layer * width..<(layer + 1) * width]
            #expect(states.response.count == width)
            #expect(zip(states.response, whole).allSatisfy { abs($0 - $1) < Self.tolerance })
        }
    }

    @Test("They are the same cold, from a shared prefix, in small chunks, and with 32 neighbours")
    func same() async throws {
        let fixture = try EngineFixture()
        let cold = try await states(fixture, layer: 3), warm = try await states(fixture, layer: 3)
        let small = try await states(EngineFixture { $0.stepTokens = 8 }, layer: 3)
        let crowded = try await withThrowingTaskGroup(of: PooledStates?.self) { group in
            for i in 0..<32 {
                group.addTask {
                    var request = GenerationRequest(prompt: try Array(fixture.tokens.prefix(3 + i)))
                    request.sampling.maxTokens = 30
                    _ = try await fixture.run(request)
                    return nil
                }
            }
            group.addTask { try await states(fixture, layer: 3) }
            return try await group.reduce(nil) { $0 ?? $1 }
        }
        #expect(warm == cold && small == cold && crowded == cold)
    }

    @Test(
        "A generated response's are those of the same tokens given, also where lines become one step or are cut again")
    func generated() async throws {
        let fixture = try EngineFixture()
        let tokenizer = try fixture.engine.policy("").tokenizer
        var cut: Set<StepSeparator> = []
        for seed in 0..<12 {
            var request = GenerationRequest(prompt: try fixture.prompt)
            request.sampling.maxTokens = 60
            request.sampling.seed = UInt64(seed)
            request.sampling.ignoresEndOfSequence = true
            request.capture = CaptureParameters()
            request.capture?.stateLayer = 1
            let drawn = try await fixture.run(request)
            var again = request
            again.forcedResponse = drawn.ids
            again.sampling.maxTokens = 0
            let given = try await fixture.run(again)
            #expect(drawn.finished[0]?.states == given.finished[0]?.states)
            cut.insert(try #require(drawn.finished[0]?.trace).segmentation.separator)
        }
        #expect(cut.count > 1, "all responses were cut alike: \(cut)")
        // Lines that a blank line joins.
        let text = tokenizer.encode("one\ntwo\nthree\n\nfour\nfive")
        var request = GenerationRequest(prompt: try fixture.prompt)
        request.forcedResponse = text
        request.sampling.maxTokens = 0
        request.capture = CaptureParameters()
        request.capture?.stateLayer = 1
        let joined = try await fixture.run(request)
        request.capture?.separator = .blankLine
        let whole = try await fixture.run(request)
        let (a, b) = (try #require(joined.finished[0]?.states), try #require(whole.finished[0]?.states))
        #expect(a.stepCount == 2 && b.stepCount == 2)
        // Sums of float64 in another order.
        #expect(zip(a.steps + a.response, b.steps + b.response).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) })
    }

    @Test("A response that is stopped for memory comes out the same")
    func stopped() async throws {
        let perToken = 3 * 2 * 2 * 16 * 4
        let small = try EngineFixture { $0.keyValueBytes = 64 * 7 * perToken }, large = try EngineFixture()
        var request = GenerationRequest(prompt: try small.prompt)
        request.count = 4
        request.sampling.maxTokens = 170
        request.sampling.ignoresEndOfSequence = true
        request.capture = CaptureParameters()
        request.capture?.stateLayer = 2
        let tight = try await small.run(request), roomy = try await large.run(request)
        for index in 0..<4 {
            #expect(tight.finished[index]?.states != nil)
            #expect(tight.finished[index]?.states == roomy.finished[index]?.states)
        }
    }

    @Test("Too many steps keep the response's mean alone, and their memory is counted and bounded")
    func bounded() throws {
        let limit = StatePool.valueLimit / 256
        var pool = StatePool(layer: 0, width: 64, promptCount: 1, responses: 256)
        for step in 0...limit / 64 {
            try pool.buffer.prepare(first: step, count: 1, stepEnds: [step])
            pool.close(step..<step + 1, slot: 0)
            #expect(pool.byteCount <= limit * 4 + 64 * 8 * 3)
        }
        #expect(pool.pooled.stepsDropped && pool.pooled.steps.isEmpty && pool.pooled.response.count == 64)
    }

    @Test("Nothing is kept where it is not asked for, and layers that do not exist are refused")
    func refused() async throws {
        let fixture = try EngineFixture()
        #expect(try await fixture.run(try fixture.traceRequest()).finished[0]?.states == nil)
        for layer in [-1, 4] {
            await #expect(throws: EngineError.self) {
                _ = try await fixture.run(try request(fixture, layer: layer))
            }
        }
    }
}
