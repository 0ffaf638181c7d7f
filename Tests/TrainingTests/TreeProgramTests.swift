import Compute
import Foundation
import Influence
import Rewards
import Rollouts
import Sampling
import TestSupport
import Testing
import Trees

@testable import Jobs
@testable import Training

@Suite("Tree jobs", .serialized)
struct TreeProgramTests {
    private func specification(_ fixture: TrainingFixture, kind: JobKind = .attnrl) throws -> JobSpecification {
        try fixture.treeSpecification(kind, learningRate: 3e-3)
    }

    /// Rewards responses for the letters they have.
    private static let letters = ScriptedReward.letters(above: 12)

    private func program(
        _ fixture: TrainingFixture, _ specification: JobSpecification, checkpoint: Checkpoint? = nil,
        reward: any RewardClient = letters
    ) throws -> TreeProgram {
        try TreeProgram(
            fixture.context(specification, checkpoint: checkpoint), engine: fixture.engine
        ) { _ in reward }
    }

    @Test("The reward rises, for both kinds", arguments: [JobKind.attnrl, .treerl])
    func learns(_ kind: JobKind) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let program = try program(fixture, specification(fixture, kind: kind))
            let metrics = try await TrainingFixture.run(program, steps: 25)
            let rewards = metrics.map { $0["reward/mean"]! }
            #expect(rewards.suffix(5).reduce(0, +) > 1.2 * rewards.prefix(5).reduce(0, +))
            #expect(metrics.allSatisfy { $0["tree_token_ratio"]! < 1 })
        }
    }

    @Test("One call a step and a lag of one update, or two calls and none")
    func pipelines() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.steps = 5
            let pipelined = try await TrainingFixture.run(try program(fixture, specification), steps: 5)
            #expect(pipelined.map { $0["rollout_calls"] } == [2, 1, 1, 1, 1])
            #expect(pipelined.map { $0["policy/lag_max"] } == [0, 1, 1, 1, 1])
            #expect(pipelined.dropFirst().allSatisfy { 0 < $0["policy/lag"]! && $0["policy/lag"]! < 1 })
            // Branches are fresh: their ratio is 1 before the first update. First rollouts are an update old.
            #expect(pipelined.allSatisfy { $0["policy/first_deviation"] == 0 })
            #expect(pipelined.dropFirst().allSatisfy { $0["policy/stale_deviation"]! > 0 })
            specification.pipeline = .twoPhase
            let phased = try await TrainingFixture.run(try program(fixture, specification), steps: 5)
            #expect(phased.allSatisfy { $0["rollout_calls"] == 2 && $0["policy/lag_max"] == 0 })
            #expect(phased.allSatisfy { $0["policy/first_deviation"] == 0 && $0["policy/stale_deviation"] == 0 })
            // The first batch is the same; a step later the weights differ by an update.
            #expect(phased[0]["reward/mean"] == pipelined[0]["reward/mean"])
        }
    }

    @Test("A run that resumes draws and learns what one that was not interrupted does")
    func resumes() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) { fixture in
                var specification = try specification(fixture)
                specification.batch.minibatches = 2
                specification.branching.strategy = .random
                return specification
            } _: {
                try program($0, $1, checkpoint: $2)
            }
        }
    }

    @Test("Where every prompt is solved the job goes on, with what is left, and says so")
    func solved() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.adaptive.maxPrompts = 5
            let reward = ScriptedReward { $0.questions.map { _ in RewardVerdict(verdict: .correct) } }
            let program = try program(fixture, specification, reward: reward)
            let report = try await program.step()
            #expect(report.metrics["solved_all"] == 1)
            #expect(report.metrics["prompts_kept"] == 0)
            #expect(report.metrics["rows_kept_ratio"] == 0)
            #expect(report.metrics["next_prompts"] == 5)
            #expect(report.notes.count == 1)
            // The next batch was drawn before this step found that nothing was valid.
            let second = try await program.step(), third = try await program.step()
            #expect(second.metrics["prompts"] == 3)
            #expect(third.metrics["prompts"] == 5)
            #expect(program.stepsDone == 3)
        }
    }

    @Test("Responses that nobody judged are left out, and the trees hold without them")
    func unjudged() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.reward.external.retries = 0
            // The service fails on the first rollouts of the first batch, and works from then on.
            let reward = ScriptedReward { batch in
                if batch.id.contains("first") { throw ScriptedReward.Failure() }
                return batch.questions.enumerated().map {
                    RewardVerdict(verdict: $0.offset.isMultiple(of: 2) ? .correct : .incorrect)
                }
            }
            let program = try program(fixture, specification, reward: reward)
            let report = try await program.step()
            #expect(report.metrics["unjudged"] == 12)
            #expect(report.metrics["rows"] == 0)
            let next = try await program.step()
            #expect(next.metrics["prompts_kept"]! > 0)
        }
    }

    @Test("Trees are kept in the job's folder, and read back as they were")
    func archive() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.trees.everySteps = 2
            specification.trees.perStep = 2
            let program = try program(fixture, specification)
            _ = try await TrainingFixture.run(program, steps: 4)
            let archive = TreeArchive(folder: folder)
            #expect(archive.steps == [2, 4])
            let trees = try archive.trees(ofStep: 2)
            #expect(trees.count == 2)
            // A prompt that was filtered, or whose responses have no step to branch at, has its first rollouts alone.
            #expect(trees.contains { $0.rollouts.count > 4 })
            for tree in trees {
                #expect(tree.problem == nil)
                #expect(tree.step == 2)
                #expect(tree.promptText.contains("Say number"))
                #expect(tree.rollouts.count >= 4)
                #expect(tree.rollouts.allSatisfy { $0.logprobs.count == $0.ids.count && $0.reward != nil })
                #expect(tree.rollouts.allSatisfy { !$0.text.isEmpty })
                #expect(tree.nodes.allSatisfy { $0.value != nil })
            }
        }
    }
}
