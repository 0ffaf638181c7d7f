import Foundation
import Guarding
import Preferences
import Rewards
import Rollouts
import Tasks
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Learned rewards", .serialized)
struct RewardModelTests {
    /// Responses with digits are preferred to those without.
    private static let pairs: [String] = (0..<24).map { number in
        let words = ["first", "second", "next", "answer"][number % 4]
        let (chosen, rejected) = ("\(words) \(number * 7) + \(number)", "\(words) then \(words) so")
        return #"{"prompt": "Say \#(number % 5).", "chosen": "\#(chosen)", "rejected": "\#(rejected)"}"#
    }

    private func specification(_ fixture: TrainingFixture, lines: [String] = pairs) throws -> JobSpecification {
        var specification = JobSpecification(kind: .rewardModel)
        specification.data.train = try fixture.data(lines)
        specification.batch.promptsPerStep = 4
        specification.rewardModel.heldOutShare = 0.25
        return specification
    }

    private func program(
        _ fixture: TrainingFixture, _ specification: JobSpecification, _ checkpoint: Checkpoint? = nil,
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> RewardModelProgram {
        try RewardModelProgram(
            fixture.context(specification, checkpoint: checkpoint, note: note), engine: fixture.engine)
    }

    @Test("A reward is fitted to pairs, right about those held out, and written to a file")
    func fitted() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let program = try program(fixture, try specification(fixture))
            #expect(program.totalSteps == 6 && !program.isFinished)
            let steps = try await TrainingFixture.run(program, steps: 6)
            #expect(program.isFinished)
            #expect(steps[4]["fit/loss"] == nil && steps[5]["pairs"] == 24)
            #expect(steps[5]["fit/pairs"] == 18 && steps[5]["held_out/pairs"] == 6)
            #expect(try #require(steps[5]["held_out/accuracy"]) > 0.9)
            #expect(try #require(steps[5]["fit/loss"]) < log(2))
            #expect(try await program.evaluate()["held_out/accuracy"] == steps[5]["held_out/accuracy"])
            let file = folder.appendingPathComponent(LinearReward.fileName)
            let reward = try LearnedReward.read(file.path)
            #expect(reward.policy == "qwen2" && reward.weights.count == 64 && reward.layer == 3)
            let checkpoint = try fixture.save(program).directory.appendingPathComponent(LinearReward.fileName)
            #expect(try LearnedReward.read(checkpoint.path) == reward)
        }
    }

    @Test("One that was stopped goes on as one that was not")
    func resumed() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) {
                try specification($0)
            } _: {
                try program($0, $1, $2)
            }
        }
    }

    @Test("A pair is written once, whatever number of checkpoints has it")
    func links() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), specification = try specification(fixture)
            let program = try program(fixture, specification)
            var checkpoints: [Checkpoint] = []
            for _ in 0..<3 {
                _ = try await program.step()
                checkpoints.append(try fixture.save(program))
            }
            func number(_ file: String, _ checkpoint: Checkpoint) throws -> Int? {
                let path = checkpoint.directory.appendingPathComponent(file).path
                return try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
            }
            for (file, first) in [("pairs-0.bin", 0), ("pairs-1.bin", 1)] {
                let numbers = try checkpoints[first...].map { try number(file, $0) }
                #expect(numbers.count > 1 && numbers[0] != nil && Set(numbers).count == 1)
            }
            // Of 4 pairs a step and 64 numbers a state.
            let size =
                try FileManager.default.attributesOfItem(
                    atPath: checkpoints[2].directory.appendingPathComponent("pairs-2.bin").path)[.size] as? Int
            #expect(size == 4 * (8 + 2 * 64 * 4))
            // One that goes on from a checkpoint has them in one file.
            let second = try self.program(fixture, specification, checkpoints[1])
            _ = try await second.step()
            let again = try fixture.save(second)
            #expect(
                try [ComparedPair](
                    #require(try? Data(contentsOf: again.directory.appendingPathComponent("pairs-0.bin"))), width: 64)?
                    .count == 12)
            #expect(!FileManager.default.fileExists(atPath: again.directory.appendingPathComponent("pairs-1.bin").path))
            // Nothing is left of them beside the checkpoints when the job is done.
            _ = try await TrainingFixture.run(second, steps: 3)
            _ = try fixture.save(second)
            #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("pairs").path))
            // Twice the same, as after a disk that was full.
            _ = try fixture.save(second)
        }
    }

    @Test("A damaged or foreign file of pairs is a damaged checkpoint")
    func damaged() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), specification = try specification(fixture)
            let program = try program(fixture, specification)
            _ = try await program.step()
            let checkpoint = try fixture.save(program)
            try Data(count: 100).write(to: checkpoint.directory.appendingPathComponent("pairs-0.bin"))
            #expect(throws: JobError.self) { try self.program(fixture, specification, checkpoint) }
        }
    }

    @Test("What is named as a reward and is no file of bounded size is refused at once")
    func files() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let pipe = folder.appendingPathComponent("pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            let large = folder.appendingPathComponent("large")
            #expect(FileManager.default.createFile(atPath: large.path, contents: nil))
            // It has no blocks, and would fill 64 GiB of memory.
            #expect(truncate(large.path, 64 << 30) == 0)
            for (path, reason) in [
                (pipe, "It is no regular file."), ("/dev/zero", "It is no regular file."),
                (folder.path, "It is no regular file."), (large.path, "at most 33554432 are read."),
                ("/nowhere/reward_model.json", "It does not exist."),
            ] {
                do {
                    _ = try LearnedReward.read(path)
                    Issue.record("\(path) was read")
                } catch {
                    #expect("\(error)".contains(reason) && "\(error)".contains("Name the reward_model.json"))
                }
            }
        }
    }

    /// A set of the same pairs, in which every third is decided by the later of two choices.
    private func preferences(_ choices: Int64) -> PreferenceSource {
        let pairs = (0..<24).map { number in
            let words = ["first", "second", "next", "answer"][number % 4]
            return PreferencePair(
                id: "\(number)", prompt: "Say \(number % 5).", first: "\(words) then so",
                second: "\(words) \(number * 7) + \(number)")
        }
        return PreferenceSource(last: { $0 == "words" ? choices : nil }) { _, sequence in
            pairs.enumerated().map { number, pair in
                StoredPair(
                    number: Int64(number + 1), pair: pair,
                    preferred: number % 6 == 5 ? .neither : number < sequence ? .second : nil, labeller: "")
            }
        }
    }

    @Test("A set of comparisons is data as it was when the job began, whatever is chosen after that")
    func set() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.data.train = "preferences:words"
            #expect(ProgramCheck(engine: fixture.engine).problems(specification).isEmpty)
            func program(_ choices: Int64, _ checkpoint: Checkpoint? = nil) throws -> RewardModelProgram {
                var context = fixture.context(specification, checkpoint: checkpoint)
                context.preferences = preferences(choices)
                return try RewardModelProgram(context, engine: fixture.engine)
            }
            // 18 choices, of which three say neither.
            let whole = try program(18)
            #expect(whole.totalSteps == 4)
            let expected = try await TrainingFixture.run(whole, steps: 4)
            let first = try program(18)
            _ = try await TrainingFixture.run(first, steps: 2)
            let second = try program(24, try fixture.save(first))
            #expect(try await TrainingFixture.run(second, steps: 2) == Array(expected[2...]))
            #expect(expected[3]["fit/pairs"] == 12 && expected[3]["fit/accuracy"]! > 0.9)
            #expect(throws: JobError.self) { try program(0) }
            specification.data.train = "preferences:others"
            #expect(throws: JobError.self) { try program(18) }
        }
    }

    @Test("Contradictions are counted, and long pairs left out and counted")
    func odd() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let lines = [
                #"{"prompt": "a", "chosen": "b 1", "rejected": "c 2"}"#,
                #"{"prompt": "a", "chosen": "c 2", "rejected": "b 1"}"#,
                #"{"prompt": "a", "chosen": "d", "rejected": "e"}"#,
                #"{"prompt": "a", "chosen": "d", "rejected": "\#(String(repeating: "so ", count: 600))"}"#,
            ]
            var specification = try specification(fixture, lines: lines)
            specification.rewardModel.heldOutShare = 0
            let notes = Guarded<[String]>([])
            let program = try program(fixture, specification) { note in notes.withLock { $0.append(note) } }
            let step = try await TrainingFixture.run(program, steps: 1)[0]
            #expect(step["fit/contradictions"] == 2 && step["pairs/skipped"] == 1 && step["fit/pairs"] == 3)
            #expect(notes.withLock { $0.contains { $0.contains("2 pairs contradict another") } })
            #expect(step["held_out/accuracy"] == nil)
        }
    }

    @Test("Every kind that learns from rewards learns from a learned one, and goes on after a stop as without")
    func learning() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let own = folder.appendingPathComponent("job-1"), other = folder.appendingPathComponent("job-7")
            for folder in [own, other] {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            }
            let fixture = try TrainingFixture(own)
            _ = try await TrainingFixture.run(try program(fixture, try specification(fixture)), steps: 6)
            let file = folder.appendingPathComponent("kept.json")
            try FileManager.default.moveItem(
                at: own.appendingPathComponent(LinearReward.fileName), to: file)
            // As the folder of another job of the same server.
            try FileManager.default.copyItem(at: file, to: other.appendingPathComponent(LinearReward.fileName))
            func job(_ fixture: TrainingFixture) throws -> JobSpecification {
                var specification = JobSpecification(kind: .grpo)
                specification.data.train = try fixture.data((0..<9).map { #"{"prompt": "Say number \#($0)."}"# })
                specification.steps = 30
                specification.rollout.groupSize = 4
                specification.rollout.maxTokens = 12
                specification.batch.promptsPerStep = 2
                specification.optimizer.learningRate = 3e-4
                specification.reward.kind = .learned
                specification.reward.model = file.path
                return specification
            }
            let grpo = try GroupRelativeProgram(fixture.context(try job(fixture)), engine: fixture.engine) { _ in
                ScriptedReward { _ in [] }
            }
            let steps = try await TrainingFixture.run(grpo, steps: 12)
            #expect(steps.allSatisfy { $0["verdict/undecided"] == 1 && $0["loss"] != nil })
            // Of one reward for all steps: 0 in the mean and 1 in the deviation where it was fitted.
            #expect(
                steps.allSatisfy { abs($0["reward/mean"]!) < 20 } && Set(steps.map { $0["reward/mean"]! }).count == 12)
            var tree = try fixture.treeSpecification(.attnrl, learningRate: 3e-4)
            tree.reward = try job(fixture).reward
            tree.reward.model = "job-7"
            let attnrl = try TreeProgram(fixture.context(tree), engine: fixture.engine) { _ in
                ScriptedReward { _ in [] }
            }
            #expect(try await TrainingFixture.run(attnrl, steps: 1)[0]["loss"] != nil)
            // The fixture of this test computes in other numbers than the one that fitted the reward.
            try await TrainingFixture.expectSameWhenResumed(own, job) { fixture, specification, checkpoint in
                try GroupRelativeProgram(
                    fixture.context(specification, checkpoint: checkpoint), engine: fixture.engine
                ) { _ in ScriptedReward { _ in [] } }
            }
        }
    }

    @Test("The weights of a reward's file are those of a version that the policy has, or are not looked for")
    func foreignWeights() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            _ = try await TrainingFixture.run(try program(fixture, try specification(fixture)), steps: 6)
            let file = folder.appendingPathComponent(LinearReward.fileName)
            let reward = try LearnedReward.read(file.path), policy = try fixture.engine.policy(reward.policy)
            #expect(try LearnedReward.source(of: reward, path: file.path, policy).path == reward.source)
            var text = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
            // One is there and a policy's, the other is not.
            let other = folder.appendingPathComponent("other")
            try FileManager.default.copyItem(at: URL(fileURLWithPath: reward.source), to: other)
            for source in [other.path, "/nowhere"] {
                text["source"] = source
                try JSONSerialization.data(withJSONObject: text).write(to: file)
                var specification = try fixture.treeSpecification(.attnrl, learningRate: 1e-4)
                (specification.reward.kind, specification.reward.model) = (.learned, file.path)
                let problems = ProgramCheck(engine: fixture.engine).problems(specification)
                #expect(problems.map(\.path) == ["reward.model"])
                #expect(problems.first?.reason.contains("has no version of that folder") == true)
                #expect(throws: JobError.self) {
                    try LearnedReward(
                        fixture.context(specification), engine: fixture.engine, scores: try VerdictScores())
                }
            }
        }
    }

    @Test("What cannot work is refused by name")
    func refused() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), check = ProgramCheck(engine: fixture.engine)
            func problems(_ specification: JobSpecification) -> [String] {
                var problems = SpecificationProblems()
                specification.addContradictions(to: &problems)
                specification.addUnused(to: &problems)
                return (problems.problems + check.problems(specification)).map(\.path)
            }
            var model = try specification(fixture)
            #expect(problems(model).isEmpty)
            model.rewardModel.layer = 4
            #expect(problems(model) == ["reward_model.layer"])
            model.rewardModel.layer = nil
            model.data.train = "graph-small"
            #expect(problems(model) == ["data.train"])
            model.data.train = try fixture.data([#"{"prompt": "a", "chosen": "b"}"#])
            #expect(problems(model) == ["data.train"])

            var job = try fixture.treeSpecification(.attnrl, learningRate: 1e-4)
            job.reward = RewardSpecification()
            job.reward.kind = .learned
            #expect(problems(job) == ["reward.model"])
            job.reward.model = folder.appendingPathComponent("none.json").path
            #expect(problems(job) == ["reward.model"])
            try Data(#"{"weights": []}"#.utf8).write(to: URL(fileURLWithPath: job.reward.model))
            #expect(problems(job) == ["reward.model"])
            let narrow = LinearReward(policy: "qwen2", source: "/nowhere", layer: 1, weights: [1], states: [])
            try JSONEncoder().encode(narrow).write(to: URL(fileURLWithPath: job.reward.model))
            #expect(problems(job) == ["reward.model"])
            job.reward.kind = .math
            #expect(problems(job).contains("reward.model"))
            job.reward.kind = .learned
            job.sampling.prompts = .cures
            job.rollout.allocation = .cures
            #expect(Set(problems(job)).isSuperset(of: ["sampling.prompts", "rollout.allocation"]))
            var warm = JobSpecification(kind: .warmStart)
            warm.reward.kind = .learned
            warm.reward.model = "x"
            var found = SpecificationProblems()
            warm.addContradictions(to: &found)
            #expect(found.problems.map(\.path).contains("reward.kind"))
        }
    }
}
