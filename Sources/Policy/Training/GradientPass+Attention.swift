import CKernels
import Compute

extension GradientPass {
    /// Derivatives of queries, keys and values before rotation and head norms, from those of attention's result.
    ///
    /// A unit is one tree and key-value head: what it writes, nobody else does, so its sums have one order.
    func attend(_ index: Int, _ member: TeamMember) {
        let counter = counters[counters.startIndex + index], heads = shape.keyValueHeadCount
        while true {
            let unit = counter.next()
            guard unit < batch.trees.count * heads else { return }
            let (tree, head) = unit.quotientAndRemainder(dividingBy: heads)
            let chunks = batch.chunksOfTree[tree]
            for chunk in chunks { store(chunk, head, index) }
            for chunk in chunks { attend(chunk, head, index, member) }
            let gains = space.headGains.pointer + unit * 2 * shape.headSize
            gains.update(repeating: 0, count: 2 * shape.headSize)
            for chunk in chunks { finish(chunk, head, index, gains) }
        }
    }

    private var memoryStride: Int { attn_gradient_block_floats(shape.headSize) }
    private var gradientStride: Int { attn_block_gradient_floats(shape.headSize) }

    private func memory(_ head: Int) -> UnsafeMutablePointer<Float> {
        space.blocks.pointer + head * space.blockCapacity * memoryStride
    }

    private func gradients(_ head: Int) -> UnsafeMutablePointer<Float> {
        space.blockGradients.pointer + head * space.blockCapacity * gradientStride
    }

    /// Lays out a chunk's keys and values and clears the derivatives of its blocks.
    private func store(_ chunk: Int, _ head: Int, _ index: Int) {
        let place = plan.places[chunk], d = shape.headSize
        let queryKeyValue = tape.layer(index).queryKeyValue.pointer
        for offset in 0..<place.count {
            let row = place.firstRow + offset
            let key = queryKeyValue + row * shape.projected + shape.queryWidth + head * d
            forEachBlock(of: row, place) { block, slot in
                attn_store_for_gradient(
                    memory(head) + block * memoryStride, slot, d, key, key + shape.keyValueWidth)
                let gradient = gradients(head) + block * gradientStride,
                    wide = gradientStride / 2 / BlockPool.blockTokens
                (gradient + slot * wide).update(repeating: 0, count: wide)
                (gradient + (BlockPool.blockTokens + slot) * wide).update(repeating: 0, count: wide)
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

    private func attend(_ chunk: Int, _ head: Int, _ index: Int, _ member: TeamMember) {
        let place = plan.places[chunk]
        let row = place.firstRow
        var call = attn_attention_gradient_call(
            q: tape.layer(index).queryKeyValue.pointer + row * shape.projected, q_stride: shape.projected,
            dout: space.attended.pointer + row * shape.queryWidth, dout_stride: shape.queryWidth,
            dq: space.queryKeyValue.pointer + row * shape.projected, dq_stride: shape.projected, d: shape.headSize,
            rows: place.count, first: place.first, blocks: plan.blocks + place.firstBlock, memory: memory(head),
            gradients: gradients(head), memory_stride: memoryStride, gradient_stride: gradientStride)
        attn_attention_gradient(
            &call, head * shape.groupSize, (head + 1) * shape.groupSize, space.attentionScratch[member.index].pointer)
    }

    /// Gathers the derivatives of a chunk's keys and values, and goes back through rotation and head norms.
    private func finish(_ chunk: Int, _ head: Int, _ index: Int, _ gains: UnsafeMutablePointer<Float>) {
        let place = plan.places[chunk], d = shape.headSize, wide = gradientStride / 2 / BlockPool.blockTokens
        for offset in 0..<place.count {
            let row = place.firstRow + offset
            let values = space.queryKeyValue.pointer + row * shape.projected
            let key = values + shape.queryWidth + head * d, value = key + shape.keyValueWidth
            var isFirst = true
            forEachBlock(of: row, place) { block, slot in
                let gradient = gradients(head) + block * gradientStride
                let dkey = gradient + slot * wide, dvalue = gradient + (BlockPool.blockTokens + slot) * wide
                if isFirst {
                    key.update(from: dkey, count: d)
                    value.update(from: dvalue, count: d)
                    isFirst = false
                } else {
                    attn_add(key, dkey, d)
                    attn_add(value, dvalue, d)
                }
            }
            let position = place.first + offset
            unrotate(values, key, head, position)
            normalise(values, key, row, head, index, gains)
        }
    }

    private func unrotate(
        _ values: UnsafeMutablePointer<Float>, _ key: UnsafeMutablePointer<Float>, _ head: Int, _ position: Int
    ) {
        let d = shape.headSize, scale = 1 / Float(d).squareRoot()
        let cosines = rotary.cosines(at: position), sines = rotary.sines(at: position)
        for query in head * shape.groupSize..<(head + 1) * shape.groupSize {
            attn_rotate_head_gradient(values + query * d, cosines, sines, d, scale)
        }
        attn_rotate_head_gradient(key, cosines, sines, d, 1)
    }

    /// Back through the norms of query and key heads, for policies that have them.
    private func normalise(
        _ values: UnsafeMutablePointer<Float>, _ key: UnsafeMutablePointer<Float>, _ row: Int, _ head: Int,
        _ index: Int,
        _ gains: UnsafeMutablePointer<Float>
    ) {
        let layer = weights.layers[index], d = shape.headSize
        guard let kept = tape.layer(index).heads, let queryNorm = layer.queryNorm, let keyNorm = layer.keyNorm else {
            return
        }
        let raw = kept.pointer + row * (shape.queryWidth + shape.keyValueWidth)
        for query in head * shape.groupSize..<(head + 1) * shape.groupSize {
            attn_rms_norm_head_gradient(
                values + query * d, raw + query * d, queryNorm.pointer, d, shape.epsilon, gains)
        }
        attn_rms_norm_head_gradient(
            key, raw + shape.queryWidth + head * d, keyNorm.pointer, d, shape.epsilon, gains + d)
    }

    /// Adds the units' derivatives of head norms, unit by unit.
    func addHeadGains(_ index: Int, _ member: TeamMember) {
        guard member.index == 0, let query = parameters.optional(.layer(index, .queryNorm)) else { return }
        let key = parameters[.layer(index, .keyNorm)], d = shape.headSize
        for unit in 0..<batch.trees.count * shape.keyValueHeadCount {
            attn_add(query.gradient.pointer, space.headGains.pointer + unit * 2 * d, d)
            attn_add(key.gradient.pointer, space.headGains.pointer + unit * 2 * d + d, d)
        }
    }
}
