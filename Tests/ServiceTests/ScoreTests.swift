import Testing
import Wire

@Suite("Score")
struct ScoreTests {
    private static let detail = make(V1.TokenDetail.self) {
        $0.entropies = true
        $0.topLogprobs = 2
    }

    @Test("Log-probabilities and entropies are the reference's", arguments: ["qwen2", "qwen3", "llama"])
    func prompt(policy: String) async throws {
        let reference = try Reference(policy)
        try await TestServer.run(policies: [policy]) { server in
            let responses = try await server.score(
                make {
                    $0.prompt = .ids(reference.ids)
                    $0.detail = Self.detail
                })
            let runs = responses.compactMap(\.run)
            #expect(responses.allSatisfy { $0.version == 1 && $0.promptTokens == Int32(reference.ids.count) })
            #expect(runs.first?.start == 0)
            #expect(runs.flatMap(\.ids) == reference.ids)
            #expect(runs.map(\.text).joined() == reference.text)
            #expect(distance(runs.flatMap(\.logprobs), [.nan] + reference.logprobs) < logprobTolerance)
            #expect(distance(runs.flatMap(\.entropies), [.nan] + reference.entropies.dropLast()) < logprobTolerance)
            let top = runs.flatMap(\.top)
            #expect(top.first?.ids.isEmpty == true)
            for (position, alternatives) in top.enumerated().dropFirst() {
                #expect(alternatives.logprobs.count == 2)
                #expect(alternatives.logprobs[0] >= alternatives.logprobs[1])
                #expect(alternatives.logprobs[0] >= reference.logprobs[position - 1] - logprobTolerance)
            }
        }
    }

    @Test("With a response only its tokens are returned, with the same numbers")
    func response() async throws {
        let reference = try Reference("llama")
        try await TestServer.run(policies: ["llama"]) { server in
            let responses = try await server.score(
                make {
                    $0.prompt = .ids(reference.promptIDs)
                    $0.response = .responseIds(make { $0.ids = reference.responseIDs })
                    $0.priority = .batch
                })
            let runs = responses.compactMap(\.run)
            #expect(runs.first?.start == Int32(reference.promptCount))
            #expect(runs.flatMap(\.ids) == reference.responseIDs)
            #expect(
                distance(runs.flatMap(\.logprobs), reference.logprobs[(reference.promptCount - 1)...])
                    < logprobTolerance)
            #expect(runs.flatMap(\.entropies).isEmpty)
            #expect(responses.first?.promptTokens == Int32(reference.promptCount))
        }
    }

    @Test("A response given as text is tokenized without special tokens")
    func responseText() async throws {
        try await TestServer.run { server in
            var prompt = V1.Prompt.text(" 42.")
            prompt.addSpecialTokens = false
            let ids = try await server.tokenize(prompt).ids
            let responses = try await server.score(
                make {
                    $0.prompt = .text("6 * 7 =")
                    $0.response = .responseText(" 42.")
                })
            #expect(responses.compactMap(\.run).flatMap(\.ids) == ids)
        }
    }

    @Test("Scores do not depend on what the cache holds")
    func cached() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            let request = make(V1.ScoreRequest.self) {
                $0.prompt = .ids(Array((0..<4).map { _ in reference.ids }.joined()))
            }
            let first = try await server.score(request), second = try await server.score(request)
            #expect(
                distance(first.compactMap(\.run).flatMap(\.logprobs), second.compactMap(\.run).flatMap(\.logprobs))
                    == 0)
        }
    }
}
