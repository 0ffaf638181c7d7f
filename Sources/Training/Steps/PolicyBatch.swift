import Jobs
import Policy

/// A step's groups as trees, with what the policy loss needs of every response token, by place.
struct PolicyBatch: Sendable {
    let trees: [TrainingTree]
    let old: [Float]
    let advantages: [Float]
    /// Under the reference weights; empty without a divergence.
    var reference: [Float] = []
    /// For each tree, its places.
    let places: [Range<Int>]
    private let rowTokens: Int

    var count: Int { old.count }

    init(_ groups: [ResponseGroup]) {
        var trees: [TrainingTree] = [], old: [Float] = [], advantages: [Float] = [], places: [Range<Int>] = []
        for group in groups {
            let first = advantages.count
            trees.append(
                TrainingTree(prompt: group.prompt, responses: group.members.map(\.tokens), first: first))
            for member in group.members {
                old += member.old.isEmpty ? Array(repeating: 0, count: member.tokens.count) : member.old
                advantages += Array(repeating: Float(member.advantage), count: member.tokens.count)
            }
            places.append(first..<advantages.count)
        }
        (self.trees, self.old, self.advantages, self.places) = (trees, old, advantages, places)
        rowTokens = trees.reduce(0) { $0 + $1.tree.rowTokenCount }
    }

    /// Tokens that are computed, over those that training row by row would compute.
    var treeTokenRatio: Double {
        Double(trees.reduce(0) { $0 + $1.tokenCount }) / Double(max(rowTokens, 1))
    }

    /// One update's share of a batch.
    struct Part {
        let trees: Range<Int>
        let places: Range<Int>
        /// Tokens the loss is the mean over.
        var tokens: Int { places.count }
    }

    /// The batch in `count` parts of nearly equal numbers of trees; fewer when there are fewer trees.
    func minibatches(_ count: Int) -> [Part] {
        let count = min(count, trees.count)
        return (0..<count).map { trees.count * $0 / count..<trees.count * ($0 + 1) / count }.compactMap { range in
            let first = places[range.lowerBound].lowerBound, last = places[range.upperBound - 1].upperBound
            return last > first ? Part(trees: range, places: first..<last) : nil
        }
    }

    func value(at place: Int, _ logprob: Float, _ entropy: Float, _ loss: PolicyLoss) -> PolicyLoss.Value {
        loss(
            logprob: Double(logprob), old: Double(old[place]),
            reference: reference.isEmpty ? nil : Double(reference[place]), advantage: Double(advantages[place]),
            entropy: Double(entropy))
    }

    func loss(
        at place: Int, _ logprob: Float, _ entropy: Float, _ loss: PolicyLoss, scale: Double
    ) -> TokenLoss {
        let value = value(at: place, logprob, entropy, loss)
        return TokenLoss(
            value: Float(value.loss * scale), logprob: Float(value.slope * scale),
            entropy: Float(-loss.entropyCoefficient * scale))
    }

    /// The groups with old log-probabilities, given by place.
    func withOld(_ logprobs: [Float], in groups: [ResponseGroup]) -> [ResponseGroup] {
        zip(groups, places).map { group, places in
            var group = group, place = places.lowerBound
            for index in group.members.indices {
                let end = place + group.members[index].tokens.count
                group.members[index].old = Array(logprobs[place..<end])
                place = end
            }
            return group
        }
    }
}

/// Figures of a step's updates, over all of their tokens.
struct UpdateFigures {
    private var tokens = 0
    private var clipped = 0
    private var divergence = 0.0
    private var losses: [Double] = []
    private var norms: [Double] = []
    /// The greatest |ratio - 1| before the first update: 0 but for feedback, since the sampler's numbers are the trainer's.
    private var firstDeviation: Double?

    mutating func add(
        _ batch: PolicyBatch, _ places: Range<Int>, _ result: TokenFigures, _ update: PolicyTrainer.Update,
        _ loss: PolicyLoss
    ) {
        var deviation = 0.0
        for place in places {
            let value = batch.value(at: place, result.logprobs[place], result.entropies[place], loss)
            clipped += value.isClipped ? 1 : 0
            divergence += value.divergence
            deviation = max(deviation, abs(Double(result.logprobs[place]) - Double(batch.old[place])))
        }
        tokens += places.count
        losses.append(result.loss)
        norms.append(update.gradientNorm)
        firstDeviation = firstDeviation ?? deviation
    }

    var metrics: [String: Double] {
        guard let last = losses.last, let firstDeviation else { return [:] }
        let count = Double(max(tokens, 1))
        return [
            "loss": losses.reduce(0, +) / Double(losses.count), "loss/last": last,
            "gradient_norm": norms.reduce(0, +) / Double(norms.count), "updates": Double(losses.count),
            "tokens_learnt": count, "policy/clipped": Double(clipped) / count, "policy/kl": divergence / count,
            "policy/first_deviation": firstDeviation,
        ]
    }
}

extension PolicyLoss {
    init(_ specification: LossSpecification) {
        self.init(
            clipLow: specification.clipLow, clipHigh: specification.clipHigh, dualClip: specification.dualClip,
            klCoefficient: specification.klCoefficient, entropyCoefficient: specification.entropyCoefficient)
    }
}
