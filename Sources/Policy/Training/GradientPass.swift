import CKernels
import Compute

/// The backward half of a training pass, as each member of the team runs it.
///
/// With dy the derivative of the loss with respect to a product's result y = x W^T:
///
///     dx = dy W,      dW += dy^T x
///
/// Members share rows, the columns of results, or the rows of weight gradients, with barriers between phases.
struct GradientPass {
    let batch: TrainingBatch
    let plan: PassPlan.View
    let weights: PolicyWeights
    let parameters: ParameterSet
    let space: GradientWorkspace
    let tape: ActivationTape
    let rotary: RotaryTable
    /// Hands out attention units, one counter per layer.
    let counters: ArraySlice<Counter>
    let shape: RunningPass.Shape
    let format: attn_format

    init(
        pass: TrainingPass, batch: TrainingBatch, plan: PassPlan.View, weights: PolicyWeights, parameters: ParameterSet
    ) {
        self.batch = batch
        self.plan = plan
        self.weights = weights
        self.parameters = parameters
        space = pass.gradients
        tape = pass.tape
        rotary = pass.rotary
        counters = pass.counters.suffix(pass.configuration.layerCount)
        shape = RunningPass.Shape(pass.configuration)
        format = pass.precision.format
    }

    var rows: Int { plan.rows.count }

    /// The derivative of the residual stream as products read it.
    var dresidual: UnsafeMutablePointer<UInt8> { narrowed(space.residual, space.narrowResidual) }
    var dqueryKeyValue: UnsafeMutablePointer<UInt8> { narrowed(space.queryKeyValue, space.narrowQueryKeyValue) }

    private func narrowed(
        _ wide: AlignedBuffer<Float>, _ narrow: AlignedBuffer<UInt8>?
    ) -> UnsafeMutablePointer<UInt8> {
        narrow?.pointer ?? UnsafeMutableRawPointer(wide.pointer).assumingMemoryBound(to: UInt8.self)
    }

    // MARK: Layers

    /// One layer: from the derivative of the residual stream after it to that before it.
    func run(layer index: Int, _ pass: RunningPass, _ member: TeamMember) {
        feedForward(index, pass, member)
        attention(index, pass, member)
    }

    private func feedForward(_ index: Int, _ pass: RunningPass, _ member: TeamMember) {
        let layer = tape.layer(index), down = parameters[.layer(index, .downWeight)]
        let gateUp = [parameters[.layer(index, .gateWeight)], parameters[.layer(index, .upWeight)]]
        space.downTransposed.packTransposed([down], member)
        space.gateUpTransposed.packTransposed(gateUp, member)
        member.barrier()
        for band in Bands(of: rows, member) {
            multiplyResidual(
                by: space.downTransposed, into: hidden(band, row: 0), shape.feedForward, pass, band)
            band.barrier()
            activations(layer, pass, band)
            pass.normalise(layer.middle.pointer, weights.layers[index].feedForwardNorm, band)
            band.barrier()
            pass.multiply(
                space.gateUp.pointer, 2 * shape.feedForward, by: space.gateUpTransposed, ATTN_STORE, bias: nil,
                into: space.normalised.pointer, shape.width, band)
        }
        member.barrier()
        addWeights(down, dresidual, shape.widthStride, pass.workspace.hidden, shape.feedForwardStride, member)
        addBias(.layer(index, .downBias), space.residual.pointer, shape.width, member)
        for (part, weight) in gateUp.enumerated() {
            let dy = space.gateUp.pointer + part * shape.feedForward * weights.precision.byteCount
            addWeights(weight, dy, 2 * shape.feedForward, pass.workspace.normalised, shape.widthStride, member)
        }
        addFeedForwardBiases(index, member)
        member.barrier()
        addNorm(.layer(index, .postAttentionNorm), layer.middle, member)
    }

