import CKernels
import Compute

/// Memory of the backward half of a training pass. Shapes in terms of M (rows), C, H, G, D, F, V.
///
/// What products read is in the policy's precision, with rows an even number of values apart; the value after an odd row is
/// never written and stays 0. In float32 those are the float32 buffers themselves.
final class GradientWorkspace {
    /// Derivative with respect to the residual stream. [M, C]
    let residual: AlignedBuffer<Float>
    /// The same as products read it; nil in float32.
    let narrowResidual: AlignedBuffer<UInt8>?
    /// Of normalised rows. [M, C]
    let normalised: AlignedBuffer<Float>
    /// Of the feed-forward activations of the bands at work. [Bands.roomFor(M), F]
    let hidden: AlignedBuffer<Float>
    /// Of gate and up projections, side by side. [M, 2 F] in the policy's precision
    let gateUp: AlignedBuffer<UInt8>
    /// Of attention's result. [M, H D]
    let attended: AlignedBuffer<Float>
    /// Of queries, keys and values. [M, H D + 2 G D]
    let queryKeyValue: AlignedBuffer<Float>
    let narrowQueryKeyValue: AlignedBuffer<UInt8>?
    /// Of logits, as products read them; nil in float32. [logitRows, V]
    let narrowLogits: AlignedBuffer<UInt8>?
    /// Derivatives of a norm's gain, by group of rows. [groups, C]
    let gains: AlignedBuffer<Float>
    /// Transposed weights of one layer, and of the output projection.
    let queryKeyValueTransposed: PackedMatrix
    let outputTransposed: PackedMatrix
    let gateUpTransposed: PackedMatrix
    let downTransposed: PackedMatrix
    let headTransposed: PackedMatrix
    /// Keys and values of one layer as attention's gradient reads them: head by head, block by block.
    private(set) var blocks: AlignedBuffer<Float>
    /// Derivatives of keys and values in the same order.
    private(set) var blockGradients: AlignedBuffer<Float>
    /// Blocks there is room for.
    private(set) var blockCapacity = 0
    /// Derivatives of the gains of query and key norms, by attention unit. [units, 2 D]
    private(set) var headGains: AlignedBuffer<Float>
    /// For sequences as long as the context, one per team member.
    let attentionScratch: [AlignedBuffer<UInt8>]
    let weightScratch: [AlignedBuffer<UInt8>]
    private let configuration: PolicyConfiguration

    init(
        configuration c: PolicyConfiguration, precision: Precision, rows: Int, logitRows: Int, members: Int
    ) throws(MemoryError) {
        configuration = c
        let projected = c.queryWidth + 2 * c.keyValueWidth, width = precision.byteCount
        func narrow(_ count: Int) throws(MemoryError) -> AlignedBuffer<UInt8>? {
            precision == .float32 ? nil : try AlignedBuffer(count: count * width)
        }
        residual = try AlignedBuffer(count: rows * c.hiddenSize)
        narrowResidual = try narrow(rows * ForwardWorkspace.even(c.hiddenSize))
        normalised = try AlignedBuffer(count: rows * c.hiddenSize)
        hidden = try AlignedBuffer(count: Bands.roomFor(rows, members: members) * c.feedForwardSize)
        gateUp = try AlignedBuffer(count: rows * 2 * c.feedForwardSize * width)
        attended = try AlignedBuffer(count: rows * c.queryWidth)
        queryKeyValue = try AlignedBuffer(count: rows * projected)
        narrowQueryKeyValue = try narrow(rows * projected)
        narrowLogits = try narrow(logitRows * ForwardWorkspace.even(c.vocabularySize))
        gains = try AlignedBuffer(count: Band.Group.count(of: rows) * c.hiddenSize)
        func transposed(_ outputs: Int, _ inputs: Int) throws(MemoryError) -> PackedMatrix {
            try PackedMatrix(outputs: outputs, inputs: inputs, precision: precision)
        }
        queryKeyValueTransposed = try transposed(c.hiddenSize, projected)
        outputTransposed = try transposed(c.queryWidth, c.hiddenSize)
        gateUpTransposed = try transposed(c.hiddenSize, 2 * c.feedForwardSize)
        downTransposed = try transposed(c.feedForwardSize, c.hiddenSize)
        headTransposed = try transposed(c.hiddenSize, c.vocabularySize)
        weightScratch = try AlignedBuffer.several(members, count: attn_weight_gradient_scratch())
        attentionScratch = try AlignedBuffer.several(
            members, count: attn_attention_gradient_scratch(c.contextLength, c.headSize, c.groupSize))
        blocks = try AlignedBuffer(count: 0)
        blockGradients = try AlignedBuffer(count: 0)
        headGains = try AlignedBuffer(count: 0)
    }

    /// Makes room for a batch; blocks' unused tokens are 0 afterwards.
    func reserve(blocks count: Int, units: Int) throws(MemoryError) {
        let d = configuration.headSize, heads = configuration.keyValueHeadCount
        if count > blockCapacity {
            let capacity = count + count / 4
            blocks = try AlignedBuffer(count: capacity * heads * attn_gradient_block_floats(d))
            blockGradients = try AlignedBuffer(count: capacity * heads * attn_block_gradient_floats(d))
            blockCapacity = capacity
        } else {
            blocks.buffer.update(repeating: 0)
        }
        if units * 2 * d > headGains.count { headGains = try AlignedBuffer(count: units * 2 * d) }
    }

    static func bytesPerRow(_ c: PolicyConfiguration, precision: Precision) -> Int {
        let projected = c.queryWidth + 2 * c.keyValueWidth
        let blocks =
            c.keyValueHeadCount
            * (attn_gradient_block_floats(c.headSize) + attn_block_gradient_floats(c.headSize)) / BlockPool.blockTokens
        let floats = 2 * c.hiddenSize + c.queryWidth + projected + blocks
        let narrow = precision == .float32 ? 0 : c.hiddenSize + projected
        return 4 * floats + precision.byteCount * (2 * c.feedForwardSize + narrow)
    }
}
