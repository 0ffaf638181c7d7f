import Influence
import Rewards
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Looking ahead")
struct LookaheadTests {
    @Test("The edit distance by hand")
    func distances() {
        #expect(editDistance([], []) == 0 && editDistance([1, 2], []) == 2 && editDistance([], [1]) == 1)
        #expect(editDistance([1, 2, 3, 4], [1, 3, 4]) == 1)
        #expect(editDistance([1, 2, 3, 4], [2, 3, 4, 1]) == 2)
        #expect(editDistance([1, 2, 3], [4, 5, 6]) == 3)
    }

    @Test("A continuation stays if it differs enough, or either ends before that can be seen")
    func divergence() {
        let original: [Int32] = [1, 2, 3, 4, 5, 6]
        #expect(!diverges([1, 2, 3, 4, 5], from: original, ahead: 5, least: 0.4))
        #expect(!diverges([9, 2, 3, 4, 5], from: original, ahead: 5, least: 0.4))
        #expect(diverges([9, 2, 8, 4, 5], from: original, ahead: 5, least: 0.4))
        // Moved by one: one token inserted in front, one missing behind.
        #expect(diverges([9, 1, 2, 3, 4], from: original, ahead: 5, least: 0.4))
        #expect(diverges([1, 2, 3], from: original, ahead: 5, least: 0.4))
        #expect(diverges([1, 2, 3, 4, 5, 6, 7], from: original, ahead: 7, least: 0.4))
        #expect(diverges([1], from: [1], ahead: 1, least: 0))
    }

    private static let letters = ScriptedReward.letters(above: 12)

    private func specification(_ fixture: TrainingFixture, least: Double) throws -> JobSpecification {
        var specification = try fixture.treeSpecification(.treerl, learningRate: 3e-3)
        specification.branching.strategy = .latr
        // What is drawn from two tokens at a time is often alike.
        specification.rollout.topK = 2
        specification.branching.lookahead = 3
        specification.branching.leastDivergence = least
        return specification
    }

    private func run(_ least: Double, steps: Int) async throws -> [[String: Double]] {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), specification = try specification(fixture, least: least)
            let program = try TreeProgram(fixture.context(specification), engine: fixture.engine) { _ in Self.letters }
            return try await TrainingFixture.run(program, steps: steps)
        }
    }

    @Test("Continuations are drawn in two calls, and those that go on alike are dropped and not paid for")
    func job() async throws {
        let all = try await run(0, steps: 1)[0], some = try await run(0.5, steps: 1)[0]
        // First rollouts, a look ahead, the rest.
        #expect(all["rollout_calls"] == 3 && all["branch/pruned"] == 0)
        #expect(some["branch/pruned"]! > 0 && some["branch/pruned"]! < 1)
        #expect(some["rows"]! < all["rows"]! && some["tokens/generated"]! < all["tokens/generated"]!)
        // What stays is drawn from the weights that learn it, whole.
        #expect(some["policy/first_deviation"] == 0 && all["policy/first_deviation"] == 0)
    }

    @Test("A run that resumes draws and learns what one that was not interrupted does")
    func resumes() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) {
                var specification = try specification($0, least: 0.5)
                specification.pipeline = .oneStepOffPolicy
                return specification
            } _: {
                try TreeProgram($0.context($1, checkpoint: $2), engine: $0.engine) { _ in Self.letters }
            }
        }
    }
}
