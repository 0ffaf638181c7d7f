import Basics
import Compute
import Foundation
import ModelFiles
import Sampling
import TestSupport
import Testing

@testable import Policy
@testable import Rollouts

@Suite("Adapters in service", .serialized)
struct AdapterHostingTests {
    private static let folder = Fixtures.url("adapters/qwen2-some")

    /// A folder with a random adapter of some rank.
    private func adapter(rank: Int, in folder: URL, base: String = "qwen2") throws -> URL {
        let configuration = try PolicyDirectory(Fixtures.url("qwen2")).configuration
        let shape = AdapterShape(rank: rank, alpha: Double(rank), targets: [.query, .gate, .down], of: configuration)
        let target = folder.appendingPathComponent("rank-\(rank)")
        try AdapterExporter(shape, of: configuration, baseName: base).write(to: target) { tensor, buffer in
            for i in buffer.indices { buffer[i] = Float((i * 31 + rank * 7 + tensor.shape[0]) % 41 - 20) / 100 }
        }
        return target
    }

    private func request(_ policy: String, _ tokens: [Int32], seed: UInt64 = 1, drawing: Int = 24) -> GenerationRequest
    {
        var request = GenerationRequest(prompt: tokens)
        request.policy = policy
        request.sampling.maxTokens = drawing
        request.sampling.seed = seed
        request.sampling.ignoresEndOfSequence = true
        request.detail = TokenDetail(logprobs: true)
        return request
    }

    @Test("An adapter loaded under a name of its own shares its base's memory, and is described")
    func loaded() async throws {
        let fixture = try EngineFixture(), engine = fixture.engine
        let info = try engine.load(directory: Self.folder, name: "tuned")
        #expect(info.base == "qwen2" && info.version == 1 && info.precision == .float32)
        #expect(info.versions[0].adapter?.shape.rank == 18)
        #expect(info.versions[0].adapter?.base == Fixtures.url("qwen2").path)
        #expect(info.versions[0].weightBytes < (try engine.policy("qwen2").versions[0].weightBytes))
        let expected = try ReferenceTensors(fixture: "adapters/qwen2-some/expected.safetensors").floats("logits")
        // Greedy: the first token drawn is the best of PEFT's logits behind the text.
        var request = request("tuned", try fixture.tokens, drawing: 1)
        request.sampling.temperature = 0
        let last = Array(expected.suffix(512))
        let best = last.indices.max { last[$0] < last[$1] }!
        #expect(try await fixture.run(request).ids == [Int32(best)])
    }

