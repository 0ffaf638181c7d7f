import Basics
import Compute
import Foundation
import Guarding
import ModelFiles
import Rewards
import Rollouts
import Sampling
import TestSupport
import Testing

@testable import Jobs
@testable import Policy
@testable import Training

@Suite("Jobs that train adapters", .serialized)
struct AdapterJobTests {
    private static let lines = (0..<9).map {
        #"{"prompt": "Say number \#($0).", "answer": "\#($0)", "response": "It is \#($0).\n\n\\boxed{\#($0)}"}"#
    }
    private static let kinds = [JobKind.sft, .grpo, .treerl, .attnrl, .directAdvantage]

    private func specification(_ fixture: TrainingFixture, _ kind: JobKind = .sft) throws -> JobSpecification {
        var specification = JobSpecification(kind: kind)
        specification.data.train = try fixture.data(Self.lines)
        specification.steps = 12
        specification.adapter.rank = 4
        specification.rollout.groupSize = 4
        specification.rollout.maxTokens = 12
        specification.adaptive.branchedRollouts = 4
        specification.branching.minGapTokens = 2
        specification.batch.promptsPerStep = 3
        specification.batch.sequencesPerStep = 5
        specification.optimizer.learningRate = 1e-2
        if kind.has(.judges) {
            specification.reward.kind = .external
            specification.reward.external.address = "127.0.0.1:1"
        }
        return specification
    }

    /// Rewards responses for the letters they have.
    private static let letters = ScriptedReward.letters(above: 10)

