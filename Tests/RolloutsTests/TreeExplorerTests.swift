import Foundation
import Guarding
import Influence
import ModelFiles
import Policy
import Sampling
import TestSupport
import Testing
import Tokenizing
import Trees

@testable import Rollouts

@Suite("Growing trees")
struct TreeExplorerTests {
    /// What came of one growing.
    private struct Outcome {
        var grown: TreeExplorer.Grown
        var drawn: [Int: (fork: RolloutTree.Fork?, rollout: RolloutTree.Rollout, text: String)] = [:]
        var notes: [String] = []
        var versions: [Int] = []
    }

    /// Responses of the tiny random policies have no line breaks: each of their tokens is a step. They never end by
    /// themselves here, so that lengths are known.
    private func growth(_ fixture: EngineFixture, _ fill: (inout TreeGrowth) -> Void = { _ in }) throws -> TreeGrowth {
        var growth = TreeGrowth(prompt: try fixture.prompt)
        growth.sampling.seed = 11
        growth.sampling.maxTokens = 24
        growth.sampling.ignoresEndOfSequence = true
        growth.sampling.logitBias = try lineBreaks(fixture).reduce(into: [:]) { $0[$1] = -.infinity }
        growth.width = 3
        fill(&growth)
        return growth
    }

    private func lineBreaks(_ fixture: EngineFixture) throws -> [Int32] {
        let policy = try fixture.engine.policy(fixture.name)
        return (0..<Int32(policy.configuration.vocabularySize)).filter {
            policy.tokenizer.texts.bytes(of: $0).contains(10)
        }
    }

    private func grow(
        _ fixture: EngineFixture, _ growth: TreeGrowth, judge: TreeExplorer.Judge? = nil
    ) async throws -> Outcome {
        let explorer = TreeExplorer(
            engine: fixture.engine, policy: try fixture.engine.policy(fixture.name), growth: growth, judge: judge)
        var outcome = Outcome(grown: TreeExplorer.Grown(tree: RolloutTree(prompt: [])))
        outcome.grown = try await explorer.grow { event in
            switch event {
            case .started(let version): outcome.versions.append(version)
            case .drawn(let index, let fork, let rollout, let text): outcome.drawn[index] = (fork, rollout, text)
            case .note(let note): outcome.notes.append(note)
            }
        }
        return outcome
    }

    @Test("A tree has G responses, and T continuations from each of N points of each of them")
    func shape() async throws {
        let fixture = try EngineFixture()
        let outcome = try await grow(fixture, growth(fixture))
        let tree = outcome.grown.tree
        #expect(tree.rollouts.count == 15)
        #expect(tree.rollouts.prefix(3).allSatisfy { $0.fork == nil && $0.tokens.count == 24 })
        for index in tree.rollouts.indices {
            #expect(tree.length(of: index) == 24)
            #expect(tree.rollouts[index].logprobs.count == tree.rollouts[index].tokens.count)
            #expect(tree.rollouts[index].steps.count == 24)
        }
        // Branch points are those that the choice gives, in order, T continuations each.
        let forks = try (0..<3).flatMap { rollout in
            try chooseBranches(tree.branchInput(of: rollout)).points.flatMap { point in
                let fork = RolloutTree.Fork(rollout: rollout, offset: point.token - tree.prompt.count)
                return [fork, fork]
            }
        }
        #expect(tree.rollouts.dropFirst(3).map(\.fork) == forks)
        #expect(tree.rollouts.prefix(3).allSatisfy { $0.steps.contains { $0.influence > 0 } })
        // What was told of each rollout is what the tree has.
        #expect(outcome.drawn.count == tree.rollouts.count)
        for (index, rollout) in tree.rollouts.enumerated() {
            #expect(outcome.drawn[index]?.fork == rollout.fork)
            #expect(outcome.drawn[index]?.rollout.tokens == rollout.tokens)
        }
        #expect(outcome.versions == [1])
        #expect(outcome.grown.drawnTokens == tree.rollouts.reduce(0) { $0 + $1.tokens.count })
        #expect(outcome.notes.isEmpty)
    }

