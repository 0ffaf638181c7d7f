import CKernels
import Compute

/// Activations of one forward pass, for up to `rows` tokens. Shapes in terms of M (tokens), C, H, G, D, F, V.
final class ForwardWorkspace {
    let rows: Int
    /// Rows of logits held at a time: full logits [M, V] never exist.
    let logitRows: Int
    /// Residual stream. [M, C] float32
    let residual: AlignedBuffer<Float>
    /// Normalised residual, input of the projections. [M, C] in the policy's precision
    let normalised: AlignedBuffer<UInt8>
    /// Queries, keys and values. [M, H D + 2 G D] float32
    let queryKeyValue: AlignedBuffer<Float>
    /// Attention's result. [M, H D] in the policy's precision
    let attended: AlignedBuffer<UInt8>
    /// Feed-forward activations. [M, F] in the policy's precision
    let hidden: AlignedBuffer<UInt8>
    /// [logitRows, V] float32
    let logits: AlignedBuffer<Float>
    /// Scratch of the attention kernel, one per team member.
    private(set) var attentionScratch: [AlignedBuffer<UInt8>] = []
    private var scratchBytes = 0
    private let members: Int

    init(configuration c: PolicyConfiguration, precision: Precision, rows: Int, members: Int) {
        self.rows = rows
        self.members = members
        // Some tens of megabytes of logits at most, and enough rows for the matrix product to be efficient.
        logitRows = min(max(8 << 20, 6 * c.vocabularySize) / c.vocabularySize, rows)
        let width = precision.byteCount
        residual = AlignedBuffer(count: rows * c.hiddenSize)
        normalised = AlignedBuffer(count: rows * c.hiddenSize * width)
        queryKeyValue = AlignedBuffer(count: rows * (c.queryWidth + 2 * c.keyValueWidth))
        attended = AlignedBuffer(count: rows * c.queryWidth * width)
        hidden = AlignedBuffer(count: rows * c.feedForwardSize * width)
        logits = AlignedBuffer(count: logitRows * c.vocabularySize)
    }

    /// Makes the attention scratch large enough for sequences of `length` tokens.
    func reserveScratch(length: Int, headSize: Int, group: Int) {
        // Smaller groups of heads can need more scratch than larger ones, when rows round down.
        let needed = (1...group).map { attn_attention_scratch(length, headSize, $0) }.max() ?? 0
        guard needed > scratchBytes else { return }
        scratchBytes = needed + needed / 2
        attentionScratch = (0..<members).map { _ in AlignedBuffer(count: scratchBytes) }
    }
}