    @Test("Many adapters with different ranks in one batch draw what each draws alone")
    func mixed() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try EngineFixture(), engine = fixture.engine
            let tokens = try fixture.prompt
            var names = ["qwen2"]
            for rank in [1, 3, 8, 16, 40] {
                names.append(try engine.load(directory: adapter(rank: rank, in: folder), base: "qwen2").name)
            }
            var alone: [Outcome] = []
            for name in names { alone.append(try await fixture.run(request(name, tokens))) }
            #expect(Set(alone.map(\.ids)).count == names.count)
            for round in 0..<2 {
                try await engine.pause()
                let generations = try names.map { try engine.submit(request($0, tokens)) }
                engine.resume()
                for (generation, alone) in pairs(generations, alone) {
                    var outcome = Outcome()
                    for try await events in generation { for event in events { outcome.take(event) } }
                    #expect(outcome.ids == alone.ids, "round \(round)")
                    #expect(outcome.responses[0]?.logprobs == alone.responses[0]?.logprobs)
                }
            }
        }
    }

    /// The prompt is long enough for blocks to be cached.
    @Test("A prefix computed with one adapter is not taken for another's, nor for the base's")
    func prefixes() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try EngineFixture(), engine = fixture.engine
            let tokens = (0..<150).map { Int32($0 * 7 % 400 + 3) }
            for rank in [2, 4] { _ = try engine.load(directory: adapter(rank: rank, in: folder)) }
            for name in ["qwen2", "rank-2", "rank-4"] {
                #expect(try await fixture.run(request(name, tokens)).cached == 0)
                #expect(try await fixture.run(request(name, tokens)).cached >= 128)
            }
            try engine.unload("rank-2")
            _ = try engine.load(directory: folder.appendingPathComponent("rank-4"), name: "rank-2")
            #expect(try await fixture.run(request("rank-2", tokens)).cached == 0)
            #expect(try await fixture.run(request("rank-4", tokens)).cached >= 128)
        }
    }

    @Test("An adapter can be a version of its base's policy, and both draw in one batch")
    func versions() async throws {
        let fixture = try EngineFixture(), engine = fixture.engine
        let tokens = try fixture.prompt, base = try await fixture.run(request("qwen2", tokens))
        let info = try engine.load(directory: Self.folder, name: "qwen2", asNewVersion: true)
        #expect(info.version == 2 && info.versions[1].adapter != nil && info.versions[0].adapter == nil)
        let tuned = try await fixture.run(request("qwen2", tokens))
        #expect(tuned.version == 2 && tuned.ids != base.ids)
        _ = try engine.serve("qwen2", version: 1)
        #expect(try await fixture.run(request("qwen2", tokens)).ids == base.ids)
        try engine.retire("qwen2", version: 2)
        let staged = try engine.stage(directory: Self.folder, for: "qwen2")
        var again = request("qwen2", tokens)
        again.version = staged
        #expect(try await fixture.run(again).ids == tuned.ids)
    }

    @Test("A base is unloaded after its adapters, and what does not fit together is refused by name")
    func refusals() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try EngineFixture(), engine = fixture.engine
            let path = try adapter(rank: 2, in: folder)
            _ = try engine.load(directory: path, name: "a")
            _ = try engine.load(directory: path, name: "b", base: "a")
            #expect(try engine.policy("b").base == "qwen2")
            #expect(throws: EngineError.hasAdapters(policy: "qwen2", adapters: ["a", "b"])) {
                try engine.unload("qwen2")
            }
            #expect(throws: EngineError.self) { try engine.load(directory: path, name: "a") }
            #expect(throws: EngineError.self) { try engine.load(directory: path, name: "c", precision: .float32) }
            #expect(throws: EngineError.self) { try engine.load(directory: path, name: "c", base: "nobody") }
            #expect(throws: EngineError.self) { try engine.load(directory: Fixtures.url("llama"), base: "qwen2") }
            #expect(throws: PolicyError.self) {
                try engine.load(directory: Fixtures.url("adapters/llama-all"), name: "c", base: "qwen2")
            }
            _ = try engine.load(directory: Fixtures.url("llama"), precision: .float32)
            // It names its base, which is one of two now.
            #expect(try engine.load(directory: Fixtures.url("adapters/llama-all"), name: "c").base == "llama")
            let stranger = try adapter(rank: 3, in: folder, base: "elsewhere")
            #expect(throws: EngineError.self) { try engine.load(directory: stranger, name: "d") }
            for name in ["a", "b"] { try engine.unload(name) }
            try engine.unload("qwen2")
            await #expect(throws: EngineError.self) { try await fixture.run(request("a", try fixture.prompt)) }
        }
    }

    @Test(
        "Names say whether an adapter was made for the weights it is computed on",
        arguments: [
            ("HuggingFaceTB/SmolLM2-135M-Instruct", "/models/SmolLM2-135M-Instruct", true),
            ("HuggingFaceTB/SmolLM2-135M-Instruct", "/models/smollm2-135m-instruct.Q4_1.gguf", true),
            ("SmolLM2-135M-Instruct.Q4_1.gguf", "/models/SmolLM2-135M-Instruct.Q4_1.gguf", true),
            ("SmolLM2-135M-Instruct.Q4_1", "/models/SmolLM2-135M-Instruct.Q4_1.gguf", true),
            ("SmolLM2-135M", "/models/SmolLM2-1350M.gguf", false),
            ("SmolLM2-135M", "/models/SmolLM2-135M-Instruct", false),
            ("", "/models/anything", true),
        ])
    func names(name: String, path: String, isModel: Bool) {
        #expect(PolicyLoader.isModel(name, at: path) == isModel)
    }
}
