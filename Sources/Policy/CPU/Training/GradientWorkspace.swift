import CKernels
import Compute
import ModelFiles

/// The derivatives of a training pass's backward half, and the scratch for computing them. dX is the derivative of the
/// loss with respect to X, and has its shape. Shapes in terms of M (rows), C, H, G, D, F, V.
final class GradientWorkspace {
    /// With respect to the residual stream. [M, C]
    let dResidual: Derivative
    /// To products before their normalisation, for policies that have it. [M, C]
    let dProducts: Derivative?
    /// To normalised rows. [M, C]
    let dNormalised: Rows
    /// To the feed-forward activations of the bands at work. [Bands.roomFor(M), F]
    let dHidden: Rows
    /// To gate and up projections, side by side. [M, 2 F] in the policy's precision
    let dGateUp: Derivative
    /// For policies with experts.
    let experts: ExpertDerivatives?
    /// To the attention output. [M, H D]
    let dAttended: Rows
    /// To queries, keys and values. [M, H D + 2 G D]
    let dQueryKeyValue: Derivative
    /// To logits, as products read them; nil in float32. [logitRows, V]
    let roundedDLogits: Rows?
    /// To a norm's gain, by group of rows. [groups, C], or [groups, H D + G D] if that is wider and used
    let dGains: Rows
    /// Transposed weights of one layer, and of the output projection.
    let queryKeyValueTransposed: PackedMatrix
    let outputTransposed: PackedMatrix
    let gateUpTransposed: PackedMatrix
    let downTransposed: PackedMatrix
    let headTransposed: PackedMatrix
    /// Keys and values of one layer as attention's gradient reads them: head by head, block by block.
    private var blocks: AlignedBuffer<Float>
    /// Derivatives of keys and values in the same order.
    private var dBlocks: AlignedBuffer<Float>
    /// The number of blocks there is room for.
    private var blockCapacity = 0
    /// The number of values per block and head in `blocks`, and in `dBlocks`.
    let blockFloats: Int
    let dBlockFloats: Int
    /// To the gains of query and key norms, by attention unit. [units, 2 D]
    private(set) var dHeadGains: AlignedBuffer<Float>
    /// Scratch for the longest sequences, one per team member.
    let attentionScratch: [AlignedBuffer<UInt8>]
    private let weightScratch: [AlignedBuffer<UInt8>]
    /// A panel of weights that are not trained, one per team member. [64, K]
    let unpacked: [AlignedBuffer<Float>]
    /// For the adapter in training, by product.
    private var adapterRooms: [AdapterGradient.Room] = []
    private let memory = RowMemory()
    private let configuration: PolicyConfiguration

    init(
        configuration c: PolicyConfiguration, precision: Precision, rows: Int, logitRows: Int, members: Int,
        longest: Int
    ) throws(MemoryError) {
        configuration = c
        dResidual = try memory.derivative(rows, width: c.hiddenSize, precision)
        dProducts = c.normPlacement == .before ? nil : try memory.derivative(rows, width: c.hiddenSize, precision)
        dNormalised = try memory.rows(rows, width: c.hiddenSize)
        dHidden = try memory.rows(Bands.roomFor(rows, members: members), width: c.feedForwardSize)
        dGateUp = Derivative(try memory.rows(rows, width: 2 * c.feedForwardSize, precision))
        experts = try ExpertDerivatives(c, precision, rows: rows, members: members, in: memory)
        dAttended = try memory.rows(rows, width: c.queryWidth)
        dQueryKeyValue = try memory.derivative(rows, width: c.projectedWidth, precision)
        roundedDLogits =
            precision == .float32 ? nil : try memory.rows(logitRows, width: c.vocabularySize, precision)
        let together = c.normalisesHeadsTogether ? c.queryWidth + c.keyValueWidth : 0
        dGains = try memory.rows(Band.Group.count(of: rows), width: max(c.hiddenSize, together))
        func transposed(_ outputs: Int, _ inputs: Int) throws(MemoryError) -> PackedMatrix {
            try PackedMatrix(outputs: outputs, inputs: inputs, format: .numbers(precision))
        }
        queryKeyValueTransposed = try transposed(c.hiddenSize, c.projectedWidth)
        outputTransposed = try transposed(c.queryWidth, c.hiddenSize)
        gateUpTransposed = try transposed(c.hiddenSize, 2 * c.feedForwardSize)
        downTransposed = try transposed(c.feedForwardSize, c.hiddenSize)
        headTransposed = try transposed(c.hiddenSize, c.vocabularySize)
        weightScratch = try AlignedBuffer.several(members, count: attn_weight_gradient_scratch())
        attentionScratch = try AlignedBuffer.several(
            members, count: attn_attention_gradient_scratch(longest, c.headSize, c.groupSize))
        let widest = max(c.hiddenSize, c.queryWidth, c.feedForwardSize)
        unpacked = try AlignedBuffer.several(members, count: PackedMatrix.panelWidth * widest)
        blockFloats = attn_gradient_block_floats(c.headSize)
        dBlockFloats = attn_block_gradient_floats(c.headSize)
        blocks = try AlignedBuffer(count: 0)
        dBlocks = try AlignedBuffer(count: 0)
        dHeadGains = try AlignedBuffer(count: 0)
    }

