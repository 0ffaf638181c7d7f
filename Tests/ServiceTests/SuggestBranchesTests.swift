import Testing
import Trees
import Wire

@Suite("SuggestBranches")
struct SuggestBranchesTests {
    private func request(_ reference: Reference, _ fill: (inout V1.BranchOptions) -> Void) -> V1.SuggestBranchesRequest
    {
        var request = V1.SuggestBranchesRequest()
        request.input = reference.input()
        request.options = make(V1.BranchOptions.self, fill)
        request.capture = make(V1.CaptureOptions.self) { $0.gap = 1 }
        return request
    }

    @Test("By attention, steps whose influence reaches the quantile are taken", arguments: ["qwen2", "llama"])
    func attention(policy: String) async throws {
        let reference = try Reference(policy)
        try await TestServer.run(policies: [policy]) { server in
            let response = try await server.suggestBranches(
                request(reference) {
                    $0.quantile = 0.5
                    $0.minimumGap = .minGapTokens(1)
                })
            let influence = try #require(reference.influence[1])
            #expect(response.points.map(\.step) == [2, 3])
            for point in response.points {
                #expect(point.token == Int32(reference.steps[Int(point.step)].lowerBound))
                #expect(abs(point.score - influence[Int(point.step)]) < influenceTolerance)
                #expect(point.score >= response.threshold)
                #expect(!point.fallback)
                #expect(!point.reason.isEmpty)
            }
            #expect(response.threshold > 0)
            #expect(response.minGapTokens == 1)
            #expect(response.note.isEmpty)
            #expect(response.responseIds == reference.responseIDs)
            #expect(response.trace?.steps.count == reference.steps.count)
            #expect(response.trace?.gap == 1)
        }
    }

    @Test("Points are filled up with the earliest steps, flagged, and what is missing is noted")
    func fallback() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            let response = try await server.suggestBranches(
                request(reference) {
                    $0.count = 9
                    $0.minimumGap = .minGapFraction(0.5)
                })
            // Steps 2...6 can be branched at.
            #expect(response.points.map(\.step) == [2, 3, 4, 5, 6])
            #expect(response.points.contains { $0.fallback })
            #expect(response.minGapTokens == 26)
            #expect(response.note.contains("9"))
        }
    }

    /// The steps of a strategy's best scores, straight from the reference numbers.
    private func best(_ reference: Reference, _ score: (Range<Int>) -> Float) -> [Int32] {
        Array((2..<reference.steps.count).sorted { score(reference.steps[$0]) > score(reference.steps[$1]) }.prefix(2))
            .sorted().map(Int32.init)
    }

    @Test("Entropy and probability strategies rank steps by the reference's numbers", arguments: ["qwen2", "qwen3"])
    func tokenStatistics(policy: String) async throws {
        let reference = try Reference(policy)
        try await TestServer.run(policies: [policy]) { server in
            func points(_ strategy: V1.BranchStrategy) async throws -> [Int32] {
                let response = try await server.suggestBranches(
                    request(reference) {
                        $0.strategy = strategy
                        $0.minimumGap = .minGapTokens(0)
                    })
                return response.points.map(\.step)
            }
            let entropies = reference.entropies, logprobs = reference.logprobs
            let byToken = try await points(.tokenEntropy)
            #expect(byToken == best(reference) { step in step.map { entropies[$0 - 1] }.max() ?? 0 })
            let byMean = try await points(.sentenceEntropy)
            let means = best(reference) { step in
                step.map { entropies[$0 - 1] }.reduce(0, +) / Float(step.count)
            }
            #expect(byMean == means)
            let byProbability = try await points(.lowProbability)
            #expect(byProbability == best(reference) { step in -(step.map { logprobs[$0 - 1] }.min() ?? 0) })
        }
    }

    @Test("Position strategies look at places only; a seed repeats the random one")
    func positions() async throws {
        let reference = try Reference("qwen3")
        try await TestServer.run(policies: ["qwen3"]) { server in
            let first = try await server.suggestBranches(request(reference) { $0.strategy = .firstSteps })
            #expect(first.points.map(\.step) == [2, 3])
            let segments = try await server.suggestBranches(request(reference) { $0.strategy = .fixedSegment })
            // A third and two thirds of 52 response tokens: 26.3 and 43.7; the nearest steps begin at 26 and 43.
            #expect(segments.points.map(\.token) == [26, 43])
            let drawn = request(reference) {
                $0.strategy = .random
                $0.seed = 5
                $0.minimumGap = .minGapTokens(0)
            }
            let once = try await server.suggestBranches(drawn), again = try await server.suggestBranches(drawn)
            #expect(once.points == again.points)
            #expect(once.points.count == 2)
        }
    }

    @Test("A response of one step has no branch point, and the answer says so")
    func singleStep() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            var request = request(reference) { _ in }
            request.input = reference.input { $0.response = .text("One line.\n\n") }
            let response = try await server.suggestBranches(request)
            #expect(response.points.isEmpty)
            #expect(response.note.contains("single step"))
        }
    }
}
