import Compute
import Foundation
import Guarding
import ModelFiles
import Rewards
import Rollouts
import Sampling
import Tasks
import TestSupport
import Testing
import Trees

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
    private static let letters = ScriptedReward.letters(above: 10)

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

    @Test("A policy with weights in blocks learns from what was drawn with them, and its new versions have blocks too")
    func blocks() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder, blocks: .q8_0)
            let program = try program(fixture, specification(fixture))
            let metrics = try await TrainingFixture.run(program, steps: 2)
            #expect(metrics.allSatisfy { $0["policy/first_deviation"] == 0 })
            #expect(metrics[0]["policy/kl"] == 0)
            _ = try await fixture.publish(program)
            let versions = try fixture.engine.policy("").versions.map(\.weightBytes)
            #expect(versions.count == 2 && versions[0] == versions[1])
        }
    }

    @Test("In a precision of its own a job learns in numbers of that, and draws from blocks")
    func blocksApart() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder, blocks: .q8_0)
            var specification = try specification(fixture)
            specification.compute.precision = .float32
            let program = try program(fixture, specification)
            let metrics = try await TrainingFixture.run(program, steps: 1)
            let deviation = try #require(metrics[0]["policy/first_deviation"])
            #expect(deviation > 0 && deviation < 0.5)
            _ = try await fixture.publish(program)
            let versions = try fixture.engine.policy("").versions.map(\.weightBytes)
            #expect(versions.count == 2 && versions[0] == versions[1])
        }
    }

    @Test("A run that resumes draws and learns what one that was not interrupted does")
    func resumes() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) { fixture in
                var specification = try specification(fixture)
                specification.batch.minibatches = 2
                return specification
            } _: {
                try program($0, $1, checkpoint: $2)
            }
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

    @Test("A response that came and does not fit into the context is left out, with a note")
    func longFeedback() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.feedback.enabled = true
            let length = try fixture.engine.policy("qwen2").configuration.contextLength
            // Each letter apart is a token or more.
            let long = (0..<length).map { _ in "x" }.joined(separator: " ")
            let records = [long, "2", "3"].enumerated().map {
                FeedbackRecord(prompt: "Two?", content: .rewarded(response: $1, reward: Double($0)))
            }
            let notes = Guarded<[String]>([])
            let context = fixture.context(
                specification, feedback: records, note: { note in notes.withLock { $0.append(note) } })
            let program = try GroupRelativeProgram(context, engine: fixture.engine) { _ in Self.letters }
            let report = try await program.step()
            #expect(report.metrics["skipped_prompts"] == 1)
            let left = notes.withLock { $0.filter { $0.hasPrefix("Feedback record 1 is left out") } }
            #expect(left.count == 1 && left[0].hasSuffix("tokens, and the context \(length)."))
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
            // After two attempts at all, parts of them until it is clear that the service answers nothing.
            #expect(reward.batches.count == 10)
            #expect(skipped.notes.count == 1)
            #expect(skipped.notes[0].hasPrefix("None of 24 responses was judged: nothing was learnt in this step."))
            #expect(skipped.metrics["reward/mean"] == nil && skipped.metrics["solved_none"] == nil)
            #expect(reward.batches[0].id == reward.batches[1].id)
            specification.reward.external.onFailure = .score
            let scored = try await program(fixture, specification, reward: reward).step()
            #expect(scored.metrics["verdict/internal"] == 1)
            specification.reward.external.onFailure = .fail
            let failing = try program(fixture, specification, reward: reward)
            await #expect(throws: JobError.self) { try await failing.step() }
        }
    }

    @Test("One response that a service fails on costs the others nothing, and the step says what is missing")
    func oneFailingJudgement() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.rollout.groupSize = 8
            specification.batch.promptsPerStep = 1
            specification.reward.external.retries = 0
            let failing = Guarded<String?>(nil)
            let reward = ScriptedReward { batch in
                let bad = failing.withLock { bad in
                    bad = bad ?? batch.questions[3].response
                    return bad
                }
                if batch.questions.contains(where: { $0.response == bad }) { throw ScriptedReward.Failure() }
                return batch.questions.map { RewardVerdict(verdict: .correct, score: Double($0.response.utf8.count)) }
            }
            let report = try await program(fixture, specification, reward: reward).step()
            #expect(report.metrics["unjudged"] == 1)
            #expect(report.metrics["rows"] == 7)
            #expect(report.metrics["loss"] != nil)
            #expect(report.notes.count == 1)
            #expect(report.notes[0].hasPrefix("1 of 8 responses were not judged. They are left out of the step."))
            // A part is a batch of its own; attempts at the same have one id.
            #expect(Set(reward.batches.map(\.id)).count == reward.batches.count)
        }
    }

    @Test("What a step says of its rewards follows from what was counted")
    func remarks() {
        func remark(_ rewards: [[Double]], unjudged: Int = 0) -> RewardRemark {
            var remark = RewardRemark(unjudged: unjudged, failure: unjudged > 0 ? "boom" : "")
            for group in rewards { remark.add(group) }
            return remark
        }
        #expect(remark([[0, 1]]).notes(hasLearnt: true).isEmpty)
        #expect(remark([]).notes(hasLearnt: false).isEmpty)
        #expect(
            remark([[], []], unjudged: 8).notes(hasLearnt: false) == [
                "None of 8 responses was judged: nothing was learnt in this step. The reward service's last failure: boom."
            ])
        #expect(
            remark([[1, 1], [0, 0, 0]]).notes(hasLearnt: false) == [
                "Nothing was learnt in this step. To each of its 2 prompts all responses were rewarded alike. Easier or "
                    + "harder prompts, or more responses to each, would help; where rewards were better before, a lower "
                    + "optimizer.learning_rate."
            ])
        let mixed = remark([[1, 1], [1]], unjudged: 3).notes(hasLearnt: false)
        #expect(mixed.count == 2)
        #expect(
            mixed[0].contains("Of its 2 prompts, 1 had responses that were all rewarded alike, and 1 fewer than two"))
        #expect(mixed[1].hasPrefix("3 of 6 responses were not judged."))
        #expect(
            remark([[0, 1, 1]], unjudged: 1).notes(hasLearnt: true) == [
                "1 of 4 responses were not judged. They are left out of the step. The reward service's last failure: boom."
            ])
    }

    @Test("Prompts that are too long are left out however many follow each other, and are counted")
    func longPrompts() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            let long = String(repeating: "word ", count: 200)
            let lines = [#"{"prompt": "\#(long)", "answer": "1"}"#, #"{"prompt": "Hi.", "answer": "2"}"#]
            specification.data.maxPromptTokens = 40
            specification.batch.promptsPerStep = 2
            for seed in 1...8 as ClosedRange<UInt64> {
                specification.seed = seed
                specification.data.train = try fixture.data(lines)
                let program = try program(fixture, specification)
                for _ in 0..<3 {
                    let report = try await program.step()
                    #expect(report.metrics["prompts"] == 2)
                    let skipped = try #require(report.metrics["skipped_prompts"])
                    #expect(skipped == Double(program.run.stream.position.records - 2 * program.stepsDone))
                }
            }
            specification.data.train = try fixture.data([lines[0], lines[0], lines[0]])
            let all = try program(fixture, specification)
            let error = await #expect(throws: JobError.self) { try await all.step() }
            #expect(error?.description.hasPrefix("Each of the 3 prompts of the data has more than 40 tokens") == true)
            specification.data.train = "graph"
            specification.data.maxPromptTokens = 2
            let endless = try program(fixture, specification)
            let other = await #expect(throws: JobError.self) { try await endless.step() }
            #expect(other?.description.hasPrefix("Each of the last 10000 prompts has more than 2 tokens") == true)
        }
    }

    @Test("A step without anything to learn from publishes what can be trained on")
    func publishesUnchanged() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let specification = try specification(fixture)
            let alike = ScriptedReward { $0.questions.map { _ in RewardVerdict(verdict: .incorrect) } }
            let first = try program(fixture, specification)
            _ = try await TrainingFixture.run(first, steps: 1)
            try await fixture.publish(first)
            let second = try program(fixture, specification, reward: alike)
            for _ in 0..<2 {
                _ = try await second.step()
                let version = try await fixture.publish(second)
                let info = try fixture.engine.policy("qwen2")
                let directory = info.versions.first { $0.number == version }?.directory ?? ""
                #expect(directory.hasSuffix("step-\(second.stepsDone)/policy"))
                _ = try TrainingRun.source(of: info)
            }
        }
    }

    @Test("A second job begins with the first one's weights where those began as random ones")
    func secondJobOfUntrainedPolicy() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let model = folder.appendingPathComponent("qwen2"), file = model.appendingPathComponent("config.json")
            try FileManager.default.copyItem(at: Fixtures.url("qwen2"), to: model)
            var fields = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
            fields["attnrl_untrained"] = true
            try JSONSerialization.data(withJSONObject: fields).write(to: file)
            let fixture = try TrainingFixture(folder, model: model), specification = try specification(fixture)
            for _ in 0..<2 {
                let program = try program(fixture, specification)
                _ = try await TrainingFixture.run(program, steps: 1)
                try await fixture.publish(program)
            }
        }
    }

    @Test("A job whose policy's name was given to another model pauses rather than stops the server")
    func exchangedPolicy() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let program = try program(fixture, specification(fixture))
            _ = try await TrainingFixture.run(program, steps: 1)
            try fixture.engine.unload("qwen2")
            _ = try fixture.engine.load(directory: Fixtures.url("llama"), name: "qwen2", precision: .float32)
            let error = await #expect(throws: JobError.self) { try await program.step() }
            #expect(error?.isMendable == true)
            #expect(error?.description.contains("is now a model of another shape") == true)
        }
    }

    @Test("An evaluation counts what it left out, and judges answers where no task does")
    func evaluates() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            let long = #"{"prompt": "\#(String(repeating: "word ", count: 3000))", "answer": "1"}"#
            specification.data.heldOut = try fixture.data([long] + Self.lines)
            specification.evaluation.maxTokens = 4
            specification.reward.external.retries = 0
            let reward = ScriptedReward { batch in
                if batch.questions.contains(where: { $0.truth == "4" }) { throw ScriptedReward.Failure() }
                return batch.questions.map { RewardVerdict(verdict: Int($0.truth)! < 4 ? .correct : .incorrect) }
            }
            let metrics = try await program(fixture, specification, reward: reward).evaluate()
            #expect(metrics["eval/prompts"] == 9)
            #expect(metrics["eval/skipped_prompts"] == 1)
            #expect(metrics["eval/unjudged"] == 1)
            #expect(metrics["eval/accuracy"] == 0.5)
            #expect(metrics["eval/pass_at_k"] == 0.5)
            #expect(metrics["eval/sound"] == nil)
            let judgements = try await Judge(.usual).judge(
                [
                    .init(record: .init(prompt: .text("1+1?"), answers: ["2"]), response: "\\boxed{2}"),
                    .init(record: .init(prompt: .text("1+1?"), answers: ["2"]), response: "\\boxed{3}"),
                ], job: "job-1", step: 0, label: "")
            #expect(judgements.answers.map { $0?.verdict } == [.correct, .incorrect])
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
                let published = try await fixture.publish(program)
                _ = try await TrainingFixture.run(program, steps: 1)
                #expect(try fixture.engine.policy("qwen2").versions.map(\.number) == [1, published])
            }
            #expect(try fixture.engine.policy("qwen2").versions.count == 2)
        }
    }
}
