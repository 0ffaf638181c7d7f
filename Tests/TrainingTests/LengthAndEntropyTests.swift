import Rewards
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Length and entropy")
struct LengthAndEntropyTests {
    private func reward(_ change: (inout LengthRewardSpecification) -> Void) -> LengthReward {
        var specification = JobSpecification(kind: .grpo)
        specification.rollout.maxTokens = 100
        change(&specification.reward.length)
        return LengthReward(specification)
    }

    @Test("The soft overlong penalty falls over the buffer before the limit, and no further")
    func overlong() {
        let reward = reward {
            $0.overlongBuffer = 20
            $0.overlongFactor = 2
        }
        let costs = [0, 79, 80, 85, 90, 100, 130].map { reward.cost(tokens: $0, isCorrect: false) }
        #expect(costs == [0, 0, 0, 0.5, 1, 2, 2])
        #expect(reward.cost(tokens: 90, isCorrect: true) == 1)
        let whole = self.reward { $0.overlongBuffer = 100 }
        #expect(whole.cost(tokens: 25, isCorrect: false) == 0.25)
    }

    @Test("The length penalty is a right response's share of the limit")
    func penalty() {
        let reward = reward { $0.penalty = 0.5 }
        #expect([0, 50, 100, 200].map { reward.cost(tokens: $0, isCorrect: true) } == [0, 0.25, 0.5, 0.5])
        #expect(reward.cost(tokens: 100, isCorrect: false) == 0)
    }

    @Test("A grade keeps its verdict and loses what length costs; without settings nothing changes")
    func shaped() {
        let grade = Grade(Judgement(.correct), score: 1)
        let reward = reward { $0.penalty = 0.5 }
        #expect(reward.shaped(grade, tokens: 40)?.score == 0.8 && reward.shaped(grade, tokens: 40)?.verdict == .correct)
        #expect(reward.shaped(nil, tokens: 40) == nil)
        #expect(self.reward { _ in }.shaped(grade, tokens: 100) == grade)
        #expect(self.reward { _ in }.meanCost([(100, "CORRECT")]) == nil)
        #expect(reward.meanCost([(100, "CORRECT"), (100, "INCORRECT")]) == 0.25)
    }

    @Test("The weight of entropy rises below the target, falls above it, and counts only below")
    func control() {
        var control = EntropyControl(start: 0.25)
        #expect(control.weight == 0.25)
        control.observe(0.5, target: 1, step: 0.125)
        #expect(control.coefficient == 0.375 && control.weight == 0.375)
        control.observe(2, target: 1, step: 0.125)
        #expect(control.coefficient == 0.25 && control.weight == 0)
        control.observe(1, target: 1, step: 0.125)
        #expect(control.coefficient == 0.25 && control.weight == 0.25)
        for _ in 0..<5 { control.observe(2, target: 1, step: 0.125) }
        #expect(control.coefficient == 0)
        control.observe(.nan, target: 1, step: 0.125)
        #expect(control.coefficient == 0 && control.weight == 0)
    }

    private static let letters = ScriptedReward.letters(above: 10)

    private func specification(_ fixture: TrainingFixture) throws -> JobSpecification {
        var specification = try fixture.treeSpecification(.treerl, learningRate: 3e-3)
        specification.loss.entropyTarget = 100
        specification.loss.entropyStep = 0.01
        specification.reward.length.overlongBuffer = 8
        return specification
    }

    @Test("A job's weight of entropy follows its steps, and its rewards their lengths, in metrics too")
    func metrics() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), specification = try specification(fixture)
            let program = try TreeProgram(fixture.context(specification), engine: fixture.engine) { _ in Self.letters }
            let metrics = try await TrainingFixture.run(program, steps: 3)
            for (weight, expected) in pairs(metrics.map { $0["policy/entropy_coefficient"]! }, [0, 0.01, 0.02]) {
                #expect(abs(weight - expected) < 1e-12)
            }
            #expect(metrics.allSatisfy { $0["policy/entropy_learnt"]! > 0 && $0["reward/length_cost"]! > 0 })
        }
    }

    @Test("The weight that a run has come to is there when it resumes")
    func resumes() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder, specification) {
                try TreeProgram($0.context($1, checkpoint: $2), engine: $0.engine) { _ in Self.letters }
            }
        }
    }
}
