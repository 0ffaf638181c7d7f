import CKernels
import Compute
import ModelFiles

/// The gradient of one expert's products.
struct ExpertGradient {
    /// Gate and up, side by side in dy.
    let gateUp: LinearGradient
    let down: LinearGradient
}

/// The gradient of a mixture of experts, from dy:
///
///     u[e] = dy W_down[e],      dw[e] = u[e] . h[e],      dh[e] = w[e] u[e],      dgate and dup as in a feed-forward
///     dp = dw of the token's experts, or (dw - sum of dw w) / sum of their p if w is normalised, and 0 of the others
///     dlogits = p (dp - sum of dp p)
///     dn = dlogits W_router + sum over e of (dgate[e] W_gate[e] + dup[e] W_up[e]),      dx = dy + dn through n
///
/// and dW of each product, over an expert's tokens in order. Which experts a token has does not move with the weights.
struct MixtureGradient {
    let mixture: MixtureOfExperts
    let input: SublayerInputGradient
    let router: LinearGradient
    let experts: [ExpertGradient]

    /// Goes from dy in `d.dResidual` to dx in the same place, over all rows.
    ///
    /// - Parameters:
    ///   - middle: The residual stream before the feed-forward.
    ///   - kept: What the forward half kept, and space to recompute the rest.
    func backward(
        _ middle: Rows, _ kept: ExpertSpace, _ space: ForwardWorkspace.View, _ d: GradientWorkspace, rows: Int,
        _ member: TeamMember
    ) {
        guard let e = d.experts else { preconditionFailure("no space for the gradients of experts") }
        let slots = member.share(of: rows * kept.perToken), scratch = d.weightScratch(member)
        for band in Bands(of: rows, member) { input.input.forward(middle, into: space.normalised, band) }
        mixture.arrange(kept, rows: rows, member)
        kept.gather(space.normalised, into: kept.input, slots)
        for slot in slots { e.take(d.dResidual.exact.floats(kept.token(of: slot)), times: 1, slot, member) }
        member.barrier()
        multiply(kept, e.dOutput, into: e.dHidden, member) { $0.down }
        for slot in slots {
            e.activate(slot, kept, mixture.activation, member)
            e.take(d.dResidual.exact.floats(kept.token(of: slot)), times: kept.weight(of: slot), slot, member)
        }
        member.barrier()
        add(kept, e.dOutput, kept.hidden, member, scratch) { $0.down }
        multiply(kept, e.dGateUp, into: e.dInput, member) { $0.gateUp }
        add(kept, e.dGateUp, kept.input, member, scratch) { $0.gateUp }
        for row in member.share(of: rows) {
            e.route(row, kept, normalisesWeights: mixture.normalisesWeights)
            e.dRouter.round(row..<row + 1)
        }
        router.prepare(member)
        member.barrier()
        for band in Bands(of: rows, member) { router.backward(e.dRouter, into: d.dNormalised, band) }
        router.add(e.dRouter, space.normalised, rows: rows, member, scratch: scratch)
        member.barrier()
        for row in member.share(of: rows) { e.collect(row, kept, into: d.dNormalised.floats(row)) }
        member.barrier()
        input.run(d.dNormalised, middle, addingTo: d.dResidual.exact, rows: rows, member)
    }

    /// dx of one product of every expert, for its slots; members share each, and wait for each other.
    private func multiply(
        _ kept: ExpertSpace, _ dy: Derivative, into dx: Rows, _ member: TeamMember,
        _ product: (ExpertGradient) -> LinearGradient
    ) {
        for index in kept.used {
            let gradient = product(experts[index])
            gradient.prepare(member)
            member.barrier()
            gradient.backward(dy, into: dx, Band(rows: kept.range(of: index), member: member, place: 0))
            member.barrier()
        }
    }

    /// Adds dW of one product of every expert; members share each.
    private func add(
        _ kept: ExpertSpace, _ dy: Derivative, _ x: Rows, _ member: TeamMember,
        _ scratch: UnsafeMutablePointer<UInt8>, _ product: (ExpertGradient) -> LinearGradient
    ) {
        for index in kept.used {
            let range = kept.range(of: index)
            product(experts[index]).add(
                Derivative(dy.rounded.from(range.lowerBound)), x.from(range.lowerBound), rows: range.count, member,
                scratch: scratch)
        }
    }
}

/// The derivatives of what goes through experts, for up to M tokens; see `ExpertSpace`.
struct ExpertDerivatives {
    /// To what experts add, as products read it. [M K, C]
    let dOutput: Derivative
    /// u: to feed-forward activations, before weighting. [M K, F]
    let dHidden: Rows
    /// To gate and up projections, side by side. [M K, 2 F] in the policy's precision
    let dGateUp: Derivative
    /// To normalised rows. [M K, C]
    let dInput: Rows
    /// To the weight of each slot. [M K, 1]
    private let dWeights: Rows
    /// To the router's logits. [M, E]
    let dRouter: Derivative
    /// One row for each member. [members, max(C, F)]
    private let scratch: Rows
    /// Transposed weights of one expert, and of the router.
    let gateUpTransposed: PackedMatrix
    let downTransposed: PackedMatrix
    let routerTransposed: PackedMatrix

