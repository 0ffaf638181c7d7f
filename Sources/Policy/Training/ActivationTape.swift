import CKernels
import Compute

/// What a training pass keeps of its forward half for the backward half. Shapes in terms of M (rows), C, H, G, D, F.
///
/// Of every layer the residual stream before it is kept, 4 C bytes a row. Of the rest either everything is kept, or one
/// layer's place is used for all and the layer is computed again on the way back (`recomputes`). Pages become resident as
/// rows are used.
final class ActivationTape {
    /// Values of one layer.
    struct Layer {
        /// Rotated queries and keys, and values. [M, H D + 2 G D]
        let queryKeyValue: AlignedBuffer<Float>
        /// Queries and keys before their normalisation, for policies that have it. [M, H D + G D]
        let heads: AlignedBuffer<Float>?
        /// Attention's result. [M, H D] in the policy's precision
        let attended: AlignedBuffer<UInt8>
        /// Residual stream before the feed-forward. [M, C]
        let middle: AlignedBuffer<Float>
        /// Gate and up projections. [M, 2 F] in the policy's precision
        let gateUp: AlignedBuffer<UInt8>
    }

    let recomputes: Bool
    /// Residual stream before each layer. [M, C]
    let inputs: [AlignedBuffer<Float>]
    private let layers: [Layer]

    init(configuration c: PolicyConfiguration, precision: Precision, rows: Int, recomputes: Bool) throws {
        self.recomputes = recomputes
        inputs = try AlignedBuffer.several(c.layerCount, count: rows * c.hiddenSize)
        layers = try (0..<(recomputes ? 1 : c.layerCount)).map { _ in
            Layer(
                queryKeyValue: try AlignedBuffer(count: rows * (c.queryWidth + 2 * c.keyValueWidth)),
                heads: c.hasQKNorm ? try AlignedBuffer(count: rows * (c.queryWidth + c.keyValueWidth)) : nil,
                attended: try AlignedBuffer(count: rows * c.queryWidth * precision.byteCount),
                middle: try AlignedBuffer(count: rows * c.hiddenSize),
                gateUp: try AlignedBuffer(count: rows * 2 * c.feedForwardSize * precision.byteCount))
        }
    }

    func layer(_ index: Int) -> Layer { layers[recomputes ? 0 : index] }

    /// Bytes kept for each row.
    static func bytesPerRow(_ c: PolicyConfiguration, precision: Precision, recomputes: Bool) -> Int {
        let heads = c.hasQKNorm ? c.queryWidth + c.keyValueWidth : 0
        let floats = c.queryWidth + 2 * c.keyValueWidth + heads + c.hiddenSize
        let layer = 4 * floats + precision.byteCount * (c.queryWidth + 2 * c.feedForwardSize)
        return 4 * c.hiddenSize * c.layerCount + layer * (recomputes ? 1 : c.layerCount)
    }
}

extension ForwardWorkspace.View {
    /// The same workspace where one layer's values go to a tape, and the last layer's result to the workspace.
    func keeping(_ tape: ActivationTape, layer index: Int) -> ForwardWorkspace.View {
        let layer = tape.layer(index), next = index + 1
        var view = ForwardWorkspace.View(
            residual: tape.inputs[index].pointer, middle: layer.middle.pointer,
            after: next < tape.inputs.count ? tape.inputs[next].pointer : after, normalised: normalised,
            queryKeyValue: layer.queryKeyValue.pointer, attended: layer.attended.pointer, hidden: hidden,
            logits: logits, logitRows: logitRows)
        view.keptGateUp = layer.gateUp.pointer
        view.keptHeads = layer.heads?.pointer
        return view
    }
}
