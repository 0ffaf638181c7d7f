import CKernels
import Compute
import ModelFiles

/// The backward half of a training pass, as each member of the team runs it: from the derivatives of logits, through
/// the layers in reverse, to those of embeddings. dX is the derivative of the loss with respect to X, and has its
/// shape.
///
/// Members share rows, the columns of results, or the rows of weight gradients, with barriers between phases.
struct GradientPass {
    let batch: TrainingBatch
    let plan: PassPlan.View
    let weights: CPUWeights
    /// The embedding, if it is trained.
    let embedding: Parameter?
    let layers: [LayerGradients]
    let finalNorm: RMSNormGradient
    let head: LinearGradient
    let d: GradientWorkspace
    let tape: ActivationTape
    /// By layer.
    let rotary: [RotaryTable]
    /// Hand out attention units, one counter per layer.
    let counters: ArraySlice<Counter>

    init(
        pass: CPUTrainingPass, batch: TrainingBatch, plan: PassPlan.View, weights: CPUWeights, trained: TrainedSet
    ) {
        self.batch = batch
        self.plan = plan
        self.weights = weights
        embedding = if case .weights(let parameters) = trained { parameters[.embedding] } else { nil }
        d = pass.gradients
        tape = pass.tape
        rotary = pass.rotary
        counters = pass.counters.suffix(pass.configuration.layerCount)
        let finder = GradientFinder(weights: weights, trained: trained, d: d)
        layers = weights.layers.indices.map(finder.layer)
        finalNorm = finder.norm(weights.finalNorm, .finalNorm)
        head = finder.head
    }

    var rows: Int { plan.rows.count }

    // MARK: Layers

    /// Runs one layer: from the derivative of the residual stream after it to that before it.
    ///
    /// - Parameter pass: The pass that kept the layer's activations.
    func run(layer index: Int, _ pass: RunningPass, _ member: TeamMember) {
        switch layers[index].feedForward {
        case .dense(let gradient): gradient.backward(tape.layer(index), pass.space, d, rows: rows, member)
        case .experts(let gradient):
            guard let kept = pass.space.experts else { preconditionFailure("what experts kept is missing") }
            gradient.backward(tape.layer(index).middle, kept, pass.space, d, rows: rows, member)
        }
        attention(index, pass.space, member)
    }

    private func attention(_ index: Int, _ space: ForwardWorkspace.View, _ member: TeamMember) {
        let layer = layers[index], attention = weights.layers[index].attention, scratch = d.weightScratch(member)
        layer.output.prepare(member)
        layer.queryKeyValue.prepare(member)
        let dOut = layer.end.backward(
            d.dResidual, tape.layer(index).attentionProducts, into: d.dProducts, rows: rows, member)
        member.barrier()
        for band in Bands(of: rows, member) {
            dOut.round(band.share)
            band.barrier()
            layer.output.backward(dOut, into: d.dAttended, band)
        }
        member.barrier()
        layer.output.add(dOut, space.attended, rows: rows, member, scratch: scratch)
        attend(index, attention, member)
        member.barrier()
        addHeadGains(index, attention, member)
        normaliseTogether(index, attention, member)
        for band in Bands(of: rows, member) {
            d.dQueryKeyValue.round(band.share)
            layer.input.input.forward(space.residual, into: space.normalised, band)
            band.barrier()
            layer.queryKeyValue.backward(d.dQueryKeyValue, into: d.dNormalised, band)
        }
        member.barrier()
        layer.queryKeyValue.add(d.dQueryKeyValue, space.normalised, rows: rows, member, scratch: scratch)
        member.barrier()
        layer.input.run(d.dNormalised, space.residual, addingTo: d.dResidual.exact, rows: rows, member)
    }

    // MARK: Embedding and logits

    func clearResidual(_ member: TeamMember) {
        let dResidual = d.dResidual.exact
        for row in member.share(of: rows) { dResidual.floats(row).update(repeating: 0, count: dResidual.width) }
    }

    /// The derivatives of rows' logits, which overwrite the logits.
    func dLogits(_ pass: RunningPass) -> Derivative { Derivative(pass.space.logits, rounded: d.roundedDLogits) }

    /// Goes from the derivatives of a band's logits to those of the residual stream.
    func backwardHead(_ pass: RunningPass, _ band: Band, row: (Int) -> Int) {
        head.backward(dLogits(pass), into: d.dNormalised, band)
        band.barrier()
        finalNorm.backward(d.dNormalised, pass.space.residual, addingTo: d.dResidual.exact, band, row: row)
    }

    /// Adds the gradients of output projection and final norm, once `backwardHead` has seen all of `count` rows.
    func addHead(_ pass: RunningPass, rows count: Int, _ member: TeamMember) {
        head.add(dLogits(pass), pass.space.normalised, rows: count, member, scratch: d.weightScratch(member))
        finalNorm.add(rows: count, member)
    }

    /// Adds the derivative of the residual stream before the first layer to the embeddings of its tokens.
    func addEmbedding(_ member: TeamMember) {
        guard let embedding else { return }
        member.barrier()
        let share = member.share(of: embedding.columns, grain: 16)
        for row in 0..<rows where weights.embeddingScale != 1 {
            attn_scale(d.dResidual.exact.floats(row) + share.lowerBound, share.count, weights.embeddingScale)
        }
        for row in 0..<rows {
            let target = embedding.gradient.pointer + Int(plan.rows[row].token) * embedding.columns
            attn_add(target + share.lowerBound, d.dResidual.exact.floats(row) + share.lowerBound, share.count)
        }
    }
}
