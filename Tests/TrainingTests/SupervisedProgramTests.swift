import Foundation
import Guarding
import Rollouts
import Tasks
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Supervised fine-tuning", .serialized)
struct SupervisedProgramTests {
    private static let lines = (0..<12).map {
        #"{"prompt": "Compute \#($0) + 1.", "answer": "\#($0 + 1)", "response": "The sum is \#($0 + 1)\n\n\\boxed{\#($0 + 1)}"}"#
    }

    private func specification(_ fixture: TrainingFixture) throws -> JobSpecification {
        var specification = JobSpecification(kind: .sft)
        specification.data.train = try fixture.data(Self.lines)
        specification.steps = 12
        specification.batch.sequencesPerStep = 5
        specification.optimizer.learningRate = 2e-3
        specification.schedule.warmupSteps = 2
        return specification
    }

    @Test("The loss falls, and the policy served then has the new weights")
    func learns() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let program = try SupervisedProgram(fixture.context(specification(fixture)), engine: fixture.engine)
            #expect(program.totalSteps == 12)
            let metrics = try await TrainingFixture.run(program, steps: 12)
            let losses = metrics.map { $0["loss"]! }
            #expect(losses.last! < 0.5 * losses[0])
            #expect(metrics[0]["learning_rate"] == 1e-3)
            #expect(program.isFinished)
            let version = try await fixture.publish(program)
            #expect(try fixture.engine.policy("qwen2").version == version)
            #expect(try await fixture.publish(program) == version)
        }
    }

    @Test("Feedback that gives no tokens to learn from is left out with a note, and ends no job")
    func uselessFeedback() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(
                folder, model: try TrainingFixture.modelWithPadBeyondVocabulary(in: folder))
            var specification = try specification(fixture)
            specification.feedback.enabled = true
            specification.data.longPrompts = .refuse
            specification.data.maxPromptTokens = 60
            let records = [
                FeedbackRecord(prompt: "One <pad>?", content: .answer("1")),
                FeedbackRecord(prompt: "One?", content: .answer("1<pad>")),
                FeedbackRecord(prompt: String(repeating: "One? ", count: 99), content: .answer("1")),
                FeedbackRecord(prompt: "One?", content: .answer("1")),
            ]
            let notes = Guarded<[String]>([])
            let context = fixture.context(specification, feedback: records) { note in
                notes.withLock { $0.append(note) }
            }
            let report = try await SupervisedProgram(context, engine: fixture.engine).step()
            #expect(report.skipped == nil)
            #expect(report.metrics["tokens_learnt"]! > 0)
            let said = notes.withLock { $0.filter { $0.hasPrefix("Feedback") } }
            #expect(said.count == 3)
            for (index, part) in ["'<pad>'", "'<pad>'", "data.max_prompt_tokens"].enumerated() {
                #expect(said[index].hasPrefix("Feedback record \(index + 1) is left out: "))
                #expect(said[index].contains(part))
            }
        }
    }

    @Test("A run that resumes from a checkpoint goes on as one that was not interrupted", arguments: ["adamw", "muon"])
    func resumes(_ optimizer: String) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.optimizer.kind = .init(rawValue: optimizer)!
            let whole = try SupervisedProgram(fixture.context(specification), engine: fixture.engine)
            let expected = try await TrainingFixture.run(whole, steps: 8)
            let first = try SupervisedProgram(fixture.context(specification), engine: fixture.engine)
            _ = try await TrainingFixture.run(first, steps: 3)
            let checkpoint = try fixture.save(first)
            let second = try SupervisedProgram(
                fixture.context(specification, checkpoint: checkpoint), engine: fixture.engine)
            #expect(second.stepsDone == 3)
            #expect(try await TrainingFixture.run(second, steps: 5) == Array(expected[3...]))
        }
    }

    @Test(
        "A checkpoint on a full disk says so in the way that pauses a job",
        .enabled(if: FileManager.default.isWritableFile(atPath: "/dev/full")))
    func fullDisk() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let program = try SupervisedProgram(fixture.context(specification(fixture)), engine: fixture.engine)
            let target = folder.appendingPathComponent("full")
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: target.path + "/optimizer.safetensors.partial", withDestinationPath: "/dev/full")
            let error = #expect(throws: JobError.self) { try program.saveCheckpoint(into: target) }
            #expect(error.map(JobError.isOutOfSpace) == true)
        }
    }

    @Test("How tokens are divided into passes changes losses by rounding alone")
    func microbatches() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            let whole = try SupervisedProgram(fixture.context(specification), engine: fixture.engine)
            let expected = try await TrainingFixture.run(whole, steps: 4)
            specification.batch.microbatchTokens = 40
            specification.compute.recompute = true
            let parts = try SupervisedProgram(fixture.context(specification), engine: fixture.engine)
            for (part, whole) in pairs(try await TrainingFixture.run(parts, steps: 4), expected) {
                #expect(abs(part["loss"]! - whole["loss"]!) < 1e-4)
            }
        }
    }

    @Test("A job goes on from what another has published")
    func continues() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let specification = try specification(fixture)
            let first = try SupervisedProgram(fixture.context(specification), engine: fixture.engine)
            let losses = try await TrainingFixture.run(first, steps: 6).map { $0["loss"]! }
            try await fixture.publish(first)
            let second = try SupervisedProgram(fixture.context(specification), engine: fixture.engine)
            let loss = try await second.step().metrics["loss"]!
            // The same records again, from where the first job arrived rather than from the beginning.
            #expect(loss < losses[0] && loss < 1.2 * losses[5])
        }
    }

    @Test("A record without a response is named")
    func noResponse() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.data.train = try fixture.data([#"{"prompt": "What?", "answer": "7"}"#])
            let check = TrainingPrograms.factories(engine: fixture.engine) { _ in ScriptedReward { _ in [] } }[.sft]!
            let problems = await check.check(specification)
            #expect(problems.map(\.path) == ["data.train"])
            let program = try SupervisedProgram(fixture.context(specification), engine: fixture.engine)
            let error = await #expect(throws: DataProblem.self) { try await program.step() }
            #expect(error?.line == 1 && error?.field == "response")
        }
    }

    @Test("Losses that are not finite are skipped, counted and leave the parameters as they were")
    func notFinite() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.optimizer.learningRate = 10
            specification.schedule.warmupSteps = 0
            specification.steps = 60
            let program = try SupervisedProgram(fixture.context(specification), engine: fixture.engine)
            // A step of this size leaves nothing of the weights: sooner or later a logit overflows, or none does, and
            // then the loss stays finite.
            for _ in 0..<10 {
                let report = try await program.step()
                let loss = try #require(report.metrics["loss"])
                #expect(loss.isFinite == (report.skipped == nil))
            }
            #expect(program.stepsDone == 10)
        }
    }
}
