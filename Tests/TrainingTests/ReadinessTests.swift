import Basics
import Foundation
import Rewards
import Rollouts
import Tasks
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("What a policy could learn from rewards", .serialized)
struct ReadinessTests {
    /// Sums of a few dozen doubles.
    private static let tolerance = 1e-9

    private func tally(_ right: Int, of count: Int) -> PromptTally {
        var tally = PromptTally()
        for index in 0..<count {
            tally.add(tokens: 1, isCut: false, verdict: index < right ? .correct : .incorrect, check: nil)
        }
        return tally
    }

    @Test("Prompts are counted by how often they are solved, and the variance does not depend on how many were drawn")
    func histogram() {
        let metrics = Readiness([0, 1, 2, 3, 4, 5, 7, 8].map { tally($0, of: 8) }).metrics
        let parts = Readiness.parts.map { metrics["eval/solved_" + $0]! * 8 }
        #expect(parts == [1, 2, 2, 1, 1, 1])
        let products = [0, 7, 12, 15, 16, 15, 7, 0].map { Double($0) / 56 }
        #expect(abs(metrics["eval/reward_variance"]! - products.reduce(0, +) / 8) < Self.tolerance)
        // Of all outcomes of two draws with a = 0.3, weighted by how probable they are: a (1 - a).
        let expected = 2 * 0.3 * 0.7 * Readiness.variance(1, of: 2)
        #expect(abs(expected - 0.21) < Self.tolerance)
        #expect(Readiness([tally(1, of: 1)]).metrics.isEmpty)
    }

    @Test("Agreement by sums is that of all pairs, one by one")
    func pairs() throws {
        var random = SplitMix(state: 3)
        let prompts = (0..<4).map { prompt in
            (0..<prompt + 1).map { _ in (0..<7).map { _ in Float(Int(random.next() % 19)) - 9 } }
        }
        var agreement = GradientAgreement()
        func isRight(_ index: Int) -> Bool { index < 2 }
        let found = prompts.map { prompt in
            agreement.add(prompt.enumerated().map { (gradient: $0.element, isRight: isRight($0.offset)) })
        }
        func product(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
        func cosine(_ a: [Float], _ b: [Float]) -> Double {
            product(a, b) / (product(a, a) * product(b, b)).squareRoot()
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        for (prompt, found) in zip(prompts, found) {
            let pairs = prompt.indices.flatMap { i in prompt.indices.dropFirst(i + 1).map { (prompt[i], prompt[$0]) } }
            #expect(abs(found.norm - mean(prompt.map { product($0, $0).squareRoot() })) < Self.tolerance)
            guard !pairs.isEmpty else {
                #expect(found.influence == nil && found.cosine == nil)
                continue
            }
            #expect(abs(found.cosine! - mean(pairs.map(cosine))) < Self.tolerance)
            guard prompt.count == 4 else {
                #expect(found.influence == nil)
                continue
            }
            let mixed = prompt[..<2].flatMap { right in prompt[2...].map { product(right, $0) } }
            let expected = product(prompt[0], prompt[1]) + product(prompt[2], prompt[3]) - 2 * mean(mixed)
            #expect(abs(found.influence! - expected) < Self.tolerance)
        }
        let across = prompts.indices.flatMap { i in
            prompts.indices.dropFirst(i + 1).flatMap { j in
                prompts[i].flatMap { a in prompts[j].map { cosine(a, $0) } }
            }
        }
        #expect(abs(agreement.across! - mean(across)) < Self.tolerance)
    }

    @Test("A gradient without length is at right angles to all others")
    func zero() {
        var agreement = GradientAgreement()
        typealias Judged = (gradient: [Float], isRight: Bool)
        let found = agreement.add([([0, 0], true), ([3, 4], true), ([3, 4], false)] as [Judged])
        // One pair of three is parallel.
        #expect(abs(found.cosine! - 1.0 / 3) < Self.tolerance)
        #expect(found.influence == nil)
        // Right ones at right angles, wrong ones of length 5 and parallel, each of them 3 or 4 along a right one: 0 + 25 - 7.
        let whole = agreement.add([([1, 0], true), ([0, 1], true), ([3, 4], false), ([3, 4], false)] as [Judged])
        #expect(abs(whole.influence! - 18) < Self.tolerance)
        agreement = GradientAgreement()
        _ = agreement.add([([1, 0], true)] as [Judged])
        #expect(agreement.across == nil)
    }

    @Test("An evaluation compares the gradients of the responses that it judged, the same ones after a restart")
    func evaluation() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = JobSpecification(kind: .evaluate)
            specification.data.heldOut = try fixture.data(
                (0..<6).map { #"{"prompt": "Say number \#($0).", "answer": "\#($0)"}"# })
            specification.reward.kind = .external
            specification.reward.external.address = "127.0.0.1:1"
            specification.evaluation.samples = 4
            specification.evaluation.temperature = 1
            specification.evaluation.maxTokens = 6
            specification.evaluation.gradientPrompts = 3
            let reward = ScriptedReward { batch in
                batch.questions.enumerated().map { RewardVerdict(verdict: $0.offset % 4 < 2 ? .correct : .incorrect) }
            }
            func program(_ checkpoint: Checkpoint? = nil) throws -> EvaluationProgram {
                try EvaluationProgram(fixture.context(specification, checkpoint: checkpoint), engine: fixture.engine) {
                    _ in
                    reward
                }
            }
            let first = try program()
            while !first.isFinished { _ = try await first.step() }
            let metrics = try await first.evaluate()
            #expect(metrics["eval/solved_25_to_50"] == 1)
            #expect(abs(metrics["eval/reward_variance"]! - 1.0 / 3) < Self.tolerance)
            #expect(metrics["eval/gradients/prompts"] == 3)
            // Responses of a random policy have little in common.
            #expect(abs(metrics["eval/gradients/same_prompt"]!) < 0.9)
            #expect(abs(metrics["eval/gradients/other_prompts"]!) < 0.9)
            #expect(metrics["eval/gradients/norm"]! > 0)
            let influence = metrics["eval/gradients/influence"]!
            #expect(abs(metrics["eval/gradients/readiness"]! - influence / 3.0.squareRoot()) < 1e-9 * abs(influence))
            #expect(try await program(fixture.save(first)).evaluate() == metrics)
        }
    }

    @Test("The gradient of a response falls as it becomes likely, and points to where it does")
    func probe() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), policy = try fixture.engine.policy("")
            let specification = JobSpecification(kind: .evaluate)
            let probe = try GradientProbe(
                specification, policy, fixture.engine, folder: try TrainingRun.source(of: policy))
            let prompt: [Int32] = [5, 6, 7], response: [Int32] = [8, 9, 10, 11]
            let gradient = try probe.gradient(of: response, to: prompt)
            #expect(try probe.gradient(of: response, to: prompt) == gradient)
            #expect(gradient.contains { $0 != 0 } && gradient.allSatisfy(\.isFinite))
            // The mean over a response twice as long that begins with it has half of its gradient, and more.
            var agreement = GradientAgreement()
            let longer = try probe.gradient(of: response + [12, 13, 14, 15], to: prompt)
            let found = agreement.add([(gradient: gradient, isRight: true), (gradient: longer, isRight: true)])
            #expect(found.cosine! > 0.3)
        }
    }
}
