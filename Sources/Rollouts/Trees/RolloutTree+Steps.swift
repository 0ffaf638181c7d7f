public import Influence
public import Trees

extension RolloutTree.Rollout {
    /// Records the steps of its whole response, their influence, and the attention data the strategy reads.
    mutating func take(_ trace: AttentionTrace, for strategy: BranchStrategy) {
        take(trace.segmentation, influence: trace.influence)
        guard let scores = trace.ownScores(for: strategy) else { return }
        for (index, score) in scores.dropFirst().enumerated() where score != steps[index].influence {
            steps[index].score = score
        }
    }

    /// Records the steps of its whole response, without influence.
    mutating func take(_ segmentation: StepSegmentation) {
        take(segmentation, influence: Array(repeating: 0, count: segmentation.count))
    }

    private mutating func take(_ segmentation: StepSegmentation, influence: [Float]) {
        steps = zip(segmentation.ranges, influence).dropFirst().map { step, influence in
            RolloutTree.ScoredStep(start: step.lowerBound - segmentation.promptLength, influence: influence)
        }
        thinkingEnd = segmentation.thinkingEnd.map { $0 - 1 }
    }
}

extension RolloutTree {
    /// The input for choosing branch points of a rollout's response.
    ///
    /// - Parameter offset: Where the branchable part of the response begins, for example where the rollout leaves
    ///   another: steps that begin before it count as prompt.
    /// - Precondition: Its steps are known.
    public func branchInput(of index: Int, from offset: Int = 0) -> BranchInput {
        let rollout = rollouts[index], length = length(of: index)
        let skipped = rollout.steps.prefix { $0.start < offset }.count
        let steps = rollout.steps.dropFirst(skipped)
        let starts = steps.map(\.start) + [length]
        // Tokens of a step that straddles the offset also count as prompt.
        let first = starts[0], count = prompt.count
        let segmentation = StepSegmentation(
            ranges: [0..<count + first] + zip(starts, starts.dropFirst()).map { count + $0..<count + $1 },
            separator: .blankLine, thinkingEnd: rollout.thinkingEnd.map { max($0 - skipped, -1) + 1 })
        let priority = steps.compactMap(\.priority)
        var input = BranchInput(
            segmentation: segmentation, influence: [0] + steps.map { $0.score ?? $0.influence },
            entropies: Array(values(of: index, \.entropies).dropFirst(first)),
            logprobs: Array(values(of: index, \.logprobs).dropFirst(first)),
            priority: priority.count == steps.count ? [0] + priority : nil)
        // Those of what it keeps of others count as prompt.
        if let leaders = rollout.leaders {
            let kept = max(first - start(of: index), 0)
            input.leaders = (Array(leaders.first.dropFirst(kept)), Array(leaders.second.dropFirst(kept)))
        }
        return input
    }
}
