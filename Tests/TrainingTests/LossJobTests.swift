import Foundation
import Rewards
import Rollouts
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Jobs by their losses and advantages", .serialized)
struct LossJobTests {
    private static let letters = ScriptedReward.letters(above: 10)

    private func group(_ fixture: TrainingFixture) throws -> JobSpecification {
        var specification = JobSpecification(kind: .grpo)
        specification.data.train = try fixture.data((0..<9).map { #"{"prompt": "Say number \#($0).", "answer": "1"}"# })
        specification.steps = 30
        specification.rollout.groupSize = 6
        specification.rollout.maxTokens = 12
        specification.batch.promptsPerStep = 4
        specification.batch.minibatches = 2
        specification.optimizer.learningRate = 3e-3
        specification.reward.kind = .external
        specification.reward.external.address = "127.0.0.1:1"
        return specification
    }

    private func program(
        _ fixture: TrainingFixture, _ specification: JobSpecification, checkpoint: Checkpoint? = nil
    ) throws -> any TrainingProgram {
        let context = fixture.context(specification, checkpoint: checkpoint)
        return specification.kind == .grpo
            ? try GroupRelativeProgram(context, engine: fixture.engine) { _ in Self.letters }
            : try TreeProgram(context, engine: fixture.engine) { _ in Self.letters }
    }

    private func expectLearns(_ metrics: [[String: Double]]) {
        let rewards = metrics.map { $0["reward/mean"]! }
        #expect(rewards.suffix(5).reduce(0, +) > 1.15 * rewards.prefix(5).reduce(0, +))
    }

    @Test("The reward rises by every loss", arguments: LossSpecification.Kind.allCases)
    func losses(_ kind: LossSpecification.Kind) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try group(fixture)
            specification.loss.kind = kind
            let metrics = try await TrainingFixture.run(program(fixture, specification), steps: 25)
            expectLearns(metrics)
            // What a policy so small writes can become the same for a whole step, which then has nothing to learn.
            let learnt = metrics.filter { $0["prompts_kept"]! > 0 }
            #expect(learnt.count > 20)
            #expect(learnt.allSatisfy { $0["loss"]!.isFinite && (1...2).contains($0["updates"]!) })
            // Drawn from the weights that the step begins with.
            if kind != .dpo { #expect(learnt.allSatisfy { $0["policy/first_deviation"] == 0 }) }
            if kind == .importanceSampling || kind == .dro {
                #expect(learnt.allSatisfy { $0["policy/clipped"] == 0 })
            }
            if kind == .dpo {
                #expect(metrics[0]["preference/pairs"]! > 20 && metrics[0]["preference/ordered"]! < 0.9)
            }
        }
    }

    @Test("The reward rises by every advantage of trees", arguments: AdvantageRule.allCases.filter(\.comparesTrees))
    func trees(_ rule: AdvantageRule) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try fixture.treeSpecification(.treerl, learningRate: 3e-3)
            specification.loss.advantage = rule
            specification.rollout.maxTokens = 12
            let metrics = try await TrainingFixture.run(program(fixture, specification), steps: 25)
            expectLearns(metrics)
            #expect(metrics.allSatisfy { $0["policy/first_deviation"] == 0 })
        }
    }

    @Test("Each of a group's other advantages raises the reward", arguments: [AdvantageRule.leaveOneOut, .drGRPO])
    func groups(_ rule: AdvantageRule) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try group(fixture)
            specification.loss.advantage = rule
            expectLearns(try await TrainingFixture.run(program(fixture, specification), steps: 25))
        }
    }

    @Test("At ratios of 1 a step is the same by GSPO as clipped, with losses added up alike")
    func sameFirstUpdate() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try group(fixture)
            specification.batch.minibatches = 1
            specification.loss.aggregation = .responseMean
            let clipped = try await TrainingFixture.run(program(fixture, specification), steps: 1)
            specification.loss.kind = .gspo
            let gspo = try await TrainingFixture.run(program(fixture, specification), steps: 1)
            let norm = try #require(clipped[0]["gradient_norm"])
            #expect(abs(try #require(gspo[0]["gradient_norm"]) - norm) < 1e-5 * norm)
            #expect(abs(try #require(gspo[0]["loss"]) - clipped[0]["loss"]!) < 1e-6)
        }
    }

    @Test(
        "A run that resumes learns what one that was not interrupted does",
        arguments: [
            ("grpo", LossSpecification.Kind.gspo, AdvantageRule.leaveOneOut), ("grpo", .dpo, .groupMean),
            ("attnrl", .gspo, .subgroupMean), ("attnrl", .cispo, .vine), ("treerl", .dpo, .globalLocal),
        ])
    func resumes(_ name: String, _ kind: LossSpecification.Kind, _ rule: AdvantageRule) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) { fixture in
                let job = try #require(JobKind(rawValue: name))
                var specification =
                    job == .grpo ? try group(fixture) : try fixture.treeSpecification(job, learningRate: 3e-3)
                specification.batch.minibatches = 2
                specification.loss.kind = kind
                specification.loss.advantage = rule
                return specification
            } _: {
                try program($0, $1, checkpoint: $2)
            }
        }
    }
}
