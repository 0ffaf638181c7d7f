import Foundation
import ModelFiles
import Policy
import Rollouts
import Sampling
import TestSupport
import Testing
import Tokenizing
import Trees

@testable import Jobs
@testable import Training

@Suite("Action abstraction jobs", .serialized)
struct AbstractionProgramTests {
    private static let lines = (0..<12).map {
        #"{"prompt": "Compute \#($0) + 1.", "answer": "\#($0 + 1)", "response": "The sum is \#($0 + 1)\n\n\\boxed{\#($0 + 1)}"}"#
    }

    private func specification(_ fixture: TrainingFixture) throws -> JobSpecification {
        var specification = JobSpecification(kind: .actionAbstraction)
        specification.data.train = try fixture.data(Self.lines)
        specification.data.heldOut = specification.data.train
        specification.steps = 12
        specification.batch.sequencesPerStep = 4
        specification.optimizer.learningRate = 1e-3
        specification.abstraction.maxLatentTokens = 4
        specification.abstraction.explore = 0.5
        specification.evaluation.maxTokens = 8
        return specification
    }

    private func program(_ fixture: TrainingFixture, _ specification: JobSpecification) throws -> AbstractionProgram {
        try AbstractionProgram(fixture.context(specification), engine: fixture.engine)
    }

