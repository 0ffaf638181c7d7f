import CKernels
import Compute

/// The layers of one forward pass, as each member of the team runs them.
struct RunningPass {
    let weights: CPUWeights
    let memory: CPUKeyValueMemory
    let plan: PassPlan.View
    let space: ForwardWorkspace.View
    let scratch: [AlignedBuffer<UInt8>]
    /// By layer.
    let rotary: [RotaryTable]
    /// Hand out attention units, one counter per layer; a member working alone goes through them in order.
    let counters: [Counter]

    func execute(_ member: TeamMember, _ consume: LogitConsumer) {
        embed(member)
        member.barrier()
        keepStates(ofLayer: 0, member)
        for index in weights.layers.indices {
            run(layer: index, member)
            keepStates(ofLayer: index + 1, member)
        }
        member.barrier()
        computeLogits(member, consume)
    }

    /// Runs one layer, from the residual stream before it to the one after it. On return, a member's own bands' rows
    /// are done.
    ///
    /// - Parameters:
    ///   - place: The layer whose place in the key/value memory it uses; nil for its own.
    ///   - isComplete: Whether to compute the layer's result, in addition to what it keeps.
    func run(layer index: Int, place: Int? = nil, isComplete: Bool = true, _ member: TeamMember) {
        let layer = weights.layers[index], rows = plan.rows.count
        func adaptation(_ product: AdaptedProduct) -> Adaptation? { plan.adaptation(of: product, index, space) }
        for band in Bands(of: rows, member) {
            layer.input.forward(space.residual, into: space.normalised, band)
            band.barrier()
            layer.queryKeyValue.forward(
                space.normalised, into: space.queryKeyValue, adaptation: adaptation(.queryKeyValue), band)
            layer.attention.normaliseTogether(space.queryKeyValue, keeping: space.keptHeads, band)
        }
        member.barrier()
        attend(index, place ?? index, layer.attention, member)
        member.barrier()
        for band in Bands(of: rows, member) {
            layer.end.forward(
                layer.output, space.attended, onto: space.residual, into: space.middle,
                through: space.attentionProducts, adaptation: adaptation(.output), band)
            guard case .dense(let feedForward) = layer.feedForward else { continue }
            band.barrier()
            feedForward.forward(space, adaptation: adaptation, isComplete: isComplete, band)
        }
        if case .experts(let mixture) = layer.feedForward, let experts = space.experts {
            mixture.forward(space, experts, isComplete: isComplete, rows: rows, member)
        }
    }

    // MARK: Hidden states

    /// Adds up the hidden states of the chunks that want those of this layer; see `StateBuffer`.
    private func keepStates(ofLayer layer: Int, _ member: TeamMember) {
        guard plan.states.contains(where: { $0.layer == layer }) else { return }
        // A chunk's rows are several members', who go on to overwrite them.
        member.barrier()
        let norm = layer == weights.layers.count ? weights.finalNorm : nil
        for index in member.share(of: plan.states.count) where plan.states[index].layer == layer {
            let place = plan.places[plan.states[index].chunk]
            plan.states[index].add(space.residual, place.firstRow..<place.firstRow + place.count, norm)
        }
        member.barrier()
    }

    // MARK: Embedding and logits

    func embed(_ member: TeamMember) {
        for row in member.share(of: plan.rows.count) {
            weights.embedding.copyRow(Int(plan.rows[row].token), to: space.residual.floats(row))
            if weights.embeddingScale != 1 {
                attn_scale(space.residual.floats(row), space.residual.width, weights.embeddingScale)
            }
        }
    }

    private func computeLogits(_ member: TeamMember, _ consume: LogitConsumer) {
        let wanted = plan.logitRows
        for begin in stride(from: 0, to: wanted.count, by: space.logitRows) {
            let count = min(begin + space.logitRows, wanted.count) - begin
            for band in Bands(of: count, member) {
                logits(band) { plan.places[wanted[begin + $0].chunk].firstRow + wanted[begin + $0].row }
                for i in band.share {
                    consume(
                        wanted[begin + i].chunk, wanted[begin + i].row,
                        UnsafeMutableBufferPointer(start: space.logits.floats(i), count: space.logits.width))
                }
            }
            member.barrier()
        }
    }

    /// Computes the logits of a band of rows of logits.
    ///
    /// - Parameter row: The row of the residual stream that a row of logits belongs to.
    func logits(_ band: Band, row: (Int) -> Int) {
        weights.finalNorm.forward(space.residual, into: space.normalised, band, row: row)
        band.barrier()
        weights.head.forward(space.normalised, into: space.logits, band)
        band.barrier()
    }
}
