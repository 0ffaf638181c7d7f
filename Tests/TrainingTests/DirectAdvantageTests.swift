import Foundation
import Rewards
import Rollouts
import Sampling
import Tasks
import TestSupport
import Testing
import Trees

@testable import Jobs
@testable import Training

@Suite("Direct advantage jobs", .serialized)
struct DirectAdvantageTests {
    /// Three responses; the first is continued twice from its second token.
    private static let tree: RolloutTree = {
        var tree = RolloutTree(prompt: [1, 2])
        for first: Int32 in [10, 20, 30] {
            tree.add(.init(tokens: (0..<4).map { first + $0 }, logprobs: [-1, -2, -3, -4]))
        }
        tree.add(.init(tokens: [40], logprobs: [-5]), at: .init(rollout: 0, offset: 2))
        tree.add(.init(tokens: [50, 51], logprobs: [-6, -7]), at: .init(rollout: 0, offset: 2))
        return tree
    }()
    private static let rewards = [1.0, 0, 0.5, 0, 0.5]

    // MARK: Advantages

    @Test("A candidate's advantage is its value over the mean of those at the same place, each counting once")
    func advantages() {
        let segments = Self.tree.segments
        // Values: [1, 0, 0.5] of responses 0, 3, 4 below the first one's beginning, 0.5; then 0 and 0.5.
        let byTokens = Dictionary(
            uniqueKeysWithValues: zip(
                segments.nodes, candidateAdvantages(segments, values: segments.values(Self.rewards), minGap: 0.1)
            ).map { ("\($0.rollout ?? -1) \($0.tokens)", $1) })
        #expect(
            byTokens == [
                "-1 0..<0": nil, "0 0..<2": 0.5 - 1.0 / 3, "1 0..<4": -1.0 / 3, "2 0..<4": 0.5 - 1.0 / 3,
                "0 2..<4": 0.5, "3 2..<3": -0.5, "4 2..<4": 0,
            ])
    }

    @Test("Places whose candidates are worth nearly the same are left out, and so are those with one")
    func gap() {
        let segments = Self.tree.segments
        let kept = candidateAdvantages(segments, values: segments.values(Self.rewards), minGap: 0.75)
        #expect(zip(segments.nodes, kept).filter { $1 != nil }.map(\.0.parent) == [1, 1, 1])
        #expect(
            candidateAdvantages(segments, values: segments.values([1, 1, 1, 1, 1]), minGap: 0).allSatisfy { $0 == nil })
        var lone = RolloutTree(prompt: [1])
        lone.add(.init(tokens: [2]))
        #expect(candidateAdvantages(lone.segments, values: [1, 1], minGap: 0) == [nil, nil])
    }

    // MARK: The loss

    @Test("Residuals of more than twice the advantages are remarked on")
    func divergence() {
        var sums = AdvantageRegression.Sums()
        #expect(sums.remark == nil)
        sums.count = 2
        sums.advantages.add(1, 1)
        sums.squares = 1.9
        #expect(sums.remark == nil)
        sums.squares = 80
        #expect(sums.remark?.hasPrefix("The regression diverges: its squared residuals are 80.0 times") == true)
    }

    @Test("The loss is the mean squared residual of candidates, and each token counts as its derivative says")
    func loss() throws {
        let segments = Self.tree.segments, beta = 0.25
        let batch = PolicyBatch([
            PolicyTree(
                Self.tree, segments,
                TreeCredit(
                    advantages: candidateAdvantages(segments, values: segments.values(Self.rewards), minGap: 0),
                    rows: .responses),
                rewards: Self.rewards
            ) { _ in true }
        ])
        let candidates = batch.nodes[0]
        #expect(candidates.map(\.count) == [2, 2, 4, 4, 1, 2])
        func fit(_ current: [Float]) -> AdvantageRegression.Fit {
            AdvantageRegression.Fit(candidates, of: batch, current: PerToken(current), beta: beta)
        }
        // At the beginning every log-ratio is 0: the loss is that of the advantages alone.
        let start = fit(batch.old.values)
        let squares = [1.0 / 36, 0.25, 1.0 / 9, 1.0 / 36, 0.25, 0].reduce(0, +)
        #expect(abs(start.loss - squares / 12) < 1e-7)
        #expect(start.sums.squares == start.sums.advantages.product)
        let current = batch.old.values.enumerated().map { $0.element + Float(($0.offset * 7) % 5) / 8 - 0.25 }
        let scales = fit(current).scales.values, step: Float = 1.0 / 64
        for token in current.indices {
            var (up, down) = (current, current)
            up[token] += step
            down[token] -= step
            // A parabola: central differences are exact, apart from rounding.
            #expect(abs((fit(up).loss - fit(down).loss) / Double(2 * step) + scales[token]) < 1e-9)
        }
    }

    // MARK: Given responses

    @Test("Given responses are a tree that leaves the nearest one where they part")
    func given() throws {
        let record = DataRecord(prompt: .text("x"))
        var prompt = PromptTree(item: .init(position: 0, record: record, prompt: [1]), drawnInStep: 0)
        for tokens: [Int32] in [[5, 6, 7], [5, 6, 8, 9], [5, 6, 8], [3], [5, 6, 7]] {
            prompt.addGiven(tokens, reward: Double(tokens.count))
        }
        #expect(
            prompt.tree.rollouts.indices.map { prompt.tree.response(of: $0) } == [
                [5, 6, 7], [5, 6, 8, 9], [5, 6, 8], [3], [5, 6, 7],
            ])
        #expect(prompt.tree.rollouts.map(\.tokens) == [[5, 6, 7], [8, 9], [], [3], []])
        #expect(prompt.firstCount == 0 && prompt.teaches)
        let segments = prompt.tree.segments
        let count = segments.nodes.reduce(0) { $0 + $1.tokens.count }
        prompt.score((0..<count).map { -Float($0) })
        // By nodes: 5 6, 7, 8, 9, 3.
        #expect(prompt.tree.rollouts.map(\.logprobs) == [[0, -1, -2], [-3, -4], [], [-5], []])
    }

    // MARK: Jobs

    private static let letters = ScriptedReward.letters(above: 12)

    private func specification(_ fixture: TrainingFixture) throws -> JobSpecification {
        var specification = try fixture.treeSpecification(.directAdvantage, learningRate: 3e-4)
        specification.loss.beta = 0.1
        return specification
    }

    private func program(
        _ fixture: TrainingFixture, _ specification: JobSpecification, checkpoint: Checkpoint? = nil,
        feedback: [FeedbackRecord] = []
    ) throws -> TreeProgram {
        try TreeProgram(
            fixture.context(specification, checkpoint: checkpoint, feedback: feedback), engine: fixture.engine
        ) { _ in Self.letters }
    }

    @Test("Advantages of new trees are explained by what was learnt from others, and the policy does better")
    func learns() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            // What one response is worth says little: it takes many to see more than noise.
            specification.batch.promptsPerStep = 32
            specification.rollout.groupSize = 8
            let program = try program(fixture, specification)
            let before = try await program.evaluatedReward(of: fixture)
            let metrics = try await TrainingFixture.run(program, steps: 16)
            #expect(metrics[0]["regression/residual"] == 1 && metrics[0]["policy/log_ratio"] == 0)
            func last(_ name: String) -> Double { metrics.suffix(6).reduce(0) { $0 + $1[name]! } / 6 }
            #expect(last("regression/correlation") > 0.08 && last("regression/residual") < 1)
            try await fixture.publish(program)
            #expect(try await program.evaluatedReward(of: fixture) > before)
        }
    }

    @Test("What is drawn does not depend on what is learnt")
    func offline() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            let fast = try await TrainingFixture.run(try program(fixture, specification), steps: 4)
            specification.optimizer.learningRate = 1e-9
            let slow = try await TrainingFixture.run(try program(fixture, specification), steps: 4)
            for name in ["reward/mean", "reward/leaves", "response/tokens", "branch/points", "candidates"] {
                #expect(fast.map { $0[name] } == slow.map { $0[name] })
            }
            #expect(fast.map { $0["loss"] } != slow.map { $0["loss"] })
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

    @Test("Responses that come with rewards are candidates where they part")
    func feedback() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.feedback.enabled = true
            specification.batch.promptsPerStep = 4
            let records = [("Say it: yes", 1.0), ("Say it: no", 0), ("Never", 0), ("Say it: yes", 0.5)].map {
                FeedbackRecord(prompt: "Say number 1.", content: .rewarded(response: $0, reward: $1))
            }
            let program = try program(fixture, specification, feedback: records)
            let report = try await program.step()
            // Two places: the prompt, and where "Say it: " is gone on with. Nothing is drawn.
            #expect(report.metrics["prompts"] == 1 && report.metrics["tokens/generated"] ?? 0 == 0)
            #expect(report.metrics["candidates"]! >= 4)
            #expect(report.metrics["regression/residual"] == 1)
            #expect(report.metrics["gradient_norm"]! > 0)
            // The next step draws again.
            #expect(try await program.step().metrics["tokens/generated"]! > 0)
        }
    }
}

extension TreeProgram {
    /// Mean letters, in tenths, of what the policy that is served answers.
    fileprivate func evaluatedReward(of fixture: TrainingFixture) async throws -> Double {
        let prompts = try (0..<9).map { try run.prompts.tokens(DataRecord(prompt: .text("Say number \($0)."))) }
        var sampling = SamplingParameters()
        sampling.maxTokens = 16
        let version = try fixture.engine.policy("qwen2").version
        let drawn = try await run.drawer(sampling, version: version).draw(
            prompts.enumerated().map { DrawRequest(prompt: $1, count: 32, seed: UInt64($0)) })
        let texts = drawn.flatMap { $0.map(\.text) }
        return Double(texts.reduce(0) { $0 + $1.count { $0.isLetter && $0.isASCII } }) / 10 / Double(texts.count)
    }
}
