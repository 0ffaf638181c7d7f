import CKernels
import Compute

/// The layer program of one forward pass, as each member of the team runs it.
struct RunningPass {
    /// The configuration's sizes on their own: copying the whole of it would touch reference counts.
    struct Shape {
        let width: Int
        /// Distances between rows of activations, in values; see `ForwardWorkspace`.
        let widthStride: Int
        let feedForwardStride: Int
        let headSize: Int
        let headCount: Int
        let keyValueHeadCount: Int
        let groupSize: Int
        let queryWidth: Int
        let keyValueWidth: Int
        let feedForward: Int
        let vocabulary: Int
        let epsilon: Float

        init(_ configuration: PolicyConfiguration) {
            width = configuration.hiddenSize
            widthStride = ForwardWorkspace.even(width)
            feedForwardStride = ForwardWorkspace.even(configuration.feedForwardSize)
            headSize = configuration.headSize
            headCount = configuration.headCount
            keyValueHeadCount = configuration.keyValueHeadCount
            groupSize = configuration.groupSize
            queryWidth = configuration.queryWidth
            keyValueWidth = configuration.keyValueWidth
            feedForward = configuration.feedForwardSize
            vocabulary = configuration.vocabularySize
            epsilon = configuration.normEpsilon
        }

        var projected: Int { queryWidth + 2 * keyValueWidth }
    }