    /// Makes room for a batch; the blocks' unused tokens are 0 afterwards.
    func reserve(blocks count: Int, units: Int) throws(MemoryError) {
        let d = configuration.headSize, heads = configuration.keyValueHeadCount
        if count > blockCapacity {
            let capacity = count + count / 4
            blocks = try AlignedBuffer(count: capacity * heads * blockFloats)
            dBlocks = try AlignedBuffer(count: capacity * heads * dBlockFloats)
            blockCapacity = capacity
        } else {
            blocks.buffer.update(repeating: 0)
        }
        if units * 2 * d > dHeadGains.count { dHeadGains = try AlignedBuffer(count: units * 2 * d) }
    }

    static func bytesPerRow(_ c: PolicyConfiguration, precision: Precision) -> Int {
        let blocks =
            c.keyValueHeadCount
            * (attn_gradient_block_floats(c.headSize) + attn_block_gradient_floats(c.headSize)) / BlockPool.blockTokens
        let wide = (c.normPlacement == .before ? 1 : 2) * c.hiddenSize
        let floats = wide + c.hiddenSize + c.queryWidth + c.projectedWidth + blocks
        let rounded = precision == .float32 ? 0 : wide + c.projectedWidth
        return 4 * floats + precision.byteCount * (2 * c.feedForwardSize + rounded)
            + ExpertDerivatives.bytesPerRow(c, precision)
    }

    /// Bytes of the transposed weights.
    static func transposedBytes(_ c: PolicyConfiguration, precision: Precision) -> Int {
        let layer = c.projectedWidth + c.queryWidth + 3 * c.feedForwardSize
        return precision.byteCount * c.hiddenSize * (layer + c.vocabularySize)
    }

    func weightScratch(_ member: TeamMember) -> UnsafeMutablePointer<UInt8> { weightScratch[member.index].pointer }

    // MARK: Adapters

    /// Makes room for the gradient of an adapter.
    func reserve(for adapter: CPUAdapter, rows: Int, _ precision: Precision) throws(MemoryError) {
        guard (adapterRooms.first?.rank ?? 0) < adapter.mostRank else { return }
        adapterRooms = []
        for _ in AdaptedProduct.allCases {
            adapterRooms.append(try AdapterGradient.Room(rank: adapter.mostRank, rows: rows, precision))
        }
    }

    func adapterRoom(of product: AdaptedProduct) -> AdapterGradient.Room? {
        adapterRooms.isEmpty ? nil : adapterRooms[product.rawValue]
    }

    // MARK: Blocks

    /// Keys and values of a block and key-value head.
    func block(_ block: Int, _ head: Int) -> UnsafeMutablePointer<Float> {
        blocks.pointer + (head * blockCapacity + block) * blockFloats
    }

    /// Their derivatives: those of the keys of 64 tokens, then those of the values.
    func dBlock(_ block: Int, _ head: Int) -> UnsafeMutablePointer<Float> {
        dBlocks.pointer + (head * blockCapacity + block) * dBlockFloats
    }

    /// The number of values that one token's key, or value, takes in a block of derivatives.
    var paddedHeadSize: Int { dBlockFloats / 2 / BlockPool.blockTokens }

    func dKey(_ block: Int, _ slot: Int, _ head: Int) -> UnsafeMutablePointer<Float> {
        dBlock(block, head) + slot * paddedHeadSize
    }

    func dValue(_ block: Int, _ slot: Int, _ head: Int) -> UnsafeMutablePointer<Float> {
        dBlock(block, head) + (BlockPool.blockTokens + slot) * paddedHeadSize
    }
}
