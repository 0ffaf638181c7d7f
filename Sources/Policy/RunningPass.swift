import CKernels
import Compute

/// The layer program of one forward pass, as each member of the team runs it.
struct RunningPass {
    let weights: PolicyWeights
    let pool: BlockPool
    let plan: PassPlan
    let workspace: ForwardWorkspace
    let rotary: RotaryTable
    let counters: [Counter]

    private var configuration: PolicyConfiguration { weights.configuration }
    private var format: attn_format { weights.precision.format }
    private var qkvWidth: Int { configuration.queryWidth + 2 * configuration.keyValueWidth }

    func execute(_ member: TeamMember, captures: [UnsafePointer<attn_capture>?], consume: LogitConsumer) {
        embed(member)
        member.barrier()
        for (index, layer) in weights.layers.enumerated() {
            normalise(layer.inputNorm, member)
            member.barrier()
            multiply(
                workspace.normalised, configuration.hiddenSize, by: layer.queryKeyValue, ATTN_STORE,
                bias: layer.queryKeyValueBias, into: UnsafeMutableRawPointer(workspace.queryKeyValue.pointer), qkvWidth,
                member)
            member.barrier()
            attend(index, layer, captures, member)
            member.barrier()
            multiply(
                workspace.attended, configuration.queryWidth, by: layer.output, ATTN_ADD, bias: layer.outputBias,
                into: UnsafeMutableRawPointer(workspace.residual.pointer), configuration.hiddenSize, member)
            member.barrier()
            normalise(layer.feedForwardNorm, member)
            member.barrier()
            multiply(
                workspace.normalised, configuration.hiddenSize, by: layer.gateUp, ATTN_SWIGLU, bias: layer.gateBias,
                upBias: layer.upBias, into: UnsafeMutableRawPointer(workspace.hidden.pointer),
                configuration.feedForwardSize, member)
            member.barrier()
            multiply(
                workspace.hidden, configuration.feedForwardSize, by: layer.down, ATTN_ADD, bias: layer.downBias,
                into: UnsafeMutableRawPointer(workspace.residual.pointer), configuration.hiddenSize, member)
            member.barrier()
        }
        computeLogits(member, consume)
    }

    // MARK: Rows

    private func embed(_ member: TeamMember) {
        let c = configuration.hiddenSize
        forRows(member) { row, chunk, inChunk in
            let token = plan.chunks[chunk].tokens[inChunk]
            weights.embedding.copyRow(Int(token), to: workspace.residual.pointer + row * c)
        }
    }

    private func normalise(_ gain: AlignedBuffer<Float>, _ member: TeamMember) {
        let c = configuration.hiddenSize
        for row in member.share(of: plan.rowCount) {
            attn_rms_norm(
                workspace.residual.pointer + row * c, gain.pointer, c, configuration.normEpsilon, format,
                workspace.normalised.pointer + row * c * weights.precision.byteCount)
        }
    }

    private func forRows(_ member: TeamMember, _ body: (_ row: Int, _ chunk: Int, _ inChunk: Int) -> Void) {
        let share = member.share(of: plan.rowCount)
        for (chunk, first) in plan.firstRows.enumerated() {
            let rows = first..<first + plan.chunks[chunk].tokens.count
            for row in rows.clamped(to: share) { body(row, chunk, row - first) }
        }
    }

    // MARK: Matrix products

    /// Rows of one unit of work: enough to reuse a panel from the cache, few enough to share out evenly.
    private static let rowBlock = 96

    private func multiply(
        _ x: AlignedBuffer<UInt8>, _ xStride: Int, by matrix: PackedMatrix, _ epilogue: attn_epilogue,
        bias: AlignedBuffer<Float>?, upBias: AlignedBuffer<Float>? = nil, into out: UnsafeMutableRawPointer,
        _ outStride: Int, rows: Int? = nil, _ member: TeamMember
    ) {
        let rows = rows ?? plan.rowCount
        let pair = epilogue == ATTN_SWIGLU ? 2 : 1
        var call = attn_matmul_call(
            format: format, x: x.pointer, x_stride: xStride, panels: matrix.panels, k: matrix.inputs,
            outputs: outStride, epilogue: epilogue, bias: bias?.pointer, bias_up: upBias?.pointer, out: out,
            out_stride: outStride)
        let blocks = (rows + Self.rowBlock - 1) / Self.rowBlock
        let share = member.share(of: matrix.panelCount / pair * blocks)
        var unit = share.lowerBound
        while unit < share.upperBound {
            // The units of one panel lie side by side: take all of them that are ours at once.
            let panel = unit / blocks * pair
            let end = min(share.upperBound, (unit / blocks + 1) * blocks)
            let first = unit % blocks * Self.rowBlock
            attn_matmul(&call, panel, panel + pair, first, min(rows, first + (end - unit) * Self.rowBlock))
            unit = end
        }
    }

    // MARK: Attention

