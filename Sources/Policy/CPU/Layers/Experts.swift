import CKernels
import Compute
import ModelFiles

/// The feed-forward of an expert; gate and up projections alternate panel by panel. [2 F, C], [C, F]
struct Expert {
    let gateUp: Linear
    let down: Linear
}

/// y = x + sum over the K experts e of a token of w[e] W_down[e] h[e],     h[e] = g(W_gate[e] n(x)) * (W_up[e] n(x))
///
/// with p = softmax(W_router n(x)) over all experts, of which a token has the K with the greatest p, the first of equal
/// ones. w is p, divided by its sum over the token's experts if the policy does so. The sum goes over experts in order,
/// so a token's numbers do not depend on which others there are.
///
/// Shapes: x, y [M, C], W_router [E, C]. Source: arXiv:1701.06538, arXiv:2101.03961; Qwen3's mixture of experts.
struct MixtureOfExperts {
    let input: SublayerInput
    let router: Linear
    let experts: [Expert]
    let normalisesWeights: Bool
    let activation: PolicyConfiguration.Activation

    /// Takes all rows from the residual stream in the middle of a layer to the one after it. Members wait for each other
    /// before and after.
    ///
    /// - Parameter isComplete: Whether to compute y, in addition to what is kept for gradients.
    func forward(
        _ space: ForwardWorkspace.View, _ experts: ExpertSpace, isComplete: Bool, rows: Int, _ member: TeamMember
    ) {
        member.barrier()
        for band in Bands(of: rows, member) {
            input.forward(space.middle, into: space.normalised, band)
            band.barrier()
            router.forward(space.normalised, into: experts.probabilities, band)
        }
        member.barrier()
        for row in member.share(of: rows) { choose(row, experts) }
        arrange(experts, rows: rows, member)
        experts.gather(space.normalised, into: experts.input, member.share(of: rows * experts.perToken))
        member.barrier()
        for index in experts.used {
            self.experts[index].gateUp.forward(
                experts.input, into: experts.hidden,
                then: .swiGLU(activation.gate, upBias: nil, keeping: experts.keptGateUp),
                Band(rows: experts.range(of: index), member: member, place: 0))
        }
        member.barrier()
        guard isComplete else { return }
        for index in experts.used {
            self.experts[index].down.forward(
                experts.hidden, into: experts.output, Band(rows: experts.range(of: index), member: member, place: 0))
        }
        member.barrier()
        for row in member.share(of: rows) { add(row, experts, onto: space.middle, into: space.after) }
        member.barrier()
    }

    /// Puts tokens in order of the experts they go through; members wait for each other.
    func arrange(_ space: ExpertSpace, rows: Int, _ member: TeamMember) {
        member.barrier()
        if member.index == 0 { space.arrange(rows: rows) }
        member.barrier()
    }

    /// Turns a row of logits into probabilities, and chooses the token's experts.
    private func choose(_ row: Int, _ space: ExpertSpace) {
        let p = space.probabilities.floats(row), chosen = space.choices + row * space.perToken
        attn_softmax(p, space.probabilities.width)
        for k in 0..<space.perToken {
            var best = -1
            for expert in 0..<space.probabilities.width where best < 0 || p[expert] > p[best] {
                if !(0..<k).contains(where: { Int(chosen[$0]) == expert }) { best = expert }
            }
            chosen[k] = Int32(best)
        }
        var sorted = UnsafeMutableBufferPointer(start: chosen, count: space.perToken)
        sorted.sort()
        let weights = space.weights.floats(row)
        var sum: Float = 0
        for k in 0..<space.perToken {
            weights[k] = p[Int(chosen[k])]
            sum += weights[k]
        }
        if normalisesWeights { attn_scale(weights, space.perToken, 1 / sum) }
    }

    /// Adds what a token's experts say to its row.
    private func add(_ row: Int, _ space: ExpertSpace, onto before: Rows, into after: Rows) {
        let x = before.floats(row), y = after.floats(row), weights = space.weights.floats(row)
        if x != y { y.update(from: x, count: before.width) }
        for k in 0..<space.perToken {
            attn_add_scaled(
                y, space.output.floats(Int(space.slots[row * space.perToken + k])), before.width, weights[k])
        }
    }
}