    @Test("Deeper levels branch continuations, inside the tokens that they drew themselves")
    func depth() async throws {
        let fixture = try EngineFixture()
        let tree = try await grow(
            fixture,
            growth(fixture) {
                $0.width = 1
                $0.depth = 2
                $0.sampling.maxTokens = 40
            }
        ).grown.tree
        // Those that leave late have fewer points of their own than are asked for.
        #expect(14...21 ~= tree.rollouts.count)
        for rollout in tree.rollouts[5...] {
            let fork = try #require(rollout.fork)
            #expect(1..<5 ~= fork.rollout)
            #expect(fork.offset > tree.start(of: fork.rollout))
        }
        // Continuations that were branched were captured, those of the last level were not.
        #expect(tree.rollouts[1...4].allSatisfy { $0.steps.contains { $0.influence > 0 } })
        #expect(tree.rollouts[5...].allSatisfy { $0.steps.allSatisfy { $0.influence == 0 } })
    }

    @Test(
        "A seed gives the same tree whatever ends first",
        arguments: [BranchStrategy.attention, .random])
    func repeats(_ strategy: BranchStrategy) async throws {
        let alone = try EngineFixture()
        let crowded = try EngineFixture {
            $0.maxSequences = 3
            $0.stepTokens = 16
        }
        let growth = try growth(alone) {
            ($0.branching.strategy, $0.branching.seed) = (strategy, 3)
            $0.depth = 2
            // Small enough that the last level is drawn in several rounds.
            $0.tokenBudget = 600
        }
        let first = try await grow(alone, growth)
        async let neighbour = grow(crowded, self.growth(crowded) { $0.sampling.seed = 99 })
        let second = try await grow(crowded, growth)
        _ = try await neighbour
        #expect(first.grown.tree == second.grown.tree)
        #expect(first.grown.undrawn == second.grown.undrawn && first.grown.cut == second.grown.cut)
        #expect(first.notes == second.notes)
        let other = try await grow(alone, self.growth(alone) { $0.sampling.seed = 12 })
        #expect(other.grown.tree.rollouts[0].tokens != first.grown.tree.rollouts[0].tokens)
    }

    /// Two responses of 10 tokens, and from each, behind its first token, 2 continuations of 9: 20 and 36 tokens in all.
    /// Cut at 6 tokens, responses have a second token to branch at all the same.
    @Test(
        "The budget is never exceeded: a point is cut where it does not fit, and left out where nothing is left",
        arguments: [
            (56, 20 + 36, 0, 0), (1000, 20 + 36, 0, 0), (50, 20 + 18 + 12, 2, 0), (39, 20 + 18, 0, 2),
            (20, 20, 0, 4), (21, 20, 0, 4), (22, 20 + 2, 2, 2), (12, 12, 2, 4), (3, 2, 2, 0),
        ] as [(Int, Int, Int, Int)])
    func budget(_ budget: Int, drawn: Int, cut: Int, undrawn: Int) async throws {
        let fixture = try EngineFixture()
        let outcome = try await grow(
            fixture,
            growth(fixture) {
                $0.width = 2
                $0.branching.count = 1
                $0.branching.strategy = .firstSteps
                $0.sampling.maxTokens = 10
                $0.tokenBudget = budget
            })
        #expect(outcome.grown.drawnTokens == drawn)
        #expect(outcome.grown.cut == cut)
        #expect(outcome.grown.undrawn == undrawn)
        #expect(outcome.notes.contains { $0.hasPrefix("The budget of \(budget) tokens ended") } == (cut + undrawn > 0))
        let isWhole = outcome.grown.tree.rollouts.indices.filter { outcome.grown.tree.length(of: $0) == 10 }
        #expect(outcome.grown.tree.rollouts.count - isWhole.count == cut)
    }

    @Test("What cannot be branched is said, once for all that it holds for")
    func notes() async throws {
        let fixture = try EngineFixture()
        let short = try await grow(fixture, growth(fixture) { $0.sampling.maxTokens = 2 })
        #expect(short.grown.tree.rollouts.count == 3)
        #expect(short.notes == ["Rollouts 0, 1, 2: The response has two steps; branching needs at least three."])
        let many = try await grow(
            fixture,
            growth(fixture) {
                $0.width = 1
                $0.branching.count = 50
                $0.branching.minimumGap = .tokens(1000)
            })
        #expect(many.grown.tree.rollouts.count == 47)
        #expect(many.notes.count == 2)
        #expect(many.notes[0].hasPrefix("Rollout 0: Only 23 of the 24 steps"))
        #expect(many.notes[1].hasPrefix("23 of 23 branch points are the earliest steps left"))
    }

