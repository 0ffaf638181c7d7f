import Compute
import Foundation
import Logging
import ModelFiles
import Rollouts
import Sampling
import TestSupport
import Testing
import Tokenizing

/// A small model that was trained, with greedy texts written by the reference implementation.
@Suite("A trained model")
struct StoriesTests {
    private struct Expected: Decodable {
        let prompt: String
        let prompt_ids: [Int32]
        let new_ids: [Int32]
        let text: String
    }

    static let model = Fixtures.shared("models/stories260k")

    @Test(
        "Greedy continuations are the reference's, token by token and as text",
        .enabled(if: model != nil, "needs models/stories260k in the shared data folder"))
    func greedy() async throws {
        let directory = try #require(Self.model)
        let engine = Engine(
            configuration: EngineConfiguration(threads: 2, keyValueBytes: 64 << 20),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let policy = try engine.load(directory: directory, precision: .float32)
        let data = try Data(contentsOf: directory.appendingPathComponent("expected_greedy.json"))
        for expected in try JSONDecoder().decode([Expected].self, from: data) {
            let prompt = policy.tokenizer.encode(expected.prompt)
            #expect(prompt == expected.prompt_ids)
            var request = GenerationRequest(prompt: prompt)
            request.sampling.temperature = 0
            request.sampling.maxTokens = expected.new_ids.count
            var outcome = Outcome()
            for try await events in try engine.submit(request) { for event in events { outcome.take(event) } }
            #expect(outcome.ids == expected.new_ids)
            #expect(expected.prompt + outcome.text == expected.text)
        }
    }
}
