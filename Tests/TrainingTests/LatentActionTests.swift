import Foundation
import Influence
import Policy
import Rollouts
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Thinks before steps")
struct LatentActionTests {
    // MARK: The rule

    @Test("A think costs its penalty, an act nothing")
    func rewards() {
        #expect(abs(latentReward(stepLogprob: -2.5, isThink: true, penalty: 0.05) - -2.55) < 1e-9)
        #expect(latentReward(stepLogprob: -2.5, isThink: false, penalty: 0.05) == -2.5)
    }

    @Test("Advantages are rewards above the group's mean, and nothing where a reward is not finite")
    func advantages() {
        // Their mean is -2.
        let gains = latentAdvantages([-1, -4, -2.5, -0.5])
        for (gain, expected) in zip(gains, [1, -2, -0.5, 1.5]) { #expect(abs(gain - expected) < 1e-9) }
        #expect(latentAdvantages([-1, -.infinity]) == [0, 0])
        #expect(latentAdvantages([-3, -3]) == [0, 0])
    }

    @Test("The posterior is the softmax of rewards, however far these lie from 0")
    func posterior() {
        // Odds of 1 : 2 : 5.
        let rewards = [0, log(2.0), log(5.0)]
        for shift in [0, -2000.0] {
            let weights = latentPosterior(rewards.map { $0 + shift })
            for (weight, expected) in zip(weights, [0.125, 0.25, 0.625]) { #expect(abs(weight - expected) < 1e-9) }
        }
        #expect(latentPosterior([-.infinity, 0]) == [0, 1])
        #expect(latentPosterior([-.infinity, .nan]) == [1, 0])
    }

    @Test("A think that might have been forced counts by how likely the policy was to draw it")
    func weights() {
        // 0.1 of 0.25 + 0.75 * 0.1.
        #expect(abs(latentWeight(thinkProbability: 0.1, explore: 0.25) - 0.1 / 0.325) < 1e-9)
        #expect(latentWeight(thinkProbability: 0.1, explore: 0) == 1)
        #expect(latentWeight(thinkProbability: 0, explore: 0.25) == 0)
        #expect(latentWeight(thinkProbability: 1, explore: 0.25) == 1)
    }

    @Test("A uniform number draws each with its probability")
    func choices() {
        let probabilities = [0.125, 0.25, 0.625]
        let drawn = (0..<8).map { drawnIndex(from: probabilities, by: Double($0) / 8) }
        #expect(drawn == [0, 1, 1, 2, 2, 2, 2, 2])
        #expect(drawnIndex(from: [0.5, 0.5 - 1e-12, 0], by: 1 - 1e-13) == 1)
    }

    // MARK: Marks

    @Test("A think ends before the token that completes its mark, or that would end the response")
    func thinks() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), policy = try fixture.engine.policy("qwen2")
            let marks = try LatentMarks(AbstractionSpecification(), policy)
            let words = policy.encode(response: "the sum"), end = try #require(policy.endOfSequence.ids.first)
            let whole = marks.think(words + marks.close + [7])
            #expect(whole.tokens == marks.open + words + marks.close)
            #expect(whole.chosenCount == whole.tokens.count && whole.length == words.count)
            for cut in [words, words + [end, 7]] {
                let think = marks.think(cut)
                #expect(think.tokens == whole.tokens && think.length == words.count)
                #expect(think.chosenCount == whole.tokens.count - marks.close.count)
            }
            #expect(marks.think([]).tokens == marks.open + marks.close)
        }
    }

    @Test("Responses are judged without thinks, which begin where steps do and end")
    func strippedTexts() {
        var specification = AbstractionSpecification()
        let texts = [
            "# a\nx = 1\n\n# b c\n# d\ny = 2": "x = 1\n\ny = 2", "x # 1\ny": "x # 1\ny",
            "x\n# never ends": "x\n# never ends",
            "": "", "# \nx": "x",
        ]
        for (text, expected) in texts { #expect(specification.withoutThinks(text) == expected) }
        specification.maxLatentTokens = 0
        #expect(specification.withoutThinks("# a\nx") == "# a\nx")
        specification = AbstractionSpecification()
        (specification.thinkOpen, specification.thinkClose, specification.separator) = ("<t>", "</t>", .sentence)
        #expect(specification.withoutThinks("One. <t>so</t>Two.") == "One. Two.")
    }

    // MARK: Trees

    /// Two steps; before the first, an act goes on; before the second, the first of two thinks.
    private static let trace: AnnotatedTrace = {
        func think(_ tokens: [Int32], chosen: Int) -> LatentMarks.Think {
            LatentMarks.Think(tokens: tokens, chosenCount: chosen, length: 1)
        }
        func candidate(_ think: LatentMarks.Think?, _ reward: Double, _ weight: Double = 1) -> AnnotatedTrace.Candidate
        {
            AnnotatedTrace.Candidate(think: think, stepLogprob: reward, reward: reward, weight: weight)
        }
        var trace = AnnotatedTrace(prompt: [1, 2])
        trace.add(
            .init(
                tokens: [3, 4], candidates: [candidate(nil, -1), candidate(think([90, 91, 92], chosen: 3), -3, 0.25)],
                chosen: 0, ownThinks: 0, decisions: 2))
        trace.add(
            .init(
                tokens: [5],
                candidates: [
                    candidate(think([90, 93, 92], chosen: 2), -0.5), candidate(think([90, 94, 92], chosen: 3), -2.5),
                    candidate(nil, -1.5),
                ], chosen: 0, ownThinks: 1, decisions: 3))
        return trace
    }()

    @Test("All thinks are learnt by their advantages, but for marks that were put there")
    func thinkTree() {
        let (tree, advantages) = Self.trace.thinkTree(first: LearntToken(10))
        #expect(
            tree.tree.nodes.map(\.tokens) == [[1, 2], [90, 91, 92], [3, 4], [90, 93], [92], [90, 94, 92], [5]])
        #expect(tree.tree.nodes.map(\.parent) == [nil, 0, 0, 2, 3, 2, 4])
        #expect(advantages == [-0.25, -0.25, -0.25, 1, 1, -1, -1, -1])
        #expect(tree.learnt.compactMap { $0?.number } == Array(10..<18))
        #expect(tree.learnt.map { $0 != nil } == [0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1, 0].map { $0 == 1 })
    }

    @Test("The response is learnt with the thinks that went on")
    func responseTree() {
        #expect(Self.trace.tokens == [1, 2, 3, 4, 90, 93, 92, 5])
        let (tree, isStep) = Self.trace.responseTree(first: LearntToken(0), learnsPrompt: false)
        #expect(tree.tree.sequence(to: tree.tree.leaves[0]) == Self.trace.tokens)
        #expect(isStep == [true, true, false, false, false, true])
        #expect(tree.learnt.map { $0?.number } == [nil, nil, 0, 1, 2, 3, 4, 5])
        let (whole, marked) = Self.trace.responseTree(first: LearntToken(0), learnsPrompt: true)
        #expect(whole.learnt.map { $0?.number } == Array(0..<8))
        #expect(marked == [false, false] + isStep)
    }

    @Test("Figures are of the policy's own decisions, of all thinks and of the steps that went on")
    func figures() {
        let figures = LatentFigures([Self.trace])
        #expect(figures.rate == 0.2 && figures.length == 1)
        #expect(abs(figures.crossEntropy - 1.5 / 3) < 1e-12)
        #expect(figures.metrics["think/kept"] == 0.5)
        // -2, then 1 and -1.
        #expect(abs(figures.metrics["think/gain"]! - -2.0 / 3) < 1e-12)
    }
}