    @Test("Whole responses are judged, what they keep included")
    func judging() async throws {
        let fixture = try EngineFixture()
        let seen = Guarded<[String]>([])
        let outcome = try await grow(fixture, growth(fixture)) { response in
            seen.withLock { $0.append(response) }
            return ("CORRECT", Double(response.utf8.count))
        }
        let tree = outcome.grown.tree, tokenizer = try fixture.engine.policy(fixture.name).tokenizer
        for index in tree.rollouts.indices {
            let text = tokenizer.decode(tree.response(of: index))
            #expect(tree.rollouts[index].reward == Double(text.utf8.count))
            #expect(seen.withLock { $0.contains(text) })
        }
    }

    /// One point of k continuations of m tokens costs k m token steps: the last token of each is drawn and not computed,
    /// and each computes the last kept token once more.
    @Test("k continuations of length m cost k m token steps behind a shared prefix", arguments: [30, 75, 200])
    func cost(_ length: Int) async throws {
        let fixture = try EngineFixture(), continuations = 3
        let growth = try growth(fixture) {
            $0.width = 1
            $0.branching.count = 1
            $0.branching.strategy = .fixedSegment
            $0.continuations = continuations
            $0.sampling.maxTokens = length
        }
        var trunk = growth
        trunk.depth = 0
        let before = try await grow(EngineFixture(), trunk).grown
        let after = try await grow(fixture, growth).grown
        let offset = try #require(after.tree.rollouts[1].fork).offset
        let drawn = continuations * (length - offset)
        let spent = after.computedTokens - before.computedTokens
        #expect(after.tree.rollouts[0].tokens == before.tree.rollouts[0].tokens)
        #expect(after.drawnTokens - before.drawnTokens == drawn)
        #expect(spent == drawn)
    }

    @Test("A tree that nobody wants any more is computed no further")
    func cancelled() async throws {
        let fixture = try EngineFixture("llama")
        let growth = try growth(fixture) {
            $0.width = 64
            $0.sampling.maxTokens = 900
            $0.tokenBudget = 1 << 20
        }
        let hasStarted = Guarded(false)
        let task = Task {
            try await TreeExplorer(
                engine: fixture.engine, policy: try fixture.engine.policy(fixture.name), growth: growth
            ).grow { _ in hasStarted.withLock { $0 = true } }
        }
        #expect(await eventually { hasStarted.withLock { $0 } && fixture.engine.requestCount > 0 })
        task.cancel()
        await #expect(throws: (any Error).self) { _ = try await task.value }
        #expect(await eventually { fixture.engine.requestCount == 0 })
    }

    @Test("A receiver that fails ends the growing")
    func failingReceiver() async throws {
        struct Gone: Error {}
        let fixture = try EngineFixture()
        let explorer = TreeExplorer(
            engine: fixture.engine, policy: try fixture.engine.policy(fixture.name),
            growth: try growth(fixture) { $0.sampling.maxTokens = 400 })
        await #expect(throws: Gone.self) {
            _ = try await explorer.grow { event in
                if case .drawn = event { throw Gone() }
            }
        }
        #expect(await eventually { fixture.engine.requestCount == 0 })
    }

    @Test("The usual length shares the budget out among what may be drawn")
    func usualLength() {
        var growth = TreeGrowth(prompt: [1])
        // 6 (1 + 4) responses.
        #expect(growth.usualLength == 65_536 / 30)
        growth.depth = 2
        // 6 (1 + 4 + 16) are more than 8 times 6.
        #expect(growth.usualLength == 65_536 / 48)
        // So many levels that counting them would never end.
        growth.depth = .max
        #expect(growth.usualLength == 65_536 / 48)
        growth.branching.count = 0
        #expect(growth.usualLength == 65_536 / 6)
        growth.depth = 0
        growth.tokenBudget = 6
        #expect(growth.usualLength == 1)
    }
}
