import Basics
import Foundation
import Rewards
import Tasks
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Axes of evaluations", .serialized)
struct EvaluationAxisTests {
    /// Twelve problems; the first two have no facts, and the last no parts.
    private static let lines = (0..<12).map { number in
        let facts = number < 2 ? "" : #", "facts": ["It is odd.", "It is above \#(number)."]"#
        let parts = #"[{"prompt": "Part one of \#(number)", "answer": 1}, {"prompt": "Part two", "answer": "2"}]"#
        let subproblems = number < 11 ? #", "subproblems": \#(parts)"# : ""
        return
            #"{"prompt": "Say {plan} \#(number).", "answer": "\#(number)", "plan": "Begin."\#(facts)\#(subproblems)}"#
    }

    private func specification(_ fixture: TrainingFixture) throws -> JobSpecification {
        var specification = JobSpecification(kind: .evaluate)
        specification.data.heldOut = try fixture.data(Self.lines)
        specification.reward.kind = .external
        specification.reward.external.address = "127.0.0.1:1"
        specification.evaluation.maxTokens = 4
        specification.evaluation.samples = 2
        specification.evaluation.temperature = 1
        specification.evaluation.axes = [.plan, .facts, .subproblems]
        specification.batch.promptsPerStep = 5
        return specification
    }

    /// Right are answers to prompts with a plan, and every other one to first parts.
    private static let reward = ScriptedReward { batch in
        batch.questions.enumerated().map { index, question in
            let isRight =
                question.prompt.hasSuffix("\n\nPlan:\nBegin.")
                || question.prompt.hasPrefix("Part one") && index.isMultiple(of: 2)
            return RewardVerdict(verdict: isRight ? .correct : .incorrect)
        }
    }

    private func program(
        _ fixture: TrainingFixture, _ specification: JobSpecification, checkpoint: Checkpoint? = nil
    ) throws -> EvaluationProgram {
        try EvaluationProgram(fixture.context(specification, checkpoint: checkpoint), engine: fixture.engine) { _ in
            Self.reward
        }
    }

    @Test("Each says what it adds to the prompts that have it, in parts as in one go")
    func gains() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), specification = try specification(fixture)
            let first = try program(fixture, specification)
            _ = try await first.step()
            let second = try program(fixture, specification, checkpoint: fixture.save(first))
            while !second.isFinished { _ = try await second.step() }
            let metrics = try await second.evaluate()
            #expect(metrics["eval/accuracy"] == 0)
            #expect(metrics["eval/plan/prompts"] == 12)
            #expect(metrics["eval/plan/accuracy"] == 1 && metrics["eval/plan/gain"] == 1)
            #expect(metrics["eval/plan/gain_margin"] == 0)
            #expect(metrics["eval/facts/prompts"] == 10)
            #expect(metrics["eval/facts/gain"] == 0)
            #expect(metrics["eval/subproblems/prompts"] == 11)
            // One half of the first parts, and none of the second.
            #expect(metrics["eval/subproblems/accuracy"] == 0.25)
            #expect(metrics["eval/subproblems/chained"] == 0.25)
            #expect(metrics["eval/subproblems/all"] == 0 && metrics["eval/subproblems/gain"] == 0)
            let whole = try program(fixture, specification)
            while !whole.isFinished { _ = try await whole.step() }
            #expect(try await whole.evaluate() == metrics)
        }
    }

    @Test("A chain of parts carries as far as its first wrong one")
    func chains() {
        let found = chainedParts([1, 0.5, 0.5])
        #expect(found.chained == (1 + 0.5 + 0.25) / 3 && found.all == 0.25)
        #expect(chainedParts([0, 1]).chained == 0)
    }

    @Test("Plans and facts go into the template, and into a conversation's last message of the user")
    func templates() throws {
        var specification = EvaluationSpecification()
        specification.planTemplate = "{plan} First: {prompt} {plan}"
        var record = DataRecord(prompt: .text("Say {plan}."), answers: ["1"], response: "1")
        record.plan = "Think {prompt}."
        #expect(
            record.versions(.plan, specification).map(\.text) == ["Think {prompt}. First: Say {plan}. Think {prompt}."])
        #expect(record.versions(.facts, specification).isEmpty)
        record.prompt = .messages([.init(role: "user", content: "a"), .init(role: "assistant", content: "b")])
        record.facts = "c"
        #expect(
            record.versions(.facts, specification).map(\.prompt) == [
                .messages([
                    .init(role: "user", content: "a\n\nFacts:\nc"), .init(role: "assistant", content: "b"),
                ])
            ])
    }

    @Test("Records of built-in tasks have what their task gives, and data without any is refused by axis")
    func check() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), check = ProgramCheck(engine: fixture.engine)
            var specification = try specification(fixture)
            specification.reward = RewardSpecification()
            specification.reward.kind = .task
            specification.data.heldOut = "graph-long"
            #expect(check.problems(specification).isEmpty)
            specification.data.heldOut = "countdown-three"
            let problems = check.problems(specification)
            #expect(problems.map(\.path) == Array(repeating: "evaluation.axes", count: 3))
            #expect(problems.map(\.value) == ["plan", "facts", "subproblems"])
        }
    }
}
