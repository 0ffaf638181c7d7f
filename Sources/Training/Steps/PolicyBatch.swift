import Jobs
import Policy
import Sampling

/// A step's trees, with what the policy loss needs of every response token, by place.
///
///     loss = sum over places of w l / sum over places of w
///
/// l being the token's loss and w how often it counts.
struct PolicyBatch: Sendable {
    let trees: [TrainingTree]
    let old: [Float]
    let advantages: [Float]
    let weights: [Float]
    /// Whether the weights that drew the token are those that the step begins with.
    let isFresh: [Bool]
    /// Under the reference weights; empty without a divergence.
    var reference: [Float] = []
    /// For each tree, its places.
    let places: [Range<Int>]
    private let rowTokens: Int

    var count: Int { old.count }

    init(_ batch: [PolicyTree]) {
        var trees: [TrainingTree] = [], old: [Float] = [], advantages: [Float] = [], weights: [Float] = []
        var isFresh: [Bool] = []
        var places: [Range<Int>] = []
        for tree in batch {
            let first = advantages.count
            trees.append(TrainingTree(tree.tree, first: first) { tree.nodes[$0] != nil })
            for (node, tokens) in zip(tree.nodes, tree.tree.nodes.lazy.map(\.tokens)) {
                guard let node else { continue }
                old += node.old.isEmpty ? Array(repeating: 0, count: tokens.count)[...] : node.old
                advantages += Array(repeating: Float(node.advantage), count: tokens.count)
                weights += Array(repeating: Float(node.weight), count: tokens.count)
                isFresh += Array(repeating: node.isFresh, count: tokens.count)
            }
            places.append(first..<advantages.count)
        }
        (self.trees, self.old, self.advantages, self.weights) = (trees, old, advantages, weights)
        (self.isFresh, self.places) = (isFresh, places)
        rowTokens = trees.reduce(0) { $0 + $1.tree.rowTokenCount }
    }

    /// Tokens that are computed, over those that training row by row would compute.
    var treeTokenRatio: Double {
        Double(trees.reduce(0) { $0 + $1.tokenCount }) / Double(max(rowTokens, 1))
    }

    /// Tokens with an advantage, over all, as training row by row would count them.
    var validTokenRatio: Double {
        let all = weights.reduce(0.0) { $0 + Double($1) }
        let valid = zip(weights, advantages).reduce(0.0) { $0 + ($1.1 != 0 ? Double($1.0) : 0) }
        return all > 0 ? valid / all : 0
    }

    /// One update's share of a batch.
    struct Part {
        let trees: Range<Int>
        let places: Range<Int>
        /// The sum of the places' weights, which the loss is the mean over.
        let weight: Double
    }

    /// The batch in `count` parts of nearly equal numbers of trees; fewer when there are fewer trees.
    func minibatches(_ count: Int) -> [Part] {
        let count = min(count, trees.count)
        return (0..<count).map { trees.count * $0 / count..<trees.count * ($0 + 1) / count }.compactMap { range in
            let first = places[range.lowerBound].lowerBound, last = places[range.upperBound - 1].upperBound
            let weight = weights[first..<last].reduce(0.0) { $0 + Double($1) }
            return weight > 0 ? Part(trees: range, places: first..<last, weight: weight) : nil
        }
    }

    /// - Parameter scale: Of a token that counts once.
    func loss(_ loss: PolicyLoss, scale: Double) -> TrainingLoss {
        TrainingLoss(
            .policy(loss, PolicyTargets(old: old, advantages: advantages, reference: reference)),
            scale: weights.map { scale * Double($0) })
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
    /// The greatest change of a token's log-probability before the first update, of tokens that the step's own weights
    /// drew, and of older ones. The former is 0, since the sampler's numbers are the trainer's.
    private var firstDeviation: (fresh: Double, stale: Double)?

    mutating func add(
        _ batch: PolicyBatch, _ places: Range<Int>, _ result: TokenFigures, _ update: PolicyTrainer.Update
    ) {
        var deviation = (fresh: 0.0, stale: 0.0)
        for place in places {
            clipped += result.isClipped[place] ? 1 : 0
            divergence += result.divergences[place]
            let change = abs(Double(result.logprobs[place]) - Double(batch.old[place]))
            if batch.isFresh[place] {
                deviation.fresh = max(deviation.fresh, change)
            } else {
                deviation.stale = max(deviation.stale, change)
            }
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
