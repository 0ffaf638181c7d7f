import Compute

/// The layer program of one forward pass, as each member of the team runs it.
struct RunningPass {
    let weights: CPUWeights
    let memory: CPUKeyValueMemory
    let plan: PassPlan.View
    let space: ForwardWorkspace.View
    let scratch: [AlignedBuffer<UInt8>]
    /// By layer.
    let rotary: [RotaryTable]
    /// Hands out attention units, one counter per layer; a member on its own goes through them in order.
    let counters: [Counter]

    func execute(_ member: TeamMember, _ consume: LogitConsumer) {
        embed(member)
        member.barrier()
        for index in weights.layers.indices { run(layer: index, member) }
        member.barrier()
        computeLogits(member, consume)
    }

    /// One layer, from the residual stream before it to that after it. A member that returns has its own bands' rows.
    ///
    /// - Parameters:
    ///   - place: Which layer's place in the key/value memory it uses; nil its own.
    ///   - isComplete: Whether the layer's result is wanted, beside what it keeps.
    func run(layer index: Int, place: Int? = nil, isComplete: Bool = true, _ member: TeamMember) {
        let layer = weights.layers[index], rows = plan.rows.count
        for band in Bands(of: rows, member) {
            layer.inputNorm.forward(space.residual, into: space.normalised, band)
            band.barrier()
            layer.queryKeyValue.forward(space.normalised, into: space.queryKeyValue, band)
        }
        member.barrier()
        attend(index, place ?? index, layer.attention, member)
        member.barrier()
        for band in Bands(of: rows, member) {
            layer.output.forward(space.attended, into: space.middle, then: .add(space.residual), band)
            band.barrier()
            layer.feedForward.forward(space, isComplete: isComplete, band)
        }
    }

    // MARK: Both ends

    func embed(_ member: TeamMember) {
        for row in member.share(of: plan.rows.count) {
            weights.embedding.copyRow(Int(plan.rows[row].token), to: space.residual.floats(row))
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

    /// Logits of a band, which is one of rows of logits.
    ///
    /// - Parameter row: Which row of the residual stream a row of logits belongs to.
    func logits(_ band: Band, row: (Int) -> Int) {
        weights.finalNorm.forward(space.residual, into: space.normalised, band, row: row)
        band.barrier()
        weights.head.forward(space.normalised, into: space.logits, band)
        band.barrier()
    }
}
