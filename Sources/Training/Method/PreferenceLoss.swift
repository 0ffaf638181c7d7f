import Basics
import Policy

#if canImport(Glibc)
import Glibc
#endif

/// Pairs of a better and a worse continuation of one place, each measured against the weights that the job began with:
///
///     loss = mean over pairs (a, b) of -log sigmoid(z),     z = beta (h(a) - h(b)),
///     h(a) = sum over the tokens of a of (log p - log p0)
///
/// The continuations of a place are the nodes that begin there: the responses to a prompt, or the branches of a point up to
/// where they branch again or end. Of each two whose values, the mean reward of the responses below, differ, the one of
/// higher value is the better. What two responses share cancels out, so pairs at a branch point are pairs of whole responses.
///
/// The derivative of the loss with respect to each log p of a is -beta sigmoid(-z) / pairs, of b the opposite.
///
/// Source: Direct Preference Optimization, arXiv:2305.18290, equation 7. Departures: preferences are those of the rewards,
/// on responses that the policy draws as it learns; all pairs of a place count, where Step-DPO (arXiv:2406.18629) and others
/// choose some.
struct PreferenceLoss {
    /// How much the likelihood of each token counts.
    private(set) var scales: PerToken<Double>
    private(set) var sums = Sums()

    var loss: Double { sums.loss / Double(max(sums.pairs, 1)) }

    /// Sums over pairs.
    struct Sums {
        var pairs = 0
        var loss = 0.0
        /// Pairs whose better one has the higher h.
        var ordered = 0
        /// Of z.
        var margin = 0.0

        static func += (a: inout Sums, b: Sums) {
            a.pairs += b.pairs
            a.loss += b.loss
            a.ordered += b.ordered
            a.margin += b.margin
        }

        /// Metrics of a step, of pairs before the updates that learn them.
        var metrics: [String: Double] {
            guard pairs > 0 else { return [:] }
            let count = Double(pairs)
            return [
                "loss": loss / count, "preference/pairs": count, "preference/ordered": Double(ordered) / count,
                "preference/margin": margin / count,
            ]
        }
    }

    /// - Parameters:
    ///   - trees: The learnt nodes of each tree.
    ///   - current: log p of each token under the weights being trained, in nats.
    ///   - reference: log p0 of each.
    init(
        _ trees: [[PolicyBatch.Node]], count: Int, current: PerToken<Float>, reference: PerToken<Float>, beta: Double
    ) {
        var pulls = [Double](repeating: 0, count: count)
        for nodes in trees {
            let heights = nodes.map { node in
                zip(current[node.tokens], reference[node.tokens]).reduce(0.0) { $0 + Double($1.0) - Double($1.1) }
            }
            for (better, worse) in Self.pairs(nodes) {
                let margin = beta * (heights[better] - heights[worse])
                sums.pairs += 1
                sums.loss -= logSigmoid(margin)
                sums.ordered += margin > 0 ? 1 : 0
                sums.margin += margin
                let pull = beta / (1 + exp(margin))
                for token in nodes[better].tokens { pulls[token.number] += pull }
                for token in nodes[worse].tokens { pulls[token.number] -= pull }
            }
        }
        scales = PerToken(pulls.map { [pairs = sums.pairs] in $0 / Double(max(pairs, 1)) })
    }

    /// Each two nodes of one parent whose values differ, the better first.
    private static func pairs(_ nodes: [PolicyBatch.Node]) -> [(better: Int, worse: Int)] {
        nodes.indices.flatMap { better in
            nodes.indices.filter { nodes[$0].parent == nodes[better].parent && nodes[$0].value < nodes[better].value }
                .map { (better, $0) }
        }
    }
}
