import Compute
import Foundation
import Rewards
import Rollouts
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Evaluations as jobs", .serialized)
struct EvaluationProgramTests {
    private static let lines = (0..<11).map { #"{"prompt": "Say number \#($0).", "answer": "\#($0)"}"# }

    private func specification(_ fixture: TrainingFixture) throws -> JobSpecification {
        var specification = JobSpecification(kind: .evaluate)
        specification.data.heldOut = try fixture.data(Self.lines)
        specification.reward.kind = .external
        specification.reward.external.address = "127.0.0.1:1"
        specification.evaluation.samples = 4
        specification.evaluation.temperature = 1
        specification.evaluation.maxTokens = 6
        specification.batch.promptsPerStep = 3
        return specification
    }

    /// Right are responses with an even number of characters.
    private static let parity = ScriptedReward { batch in
        batch.questions.map {
            RewardVerdict(verdict: $0.response.count.isMultiple(of: 2) ? .correct : .incorrect)
        }
    }

    private func program(
        _ fixture: TrainingFixture, _ specification: JobSpecification, checkpoint: Checkpoint? = nil
    ) throws -> EvaluationProgram {
        try EvaluationProgram(fixture.context(specification, checkpoint: checkpoint), engine: fixture.engine) { _ in
            Self.parity
        }
    }

    /// The rest of an evaluation: metrics of its steps, and its result behind them.
    private func rest(_ program: EvaluationProgram) async throws -> [[String: Double]] {
        var metrics: [[String: Double]] = []
        while !program.isFinished { metrics += try await TrainingFixture.run(program, steps: 1) }
        return metrics + [try await program.evaluate()]
    }

    @Test("Prompts are asked in steps, and the figures are those of all prompts so far")
    func steps() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let program = try program(fixture, specification(fixture))
            #expect(program.totalSteps == 4)
            let metrics = try await rest(program)
            #expect(metrics.map { $0["eval/prompts"] } == [3, 6, 9, 11, 11])
            #expect(program.stepsDone == 4)
            let result = metrics[4]
            #expect(result["eval/unjudged"] == 0)
            #expect(result["eval/skipped_prompts"] == 0)
            let rates = ["accuracy", "pass_at_2", "pass_at_4"].compactMap { result["eval/" + $0] }
            #expect(rates.count == 3 && rates == rates.sorted() && rates[0] > 0 && rates[0] < 1)
            #expect(result["eval/pass_at_k"] == rates[2])
            #expect(try #require(result["eval/accuracy_margin"]) > 0)
            // The running figures of the last step are the result.
            #expect(metrics[3].filter { $0.key.hasPrefix("eval/") } == result)
        }
    }

    @Test("One that was interrupted after any step goes on as one that was not, from counts without weights")
    func resumes() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let specification = try specification(fixture)
            let expected = try await rest(try program(fixture, specification))
            var checkpoint: Checkpoint?
            for step in 0..<4 {
                let part = try program(fixture, specification, checkpoint: checkpoint)
                #expect(part.stepsDone == step)
                #expect(try await TrainingFixture.run(part, steps: 1) == [expected[step]])
                let saved = try fixture.save(part)
                #expect(try FileManager.default.contentsOfDirectory(atPath: saved.directory.path) == ["state.json"])
                checkpoint = saved
            }
            let last = try program(fixture, specification, checkpoint: checkpoint)
            #expect(last.isFinished)
            #expect(try await last.evaluate() == expected[4])
        }
    }

    @Test("It finds what an evaluation in training finds of the same weights")
    func likeTraining() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let specification = try specification(fixture)
            var training = JobSpecification(kind: .grpo)
            training.data = specification.data
            training.data.train = specification.data.heldOut ?? ""
            training.steps = 1
            training.evaluation = specification.evaluation
            training.reward = specification.reward
            let trained = try GroupRelativeProgram(fixture.context(training), engine: fixture.engine) { _ in
                Self.parity
            }
            let expected = try await trained.evaluate()
            #expect(try await rest(try program(fixture, specification)).last == expected)
        }
    }

    @Test("It stays with the weights it began with, whatever is served since and after a restart")
    func fixedVersion() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let specification = try specification(fixture)
            let expected = try await rest(try program(fixture, specification))
            let evaluation = try program(fixture, specification)
            _ = try await TrainingFixture.run(evaluation, steps: 1)
            let checkpoint = try fixture.save(evaluation)

            var training = JobSpecification(kind: .sft)
            training.data.train = try fixture.data([#"{"prompt": "Say number 1.", "response": "aaa"}"#])
            training.steps = 3
            training.optimizer.learningRate = 1e-2
            let trained = try SupervisedProgram(fixture.context(training), engine: fixture.engine)
            _ = try await TrainingFixture.run(trained, steps: 3)
            try await fixture.publish(trained)
            #expect(try await rest(evaluation) == Array(expected[1...]))
            #expect(try await rest(try program(fixture, specification)) != expected)

            // A server that has the trained weights under the policy's name, and not those of the evaluation.
            let model = folder.appendingPathComponent("qwen2")
            try FileManager.default.copyItem(
                at: folder.appendingPathComponent("published/step-3/policy"), to: model)
            let restarted = try TrainingFixture(folder, model: model)
            let resumed = try program(restarted, specification, checkpoint: checkpoint)
            #expect(try await rest(resumed) == Array(expected[1...]))
            #expect(try restarted.engine.policy("qwen2").versions.count == 1)
        }
    }

    @Test("Another model under the policy's name pauses the job, and so do weights that are gone")
    func exchangedPolicy() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let model = folder.appendingPathComponent("qwen2")
            try FileManager.default.copyItem(at: Fixtures.url("qwen2"), to: model)
            let fixture = try TrainingFixture(folder, model: model)
            let specification = try specification(fixture)
            let evaluation = try program(fixture, specification)
            _ = try await TrainingFixture.run(evaluation, steps: 1)
            let checkpoint = try fixture.save(evaluation)
            try fixture.engine.unload("qwen2")
            let unloaded = await #expect(throws: JobError.self) { try await evaluation.step() }
            #expect(unloaded == .policyUnloaded(policy: "qwen2"))
            _ = try fixture.engine.load(directory: Fixtures.url("llama"), name: "qwen2", precision: .float32)
            let exchanged = #expect(throws: JobError.self) {
                try program(fixture, specification, checkpoint: checkpoint)
            }
            #expect(exchanged?.isMendable == true)
            #expect(exchanged?.description.contains("another shape") == true)
            try FileManager.default.removeItem(at: model)
            let gone = #expect(throws: JobError.self) { try program(fixture, specification, checkpoint: checkpoint) }
            #expect(gone?.isMendable == true)
            #expect(gone?.description.contains("are gone") == true)
        }
    }

    @Test("Prompts that are too long are left out and counted; where all are, the job says so")
    func longPrompts() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let long = #"{"prompt": "\#(String(repeating: "word ", count: 3000))", "answer": "1"}"#
            var specification = try specification(fixture)
            let whole = try await rest(try program(fixture, specification)).last
            specification.data.heldOut = try fixture.data([long] + Self.lines)
            var result = try #require(try await rest(try program(fixture, specification)).last)
            #expect(result["eval/skipped_prompts"] == 1)
            result["eval/skipped_prompts"] = 0
            #expect(result == whole)
            specification.data.heldOut = try fixture.data([long, long])
            let program = try program(fixture, specification)
            let error = await #expect(throws: JobError.self) { try await rest(program) }
            #expect(error?.description.contains("Each of the 2 prompts") == true)
        }
    }

    @Test("A state that is not one of its step is a damaged checkpoint")
    func damage() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let specification = try specification(fixture)
            let first = try program(fixture, specification)
            _ = try await TrainingFixture.run(first, steps: 1)
            let saved = try fixture.save(first)
            let file = saved.directory.appendingPathComponent("state.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            for (old, new) in [(#""steps":1"#, #""steps":2"#), (#""prompts":3"#, #""prompts":4"#)] {
                #expect(text.contains(old))
                try Data(text.replacing(old, with: new).utf8).write(to: file)
                let error = #expect(throws: JobError.self) {
                    try program(fixture, specification, checkpoint: saved)
                }
                guard case .damagedCheckpoint = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
            }
        }
    }

    @Test("Data is looked for where an evaluation reads it")
    func check() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let programs = TrainingPrograms.factories(engine: fixture.engine) { _ in Self.parity }
            let factory = try #require(programs[.evaluate])
            var specification = try specification(fixture)
            #expect(await factory.check(specification) == [])
            specification.reward = RewardSpecification()
            specification.reward.kind = .task
            #expect(await factory.check(specification).map(\.path) == ["reward.kind"])
            specification.data.heldOut = "missing.jsonl"
            #expect(await factory.check(specification).map(\.path) == ["data.held_out"])
        }
    }
}