    let weights: PolicyWeights
    let pool: BlockPool
    let plan: PassPlan.View
    let workspace: ForwardWorkspace.View
    let scratch: [AlignedBuffer<UInt8>]
    let rotary: RotaryTable
    /// Hands out attention units, one counter per layer; a member on its own goes through them in order.
    let counters: [Counter]
    let shape: Shape
    let format: attn_format

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
        let layer = weights.layers[index], place = place ?? index, rows = plan.rows.count
        for band in Bands(of: rows, member) {
            normalise(workspace.residual, layer.inputNorm, band)
            band.barrier()
            multiply(
                workspace.normalised, shape.widthStride, by: layer.queryKeyValue, ATTN_STORE,
                bias: layer.queryKeyValueBias, into: workspace.queryKeyValue, shape.projected, band)
        }
        member.barrier()
        attend(index, place, layer, member)
        member.barrier()
        for band in Bands(of: rows, member) {
            multiply(
                workspace.attended, shape.queryWidth, by: layer.output, ATTN_ADD, bias: layer.outputBias,
                addend: workspace.residual, into: workspace.middle, shape.width, band)
            band.barrier()
            normalise(workspace.middle, layer.feedForwardNorm, band)
            band.barrier()
            multiply(
                workspace.normalised, shape.widthStride, by: layer.gateUp, ATTN_SWIGLU, bias: layer.gateBias,
                upBias: layer.upBias, into: workspace.hidden, shape.feedForwardStride, outputs: shape.feedForward,
                keeping: workspace.keptGateUp, band)
            guard isComplete else { continue }
            band.barrier()
            multiply(
                workspace.hidden, shape.feedForwardStride, by: layer.down, ATTN_ADD, bias: layer.downBias,
                addend: workspace.middle, into: workspace.after, shape.width, band)
            band.barrier()
        }
    }

    // MARK: Rows

    func embed(_ member: TeamMember) {
        for row in member.share(of: plan.rows.count) {
            weights.embedding.copyRow(Int(plan.rows[row].token), to: workspace.residual + row * shape.width)
        }
    }

    /// Normalises a band's rows of a residual stream, as input of products.
    func normalise(_ source: UnsafePointer<Float>, _ gain: AlignedBuffer<Float>, _ band: Band) {
        for row in band.share { normalise(source + row * shape.width, gain, into: row) }
    }

    private func normalise(_ source: UnsafePointer<Float>, _ gain: AlignedBuffer<Float>, into target: Int) {
        attn_rms_norm(
            source, gain.pointer, shape.width, shape.epsilon, format,
            workspace.normalised + target * shape.widthStride * weights.precision.byteCount)
    }

    // MARK: Matrix products

    /// Rows of one unit of work where members share a product: enough to reuse a panel from the cache, few enough to share
    /// out evenly.
    private static let rowBlock = 96

    /// A band's rows of a product. Pointers are to the first row of all.
    func multiply(
        _ x: UnsafeMutablePointer<UInt8>, _ xStride: Int, by matrix: PackedMatrix, _ epilogue: attn_epilogue,
        bias: AlignedBuffer<Float>?, upBias: AlignedBuffer<Float>? = nil, addend: UnsafePointer<Float>? = nil,
        into out: UnsafeMutableRawPointer, _ outStride: Int, outputs: Int? = nil,
        keeping kept: UnsafeMutablePointer<UInt8>? = nil, _ band: Band
    ) {
        let pair = epilogue == ATTN_SWIGLU ? 2 : 1
        var call = attn_matmul_call(
            format: format, x: x, x_stride: xStride, panels: matrix.panels, k: matrix.inputs,
            outputs: outputs ?? outStride, epilogue: epilogue, bias: bias?.pointer, bias_up: upBias?.pointer, out: out,
            out_stride: outStride, addend: addend, kept: kept)
        let blocks = (band.rows.count + Self.rowBlock - 1) / Self.rowBlock
        let share = band.member.share(of: matrix.panelCount / pair * blocks)
        var unit = share.lowerBound
        while unit < share.upperBound {
            // The units of one panel lie side by side: take all of them that are ours at once.
            let panel = unit / blocks * pair
            let end = min(share.upperBound, (unit / blocks + 1) * blocks)
            let first = band.rows.lowerBound + unit % blocks * Self.rowBlock
            attn_matmul(
                &call, panel, panel + pair, first, min(band.rows.upperBound, first + (end - unit) * Self.rowBlock))
            unit = end
        }
    }

    // MARK: Attention

    private func attend(_ index: Int, _ place: Int, _ layer: LayerWeights, _ member: TeamMember) {
        if plan.storesFirst {
            for row in member.share(of: plan.rows.count) {
                for head in 0..<shape.keyValueHeadCount { prepare(row, head, place, layer) }
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
            if !plan.storesFirst {
                let chunk = plan.places[unit.chunk]
                for row in chunk.firstRow..<chunk.firstRow + chunk.count {
                    prepare(row, unit.keyValueHead, place, layer)
                }
            }
            attend(unit, index, place, scratch[member.index].pointer)
        }
    }

    /// Normalises and rotates the queries and the key of one token and key-value head, and stores key and value.
    private func prepare(_ row: Int, _ keyValueHead: Int, _ index: Int, _ layer: LayerWeights) {
        let d = shape.headSize
        let place = plan.places[Int(plan.rows[row].chunk)]
        let position = place.first + row - place.firstRow
        let values = workspace.queryKeyValue + row * shape.projected
        let cosines = rotary.cosines(at: position), sines = rotary.sines(at: position)
        let scale = 1 / Float(d).squareRoot()
        let key = values + shape.queryWidth + keyValueHead * d
        keep(row, keyValueHead, values, key)
        for head in keyValueHead * shape.groupSize..<(keyValueHead + 1) * shape.groupSize {
            let query = values + head * d
            if let gain = layer.queryNorm { attn_rms_norm_head(query, gain.pointer, d, shape.epsilon) }
            attn_rotate_head(query, cosines, sines, d, scale)
        }
        if let gain = layer.keyNorm { attn_rms_norm_head(key, gain.pointer, d, shape.epsilon) }
        attn_rotate_head(key, cosines, sines, d, 1)
        let (inSequence, slot) = position.quotientAndRemainder(dividingBy: BlockPool.blockTokens)
        store(key, plan.blocks[place.firstBlock + inSequence], slot, keyValueHead, index)
        for block in plan.copies(of: row) { store(key, block, slot, keyValueHead, index) }
    }

    /// Keeps queries and a key as they are before their normalisation, where a gradient will need them.
    private func keep(
        _ row: Int, _ keyValueHead: Int, _ values: UnsafeMutablePointer<Float>, _ key: UnsafeMutablePointer<Float>
    ) {
        guard let kept = workspace.keptHeads else { return }
        let d = shape.headSize, queries = keyValueHead * shape.groupSize * d
        let target = kept + row * (shape.queryWidth + shape.keyValueWidth)
        (target + queries).update(from: values + queries, count: shape.groupSize * d)
        (target + shape.queryWidth + keyValueHead * d).update(from: key, count: d)
    }

    private func store(_ key: UnsafePointer<Float>, _ block: Int32, _ slot: Int, _ keyValueHead: Int, _ index: Int) {
        let d = shape.headSize, memory = pool.memory.pointer + Int(block) * pool.blockBytes
        attn_store_key(format, memory + pool.keyOffset(layer: index, head: keyValueHead), slot, d, key)
        attn_store_value(
            format, memory + pool.valueOffset(layer: index, head: keyValueHead), slot, d, key + shape.keyValueWidth)
    }

    private func attend(
        _ unit: PassPlan.AttentionUnit, _ index: Int, _ layerPlace: Int, _ scratch: UnsafeMutablePointer<UInt8>
    ) {
        let place = plan.places[unit.chunk]
        var call = attn_attention_call(
            format: format, q: workspace.queryKeyValue + place.firstRow * shape.projected,
            q_stride: shape.projected,
            out: workspace.attended + place.firstRow * shape.queryWidth * weights.precision.byteCount,
            out_stride: shape.queryWidth, d: shape.headSize, rows: place.count, first: place.first,
            hidden_begin: place.hidden.lowerBound, hidden_end: place.hidden.upperBound, heads: shape.headCount,
            layer: index, pool: pool.memory.pointer, blocks: plan.blocks + place.firstBlock,
            block_bytes: pool.blockBytes, key_offset: pool.keyOffset(layer: layerPlace, head: unit.keyValueHead),
            value_offset: pool.valueOffset(layer: layerPlace, head: unit.keyValueHead),
            capture: plan.captures[unit.chunk])
        attn_attention(&call, unit.firstHead, unit.endHead, scratch)
    }

    // MARK: Logits

    private func computeLogits(_ member: TeamMember, _ consume: LogitConsumer) {
        let wanted = plan.logitRows
        for begin in stride(from: 0, to: wanted.count, by: workspace.logitRows) {
            let count = min(begin + workspace.logitRows, wanted.count) - begin
            for band in Bands(of: count, member) {
                logits(band) { plan.places[wanted[begin + $0].chunk].firstRow + wanted[begin + $0].row }
                for i in band.share {
                    consume(
                        wanted[begin + i].chunk, wanted[begin + i].row,
                        UnsafeMutableBufferPointer(
                            start: workspace.logits + i * shape.vocabulary, count: shape.vocabulary))
                }
            }
            member.barrier()
        }
    }

    /// Logits of a band, which is one of rows of logits.
    ///
    /// - Parameter row: Which row of the residual stream a row of logits belongs to.
    func logits(_ band: Band, row: (Int) -> Int) {
        for i in band.share { normalise(workspace.residual + row(i) * shape.width, weights.finalNorm, into: i) }
        band.barrier()
        multiply(
            workspace.normalised, shape.widthStride, by: weights.head, ATTN_STORE, bias: nil, into: workspace.logits,
            shape.vocabulary, band)
        band.barrier()
    }
}
