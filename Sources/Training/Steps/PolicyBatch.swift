import Jobs
import Policy
import Sampling

/// A step's trees, with what the policy loss needs for every learnt token.
///
///     loss = sum over learnt tokens of w l / sum over learnt tokens of w
///
/// where l is the token's loss and w how often it counts.
struct PolicyBatch: Sendable {
    let trees: [TrainingTree]
    let old: PerToken<Float>
    let advantages: PerToken<Float>
    let weights: PerToken<Float>
    /// Whether the weights that drew the token are those that the step begins with.
    let isFresh: PerToken<Bool>
    /// Logprobs under the reference weights; nil without a divergence.
    var reference: PerToken<Float>?
    /// For each tree, the range of its learnt tokens.
    let learnt: [Range<LearntToken>]
    /// For each tree, the learnt tokens of each of its nodes that has any.
    let nodes: [[Range<LearntToken>]]
    private let rowTokens: Int

    var count: Int { old.count }

    init(_ batch: [PolicyTree]) {
        var trees: [TrainingTree] = [], learnt: [Range<LearntToken>] = []
        var old = PerToken<Float>(), advantages = PerToken<Float>(), weights = PerToken<Float>()
        var isFresh = PerToken<Bool>(), nodes: [[Range<LearntToken>]] = []
        for tree in batch {
            let first = LearntToken(advantages.count)
            trees.append(TrainingTree(tree.tree, first: first) { tree[$0] != nil })
            nodes.append([])
            for index in tree.tree.indices {
                guard let node = tree[index] else { continue }
                let count = tree.tree[index].tokens.count, start = LearntToken(advantages.count)
                if count > 0 { nodes[nodes.count - 1].append(start..<start.advanced(by: count)) }
                if node.old.isEmpty { old.append(repeating: 0, count: count) } else { old.append(node.old) }
                advantages.append(repeating: Float(node.advantage), count: count)
                weights.append(repeating: Float(node.weight), count: count)
                isFresh.append(repeating: node.isFresh, count: count)
            }
            learnt.append(first..<LearntToken(advantages.count))
        }
        (self.trees, self.old, self.advantages, self.weights) = (trees, old, advantages, weights)
        (self.isFresh, self.learnt, self.nodes) = (isFresh, learnt, nodes)
        rowTokens = trees.reduce(0) { $0 + $1.tree.rowTokenCount }
    }

    /// The number of tokens computed, divided by the number that training row by row would compute.
    var treeTokenRatio: Double {
        Double(trees.reduce(0) { $0 + $1.tokenCount }) / Double(max(rowTokens, 1))
    }

    /// The share of tokens with an advantage, counted as in training row by row.
    var validTokenRatio: Double {
        let all = weights.values.reduce(0.0) { $0 + Double($1) }
        let valid = zip(weights.values, advantages.values).reduce(0.0) { $0 + ($1.1 != 0 ? Double($1.0) : 0) }
        return all > 0 ? valid / all : 0
    }

    /// One update's share of a batch.
    struct Part {
        let trees: Range<Int>
        let learnt: Range<LearntToken>
        /// The sum of these tokens' weights, by which the loss is normalised.
        let weight: Double
    }

    /// The batch in `count` parts with nearly equal numbers of trees; fewer if there are fewer trees.
    func minibatches(_ count: Int) -> [Part] {
        let count = min(count, trees.count)
        return (0..<count).map { trees.count * $0 / count..<trees.count * ($0 + 1) / count }.compactMap { range in
            let tokens = learnt[range.lowerBound].lowerBound..<learnt[range.upperBound - 1].upperBound
            let weight = weights[tokens].reduce(0.0) { $0 + Double($1) }
            return weight > 0 ? Part(trees: range, learnt: tokens, weight: weight) : nil
        }
    }

    /// The loss of one pass.
    ///
    /// - Parameters:
    ///   - scale: The scale of a token that counts once.
    ///   - rows: The token of each row of the pass; nil for a row that is not learnt.
    func loss(_ loss: PolicyLoss, scale: Double, rows: [LearntToken?]) -> TrainingLoss {
        let targets = PolicyTargets(
            old: old.gathered(rows, or: 0), advantages: advantages.gathered(rows, or: 0),
            reference: reference?.gathered(rows, or: 0) ?? [])
        return TrainingLoss(
            .policy(loss, targets), scale: weights.gathered(rows, or: 0).map { scale * Double($0) })
    }

    /// The groups the batch was made of, with old logprobs.
    func withOld(_ logprobs: PerToken<Float>, in groups: [ResponseGroup]) -> [ResponseGroup] {
        zip(groups, learnt).map { group, learnt in
            var group = group, token = learnt.lowerBound
            for index in group.members.indices {
                let end = token.advanced(by: group.members[index].tokens.count)
                group.members[index].old = Array(logprobs[token..<end])
                token = end
            }
            return group
        }
    }
}

/// Metrics of a step's updates, over all of their tokens.
struct UpdateFigures {
    private var tokens = 0
    private var clipped = 0
    private var divergence = 0.0
    private var losses: [Double] = []
    private var norms: [Double] = []
    /// The greatest change of a token's logprob before the first update, for tokens drawn by the step's own weights and
    /// for older ones. The former is 0, since the sampler's numbers are the trainer's.
    private var firstDeviation: (fresh: Double, stale: Double)?

    mutating func add(
        _ batch: PolicyBatch, _ learnt: Range<LearntToken>, _ result: TokenFigures, _ update: PolicyTrainer.Update
    ) {
        var deviation = (fresh: 0.0, stale: 0.0)
        for token in learnt {
            clipped += result.isClipped[token] ? 1 : 0
            divergence += result.divergences[token]
            let change = abs(Double(result.logprobs[token]) - Double(batch.old[token]))
            if batch.isFresh[token] {
                deviation.fresh = max(deviation.fresh, change)
            } else {
                deviation.stale = max(deviation.stale, change)
            }
        }
        tokens += learnt.count
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
            "policy/first_deviation": firstDeviation.fresh, "policy/stale_deviation": firstDeviation.stale,
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
