import Foundation
import Rewards
import Rollouts
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Hints for prompts that are always failed", .serialized)
struct HintScaffoldTests {
    @Test("A hint has its share of the solution's steps, and never the last")
    func hints() {
        let solution = "a\n\nb\n\nc\n\nd\n\n\\boxed{1}"
        #expect((0..<4).map { hint(solution, level: $0, of: 4) } == ["", "a\n\n", "a\n\nb\n\n", "a\n\nb\n\nc\n\n"])
        // Ten steps in four blocks: 2, 5 and 7 of them.
        let long = (0..<10).map { "\($0)" }.joined(separator: "\n")
        let counts = (0..<4).map { level in hint(long, level: level, of: 4).count { $0 == "\n" } }
        #expect(counts == [0, 2, 5, 7])
        // Fewer steps than blocks: some levels are the same.
        #expect((0..<4).map { hint("a\n\nb", level: $0, of: 4) } == ["", "", "a\n\n", "a\n\n"])
        #expect(hint("a\n\n", level: 3, of: 4).isEmpty)
        #expect(hint("", level: 1, of: 2).isEmpty)
    }

    /// Nine prompts with solutions; the first three are solved by every other response, and the others by none that does
    /// not begin with two steps of the solution.
    private static let lines = (0..<9).map {
        #"{"prompt": "Say number \#($0).", "answer": "\#($0)", "response": "one\n\ntwo\n\nthree\n\nfour"}"#
    }

    private static let reward = ScriptedReward { batch in
        batch.questions.enumerated().map { index, question in
            let isEasy = Int(question.truth)! < 3 && index.isMultiple(of: 2)
            return RewardVerdict(
                verdict: isEasy || question.response.hasPrefix("one\n\ntwo\n\n") ? .correct : .incorrect)
        }
    }

    private func specification(_ fixture: TrainingFixture, _ kind: JobKind = .grpo) throws -> JobSpecification {
        var specification = try fixture.treeSpecification(kind, learningRate: 1e-3)
        specification.data.train = try fixture.data(Self.lines)
        specification.curriculum.kind = .hintScaffold
        specification.curriculum.attempts = 4
        specification.curriculum.pool = 9
        specification.batch.promptsPerStep = 9
        return specification
    }

    private func program(
        _ fixture: TrainingFixture, _ specification: JobSpecification, checkpoint: Checkpoint? = nil,
        reward: any RewardClient = reward
    ) throws -> any JobProgram {
        let context = fixture.context(specification, checkpoint: checkpoint)
        return specification.kind == .grpo
            ? try GroupRelativeProgram(context, engine: fixture.engine) { _ in reward }
            : try TreeProgram(context, engine: fixture.engine) { _ in reward }
    }

    @Test("Prompts that are always failed come with hints of every level, and with enough of them they are solved")
    func levels() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            // Six prompts at four levels, and three as they are: three steps of nine.
            let metrics = try await TrainingFixture.run(program(fixture, specification(fixture)), steps: 4)
            #expect(metrics.allSatisfy { $0["hints/hard"] == 6.0 / 9 && $0["hints/pool"] == 9 })
            #expect((0..<4).map { metrics[2]["hints/right_\($0)_so_far"] } == [0, 0, 1, 1])
            #expect(metrics.map { $0["tokens/examined"] != nil } == [true, false, false, true])
            let right = metrics[0..<3].reduce(0) { $0 + $1["verdict/correct"]! * $1["rows"]! }
            // Twelve groups of four with two or three blocks, and two of each four of the easy ones.
            #expect(abs(right - 54) < 1e-6)
        }
    }

    @Test("Those that are not always failed can be left out, and a job whose prompts are all of that kind says so")
    func others() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.curriculum.others = .drop
            let metrics = try await TrainingFixture.run(program(fixture, specification), steps: 4)
            // 24 entries are fewer than three steps take.
            #expect(metrics.map { $0["tokens/examined"] != nil } == [true, false, true, false])
            let solved = ScriptedReward { $0.questions.map { _ in RewardVerdict(verdict: .correct) } }
            let program = try program(fixture, specification, reward: solved)
            await #expect { try await program.step() } throws: { "\($0)".contains("curriculum.others is drop") }
        }
    }

    @Test(
        "A run that resumes takes and learns what one that was not interrupted does",
        arguments: [JobKind.grpo, .attnrl])
    func resumes(_ kind: JobKind) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) {
                try specification($0, kind)
            } _: {
                try program($0, $1, checkpoint: $2)
            }
        }
    }

    @Test("Data without solutions is refused")
    func refusal() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.reward = RewardSpecification()
            #expect(ProgramCheck(engine: fixture.engine).problems(specification).isEmpty)
            specification.data.train = try fixture.data([#"{"prompt": "Say.", "answer": "1"}"#])
            let problems = ProgramCheck(engine: fixture.engine).problems(specification)
            #expect(problems.map(\.path) == ["data.train"])
            #expect(problems.first?.reason.contains("response") == true)
            specification.data.train = try fixture.data([#"{"prompt": "Say.", "response": "1"}"#])
            #expect(
                ProgramCheck(engine: fixture.engine).problems(specification).first?.reason.contains("answer") == true)
        }
    }
}
