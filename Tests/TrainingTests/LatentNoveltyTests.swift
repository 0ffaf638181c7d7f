import Foundation
import Influence
import Rewards
import Rollouts
import TestSupport
import Testing
import Trees

@testable import Jobs
@testable import Training

@Suite("Latent novelty", .serialized)
struct LatentNoveltyTests {
    /// A state with one number in it.
    private static func state(_ place: Int, _ value: Double) -> [Double] {
        var state = [Double](repeating: 0, count: LatentNovelty.width)
        state[place] = value
        return state
    }

    @Test("By hand: the error of the identity, one update, and the error after it")
    func byHand() {
        var head = LatentNovelty()
        let (a, b) = (Self.state(0, 3), Self.state(1, 2))
        // b - a has 3 and 2: (9 + 4) / 32.
        #expect(head.novelties([a, b]) == [0, 13.0 / 32])
        #expect(head.novelties([a, a]) == [0, 0] && head.novelties([a]) == [0] && head.novelties([]).isEmpty)
        #expect(head.bonus(1, weight: 1, step: 0, anneal: 10) == 0)
        head.learn([a, b])
        #expect(head.mean == 13.0 / 32)
        // Row 0: error -3, and 1 + |a|^2 = 10: W00 = 1 - 0.05 3 3 / 10, b0 = -0.05 3 / 10; row 1 likewise with error 2. The
        // prediction after a moves by 0.05 error (3 3 + 1) / 10, which leaves 0.95 of the error.
        #expect(abs(head.novelties([a, b])[1] - 13.0 / 32 * 0.95 * 0.95) < 1e-12)
        // A bonus is its weight's half at the mean, falls with the steps, and ends.
        #expect(abs(head.bonus(13.0 / 32, weight: 0.4, step: 0, anneal: 10) - 0.2) < 1e-12)
        #expect(abs(head.bonus(13.0 / 32, weight: 0.4, step: 5, anneal: 10) - 0.1) < 1e-12)
        #expect(head.bonus(1, weight: 0.4, step: 10, anneal: 10) == 0)
        #expect(head.bonus(1e9, weight: 0.4, step: 0, anneal: 10) < 0.4)
    }

    @Test("The head learns dynamics that are linear, however large states are, and what breaks them is novel")
    func learns() {
        var head = LatentNovelty()
        func turned(_ state: [Double]) -> [Double] { Array(state.dropFirst()) + [0.5 - state[0]] }
        var state = (0..<LatentNovelty.width).map { sin(Double($0)) }
        let first = head.novelties([state, turned(state)])[1]
        for _ in 0..<4000 {
            let next = turned(state)
            head.learn([state, next])
            state = next
        }
        let last = head.novelties([state, turned(state)])[1]
        #expect(last < first / 10)
        #expect(head.novelties([state, state.map { -$0 }])[1] > 10 * last)
        var wild = LatentNovelty()
        for sign in 0..<200 { wild.learn([state.map { 1e6 * $0 }, state.map { $0 * (sign % 2 == 0 ? 1e6 : -1e6) }]) }
        #expect(wild.mean!.isFinite)
    }

    @Test("A projection keeps directions, is of its seed, and has numbers of size 1")
    func projection() {
        let states = (0..<400).map { Float(sin(Double($0 * $0))) }
        let project = StateProjection(seed: 5, width: 40), projected = project(states)
        #expect(projected.count == 10 && projected.allSatisfy { $0.count == LatentNovelty.width })
        let sizes = projected.map { $0.reduce(0) { $0 + $1 * $1 } / Double(LatentNovelty.width) }
        #expect(sizes.allSatisfy { 0.3 < $0 && $0 < 2.5 })
        #expect(zip(project(states.map { 8 * $0 }).joined(), projected.joined()).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(StateProjection(seed: 6, width: 40)(states) != projected)
        #expect(project([Float](repeating: 0, count: 40)) == [[Double](repeating: 0, count: LatentNovelty.width)])
    }

    @Test("Of the steps that reach the quantile, those of greater priority are branched at")
    func priority() throws {
        var tree = RolloutTree(prompt: [1])
        var rollout = RolloutTree.Rollout(tokens: Array(0..<12))
        rollout.logprobs = rollout.tokens.map { _ in -1 }
        rollout.entropies = rollout.tokens.map { _ in 1 }
        rollout.steps = (0..<6).map { .init(start: 2 * $0, influence: $0 == 0 ? 0 : 1) }
        tree.add(rollout)
        var options = BranchOptions()
        (options.count, options.minimumGap, options.quantile) = (2, .tokens(0), 0.5)
        let grower = TreeGrower(branching: options, influenceGap: 1)
        #expect(try grower.plan(tree, of: [0]) { _ in 0 }.points.map(\.fork.offset) == [2, 4])
        tree.update(0) {
            for (index, value) in [0, 1, 2, 9, 3, 7].enumerated() { $0.steps[index].priority = Float(value) }
        }
        #expect(try grower.plan(tree, of: [0]) { _ in 0 }.points.map(\.fork.offset) == [6, 10])
        // One without a priority leaves the choice to the strategy.
        tree.update(0) { $0.steps[3].priority = nil }
        #expect(try grower.plan(tree, of: [0]) { _ in 0 }.points.map(\.fork.offset) == [2, 4])
    }