    private func attend(
        _ index: Int, _ layer: LayerWeights, _ captures: [UnsafePointer<attn_capture>?], _ member: TeamMember
    ) {
        if plan.splitsGroups {
            prepareRows(index, layer, member)
            member.barrier()
        }
        while true {
            let next = counters[index].next()
            guard next < plan.units.count else { return }
            let unit = plan.units[next]
            if !plan.splitsGroups {
                for row in 0..<plan.chunks[unit.chunk].tokens.count {
                    prepare(unit.chunk, row, unit.keyValueHead, index, layer)
                }
            }
            attend(unit, index, captures[unit.chunk], member)
        }
    }

    private func prepareRows(_ index: Int, _ layer: LayerWeights, _ member: TeamMember) {
        forRows(member) { _, chunk, inChunk in
            for head in 0..<configuration.keyValueHeadCount { prepare(chunk, inChunk, head, index, layer) }
        }
    }

    /// Normalises and rotates the queries and the key of one token and key-value head, and stores key and value.
    private func prepare(_ chunk: Int, _ row: Int, _ keyValueHead: Int, _ index: Int, _ layer: LayerWeights) {
        let c = configuration, d = c.headSize
        let position = plan.chunks[chunk].first + row
        let values = workspace.queryKeyValue.pointer + (plan.firstRows[chunk] + row) * qkvWidth
        let cosines = rotary.cosines(at: position), sines = rotary.sines(at: position)
        let scale = 1 / Float(d).squareRoot()
        for head in keyValueHead * c.groupSize..<(keyValueHead + 1) * c.groupSize {
            let query = values + head * d
            if let gain = layer.queryNorm { attn_rms_norm_head(query, gain.pointer, d, c.normEpsilon) }
            attn_rotate_head(query, cosines, sines, d, scale)
        }
        let key = values + c.queryWidth + keyValueHead * d
        if let gain = layer.keyNorm { attn_rms_norm_head(key, gain.pointer, d, c.normEpsilon) }
        attn_rotate_head(key, cosines, sines, d, 1)
        let slot = position % BlockPool.blockTokens
        let block = pool.memory.pointer
            + Int(plan.chunks[chunk].blocks[position / BlockPool.blockTokens]) * pool.blockBytes
        attn_store_key(format, block + pool.keyOffset(layer: index, head: keyValueHead), slot, d, key)
        attn_store_value(
            format, block + pool.valueOffset(layer: index, head: keyValueHead), slot, d, key + c.keyValueWidth)
    }

    private func attend(
        _ unit: PassPlan.AttentionUnit, _ index: Int, _ capture: UnsafePointer<attn_capture>?, _ member: TeamMember
    ) {
        let chunk = plan.chunks[unit.chunk], first = plan.firstRows[unit.chunk]
        let width = configuration.queryWidth
        chunk.blocks.withUnsafeBufferPointer { blocks in
            var call = attn_attention_call(
                format: format, q: workspace.queryKeyValue.pointer + first * qkvWidth, q_stride: qkvWidth,
                out: workspace.attended.pointer + first * width * weights.precision.byteCount, out_stride: width,
                d: configuration.headSize, rows: chunk.tokens.count, first: chunk.first,
                heads: configuration.headCount, layer: index, pool: pool.memory.pointer, blocks: blocks.baseAddress,
                block_bytes: pool.blockBytes, key_offset: pool.keyOffset(layer: index, head: unit.keyValueHead),
                value_offset: pool.valueOffset(layer: index, head: unit.keyValueHead), capture: capture)
            attn_attention(
                &call, unit.heads.lowerBound, unit.heads.upperBound, workspace.attentionScratch[member.index].pointer)
        }
    }

    // MARK: Logits

    private func computeLogits(_ member: TeamMember, _ consume: LogitConsumer) {
        let c = configuration.hiddenSize, v = configuration.vocabularySize
        let rows = plan.logitRows
        for begin in stride(from: 0, to: rows.count, by: workspace.logitRows) {
            let end = min(begin + workspace.logitRows, rows.count)
            for i in member.share(of: end - begin) {
                let row = plan.firstRows[rows[begin + i].chunk] + rows[begin + i].row
                attn_rms_norm(
                    workspace.residual.pointer + row * c, weights.finalNorm.pointer, c, configuration.normEpsilon,
                    format, workspace.normalised.pointer + i * c * weights.precision.byteCount)
            }
            member.barrier()
            multiply(
                workspace.normalised, c, by: weights.head, ATTN_STORE, bias: nil,
                into: UnsafeMutableRawPointer(workspace.logits.pointer), v, rows: end - begin, member)
            member.barrier()
            for i in member.share(of: end - begin) {
                let logits = UnsafeMutableBufferPointer(start: workspace.logits.pointer + i * v, count: v)
                consume(rows[begin + i].chunk, rows[begin + i].row, logits)
            }
            member.barrier()
        }
    }
}
