import Influence
import Jobs
import Rollouts

extension TreeGrower {
    /// As a job's specification says. Attention is also captured if prompts that every rollout solved are filtered by
    /// it.
    /// Hidden states of the last layer come along if their novelty counts.
    init(_ specification: JobSpecification, layers: Int) {
        let branching = specification.branching
        self.init(
            branching: branching.options, influenceGap: branching.influenceGap,
            separator: branching.stepSeparator,
            capturesAlways: specification.adaptive.easyPrompts == .attentionMean,
            stateLayer: branching.bonus == .latentNovelty ? layers : nil)
    }
}

extension BranchingSpecification {
    /// Where steps end, see `StepSegmentation`.
    var stepSeparator: StepSeparator? { try? separator.separator(text: separatorText) }

    fileprivate var options: BranchOptions {
        var options = BranchOptions()
        options.count = points
        options.includesAfterThinking = includeAfterThinking
        options.minimumGap =
            minGapTokens.map(MinimumGap.tokens) ?? minGapFraction.map(MinimumGap.fraction) ?? .automatic
        (options.strategy, options.quantile) = (strategy, quantile)
        options.pivot.depthExponent = depthExponent
        options.tie.gap = tieGap
        return options
    }
}