    private func attention(_ index: Int, _ pass: RunningPass, _ member: TeamMember) {
        let layer = tape.layer(index), output = parameters[.layer(index, .outputWeight)]
        let projections = [LayerWeight.queryWeight, .keyWeight, .valueWeight].map { parameters[.layer(index, $0)] }
        space.outputTransposed.packTransposed([output], member)
        space.queryKeyValueTransposed.packTransposed(projections, member)
        member.barrier()
        for band in Bands(of: rows, member) {
            multiplyResidual(
                by: space.outputTransposed, into: space.attended.pointer, shape.queryWidth, pass, band)
        }
        member.barrier()
        addWeights(output, dresidual, shape.widthStride, layer.attended.pointer, shape.queryWidth, member)
        addBias(.layer(index, .outputBias), space.residual.pointer, shape.width, member)
        attend(index, member)
        member.barrier()
        addHeadGains(index, member)
        for band in Bands(of: rows, member) {
            narrowQueryKeyValue(band)
            pass.normalise(tape.inputs[index].pointer, weights.layers[index].inputNorm, band)
            band.barrier()
            pass.multiply(
                dqueryKeyValue, shape.projected, by: space.queryKeyValueTransposed, ATTN_STORE, bias: nil,
                into: space.normalised.pointer, shape.width, band)
        }
        member.barrier()
        var column = 0
        for (weight, bias) in zip(projections, [LayerWeight.queryBias, .keyBias, .valueBias]) {
            let dy = dqueryKeyValue + column * weights.precision.byteCount
            addWeights(weight, dy, shape.projected, pass.workspace.normalised, shape.widthStride, member)
            addBias(.layer(index, bias), space.queryKeyValue.pointer + column, shape.projected, member)
            column += weight.rows
        }
        member.barrier()
        addNorm(.layer(index, .inputNorm), tape.inputs[index], member)
    }

    // MARK: Rows

    func clearResidual(_ member: TeamMember) {
        let share = member.share(of: rows)
        (space.residual.pointer + share.lowerBound * shape.width).update(
            repeating: 0, count: share.count * shape.width)
    }

    /// From a band's derivatives of the residual stream to those of what was projected onto it.
    private func multiplyResidual(
        by transposed: PackedMatrix, into out: UnsafeMutablePointer<Float>, _ width: Int, _ pass: RunningPass,
        _ band: Band
    ) {
        narrowResidual(band)
        band.barrier()
        pass.multiply(
            dresidual, shape.widthStride, by: transposed, ATTN_STORE, bias: nil, into: out, width, band)
    }

    /// Where the derivatives of a row's feed-forward activations are while a band is at work; they are not kept.
    private func hidden(_ band: Band, row: Int) -> UnsafeMutablePointer<Float> {
        space.hidden.pointer + (band.place + row - band.rows.lowerBound) * shape.feedForward
    }

    private func narrowResidual(_ band: Band) {
        guard let target = space.narrowResidual else { return }
        for row in band.share {
            attn_f32_to_bf16(
                space.residual.pointer + row * shape.width, target.pointer + row * shape.widthStride * 2, shape.width)
        }
    }

    private func narrowQueryKeyValue(_ band: Band) {
        guard let target = space.narrowQueryKeyValue else { return }
        let share = band.share, first = share.lowerBound * shape.projected
        attn_f32_to_bf16(space.queryKeyValue.pointer + first, target.pointer + first * 2, share.count * shape.projected)
    }

    func narrowLogits(_ logits: UnsafeMutablePointer<Float>, _ share: Range<Int>) {
        guard let target = space.narrowLogits else { return }
        for i in share {
            attn_f32_to_bf16(
                logits + i * shape.vocabulary, target.pointer + i * ForwardWorkspace.even(shape.vocabulary) * 2,
                shape.vocabulary)
        }
    }

    /// Derivatives of gate and up projections, and the activations themselves again.
    private func activations(_ layer: ActivationTape.Layer, _ pass: RunningPass, _ band: Band) {
        let f = shape.feedForward, width = weights.precision.byteCount
        for row in band.share {
            let kept = layer.gateUp.pointer + row * 2 * f * width, target = space.gateUp.pointer + row * 2 * f * width
            attn_swiglu_gradient(
                hidden(band, row: row), kept, kept + f * width, f, format, target, target + f * width,
                pass.workspace.hidden + row * shape.feedForwardStride * width)
        }
    }

    // MARK: Parameters

    /// Adds a product's weight gradient; members share its rows.
    private func addWeights(
        _ weight: Parameter, _ dy: UnsafeMutablePointer<UInt8>, _ dyStride: Int, _ x: UnsafeMutablePointer<UInt8>,
        _ xStride: Int, rows: Int? = nil, _ member: TeamMember
    ) {
        var call = attn_weight_gradient_call(
            format: format, dy: dy, dy_stride: dyStride, x: x, x_stride: xStride, rows: rows ?? self.rows,
            k: weight.columns, gradient: weight.gradient.pointer)
        let share = Self.share(of: weight.rows, grain: 6, member)
        attn_weight_gradient(&call, share.lowerBound, share.upperBound, space.weightScratch[member.index].pointer)
    }

    private func addBias(_ name: WeightName, _ dy: UnsafePointer<Float>, _ stride: Int, _ member: TeamMember) {
        guard let bias = parameters.optional(name) else { return }
        let share = Self.share(of: bias.count, grain: 16, member)
        attn_column_sums(ATTN_F32, dy, stride, rows, share.lowerBound, share.upperBound, bias.gradient.pointer)
    }

