import CKernels
import Compute
import ModelFiles

/// What a training pass keeps of its forward half for the backward half. Shapes in terms of M (rows), C, H, G, D, F.
///
/// The residual stream before every layer is kept, 4 C bytes a row. For the rest, either everything is kept, or one
/// layer's place is used for all and each layer is recomputed during the backward pass (`recomputes`). Pages become
/// resident as rows are used.
final class ActivationTape {
    /// Values of one layer.
    struct Layer {
        /// Rotated queries and keys, and values. [M, H D + 2 G D]
        let queryKeyValue: Rows
        /// Queries and keys before normalisation, for policies that have it. [M, H D + G D]
        let heads: Rows?
        /// Attention's result. [M, H D] in the policy's precision
        let attended: Rows
        /// Products of attention and of the feed-forward before normalisation, for policies that have it. [M, C]
        let attentionProducts: Rows?
        let feedForwardProducts: Rows?
        /// Residual stream before the feed-forward. [M, C]
        let middle: Rows
        /// Gate and up projections. [M, 2 F] in the policy's precision
        let gateUp: Rows
        /// What experts need, for layers that have them.
        let experts: ExpertTape?
    }

    /// Which experts tokens went through, and their gate and up projections. [M, E], [M, K], [M, K], [M K, 2 F]
    struct ExpertTape {
        let probabilities: Rows
        let choices: UnsafeMutablePointer<Int32>
        let weights: Rows
        let gateUp: Rows
    }

    let recomputes: Bool
    /// Residual stream before each layer. [M, C]
    let inputs: [Rows]
    private let layers: [Layer]
    private let memory = RowMemory()

    init(configuration c: PolicyConfiguration, precision: Precision, rows: Int, recomputes: Bool) throws {
        self.recomputes = recomputes
        let memory = memory
        inputs = try (0..<c.layerCount).map { _ in try memory.rows(rows, width: c.hiddenSize) }
        let headWidth = Self.headWidth(c)
        func products() throws -> Rows? {
            Self.keepsProducts(c) ? try memory.rows(rows, width: c.hiddenSize) : nil
        }
        layers = try (0..<(recomputes ? 1 : c.layerCount)).map { _ in
            Layer(
                queryKeyValue: try memory.rows(rows, width: c.projectedWidth),
                heads: headWidth > 0 ? try memory.rows(rows, width: headWidth) : nil,
                attended: try memory.rows(rows, width: c.queryWidth, precision),
                attentionProducts: try products(), feedForwardProducts: try products(),
                middle: try memory.rows(rows, width: c.hiddenSize),
                gateUp: try memory.rows(rows, width: 2 * c.feedForwardSize, precision),
                experts: try Self.experts(c, precision, rows: rows, in: memory))
        }
    }

    private static func experts(
        _ c: PolicyConfiguration, _ precision: Precision, rows: Int, in memory: RowMemory
    ) throws(MemoryError) -> ExpertTape? {
        guard let experts = c.experts else { return nil }
        return ExpertTape(
            probabilities: try memory.probabilities(rows, experts),
            choices: try memory.integers(rows * experts.perToken),
            weights: try memory.rows(rows, width: experts.perToken),
            gateUp: try memory.rows(rows * experts.perToken, width: 2 * experts.feedForwardSize, precision))
    }

    func layer(_ index: Int) -> Layer { layers[recomputes ? 0 : index] }

    private static func keepsProducts(_ c: PolicyConfiguration) -> Bool { c.normPlacement != .before }

    /// Width of `Layer.heads`, 0 if no layer normalises heads.
    private static func headWidth(_ c: PolicyConfiguration) -> Int {
        c.hasQKNorm ? c.queryWidth + c.keyValueWidth : 0
    }

    /// Bytes kept for each row.
    static func bytesPerRow(_ c: PolicyConfiguration, precision: Precision, recomputes: Bool) -> Int {
        let floats = c.projectedWidth + headWidth(c) + (keepsProducts(c) ? 3 : 1) * c.hiddenSize
        let layer = 4 * floats + precision.byteCount * c.queryWidth
        let dense = precision.byteCount * 2 * c.feedForwardSize
        let mixed = c.experts.map {
            4 * ($0.count + 2 * $0.perToken) + precision.byteCount * $0.perToken * 2 * $0.feedForwardSize
        }
        let mixedCount = c.experts?.layers.count ?? 0, denseCount = c.layerCount - mixedCount
        let feedForwards =
            recomputes
            ? (denseCount > 0 ? dense : 0) + (mixed ?? 0) : denseCount * dense + mixedCount * (mixed ?? 0)
        return 4 * c.hiddenSize * c.layerCount + layer * (recomputes ? 1 : c.layerCount) + feedForwards
    }
}

extension ForwardWorkspace.View {
    /// The same workspace, but with one layer's values going to a tape, and the last layer's result to the workspace.
    func keeping(_ tape: ActivationTape, layer index: Int) -> ForwardWorkspace.View {
        let layer = tape.layer(index), next = index + 1
        var view = self
        (view.residual, view.middle) = (tape.inputs[index], layer.middle)
        if next < tape.inputs.count { view.after = tape.inputs[next] }
        (view.queryKeyValue, view.attended) = (layer.queryKeyValue, layer.attended)
        (view.keptGateUp, view.keptHeads) = (layer.gateUp, layer.heads)
        (view.attentionProducts, view.feedForwardProducts) = (layer.attentionProducts, layer.feedForwardProducts)
        view.experts = view.experts?.keeping(layer.experts)
        return view
    }
}