    /// nil for a policy without experts.
    init?(
        _ c: PolicyConfiguration, _ precision: Precision, rows: Int, members: Int, in memory: RowMemory
    ) throws(MemoryError) {
        guard let experts = c.experts else { return nil }
        let slots = rows * experts.perToken, f = experts.feedForwardSize
        dOutput = Derivative(try memory.rows(slots, width: c.hiddenSize, precision))
        dHidden = try memory.rows(slots, width: f)
        dGateUp = Derivative(try memory.rows(slots, width: 2 * f, precision))
        dInput = try memory.rows(slots, width: c.hiddenSize)
        dWeights = try memory.rows(slots, width: 1)
        dRouter = try memory.derivative(rows, width: experts.count, precision)
        scratch = try memory.rows(members, width: max(f, c.hiddenSize))
        gateUpTransposed = try PackedMatrix(outputs: c.hiddenSize, inputs: 2 * f, format: .numbers(precision))
        downTransposed = try PackedMatrix(outputs: f, inputs: c.hiddenSize, format: .numbers(precision))
        routerTransposed = try PackedMatrix(outputs: c.hiddenSize, inputs: experts.count, format: .numbers(precision))
    }

    static func bytesPerRow(_ c: PolicyConfiguration, _ precision: Precision) -> Int {
        guard let experts = c.experts else { return 0 }
        let f = experts.feedForwardSize
        let slot = 4 * (f + c.hiddenSize + 1) + precision.byteCount * (c.hiddenSize + 2 * f)
        return experts.perToken * slot + (4 + precision.byteCount) * experts.count
    }

    /// Takes a token's dy, times a factor, as the derivative of what the slot's expert adds.
    fileprivate func take(_ dy: UnsafePointer<Float>, times factor: Float, _ slot: Int, _ member: TeamMember) {
        let rows = dOutput.rounded, row = scratch.floats(member.index)
        row.update(from: dy, count: rows.width)
        attn_scale(row, rows.width, factor)
        switch rows.format {
        case ATTN_BF16: attn_f32_to_bf16(row, rows.start(slot), rows.width)
        default: rows.floats(slot).update(from: row, count: rows.width)
        }
    }

    /// Computes dgate and dup of a slot, and dw, and recomputes h.
    fileprivate func activate(
        _ slot: Int, _ kept: ExpertSpace, _ activation: PolicyConfiguration.Activation, _ member: TeamMember
    ) {
        guard let gateUp = kept.keptGateUp else { preconditionFailure("gates of experts were not kept") }
        let f = kept.hidden.width, row = scratch.floats(member.index)
        row.update(from: dHidden.floats(slot), count: f)
        attn_scale(row, f, kept.weight(of: slot))
        activation.gradient(
            row, gateUp.start(slot), gateUp.columns(f..<2 * f).start(slot), f, kept.hidden.format,
            dGateUp.exact.start(slot), dGateUp.exact.columns(f..<2 * f).start(slot), kept.hidden.start(slot))
        dWeights.floats(slot)[0] = attn_dot(dHidden.floats(slot), kept.hidden.start(slot), kept.hidden.format, f)
    }

    /// Computes the derivatives of a token's logits from those of its weights.
    fileprivate func route(_ row: Int, _ kept: ExpertSpace, normalisesWeights: Bool) {
        let p = kept.probabilities.floats(row), dLogits = dRouter.exact.floats(row), count = kept.probabilities.width
        let choices = row * kept.perToken..<(row + 1) * kept.perToken
        dLogits.update(repeating: 0, count: count)
        var sum: Float = 0, mean: Float = 0
        for choice in choices {
            let expert = Int(kept.choices[choice]), dWeight = dWeights.floats(Int(kept.slots[choice]))[0]
            dLogits[expert] = dWeight
            sum += p[expert]
            mean += dWeight * kept.weights.floats(0)[choice]
        }
        if normalisesWeights {
            for choice in choices {
                let expert = Int(kept.choices[choice])
                dLogits[expert] = (dLogits[expert] - mean) / sum
            }
            mean = choices.reduce(0) { $0 + dLogits[Int(kept.choices[$1])] * p[Int(kept.choices[$1])] }
        }
        for expert in 0..<count { dLogits[expert] = p[expert] * (dLogits[expert] - mean) }
    }

    /// Adds what a token's slots say of its normalised row, expert by expert.
    fileprivate func collect(_ row: Int, _ kept: ExpertSpace, into dNormalised: UnsafeMutablePointer<Float>) {
        for choice in row * kept.perToken..<(row + 1) * kept.perToken {
            attn_add(dNormalised, dInput.floats(Int(kept.slots[choice])), dInput.width)
        }
    }
}
