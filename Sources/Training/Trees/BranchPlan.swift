import Influence
import Jobs
import Rollouts
import Trees

/// Where the rollouts of one tree are continued.
struct BranchPlan: Sendable, Equatable {
    struct Point: Sendable, Equatable {
        let fork: RolloutTree.Fork
        /// Where in its response it lies, in [0, 1].
        let share: Double
        let isFallback: Bool
    }

    var points: [Point] = []
    /// Rollouts that were to be branched; some may have no step to branch at.
    var rollouts = 0
}

extension BranchingSpecification {
    /// Chooses the points of some rollouts of a tree. A rollout of one or two steps has none.
    ///
    /// - Parameter seed: For the random strategy, by rollout.
    /// - Throws: `BranchError` for options that make no sense.
    func plan(_ tree: RolloutTree, rollouts: [Int], seed: (Int) -> UInt64) throws -> BranchPlan {
        var plan = BranchPlan(rollouts: rollouts.count)
        for rollout in rollouts {
            let input = tree.branchInput(of: rollout)
            let choice = try chooseBranches(input, options: options(seed: seed(rollout)))
            plan.points += choice.points.map { point in
                let offset = point.token - tree.prompt.count
                return BranchPlan.Point(
                    fork: RolloutTree.Fork(rollout: rollout, offset: offset),
                    share: Double(offset) / Double(tree.length(of: rollout)), isFallback: point.isFallback)
            }
        }
        return plan
    }

    private func options(seed: UInt64) -> BranchOptions {
        var options = BranchOptions()
        options.count = points
        options.includesAfterThinking = includeAfterThinking
        options.minimumGap =
            minGapTokens.map(MinimumGap.tokens) ?? minGapFraction.map(MinimumGap.fraction) ?? .automatic
        (options.strategy, options.quantile, options.seed) = (strategy, quantile, seed)
        return options
    }
}
