import Foundation
import Guarding
import Rewards
import Rollouts
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Direct advantage jobs with a critic", .serialized)
struct CriticJobTests {
    private static func specification(_ fixture: TrainingFixture) throws -> JobSpecification {
        var specification = try fixture.treeSpecification(.directAdvantage, learningRate: 3e-4)
        specification.loss.beta = 0.1
        specification.loss.values = .critic
        specification.loss.minAdvantageGap = 0.01
        specification.critic.warmupSteps = 2
        // Of a tiny random policy nothing says that it sees anything.
        specification.critic.whenWorse = .goOn
        return specification
    }

    private static func program(
        _ fixture: TrainingFixture, _ specification: JobSpecification, checkpoint: Checkpoint? = nil,
        reward: ScriptedReward = .letters(above: 12)
    ) throws -> TreeProgram {
        try TreeProgram(fixture.context(specification, checkpoint: checkpoint), engine: fixture.engine) { _ in reward }
    }

    @Test("In the first steps the critic alone learns, and then the policy, by what was foreseen from earlier trees")
    func learns() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), specification = try Self.specification(fixture)
            let program = try Self.program(fixture, specification)
            for step in 0..<5 {
                var before = program.critic
                let metrics = try await program.step().metrics
                let new = Array(program.critic.branches.dropFirst(before.branches.count))
                #expect(new.count > 10 && metrics["critic/branches"] == Double(program.critic.branches.count))
                // What is said of them is what the critic says that has not seen them.
                let examination = before.examine(new)
                #expect((examination == nil) == (step == 0))
                for (name, value) in examination?.metrics ?? [:] { #expect(metrics[name] == value) }
                #expect((metrics["updates"] ?? 0) == (step < 2 ? 0 : 1))
                #expect(program.run.state.updates == max(0, step - 1))
                if step >= 2 { #expect(metrics["candidates"]! > 4) }
            }
        }
    }

    @Test("A run that resumes foresees and learns what one that was not interrupted does")
    func resumes() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) { fixture in
                var specification = try Self.specification(fixture)
                specification.critic.branches = 100
                return specification
            } _: {
                try Self.program($0, $1, checkpoint: $2)
            }
        }
    }

    @Test("A checkpoint whose critic cannot be read is damaged")
    func damaged() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), specification = try Self.specification(fixture)
            let program = try Self.program(fixture, specification)
            _ = try await program.step()
            let checkpoint = try fixture.save(program)
            try Data("{}".utf8).write(to: checkpoint.directory.appendingPathComponent("critic.json"))
            #expect {
                _ = try Self.program(fixture, specification, checkpoint: checkpoint)
            } throws: { error in
                guard case JobError.damagedCheckpoint(_, let reason) = error else { return false }
                return reason.contains("critic.json")
            }
        }
    }

    /// Many letters are worth much in the first step, and little in those after it.
    private static func turning() -> ScriptedReward {
        let first = Guarded<Int?>(nil)
        return ScriptedReward { batch in
            let isFirst = first.withLock { first in
                first = first ?? batch.step
                return batch.step == first
            }
            return batch.questions.map { question in
                let letters = Double(question.response.count { $0.isLetter && $0.isASCII })
                return RewardVerdict(verdict: .incorrect, score: isFirst ? letters : 30 - letters)
            }
        }
    }

    @Test(
        "While the critic is worse than the mean, the policy waits or goes on, as it is told, and the job says so",
        arguments: [CriticSpecification.WhenWorse.wait, .goOn])
    func worse(whenWorse: CriticSpecification.WhenWorse) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try Self.specification(fixture)
            specification.critic.warmupSteps = 1
            specification.critic.ridge = 1e-3
            specification.critic.whenWorse = whenWorse
            let program = try Self.program(fixture, specification, reward: Self.turning())
            #expect(try await program.step().notes.isEmpty)
            let report = try await program.step()
            #expect(program.critic.isWorse)
            let note = try #require(report.notes.first { $0.hasPrefix("The critic is of no use") })
            #expect(note.contains("learns nothing until it is better") == (whenWorse == .wait))
            #expect((report.metrics["updates"] ?? 0) == (whenWorse == .wait ? 0 : 1) && report.skipped == nil)
            // It is said once.
            #expect(try await program.step().notes.allSatisfy { !$0.hasPrefix("The critic is of no use") })
        }
    }

    @Test("A step in which no branches are worth enough apart says so")
    func alike() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try Self.specification(fixture)
            specification.loss.minAdvantageGap = 900
            specification.critic.warmupSteps = 1
            let program = try Self.program(fixture, specification)
            _ = try await program.step()
            let report = try await program.step()
            #expect(report.notes.contains { $0.contains("loss.min_advantage_gap, 900.0, apart") })
            #expect(report.skipped == nil && (report.metrics["updates"] ?? 0) == 0)
        }
    }
}