    // MARK: Jobs

    private static let letters = ScriptedReward.letters(above: 5)

    private func specification(
        _ fixture: TrainingFixture, _ use: BranchingSpecification.BonusUse
    ) throws -> JobSpecification {
        var specification = try fixture.treeSpecification(.attnrl, learningRate: 3e-4)
        specification.branching.bonus = .latentNovelty
        specification.branching.bonusUse = use
        specification.branching.bonusWeight = 0.5
        specification.branching.bonusSteps = 4
        return specification
    }

    private func program(
        _ fixture: TrainingFixture, _ specification: JobSpecification, _ checkpoint: Checkpoint? = nil
    ) throws -> TreeProgram {
        try TreeProgram(fixture.context(specification, checkpoint: checkpoint), engine: fixture.engine) { _ in
            Self.letters
        }
    }

    @Test("A job that prefers novel steps branches elsewhere; one that rewards them does so less and less")
    func jobs() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var plain = try specification(fixture, .branching)
            plain.branching = try fixture.treeSpecification(.attnrl, learningRate: 3e-4).branching
            let without = try await TrainingFixture.run(try program(fixture, plain), steps: 2)
            let branching = try await TrainingFixture.run(
                try program(fixture, try specification(fixture, .branching)), steps: 2)
            #expect(without[0]["novelty/mean"] == nil && without[0]["branch/distance"] == nil)
            #expect(branching.allSatisfy { $0["novelty/mean"]! > 0 && $0["branch/distance"]! > 0 })
            #expect(branching.allSatisfy { $0["novelty/bonus"] == nil })
            #expect(without[0]["reward/mean"] == branching[0]["reward/mean"])
            #expect(without[0]["branch/position"] != branching[0]["branch/position"])
            let rewarding = try await TrainingFixture.run(
                try program(fixture, try specification(fixture, .reward)), steps: 6)
            #expect(rewarding[0]["branch/position"] == without[0]["branch/position"])
            let bonuses = rewarding.map { $0["novelty/bonus"] ?? -1 }
            #expect(bonuses[0] > 0 && bonuses[0] < 0.5 && bonuses[4] == 0 && bonuses[5] == 0)
        }
    }

    @Test("What a strategy that looks ahead draws in two parts is as novel as what is drawn in one")
    func lookingAhead() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            func steps(_ strategy: BranchStrategy) async throws -> [[String: Double]] {
                var specification = try specification(fixture, .reward)
                specification.branching.strategy = strategy
                // Every continuation stays, and none is over within the look ahead.
                (specification.branching.lookahead, specification.branching.leastDivergence) = (1, 0)
                return try await TrainingFixture.run(try program(fixture, specification), steps: 2)
            }
            for step in try await steps(.latr) {
                #expect(try #require(step["novelty/bonus"]) > 0 && step["branch/distance"]! > 0)
            }
        }
    }

    @Test("One that was stopped goes on as one that was not", arguments: BranchingSpecification.BonusUse.allCases)
    func resumed(_ use: BranchingSpecification.BonusUse) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) {
                try specification($0, use)
            } _: {
                try program($0, $1, $2)
            }
        }
    }

    @Test("What decides nothing is refused by name")
    func refused() throws {
        func problems(_ change: (inout JobSpecification) -> Void) -> [String] {
            var specification = JobSpecification(kind: .attnrl)
            specification.data.train = "graph-small"
            specification.steps = 3
            change(&specification)
            var problems = SpecificationProblems()
            specification.addContradictions(to: &problems)
            specification.addUnused(to: &problems)
            return problems.problems.map(\.path)
        }
        #expect(problems { _ in }.isEmpty)
        #expect(problems { $0.branching.bonusSteps = 3 } == ["branching.bonus_steps"])
        #expect(problems { $0.branching.bonus = .latentNovelty }.isEmpty)
        #expect(
            problems {
                $0.branching.bonus = .latentNovelty
                $0.branching.strategy = .tokenEntropy
            } == ["branching.bonus_use"])
        #expect(
            problems {
                $0.branching.bonus = .latentNovelty
                $0.branching.bonusUse = .reward
                $0.branching.strategy = .tokenEntropy
            }.isEmpty)
        #expect(
            problems {
                $0.branching.bonus = .latentNovelty
                $0.branching.bonusUse = .reward
                $0.reward.kind = .learned
                $0.reward.model = "/x"
            } == ["branching.bonus_use"])
    }
}
