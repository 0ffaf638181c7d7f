import Influence
import Rollouts
import Wire

extension V1.Trace {
    /// Describes a finished response.
    ///
    /// - Parameters:
    ///   - map: The requested map.
    ///   - end: Why the response ended; nil if it was given in the request.
    init(
        _ trace: AttentionTrace, of sequence: SequenceRecord, policy: String, version: Int, topHeads: Int,
        map: V1.StepMapKind, end: ResponseEnd?
    ) {
        self.init()
        if let end {
            finishReason = end.reason
            stopText = end.stopText
            stopTokenId = end.stopTokenID
        }
        let segmentation = trace.segmentation
        self.policy = policy
        self.version = Int64(version)
        promptTokens = Int32(clamping: sequence.promptCount)
        totalTokens = Int32(clamping: segmentation.tokenCount)
        separator = V1.StepSeparator(segmentation.separator)
        gap = Int32(clamping: trace.gap)
        layers = Int32(clamping: trace.layerCount)
        heads = Int32(clamping: trace.headCount)
        mapsDropped = trace.mapsDropped && map != .noMap
        let excess = trace.excess
        steps = segmentation.ranges.enumerated().map { index, range in
            var step = V1.Step(index, range, of: sequence)
            step.influence = trace.influence[index]
            step.excess = excess[index]
            step.topHeads = trace.topHeads(ofStep: index, count: topHeads).map(V1.HeadInfluence.init)
            step.afterThinking = segmentation.thinkingEnd.map { index >= $0 } ?? false
            return step
        }
    }
}

extension V1.Step {
    /// Describes a step from its tokens alone.
    init(_ index: Int, _ range: Range<Int>, of sequence: SequenceRecord) {
        self.init()
        self.index = Int32(clamping: index)
        start = Int32(clamping: range.lowerBound)
        end = Int32(clamping: range.upperBound)
        text = sequence.text(of: range)
        meanLogprob = sequence.meanLogprob(of: range)
        meanEntropy = sequence.meanEntropy(of: range)
    }
}

extension V1.StepClosed {
    init(_ closed: ClosedStep, of sequence: SequenceRecord, response: Int) {
        self.init()
        index = Int32(clamping: response)
        var step = V1.Step(closed.index, closed.tokens, of: sequence)
        step.influence = closed.influence.last ?? 0
        step.excess = closed.excess.last ?? 0
        step.afterThinking = sequence.thinkingEnd.map { $0 < closed.tokens.upperBound } ?? false
        self.step = step
        attention = closed.attention
        influence = closed.influence
        excess = closed.excess
    }
}

extension V1.LayerHead {
    init(_ head: HeadIndex) {
        self.init()
        layer = Int32(clamping: head.layer)
        self.head = Int32(clamping: head.head)
    }
}

extension V1.HeadInfluence {
    init(_ value: HeadInfluence) {
        self.init()
        head = V1.LayerHead(value.head)
        influence = value.influence
    }
}

extension V1.StepSeparator {
    init(_ separator: StepSeparator) {
        switch separator {
        case .blankLine: self = .blankLine
        case .line: self = .line
        case .sentence: self = .sentence
        case .token: self = .token
        case .text: self = .text
        }
    }
}