    private func addFeedForwardBiases(_ index: Int, _ member: TeamMember) {
        for (part, name) in [LayerWeight.gateBias, .upBias].enumerated() {
            guard let bias = parameters.optional(.layer(index, name)) else { continue }
            let share = Self.share(of: bias.count, grain: 16, member)
            attn_column_sums(
                format, space.gateUp.pointer + part * shape.feedForward * weights.precision.byteCount,
                2 * shape.feedForward, rows, share.lowerBound, share.upperBound, bias.gradient.pointer)
        }
    }

    /// Derivatives through a normalisation of the residual stream, and of its gain.
    private func addNorm(_ name: WeightName, _ x: AlignedBuffer<Float>, _ member: TeamMember) {
        for band in Bands(of: rows, member) {
            addNorm(name, band) { ($0, UnsafePointer(x.pointer + $0 * shape.width)) }
        }
        member.barrier()
        sumGains(name, rows: rows, member)
    }

    /// - Parameter row: Which row of the residual stream the band's row is, and what was normalised there.
    private func addNorm(_ name: WeightName, _ band: Band, row: (Int) -> (Int, UnsafePointer<Float>)) {
        let c = shape.width, gain = parameters[name].values
        for group in band.groups {
            let sums = space.gains.pointer + group.index * c
            sums.update(repeating: 0, count: c)
            for i in group.rows {
                let (place, x) = row(i)
                attn_rms_norm_gradient(
                    space.normalised.pointer + i * c, x, gain.pointer, c, shape.epsilon,
                    space.residual.pointer + place * c, sums)
            }
        }
    }

    /// Adds the groups' gradients of a gain, group by group; members share its columns.
    private func sumGains(_ name: WeightName, rows: Int, _ member: TeamMember) {
        let share = Self.share(of: shape.width, grain: 16, member), gradient = parameters[name].gradient
        for group in 0..<Band.Group.count(of: rows) {
            attn_add(
                gradient.pointer + share.lowerBound,
                space.gains.pointer + group * shape.width + share.lowerBound, share.count)
        }
    }

    /// This member's share of `count` items in runs of `grain`.
    private static func share(of count: Int, grain: Int, _ member: TeamMember) -> Range<Int> {
        let runs = member.share(of: (count + grain - 1) / grain)
        return min(runs.lowerBound * grain, count)..<min(runs.upperBound * grain, count)
    }

    // MARK: Both ends

    private var headWeight: Parameter { parameters.optional(.output) ?? parameters[.embedding] }

    func packHead(_ member: TeamMember) { space.headTransposed.packTransposed([headWeight], member) }

    /// The derivatives of rows' logits as products read them.
    private func dlogits(_ pass: RunningPass) -> (values: UnsafeMutablePointer<UInt8>, stride: Int) {
        guard let narrow = space.narrowLogits else {
            let wide = UnsafeMutableRawPointer(pass.workspace.logits).assumingMemoryBound(to: UInt8.self)
            return (wide, shape.vocabulary)
        }
        return (narrow.pointer, ForwardWorkspace.even(shape.vocabulary))
    }

    /// From the derivatives of a band's logits to those of the residual stream.
    func head(_ pass: RunningPass, _ band: Band, row: (Int) -> Int) {
        let c = shape.width, (logits, stride) = dlogits(pass)
        pass.multiply(
            logits, stride, by: space.headTransposed, ATTN_STORE, bias: nil, into: space.normalised.pointer, c, band)
        band.barrier()
        addNorm(.finalNorm, band) { (row($0), UnsafePointer(pass.workspace.residual + row($0) * c)) }
    }

    /// Adds the gradients of output projection and final norm, when `head` has seen all of `count` rows.
    func addHead(_ pass: RunningPass, rows count: Int, _ member: TeamMember) {
        let (logits, stride) = dlogits(pass)
        addWeights(headWeight, logits, stride, pass.workspace.normalised, shape.widthStride, rows: count, member)
        sumGains(.finalNorm, rows: count, member)
    }

    /// Adds the derivative of the residual stream before the first layer to the embeddings of its tokens.
    func addEmbedding(_ member: TeamMember) {
        member.barrier()
        let share = Self.share(of: shape.width, grain: 16, member), embedding = parameters[.embedding].gradient
        for row in 0..<rows {
            let target = embedding.pointer + Int(plan.rows[row].token) * shape.width + share.lowerBound
            attn_add(target, space.residual.pointer + row * shape.width + share.lowerBound, share.count)
        }
    }
}