    private func program(
        _ fixture: TrainingFixture, _ specification: JobSpecification, checkpoint: Checkpoint? = nil,
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> any RunProgram {
        let context = fixture.context(specification, checkpoint: checkpoint, note: note)
        return switch specification.kind {
        case .sft: try SupervisedProgram(context, engine: fixture.engine)
        case .grpo: try GroupRelativeProgram(context, engine: fixture.engine) { _ in Self.letters }
        default: try TreeProgram(context, engine: fixture.engine) { _ in Self.letters }
        }
    }

    @Test("Every kind learns with an adapter, publishes it as a version, and leaves the base alone", arguments: kinds)
    func learns(_ kind: JobKind) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), engine = fixture.engine
            let base = try engine.weights("qwen2", version: 1)
            let program = try program(fixture, specification(fixture, kind))
            let metrics = try await TrainingFixture.run(program, steps: 12)
            if kind == .sft {
                #expect(metrics.last!["loss"]! < 0.8 * metrics[0]["loss"]!)
            } else {
                #expect(metrics.allSatisfy { $0["policy/first_deviation"] ?? 0 == 0 })
                #expect(metrics.contains { $0["gradient_norm"] ?? 0 > 0 })
            }
            let version = try await fixture.publish(program)
            let info = try engine.policy("qwen2")
            #expect(info.version == version)
            #expect(info.versions.last?.adapter?.shape.rank == 4)
            #expect(info.versions.last?.adapter?.base == Fixtures.url("qwen2").path)
            // One copy of the base in memory.
            #expect(try engine.weights("qwen2", version: version).base === base)
            #expect(AdapterDirectory.exists(at: folder.appendingPathComponent("published/step-12/policy")))
            _ = try await program.evaluate()
        }
    }

    @Test("A run that resumes from a checkpoint goes on as one that was not interrupted", arguments: kinds)
    func resumes(_ kind: JobKind) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) {
                try specification($0, kind)
            } _: {
                try program($0, $1, checkpoint: $2)
            }
        }
    }

    @Test("A checkpoint holds the adapter and its optimizer, and no base")
    func checkpoint() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let program = try program(fixture, specification(fixture))
            _ = try await program.step()
            let saved = try fixture.save(program)
            let configuration = try fixture.engine.policy("qwen2").configuration
            let adapter = try AdapterDirectory(saved.policyDirectory, base: configuration)
            #expect(adapter.baseName == Fixtures.url("qwen2").path)
            let sizes = try FileManager.default.subpathsOfDirectory(atPath: saved.directory.path).map {
                let path = saved.directory.appendingPathComponent($0).path
                return try FileManager.default.attributesOfItem(atPath: path)[.size] as! Int
            }
            let count = adapter.shape.parameterCount(configuration)
            #expect(sizes.reduce(0, +) < 4 * 3 * count + 65536)
        }
    }

    @Test("The divergence is taken from the base, which is no second copy")
    func reference() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture, .grpo)
            specification.loss.klCoefficient = 0.1
            let program = try program(fixture, specification)
            let base = try fixture.engine.weights("qwen2", version: 1)
            #expect(try program.run.trainer.stored(program.run.source) === base)
            let metrics = try await TrainingFixture.run(program, steps: 6)
            #expect(metrics[0]["policy/kl"] == 0 && metrics[5]["policy/kl"]! > 0)
        }
    }

    @Test("A job goes on with the adapter that is served, if it asks for the same one")
    func continues() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            let first = try program(fixture, specification)
            let losses = try await TrainingFixture.run(first, steps: 6).map { $0["loss"]! }
            try await fixture.publish(first)
            let second = try program(fixture, specification)
            let loss = try await second.step().metrics["loss"]!
            #expect(loss < losses[0] && loss < 1.2 * losses[5])
            let check = ProgramCheck(engine: fixture.engine)
            #expect(check.problems(specification).isEmpty)
            for change: (inout AdapterSpecification) -> Void in [
                { $0.rank = 8 }, { $0.alpha = 1 }, { $0.rslora = true }, { $0.targets = [.query] }, { $0.rank = nil },
            ] {
                var other = specification
                change(&other.adapter)
                #expect(throws: JobError.self) { try program(fixture, other) }
                #expect(check.problems(other).map(\.path) == ["adapter.rank"])
            }
            specification.optimizer.learningRate = 0.1
            _ = try program(fixture, specification)
        }
    }

    @Test("An adapter under a name of its own is trained on, and its base's policy keeps its version")
    func named() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), engine = fixture.engine
            _ = try engine.load(directory: Fixtures.url("adapters/qwen2-some"), name: "tuned", base: "qwen2")
            var some = try specification(fixture)
            some.policy = "tuned"
            (some.adapter.rank, some.adapter.alpha) = (18, 9)
            some.adapter.targets = [.key, .output, .up, .down]
            // That adapter changes two layers of three.
            #expect(throws: JobError.self) { try program(fixture, some) }
            let first = try TrainingFixture(folder)
            var other = try specification(first)
            let begun = try program(first, other)
            _ = try await begun.step()
            let saved = try first.save(begun).policyDirectory
            _ = try engine.load(directory: saved, name: "own", base: "qwen2")
            other.policy = "own"
            let second = try program(fixture, other)
            _ = try await TrainingFixture.run(second, steps: 2)
            let version = try await fixture.publish(second)
            #expect(try engine.policy("own").version == version && version > 1)
            #expect(try engine.policy("qwen2").version == 1)
        }
    }

    @Test("An evaluation of an adapter that was published reads it again after a restart")
    func evaluated() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var trained = try specification(fixture)
            trained.adapter.targets = [.query, .value]
            let program = try program(fixture, trained)
            _ = try await TrainingFixture.run(program, steps: 3)
            try await fixture.publish(program)
            var specification = JobSpecification(kind: .evaluate)
            specification.data.heldOut = try fixture.data(Self.lines)
            specification.reward.kind = .external
            specification.reward.external.address = "127.0.0.1:1"
            specification.evaluation.maxTokens = 6
            specification.batch.promptsPerStep = 4
            func evaluation(_ fixture: TrainingFixture, _ checkpoint: Checkpoint? = nil) throws -> EvaluationProgram {
                try EvaluationProgram(
                    fixture.context(specification, checkpoint: checkpoint), engine: fixture.engine
                ) { _ in Self.letters }
            }
            let whole = try await TrainingFixture.run(evaluation(fixture), steps: 3)
            let first = try evaluation(fixture)
            _ = try await first.step()
            let restarted = try TrainingFixture(folder)
            let second = try evaluation(restarted, fixture.save(first))
            #expect(try await TrainingFixture.run(second, steps: 2) == Array(whole[1...]))
        }
    }

    @Test("A job says what memory it takes, less with an adapter, and is refused where that is not there")
    func memory() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), policy = try fixture.engine.policy("qwen2")
            let notes = Guarded<[String]>([])
            var specification = try specification(fixture)
            _ = try program(fixture, specification) { note in notes.withLock { $0.append(note) } }
            #expect(notes.withLock { $0 }.contains { $0.hasPrefix("Training the adapter takes up to ") })
            let adapted = try JobMemory(specification, policy, fixture.engine)
            #expect(adapted.excess() == nil)
            let excess = try #require(adapted.excess(free: 1000))
            #expect(excess.contains("batch.microbatch_tokens") && excess.contains("1.0 KB are free"))
            specification.adapter.rank = nil
            specification.batch.microbatchTokens = 1_000_000_000
            specification.batch.sequencesPerStep = 1_000_000
            let problems = ProgramCheck(engine: fixture.engine).problems(specification)
            #expect(problems.map(\.path) == ["batch.microbatch_tokens"])
            #expect(problems[0].reason.contains("adapter.rank"))
        }
    }
}
