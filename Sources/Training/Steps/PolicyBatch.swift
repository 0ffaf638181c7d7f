import Jobs
import Policy
import Sampling

/// A step's trees, with what the policy loss needs for every learnt token.
///
///     loss = sum over learnt tokens of w l / divisor
///
/// where l is the token's loss and w how often it counts; see `LossAggregation`.
struct PolicyBatch: Sendable {
    /// The learnt tokens of one node.
    struct Node: Sendable {
        /// The node that it continues.
        let parent: TokenTree.Index
        let tokens: Range<LearntToken>
        /// See `PolicyTree.Node.value`.
        let value: Double
    }

    /// A row: a sequence in which training row by row would learn its tokens.
    struct Row: Sendable {
        let tokens: [Range<LearntToken>]
        /// What each of its tokens counts.
        let share: Double

        var tokenCount: Int { tokens.reduce(0) { $0 + $1.count } }
    }

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
    /// For each tree, its nodes that have learnt tokens.
    let learntNodes: [[Node]]
    /// For each tree, its rows.
    let rows: [[Row]]
    private let aggregation: LossAggregation
    private let rowTokens: Int

    var count: Int { old.count }
    /// For each tree, the learnt tokens of each of its nodes that has any.
    var nodes: [[Range<LearntToken>]] { learntNodes.map { $0.map(\.tokens) } }

    init(_ batch: [PolicyTree], _ aggregation: LossAggregation = .tokenMean) {
        var layout = Layout(aggregation: aggregation)
        for tree in batch { layout.add(tree) }
        (trees, old, advantages) = (layout.trees, layout.old, layout.advantages)
        (weights, isFresh, learnt) = (PerToken(layout.weights.map { Float($0) }), layout.isFresh, layout.learnt)
        (learntNodes, rows, self.aggregation) = (layout.nodes, layout.rows, aggregation)
        rowTokens = trees.reduce(0) { $0 + $1.tree.rowTokenCount }
    }

    /// A batch as far as its trees have been added.
    private struct Layout {
        let aggregation: LossAggregation
        var trees: [TrainingTree] = []
        var old = PerToken<Float>()
        var advantages = PerToken<Float>()
        var weights: [Double] = []
        var isFresh = PerToken<Bool>()
        var learnt: [Range<LearntToken>] = []
        var nodes: [[Node]] = []
        var rows: [[Row]] = []

        mutating func add(_ tree: PolicyTree) {
            let first = LearntToken(weights.count)
            trees.append(TrainingTree(tree.tree, first: first) { tree[$0] != nil })
            let tokens = tree.tree.indices.map { add($0, of: tree) }
            nodes.append(
                tree.tree.indices.compactMap { index in
                    guard let node = tree[index], let parent = tree.tree[index].parent, !tokens[index.number].isEmpty
                    else { return nil }
                    return Node(parent: parent, tokens: tokens[index.number], value: node.value)
                })
            rows.append(
                tree.rows.map { row in
                    let tokens = row.map { tokens[$0.number] }
                    return Row(
                        tokens: tokens, share: aggregation.share(rowTokens: tokens.reduce(0) { $0 + $1.count }))
                })
            for row in rows[rows.count - 1] {
                for token in row.tokens.joined() { weights[token.number] += row.share }
            }
            learnt.append(first..<LearntToken(weights.count))
        }

        /// Adds the tokens of a node, if they are learnt.
        private mutating func add(_ index: TokenTree.Index, of tree: PolicyTree) -> Range<LearntToken> {
            let start = LearntToken(weights.count)
            guard let node = tree[index] else { return start..<start }
            let count = tree.tree[index].tokens.count
            if node.old.isEmpty { old.append(repeating: 0, count: count) } else { old.append(node.old) }
            advantages.append(repeating: Float(node.advantage), count: count)
            weights += repeatElement(0, count: count)
            isFresh.append(repeating: node.isFresh, count: count)
            return start..<start.advanced(by: count)
        }
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
        /// What the sum of these tokens' losses is divided by.
        let divisor: Double
    }

    /// The batch in `count` parts with nearly equal numbers of trees; fewer if there are fewer trees.
    func minibatches(_ count: Int) -> [Part] {
        let count = min(count, trees.count)
        return (0..<count).map { trees.count * $0 / count..<trees.count * ($0 + 1) / count }.compactMap { range in
            let tokens = learnt[range.lowerBound].lowerBound..<learnt[range.upperBound - 1].upperBound
            let shares = weights[tokens].reduce(0.0) { $0 + Double($1) }
            let divisor = aggregation.divisor(shares: shares, rows: rows[range].reduce(0) { $0 + $1.count })
            return shares > 0 ? Part(trees: range, learnt: tokens, divisor: divisor) : nil
        }
    }

    /// The loss of one pass.
    ///
    /// - Parameters:
    ///   - scale: The scale of a token that counts once.
    ///   - rows: The token of each row of the pass; nil for a row that is not learnt.
    ///   - pulls: What takes the place of old logprobs and advantages; see `SequenceRatios`.
    func loss(
        _ loss: PolicyLoss, scale: Double, rows: [LearntToken?], pulls: SequenceRatios? = nil
    ) -> TrainingLoss {
        let targets = PolicyTargets(
            old: (pulls?.current ?? old).gathered(rows, or: 0),
            advantages: (pulls?.pulls ?? advantages).gathered(rows, or: 0),
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

    /// - Parameters:
    ///   - loss: The update's loss.
    ///   - isClipped: Which tokens' ratios a bound replaced, if that is not the tokens' own.
    mutating func add(
        _ batch: PolicyBatch, _ learnt: Range<LearntToken>, _ result: TokenFigures, loss: Double,
        isClipped: PerToken<Bool>? = nil, _ update: PolicyTrainer.Update
    ) {
        var deviation = (fresh: 0.0, stale: 0.0)
        for token in learnt {
            clipped += (isClipped?[token] ?? result.isClipped[token]) ? 1 : 0
            divergence += result.divergences[token]
            let change = abs(Double(result.logprobs[token]) - Double(batch.old[token]))
            if batch.isFresh[token] {
                deviation.fresh = max(deviation.fresh, change)
            } else {
                deviation.stale = max(deviation.stale, change)
            }
        }
        tokens += learnt.count
        losses.append(loss)
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
    /// - Precondition: The loss counts tokens one by one, or pulls them as whole sequences say.
    init(_ specification: LossSpecification) {
        let surrogate: PolicySurrogate =
            switch specification.kind {
            case .clipped: .clipped
            case .cispo: .cispo
            case .importanceSampling: .importanceSampling
            case .dro: .dro(beta: specification.usedBeta)
            case .gspo, .dpo: .linear
            }
        self.init(
            surrogate, clipLow: specification.clipLow, clipHigh: specification.clipHigh,
            dualClip: specification.dualClip,
            klCoefficient: specification.klCoefficient, entropyCoefficient: specification.entropyCoefficient)
    }
}
