import CKernels
import Compute

extension GradientPass {
    /// Derivatives of queries, keys and values before rotation and head norms, from those of the attention output.
    ///
    /// A unit is one tree and key-value head: nothing else writes its results, so the order of its sums is fixed.
    func attend(_ index: Int, _ attention: Attention, _ member: TeamMember) {
        let counter = counters[counters.startIndex + index], heads = attention.heads
        while true {
            let unit = counter.next()
            guard unit < batch.trees.count * heads.keyValueCount else { return }
            let (tree, head) = unit.quotientAndRemainder(dividingBy: heads.keyValueCount)
            let chunks = batch.chunksOfTree[tree]
            for chunk in chunks { store(chunk, head, index, heads) }
            for chunk in chunks {
                member.giveWay()
                attend(chunk, head, index, attention, member)
            }
            let dGains = d.dHeadGains.pointer + unit * 2 * heads.size
            dGains.update(repeating: 0, count: 2 * heads.size)
            for chunk in chunks { finish(chunk, head, index, attention, dGains) }
        }
    }

    /// Lays out a chunk's keys and values and clears the derivatives of its blocks.
    private func store(_ chunk: Int, _ head: Int, _ index: Int, _ heads: HeadLayout) {
        let place = plan.places[chunk], queryKeyValue = tape.layer(index).queryKeyValue
        for row in place.firstRow..<place.firstRow + place.count {
            let values = queryKeyValue.floats(row)
            forEachBlock(of: row, place) { block, slot in
                attn_store_for_gradient(
                    d.block(block, head), slot, heads.size, values + heads.key(head), values + heads.value(head))
                d.dKey(block, slot, head).update(repeating: 0, count: d.paddedHeadSize)
                d.dValue(block, slot, head).update(repeating: 0, count: d.paddedHeadSize)
            }
        }
    }

    /// Calls `body` with every block that holds a row's key and value, and the row's slot there.
    private func forEachBlock(of row: Int, _ place: PassPlan.ChunkPlace, _ body: (_ block: Int, _ slot: Int) -> Void) {
        let position = place.first + row - place.firstRow
        let (inSequence, slot) = position.quotientAndRemainder(dividingBy: BlockPool.blockTokens)
        body(Int(plan.blocks[place.firstBlock + inSequence]), slot)
        for block in plan.copies(of: row) { body(Int(block), slot) }
    }

    private func attend(_ chunk: Int, _ head: Int, _ index: Int, _ attention: Attention, _ member: TeamMember) {
        let place = plan.places[chunk], row = place.firstRow, heads = attention.heads
        let q = tape.layer(index).queryKeyValue, dOut = d.dAttended, dq = d.dQueryKeyValue.exact
        var call = attn_attention_gradient_call(
            q: q.floats(row), q_stride: q.stride, dout: dOut.floats(row), dout_stride: dOut.stride, dq: dq.floats(row),
            dq_stride: dq.stride, d: heads.size, rows: place.count, first: place.first,
            window: attention.window, blocks: plan.blocks + place.firstBlock, memory: d.block(0, head),
            gradients: d.dBlock(0, head),
            memory_stride: d.blockFloats, gradient_stride: d.dBlockFloats)
        let queries = heads.queries(on: head)
        attn_attention_gradient(
            &call, queries.lowerBound, queries.upperBound, d.attentionScratch[member.index].pointer)
    }

    /// Gathers the derivatives of a chunk's keys and values, and goes back through rotation and head norms.
    private func finish(
        _ chunk: Int, _ head: Int, _ index: Int, _ attention: Attention, _ dGains: UnsafeMutablePointer<Float>
    ) {
        let place = plan.places[chunk], heads = attention.heads, kept = tape.layer(index).heads
        let rotary = rotary[index]
        for offset in 0..<place.count {
            let row = place.firstRow + offset, dRow = d.dQueryKeyValue.exact.floats(row)
            gather(row, place, head, dKey: dRow + heads.key(head), dValue: dRow + heads.value(head), heads.size)
            attention.backward(
                dRow, on: head, rotary.rotation(at: place.first + offset), kept: kept?.floats(row), addingTo: dGains)
        }
    }

    /// Sums a row's dk and dv over the blocks that hold its key and value, in order.
    private func gather(
        _ row: Int, _ place: PassPlan.ChunkPlace, _ head: Int, dKey: UnsafeMutablePointer<Float>,
        dValue: UnsafeMutablePointer<Float>, _ size: Int
    ) {
        var isFirst = true
        forEachBlock(of: row, place) { block, slot in
            if isFirst {
                dKey.update(from: d.dKey(block, slot, head), count: size)
                dValue.update(from: d.dValue(block, slot, head), count: size)
                isFirst = false
            } else {
                attn_add(dKey, d.dKey(block, slot, head), size)
                attn_add(dValue, d.dValue(block, slot, head), size)
            }
        }
    }

    /// Adds the units' derivatives of head norms, unit by unit.
    func addHeadGains(_ index: Int, _ attention: Attention, _ member: TeamMember) {
        guard member.index == 0, !attention.normalisesTogether, let (dQuery, dKey) = layers[index].headGains else {
            return
        }
        let heads = attention.heads
        for unit in 0..<batch.trees.count * heads.keyValueCount {
            let dGains = d.dHeadGains.pointer + unit * 2 * heads.size
            attn_add(dQuery.gradient.pointer, dGains, heads.size)
            attn_add(dKey.gradient.pointer, dGains + heads.size, heads.size)
        }
    }

    /// Goes back through norms of all heads of a token together, and adds the derivatives of their gains.
    func normaliseTogether(_ index: Int, _ attention: Attention, _ member: TeamMember) {
        guard attention.normalisesTogether, let kept = tape.layer(index).heads,
            let (dQuery, dKey) = layers[index].headGains
        else { return }
        for band in Bands(of: rows, member) {
            for group in band.groups {
                attention.backwardTogether(
                    d.dQueryKeyValue.exact, kept, group, dGains: d.dGains.floats(group.index))
            }
        }
        member.barrier()
        for (gain, column) in [(dQuery, 0), (dKey, attention.heads.key(0))] {
            let share = member.share(of: gain.count, grain: 16)
            for group in 0..<Band.Group.count(of: rows) {
                attn_add(
                    gain.gradient.pointer + share.lowerBound, d.dGains.floats(group) + column + share.lowerBound,
                    share.count)
            }
        }
        member.barrier()
    }
}
