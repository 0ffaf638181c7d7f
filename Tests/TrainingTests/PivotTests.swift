import Foundation
import Influence
import Rewards
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Pivots")
struct PivotTests {
    private func memory(_ observations: [(share: Double, right: Int, wrong: Int)]) -> PivotMemory {
        var memory = PivotMemory()
        for (share, right, wrong) in observations {
            for _ in 0..<right { memory.add(share: share, isRecovered: true) }
            for _ in 0..<wrong { memory.add(share: share, isRecovered: false) }
        }
        return memory
    }

    @Test("Nothing is learnt from few observations, or from such as are all alike")
    func tooFew() {
        #expect(memory([(0.5, 5, 5)]).recovery == nil)
        #expect(memory([(0.5, 20, 0)]).recovery == nil)
        #expect(memory([(0.5, 6, 5)]).recovery != nil)
    }

    @Test("At one place the chance is the share of right ones but for the prior of the slope")
    func onePlace() throws {
        let found = try #require(memory([(0, 30, 10)]).recovery)
        // The slope has no say at 0, so it stays at its prior's best.
        #expect(abs(found.weight) < 1e-9 && abs(found.bias - log(3)) < 1e-9)
    }

    @Test("The derivatives of the penalised likelihood vanish where it is fitted")
    func stationary() throws {
        let observations = [(0.1, 9, 2), (0.3, 7, 5), (0.6, 3, 8), (0.9, 1, 12)]
        let found = try #require(memory(observations).recovery)
        var (weight, bias) = (found.weight, 0.0)
        for (share, right, wrong) in observations {
            let chance = 1 / (1 + exp(-(found.weight * share + found.bias)))
            let error = chance * Double(right + wrong) - Double(right)
            weight += error * share
            bias += error
        }
        #expect(abs(weight) < 1e-7 && abs(bias) < 1e-7)
        #expect(found.weight < -1)
    }

    @Test("Only the newest observations count, and all survive being stored")
    func window() throws {
        var memory = memory([(0.2, 50, 0), (0.2, 0, 5_000), (0.8, 5_000, 0)])
        #expect(memory.count == 10_000)
        #expect(try #require(memory.recovery).weight > 1)
        memory = self.memory([(1.0 / 3, 7, 5)])
        #expect(try JSONDecoder().decode(PivotMemory.self, from: JSONEncoder().encode(memory)) == memory)
    }

    @Test("Of the rollouts to branch, wrong ones alone")
    func failures() {
        let expansion = DifficultyExpansion(rule: .all, most: 2)
        #expect(expansion.failed([true, false, true, false, false]) == [1, 3])
        #expect(expansion.failed([true, true]).isEmpty)
        #expect(DifficultyExpansion(rule: .round, most: 6).failed([false, true, true, true, true, true]) == [0])
    }

    /// About every third response is right.
    private static let thirds = ScriptedReward { batch in
        batch.questions.map { question in
            let letters = question.response.count { $0.isLetter }
            return RewardVerdict(verdict: letters.isMultiple(of: 3) ? .correct : .incorrect)
        }
    }

    private func specification(_ fixture: TrainingFixture) throws -> JobSpecification {
        var specification = try fixture.treeSpecification(.treerl, learningRate: 3e-3)
        specification.branching.strategy = .pivot
        specification.branching.points = 1
        specification.branching.continuations = 4
        specification.loss.advantage = .fr3eScale
        return specification
    }

    @Test("A job branches wrong responses, and learns where they recover")
    func job() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let specification = try specification(fixture)
            let program = try TreeProgram(fixture.context(specification), engine: fixture.engine) { _ in Self.thirds }
            let metrics = try await TrainingFixture.run(program, steps: 8)
            #expect(metrics.allSatisfy { $0["branch/points"]! <= 12 })
            let observations = metrics.map { $0["pivot/observations"]! }
            #expect(observations == observations.sorted() && observations[7] > 20)
            #expect(metrics[7]["pivot/weight"] != nil && metrics.contains { 0.2..<1 ~= $0["pivot/recovered"] ?? 0 })
        }
    }

    @Test("What a run has learnt of pivots is there when it resumes")
    func resumes() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder, specification) {
                try TreeProgram($0.context($1, checkpoint: $2), engine: $0.engine) { _ in Self.thirds }
            }
        }
    }
}