    @Test("Thinks and responses are learnt in turn, and held-out steps become likelier")
    func learns() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), program = try program(fixture, specification(fixture))
            let before = try await program.evaluate(), metrics = try await TrainingFixture.run(program, steps: 12)
            let after = try await program.evaluate()
            for (index, step) in metrics.enumerated() {
                #expect((step["steps/cross_entropy_after"] != nil) == !index.isMultiple(of: 2))
                #expect(step["think/tokens"]! <= 4 && step["tokens/generated"]! > 0)
                if let first = step["steps/cross_entropy_before"] {
                    #expect(step["steps/cross_entropy_after"]! < first)
                }
            }
            #expect(before["eval/traces"] == 12 && before["eval/prompts"] == 12)
            for name in ["eval/plain_cross_entropy", "eval/steps_cross_entropy"] {
                #expect(after[name]! < before[name]!)
            }
        }
    }

    @Test("Without room for thinks it is supervised fine-tuning, number for number")
    func plain() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.abstraction.maxLatentTokens = 0
            let program = try program(fixture, specification)
            let found = try await TrainingFixture.run(program, steps: 3)
            #expect(try await program.evaluate()["eval/think_rate"] == nil)
            var supervised = JobSpecification(kind: .sft)
            supervised.data.train = specification.data.train
            supervised.batch.sequencesPerStep = 4
            supervised.optimizer.learningRate = 1e-3
            let other = try SupervisedProgram(fixture.context(supervised), engine: fixture.engine)
            for (step, expected) in zip(found, try await TrainingFixture.run(other, steps: 3)) {
                #expect(step.filter { expected[$0.key] != nil } == expected)
            }
        }
    }

    @Test("The higher the penalty, the fewer thinks go on")
    func penalty() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            func kept(_ penalty: Double) async throws -> Double {
                specification.abstraction.penalty = penalty
                return try await program(fixture, specification).step().metrics["think/kept"]!
            }
            let (free, dear) = (try await kept(0), try await kept(100))
            #expect(free > 0 && dear == 0)
        }
    }

    @Test("Whether to think is drawn without the temperature of thinks, as the weight of forced ones supposes")
    func temperature() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            (specification.abstraction.groupSize, specification.abstraction.explore) = (256, 0)
            let policy = try fixture.engine.policy("qwen2"), prompt = policy.encode(prompt: "Compute 1 + 1.").ids
            let trace = SolutionTrace(prompt: prompt, response: policy.encode(response: "One."), separator: nil, policy)

            func run() throws -> TrainingRun { try program(fixture, specification).run }
            // A mark that the policy draws in some of 256 decisions: its most frequent token that is a text.
            var request = DrawRequest(prompt: prompt, count: 256, seed: 1)
            request.limit = 1
            let first = try run()
            let drawn = try await first.drawer(SamplingParameters(), version: try first.stage()).draw([request])[0]
            let counts = Dictionary(grouping: drawn.compactMap(\.rollout.tokens.first)) { $0 }.mapValues(\.count)
            let mark = counts.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.lazy.map { token, _ in
                (token, String(decoding: policy.tokenizer.texts.bytes(of: token), as: UTF8.self))
            }.first { policy.encode(response: $0.1) == [$0.0] }
            specification.abstraction.thinkOpen = try #require(mark?.1)

            func ownThinks(_ temperature: Double) async throws -> Int {
                specification.abstraction.temperature = temperature
                let run = try run()
                let drawer = LatentDrawer(
                    run, try LatentMarks(run.specification.abstraction, policy), version: try run.stage(),
                    .init(run.specification.abstraction), seedStep: 3)
                return try await drawer.annotate([trace]).traces[0].steps[0].ownThinks
            }
            let usual = try await ownThinks(1)
            #expect(0 < usual && usual < 256)
            // At this temperature all of them would be the most probable token, whether that is the mark or not.
            #expect(try await ownThinks(0.01) == usual)
        }
    }

    @Test("Steps are scored as training computes them")
    func scores() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), program = try program(fixture, specification(fixture))
            let run = program.run, policy = run.policy
            let prompt = policy.encode(prompt: "Compute 1 + 1.").ids
            let trace = SolutionTrace(
                prompt: prompt, response: policy.encode(response: "One.\n\nTwo.\n\nThree."), separator: nil, policy)
            #expect(trace.steps.count == 3 && trace.tokenCount(from: 1) == trace.steps[1...].joined().count)
            let drawer = LatentDrawer(
                run, try LatentMarks(run.specification.abstraction, policy), version: try run.stage(),
                .init(run.specification.abstraction), seedStep: 3)
            let annotated = try await drawer.annotate([trace]).traces[0]
            var context = prompt
            for step in annotated.steps {
                #expect(step.candidates.count == 4 && step.candidates[0].weight == 1)
                var marked = TokenTree(context)
                let mark = marked.add(try LatentMarks(run.specification.abstraction, policy).open, to: 0)
                let open = try run.trainer.score(
                    [TrainingTree(marked, first: LearntToken(0)) { $0 == mark }], count: marked[mark].tokens.count,
                    weights: run.trainer.weights
                ).logprobs.values.reduce(0) { $0 + Double($1) }
                let weight = latentWeight(thinkProbability: exp(open), explore: 0.5)
                for candidate in step.candidates.dropFirst() where candidate.think != nil {
                    #expect(abs(candidate.weight - weight) < 1e-9)
                }
                for candidate in step.candidates {
                    var tree = TokenTree(context + (candidate.think?.tokens ?? []))
                    let leaf = tree.add(step.tokens, to: 0)
                    let scored = try run.trainer.score(
                        [TrainingTree(tree, first: LearntToken(0)) { $0 == leaf }], count: step.tokens.count,
                        weights: run.trainer.weights)
                    let logprob = scored.logprobs.values.reduce(0) { $0 + Double($1) }
                    #expect(abs(candidate.stepLogprob - logprob) < 1e-9)
                    #expect(abs(candidate.reward - logprob + (candidate.think == nil ? 0 : 0.05)) < 1e-9)
                }
                context += (step.think?.tokens ?? []) + step.tokens
            }
            #expect(context == annotated.tokens)
            // The same seeds give the same, whatever is drawn beside.
            let again = try await drawer.annotate([trace, trace]).traces
            #expect(again[0].tokens == annotated.tokens)
        }
    }

    @Test("A run that resumes from a checkpoint goes on as one that was not interrupted")
    func resumes() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) { fixture in
                try specification(fixture)
            } _: { fixture, specification, checkpoint in
                try AbstractionProgram(fixture.context(specification, checkpoint: checkpoint), engine: fixture.engine)
            }
        }
    }

    @Test("Responses longer than the context are left out, and a step without others says so")
    func tooLong() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            let long = String(repeating: "one two three ", count: 2000)
            specification.data.train = try fixture.data([#"{"prompt": "Go.", "answer": "1", "response": "\#(long)"}"#])
            let report = try await program(fixture, specification).step()
            #expect(report.metrics["skipped_prompts"] == 4)
            #expect(report.notes.contains { $0.contains("nothing was learnt") })
        }
    }

    @Test("Marks that the model has no tokens for are named")
    func marks() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(
                folder, model: try TrainingFixture.modelWithPadBeyondVocabulary(in: folder))
            var specification = try specification(fixture)
            specification.abstraction.thinkOpen = "<pad>"
            let problems = ProgramCheck(engine: fixture.engine).problems(specification)
            #expect(problems.map(\.path) == ["abstraction.think_open"])
        }
    }

    @Test("A mark that the data's own steps begin with is refused")
    func marksInData() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            func problems(_ response: String) throws -> [SpecificationProblem] {
                specification.data.train = try fixture.data([
                    #"{"prompt": "Go.", "answer": "1", "response": "\#(response)"}"#
                ])
                return ProgramCheck(engine: fixture.engine).problems(specification)
            }
            #expect(try problems("# one\\n\\ntwo").map(\.path) == ["abstraction.think_open"])
            // In the middle of a line it begins no think.
            #expect(try problems("number # one\\n\\ntwo").isEmpty)
        }
    }
}
