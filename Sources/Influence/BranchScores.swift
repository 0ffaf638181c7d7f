import Basics
internal import Foundation

/// The data that branch points are chosen by. Only what the strategy reads is required.
public struct BranchInput: Sendable {
    public var segmentation: StepSegmentation
    /// The attention score of each step, from `AttentionTrace.scores(for:)`. Shape [K].
    public var influence: [Float]?
    /// The entropy of the distribution each response token was drawn from, in nats.
    public var entropies: [Float]?
    /// The logprob of each response token, in nats.
    public var logprobs: [Float]?
    /// The logprobs of the most probable and of the second most probable token in place of each response token, in nats.
    public var leaders: (first: [Float], second: [Float])?
    /// In which order steps that reach a strategy's quantile are tried, the greatest first; nil takes the earliest first.
    /// Shape [K].
    public var priority: [Float]?

    public init(
        segmentation: StepSegmentation, influence: [Float]? = nil, entropies: [Float]? = nil, logprobs: [Float]? = nil,
        priority: [Float]? = nil
    ) {
        self.segmentation = segmentation
        self.influence = influence
        self.entropies = entropies
        self.logprobs = logprobs
        self.priority = priority
    }
}

extension AttentionTrace {
    /// A strategy's attention score for each step: y[k], unless the strategy has its own. Shape [K].
    public func scores(for strategy: BranchStrategy) -> [Float] {
        ownScores(for: strategy) ?? influence
    }

    /// A strategy's attention score for each step if it is not y[k]; nil for all other strategies. Shape [K].
    public func ownScores(for strategy: BranchStrategy) -> [Float]? {
        switch strategy {
        case .kurtosis: receiverScores()
        case .excess: excess
        default: nil
        }
    }

    /// score[k] = mean over the receiver heads of v[l, h, k], with
    ///
    ///     v[l, h, k] = y[l, h, k] / (K - k - D)
    ///
    /// the mean attention that step k receives from the steps at least D after it. Receiver heads are the 20 whose v
    /// has the greatest excess kurtosis over the scored steps, m4 / m2^2 - 3 with moments about the mean; all heads if
    /// there are fewer. 0 for steps without influence. Shape [K].
    ///
    /// Source: thought anchors, arXiv:2506.19143, with D = 4. Departure: heads are ranked by this response alone,
    /// whereas the paper ranks them once over many.
    func receiverScores(heads wanted: Int = 20) -> [Float] {
        let count = segmentation.count, heads = layerCount * headCount
        let scored = (0..<max(0, count - gap)).filter { $0 > 0 && influence[$0] > 0 }
        let received = (0..<heads).map { head in
            scored.map { Double(perHead[head * count + $0]) / Double(count - gap - $0) }
        }
        let concentration = received.map(excessKurtosis)
        let receivers = (0..<heads).sorted { (concentration[$1], $0) < (concentration[$0], $1) }.prefix(wanted)
        var scores = [Float](repeating: 0, count: count)
        for (place, step) in scored.enumerated() {
            scores[step] = Float(receivers.reduce(0) { $0 + received[$1][place] } / Double(receivers.count))
        }
        return scores
    }
}

/// m4 / m2^2 - 3; -3 if all values are equal.
func excessKurtosis(_ values: [Double]) -> Double {
    let count = Double(values.count), mean = values.reduce(0, +) / count
    func moment(_ power: Int) -> Double {
        values.reduce(0) { sum, value in sum + (0..<power).reduce(1) { product, _ in product * (value - mean) } }
            / count
    }
    let variance = moment(2)
    return variance > 0 ? moment(4) / (variance * variance) - 3 : -3
}

extension BranchInput {
    /// The attention score of each step, 0 for steps that cannot be chosen.
    func attentionScores(scored: Range<Int>, strategy: BranchStrategy) throws(BranchError) -> [Float] {
        let values = try checked(influence, "influence", strategy, count: segmentation.count)
        return values.indices.map { scored.contains($0) ? values[$0] : 0 }
    }

    /// score[k] = max over t in step k of the entropy at t.
    ///
    /// Source: TreeRL, which forks at the tokens its code calls most uncertain. Departure: that code ranks by -log p,
    /// which is `surpriseScores` here, and forks at the token; a branch here starts at the step that contains it.
    func tokenEntropyScores(strategy: BranchStrategy) throws(BranchError) -> [Float] {
        let values = try checked(entropies, "entropies", strategy, count: segmentation.responseLength)
        return stepScores(values) { $0.max() ?? 0 }
    }

    /// score[k] = max over t in step k of -ln p(t), in [0, inf].
    ///
    /// Source: FR3E's code, which restarts from the tokens of lowest probability.
    func surpriseScores(strategy: BranchStrategy) throws(BranchError) -> [Float] {
        let values = try checked(logprobs, "logprobs", strategy, count: segmentation.responseLength)
        return stepScores(values) { -($0.min() ?? 0) }
    }

    /// score[k] = mean over t in step k of the entropy at t.
    ///
    /// Source: sentence-level entropy as in DATPO, with steps for sentences.
    func meanEntropyScores(strategy: BranchStrategy) throws(BranchError) -> [Float] {
        let values = try checked(entropies, "entropies", strategy, count: segmentation.responseLength)
        return stepScores(values) { step in
            Float(step.reduce(0.0) { $0 + Double($1) } / Double(step.count))
        }
    }

    /// score[k] uniform in [0, 1), a function of (seed, k) alone: number k of `SplitMix`. Taking the greatest scores
    /// draws steps uniformly, without replacement.
    func randomScores(seed: UInt64) -> [Float] {
        (0..<segmentation.count).map { Float(word(seed, $0) >> 40) * 0x1p-24 }
    }

    /// A score for each step from one value per response token; the prompt has 0.
    private func stepScores(_ values: [Float], _ score: (ArraySlice<Float>) -> Float) -> [Float] {
        [0]
            + segmentation.ranges.dropFirst().map { step in
                score(values[step.lowerBound - segmentation.promptLength..<step.upperBound - segmentation.promptLength])
            }
    }

    func checked(
        _ values: [Float]?, _ name: String, _ strategy: BranchStrategy, count: Int
    ) throws(BranchError) -> [Float] {
        guard let values else { throw .missingInput(strategy: strategy, input: name) }
        guard values.count == count else { throw .wrongCount(input: name, expected: count, actual: values.count) }
        if let index = values.firstIndex(where: \.isNaN) { throw .notANumber(input: name, index: index) }
        return values
    }
}

/// A pseudorandom word, a function of (seed, step) alone.
private func word(_ seed: UInt64, _ step: Int) -> UInt64 {
    SplitMix.mix(seed &+ (UInt64(step) &+ 1) &* SplitMix.increment)
}

/// Uniform in (0, 1), a function of (seed, step) alone.
func uniform(_ seed: UInt64, _ step: Int) -> Double { (Double(word(seed, step) >> 12) + 0.5) * 0x1p-52 }

/// Three significant digits, for human-readable texts.
func brief(_ value: Float) -> String { String(format: "%.3g", Double(value)) }
