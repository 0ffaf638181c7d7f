import CKernels
import Compute

/// Attention within a pass: units of some query heads of one sequence, which members draw from a counter.
extension RunningPass {
    /// - Parameter place: The layer whose place in the key/value memory it uses.
    func attend(_ index: Int, _ place: Int, _ attention: Attention, _ member: TeamMember) {
        let rotary = rotary[index]
        if plan.storesFirst {
            for row in member.share(of: plan.rows.count) {
                for head in 0..<attention.heads.keyValueCount { prepare(row, head, place, attention, rotary) }
            }
            member.barrier()
        }
        let counter = counters[index]
        var position = 0
        while true {
            let next = member.count > 1 ? counter.next() : position
            position += 1
            guard next < plan.units.count else { return }
            let unit = plan.units[next]
            member.giveWay()
            if !plan.storesFirst {
                let chunk = plan.places[unit.chunk]
                for row in chunk.firstRow..<chunk.firstRow + chunk.count {
                    prepare(row, unit.keyValueHead, place, attention, rotary)
                }
            }
            attend(unit, index, place, attention.heads, window: attention.window, scratch[member.index].pointer)
        }
    }

    /// Computes the queries and the key of one token and key-value head, and stores key and value.
    private func prepare(_ row: Int, _ head: Int, _ layer: Int, _ attention: Attention, _ rotary: RotaryTable) {
        let place = plan.places[Int(plan.rows[row].chunk)]
        let position = place.first + row - place.firstRow
        let values = space.queryKeyValue.floats(row)
        attention.forward(values, on: head, rotary.rotation(at: position), keeping: space.keptHeads?.floats(row))
        let key = values + attention.heads.key(head), value = values + attention.heads.value(head)
        let (inSequence, slot) = position.quotientAndRemainder(dividingBy: BlockPool.blockTokens)
        memory.store(key, value, block: plan.blocks[place.firstBlock + inSequence], slot, layer: layer, head: head)
        for block in plan.copies(of: row) { memory.store(key, value, block: block, slot, layer: layer, head: head) }
    }

    private func attend(
        _ unit: PassPlan.AttentionUnit, _ index: Int, _ layer: Int, _ heads: HeadLayout, window: Int,
        _ scratch: UnsafeMutablePointer<UInt8>
    ) {
        let place = plan.places[unit.chunk], q = space.queryKeyValue, out = space.attended
        var call = attn_attention_call(
            format: out.format, q: q.floats(place.firstRow), q_stride: q.stride, out: out.start(place.firstRow),
            out_stride: out.stride, d: heads.size, rows: place.count, first: place.first,
            hidden_begin: place.hidden.lowerBound, hidden_end: place.hidden.upperBound, window: window,
            heads: heads.count, layer: index, pool: memory.bytes.pointer, blocks: plan.blocks + place.firstBlock,
            block_bytes: memory.blockBytes, key_offset: memory.keyOffset(layer: layer, head: unit.keyValueHead),
            value_offset: memory.valueOffset(layer: layer, head: unit.keyValueHead),
            capture: plan.captures[unit.chunk])
        attn_attention(&call, unit.firstHead, unit.endHead, scratch)
    }
}
