import Foundation
import Guarding
import Rewards
import Rollouts
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Prompts chosen by how often they are solved, and responses allocated by it", .serialized)
struct PromptTakerTests {
    /// Of nine prompts, the first three are always solved, the last three never, and the others every other time.
    private static func graded() -> ScriptedReward {
        ScriptedReward { batch in
            batch.questions.enumerated().map { index, question in
                let third = (Int(question.truth) ?? 0) / 3
                let isRight = third == 0 || third == 1 && index.isMultiple(of: 2)
                return RewardVerdict(verdict: isRight ? .correct : .incorrect)
            }
        }
    }

    private func specification(
        _ fixture: TrainingFixture, _ kind: JobKind = .grpo, _ change: (inout JobSpecification) -> Void = { _ in }
    ) throws -> JobSpecification {
        var specification = try fixture.treeSpecification(kind, learningRate: 1e-3)
        specification.sampling.prompts = .cures
        specification.rollout.allocation = .cures
        change(&specification)
        return specification
    }

    private func program(
        _ fixture: TrainingFixture, _ specification: JobSpecification, checkpoint: Checkpoint? = nil,
        reward: any RewardClient = graded(), note: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> any JobProgram {
        let context = fixture.context(specification, checkpoint: checkpoint, note: note)
        return specification.kind == .grpo
            ? try GroupRelativeProgram(context, engine: fixture.engine) { _ in reward }
            : try TreeProgram(context, engine: fixture.engine) { _ in reward }
    }

    @Test("Prompts of middle difficulty are drawn more often than the others together")
    func middle() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let specification = try specification(fixture) {
                $0.sampling.tau = 0.05
                $0.sampling.preRollouts = 8
                $0.batch.promptsPerStep = 20
                $0.rollout.allocation = .uniform
            }
            let metrics = try await TrainingFixture.run(program(fixture, specification), steps: 2)
            for step in metrics {
                #expect(step["prompts/pool"] == 9)
                let middle = step["prompts/drawn_40_to_60"]! + step["prompts/drawn_20_to_40"]!
                #expect(middle + step["prompts/drawn_60_to_80"]! > 0.6)
                // Three at 0.9, three at 0.5 and three at 0.1, as far as the prior lets them.
                #expect(abs(step["prompts/solved"]! - 0.5) < 0.1)
                #expect(step["prompts/spread"]! > 0.25)
            }
            // The pool was examined once, with 8 responses to each of its prompts.
            #expect(metrics[0]["tokens/examined"]! > 0)
            #expect(metrics[1]["tokens/examined"] == nil)
        }
    }

    @Test("The pool is renewed after its steps, and its prompts are examined")
    func renewal() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let specification = try specification(fixture) {
                $0.sampling.pool = 4
                $0.sampling.refreshSteps = 2
            }
            let metrics = try await TrainingFixture.run(program(fixture, specification), steps: 5)
            #expect(metrics.map { $0["tokens/examined"] != nil } == [true, false, true, false, true])
            #expect(metrics.allSatisfy { $0["prompts/pool"] == 4 })
        }
    }

    @Test("Responses go where rewards differ, as many as every prompt alike would have")
    func allocation() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), asked = Guarded<[String: Int]>([:])
            let reward = ScriptedReward { batch in
                if !batch.id.contains("examined") {
                    asked.withLock { for question in batch.questions { $0[question.truth, default: 0] += 1 } }
                }
                return try Self.graded().answers(batch)
            }
            let specification = try specification(fixture) {
                $0.sampling.prompts = .inOrder
                $0.sampling.preRollouts = 8
                $0.batch.promptsPerStep = 9
                $0.rollout.groupSize = 6
            }
            let metrics = try await TrainingFixture.run(program(fixture, specification, reward: reward), steps: 1)[0]
            let counts = asked.withLock { $0 }
            #expect(counts.values.reduce(0, +) == 54)
            let middle = (3...5).map { counts["\($0)"]! }
            let others = [0, 1, 2, 6, 7, 8].map { counts["\($0)"]! }
            #expect(middle.min()! > others.max()!)
            #expect(metrics["rollouts/least"] == Double(others.min()!))
            #expect(metrics["rollouts/most"] == Double(middle.max()!))
            #expect(metrics["rollouts/saved"] == 0 && metrics["tokens/saved"] == 0)
        }
    }

    @Test("A policy that does well is asked less, and tokens are saved")
    func ability() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let specification = try specification(fixture) {
                $0.sampling.prompts = .inOrder
                $0.rollout.allocation = .esrl
                $0.rollout.minRollouts = 2
                $0.rollout.maxRollouts = 6
                $0.rollout.temperatureLow = 0.8
                $0.rollout.temperatureHigh = 1.2
                $0.batch.promptsPerStep = 9
            }
            let metrics = try await TrainingFixture.run(program(fixture, specification), steps: 3)
            // Nothing is known at first: the most for all. Then 2 of the solved, 4 and 6 of the others.
            #expect(metrics.map { $0["rows"] } == [54, 36, 36])
            #expect(metrics.map { $0["rollouts/saved"] } == [-18, 0, 0])
            #expect(metrics[1]["rollouts/least"] == 2 && metrics[1]["rollouts/most"] == 6)
            #expect(abs(metrics[1]["rollouts/ability"]! - 0.5) < 1e-9)
            #expect(metrics[0]["tokens/saved"]! < 0)
        }
    }

    @Test(
        "A run that resumes takes and learns what one that was not interrupted does",
        arguments: [JobKind.grpo, .attnrl, .treerl, .directAdvantage])
    func resumes(_ kind: JobKind) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) { fixture in
                try specification(fixture, kind) {
                    $0.sampling.refreshSteps = 3
                    $0.sampling.pool = 5
                    $0.sampling.decay = 0.9
                }
            } _: {
                try program($0, $1, checkpoint: $2)
            }
        }
    }

    @Test("So it does where gradients allocate", arguments: [nil, 4])
    func resumesWithGradients(rank: Int?) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) { fixture in
                try specification(fixture) {
                    $0.rollout.allocation = .curesGradient
                    $0.sampling.refreshSteps = 3
                    $0.adapter.rank = rank
                }
            } _: {
                try program($0, $1, checkpoint: $2)
            }
        }
    }

    @Test("So it does with abilities, dropped responses and a window of rewards")
    func resumesWithAbilities() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) { fixture in
                try specification(fixture) {
                    $0.sampling.prompts = .inOrder
                    $0.rollout.allocation = .esrl
                    $0.rollout.sampleDrop = 0.3
                    $0.reward.normalisation = .fifo
                    $0.reward.window = 20
                }
            } _: {
                try program($0, $1, checkpoint: $2, reward: ScriptedReward.letters(above: 8))
            }
        }
    }

    @Test("Prompts that vanish from the data are dropped with a note, and the job goes on with the others")
    func vanished() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let specification = try specification(fixture) { $0.data.shuffle = false }
            let first = try program(fixture, specification)
            _ = try await first.step()
            let checkpoint = try fixture.save(first), notes = Guarded<[String]>([])
            var lines = try String(contentsOfFile: specification.data.train, encoding: .utf8).split(separator: "\n")
            lines[2] = #"{"prompt": "Say nothing.", "answer": "2"}"#
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: specification.data.train))
            let second = try program(fixture, specification, checkpoint: checkpoint) { note in
                notes.withLock { $0.append(note) }
            }
            #expect(notes.withLock { $0.contains { $0.hasPrefix("1 of the 9 prompts") } })
            let report = try await second.step()
            #expect(report.metrics["prompts/pool"] == 8)
            #expect(report.metrics["tokens/examined"] == nil)
            // Of another file altogether nothing remains, and a new pool takes its place.
            let others = (0..<4).map { #"{"prompt": "Count to \#($0).", "answer": "\#($0)"}"# }
            try Data(others.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: specification.data.train))
            let third = try program(fixture, specification, checkpoint: checkpoint)
            #expect(try await third.step().metrics["prompts/pool"] == 4)
        }
    }

    @Test("A window of rewards teaches where all responses to a prompt are alike, and dropped responses are not learnt")
    func windowAndDrop() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            // Solved or not by the prompt alone: within each group nothing differs.
            let reward = ScriptedReward { batch in
                batch.questions.map { RewardVerdict(verdict: Int($0.truth)! < 4 ? .correct : .incorrect) }
            }
            let plain = try specification(fixture) {
                $0.sampling.prompts = .inOrder
                $0.rollout.allocation = .uniform
                $0.batch.promptsPerStep = 9
            }
            var windowed = plain
            windowed.reward.normalisation = .fifo
            windowed.rollout.sampleDrop = 0.25
            let control = try await program(fixture, plain, reward: reward).step()
            let report = try await program(fixture, windowed, reward: reward).step()
            #expect(control.metrics["prompts_kept"] == 0 && control.metrics["loss"] == nil)
            #expect(report.metrics["prompts_kept"] == 9 && report.metrics["loss"] != nil)
            #expect(abs(report.metrics["reward/window_mean"]! - 4.0 / 9) < 1e-9)
            #expect(report.metrics["rows"] == 36 && report.metrics["rows_dropped"] == 9)
            let tokens = report.metrics["tokens/generated"]!
            #expect(report.metrics["tokens_learnt"] == tokens - report.metrics["tokens/dropped"]!)
        }
    }
}
