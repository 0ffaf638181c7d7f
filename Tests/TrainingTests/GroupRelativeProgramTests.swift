import Compute
import Foundation
import Rewards
import Rollouts
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Group relative policy optimisation", .serialized)
struct GroupRelativeProgramTests {
    private static let lines = (0..<9).map { #"{"prompt": "Say number \#($0).", "answer": "\#($0)"}"# }

    private func specification(_ fixture: TrainingFixture) throws -> JobSpecification {
        var specification = JobSpecification(kind: .grpo)
        specification.data.train = try fixture.data(Self.lines)
        specification.steps = 30
        specification.rollout.groupSize = 6
        specification.rollout.maxTokens = 12
        specification.batch.promptsPerStep = 4
        specification.optimizer.learningRate = 3e-3
        specification.reward.kind = .external
        specification.reward.external.address = "127.0.0.1:1"
        return specification
    }

    /// Rewards responses for the letters they have.
    private static let letters = ScriptedReward { batch in
        batch.questions.map { question in
            let letters = question.response.count { $0.isLetter && $0.isASCII }
            return RewardVerdict(
                verdict: letters > 10 ? .correct : .incorrect, score: Double(letters) / 10)
        }
    }

    private func program(
        _ fixture: TrainingFixture, _ specification: JobSpecification, checkpoint: Checkpoint? = nil,
        feedback: [FeedbackRecord] = [], reward: any RewardClient = letters
    ) throws -> GroupRelativeProgram {
        try GroupRelativeProgram(
            fixture.context(specification, checkpoint: checkpoint, feedback: feedback), engine: fixture.engine
        ) { _ in reward }
    }

    @Test("The reward rises, and ratios are 1 before the first update of each step")
    func learns() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let program = try program(fixture, specification(fixture))
            let metrics = try await TrainingFixture.run(program, steps: 25)
            let rewards = metrics.map { $0["reward/mean"]! }
            #expect(rewards.suffix(5).reduce(0, +) > 1.2 * rewards.prefix(5).reduce(0, +))
            #expect(metrics.allSatisfy { $0["policy/first_deviation"] == 0 })
            #expect(metrics[0]["policy/kl"] == 0)
            #expect(metrics[20]["policy/kl"]! > 0)
            #expect(metrics.allSatisfy { $0["tree_token_ratio"]! < 1 })
        }
    }

    @Test("A run that resumes draws and learns what one that was not interrupted does")
    func resumes() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder, precision: .bfloat16)
            var specification = try specification(fixture)
            specification.batch.minibatches = 2
            let whole = try program(fixture, specification)
            let expected = try await TrainingFixture.run(whole, steps: 6)
            let first = try program(fixture, specification)
            _ = try await TrainingFixture.run(first, steps: 2)
            let checkpoint = try fixture.save(first)
            // Another engine, as after a restart.
            let restarted = try TrainingFixture(folder, precision: .bfloat16)
            let second = try program(restarted, specification, checkpoint: checkpoint)
            #expect(try await TrainingFixture.run(second, steps: 4) == Array(expected[2...]))
        }
    }

    @Test("Where rewards are all alike nothing is learnt, the step says so, and the job goes on")
    func alike() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.sampling.dynamic = true
            specification.sampling.maxRounds = 2
            let reward = ScriptedReward { $0.questions.map { _ in RewardVerdict(verdict: .incorrect) } }
            let program = try program(fixture, specification, reward: reward)
            let report = try await program.step()
            #expect(report.metrics["prompts"] == 8)
            #expect(report.metrics["prompts_kept"] == 0)
            #expect(report.metrics["solved_none"] == 1)
            #expect(report.notes.count == 2)
            #expect(report.metrics["loss"] == nil)
            #expect(program.stepsDone == 1)
        }
    }

    @Test("Dynamic sampling replaces groups that teach nothing")
    func dynamic() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.sampling.dynamic = true
            // Only prompts with an even number tell responses apart.
            let reward = ScriptedReward { batch in
                batch.questions.enumerated().map { index, question in
                    let isEven = Int(question.truth)!.isMultiple(of: 2)
                    return RewardVerdict(verdict: isEven && index.isMultiple(of: 2) ? .correct : .incorrect)
                }
            }
            let program = try program(fixture, specification, reward: reward)
            let report = try await program.step()
            #expect(report.metrics["prompts_kept"] == 4)
            #expect(report.metrics["prompts"]! > 4)
            #expect(Set(reward.batches.map(\.id)).count == reward.batches.count)
        }
    }

    @Test("Feedback goes first: answers are drawn for, rewarded responses are learnt from")
    func feedback() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.feedback.enabled = true
            let reward = ScriptedReward { batch in
                batch.questions.enumerated().map {
                    RewardVerdict(verdict: $0.offset.isMultiple(of: 2) ? .correct : .incorrect)
                }
            }
            let records = [
                FeedbackRecord(prompt: "One?", content: .answer("1")),
                FeedbackRecord(prompt: "Two?", content: .rewarded(response: "2", reward: 1)),
                FeedbackRecord(prompt: "Two?", content: .rewarded(response: "3", reward: 0)),
            ]
            let program = try program(fixture, specification, feedback: records, reward: reward)
            let report = try await program.step()
            // One prompt of the data, two of the feedback, one of them with the two responses that came.
            #expect(report.metrics["prompts"] == 3)
            #expect(report.metrics["rows"] == 14)
            #expect(reward.batches[0].questions[0].truth == "1")
            #expect(report.skipped == nil)
        }
    }

    @Test("A reward service that fails is asked again, then its responses are left out, counted, or end the job")
    func failingReward() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.reward.external.retries = 1
            let reward = ScriptedReward { _ in throw ScriptedReward.Failure() }
            specification.reward.external.onFailure = .skip
            let skipped = try await program(fixture, specification, reward: reward).step()
            #expect(skipped.metrics["unjudged"] == 24)
            #expect(reward.batches.count == 2)
            #expect(reward.batches[0].id == reward.batches[1].id)
            specification.reward.external.onFailure = .score
            let scored = try await program(fixture, specification, reward: reward).step()
            #expect(scored.metrics["verdict/internal"] == 1)
            specification.reward.external.onFailure = .fail
            let failing = try program(fixture, specification, reward: reward)
            await #expect(throws: JobError.self) { try await failing.step() }
        }
    }

    @Test("A service that answers too few, or with no number, is not believed")
    func lyingReward() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.reward.external.retries = 0
            let short = ScriptedReward { _ in [RewardVerdict(verdict: .correct)] }
            #expect(try await program(fixture, specification, reward: short).step().metrics["unjudged"] == 24)
            let infinite = ScriptedReward {
                $0.questions.map { _ in RewardVerdict(verdict: .correct, score: .nan) }
            }
            let report = try await program(fixture, specification, reward: infinite).step()
            #expect(report.metrics["verdict/internal"] == 1)
            #expect(report.metrics["reward/mean"] == 0)
        }
    }

    @Test("A policy that is unloaded under a job is named")
    func unloaded() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let program = try program(fixture, specification(fixture))
            try fixture.engine.unload("qwen2")
            await #expect(throws: JobError.policyUnloaded(policy: "qwen2")) { try await program.step() }
        }
    }

    @Test("Versions a job drew from and did not publish are given back")
    func versions() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            do {
                let program = try program(fixture, specification(fixture))
                _ = try await TrainingFixture.run(program, steps: 2)
                let published = try await program.publish()
                _ = try await TrainingFixture.run(program, steps: 1)
                #expect(try fixture.engine.policy("qwen2").versions.map(\.number) == [1, published])
            }
            #expect(try fixture.engine.policy("qwen2").versions.count == 2)
        }
    }
}
