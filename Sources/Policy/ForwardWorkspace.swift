import CKernels
import Compute

/// Activations of one forward pass, for up to `rows` tokens. Shapes in terms of M (tokens), C, H, G, D, F, V.
///
/// Rows that products read are an even number of values apart, since bfloat16 is read in pairs. The value after an odd
/// row is never written and stays 0.
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
    /// Scratch of the attention kernel for sequences as long as the context, one per team member.
    let attentionScratch: [AlignedBuffer<UInt8>]

    init(configuration c: PolicyConfiguration, precision: Precision, rows: Int, members: Int) throws(MemoryError) {
        self.rows = rows
        // Some tens of megabytes of logits at most, and enough rows for the matrix product to be efficient.
        logitRows = max(min(max(8 << 20, 6 * c.vocabularySize) / c.vocabularySize, rows), members)
        let width = precision.byteCount
        residual = try AlignedBuffer(count: rows * c.hiddenSize)
        normalised = try AlignedBuffer(count: rows * Self.even(c.hiddenSize) * width)
        queryKeyValue = try AlignedBuffer(count: rows * (c.queryWidth + 2 * c.keyValueWidth))
        attended = try AlignedBuffer(count: rows * c.queryWidth * width)
        hidden = try AlignedBuffer(count: rows * Self.even(c.feedForwardSize) * width)
        logits = try AlignedBuffer(count: logitRows * c.vocabularySize)
        attentionScratch = try AlignedBuffer.several(
            members, count: attn_attention_scratch(c.contextLength, c.headSize, c.groupSize))
    }

    static func even(_ count: Int) -> Int { (count + 1) / 2 * 2 }

    /// The part of the workspace that some of the rows use, as pointers.
    struct View {
        /// The residual stream before a layer, between attention and feed-forward, and after the layer: one place, unless
        /// what was before is kept for gradients.
        let residual: UnsafeMutablePointer<Float>
        let middle: UnsafeMutablePointer<Float>
        let after: UnsafeMutablePointer<Float>
        let normalised: UnsafeMutablePointer<UInt8>
        let queryKeyValue: UnsafeMutablePointer<Float>
        let attended: UnsafeMutablePointer<UInt8>
        let hidden: UnsafeMutablePointer<UInt8>
        let logits: UnsafeMutablePointer<Float>
        let logitRows: Int
        /// Where a layer's values are kept for its gradients; nil keeps none. Gate and up projections [M, 2 F], and, where
        /// heads are normalised, queries and keys before that [M, H D + G D].
        var keptGateUp: UnsafeMutablePointer<UInt8>?
        var keptHeads: UnsafeMutablePointer<Float>?
    }

    /// The rows from `firstRow` on, with the `part`th of `parts` shares of the logits.
    func view(firstRow: Int, part: Int, of parts: Int, _ c: PolicyConfiguration, _ precision: Precision) -> View {
        let width = precision.byteCount
        let share = max(logitRows / parts, 1)
        let residual = residual.pointer + firstRow * c.hiddenSize
        return View(
            residual: residual, middle: residual, after: residual,
            normalised: normalised.pointer + firstRow * Self.even(c.hiddenSize) * width,
            queryKeyValue: queryKeyValue.pointer + firstRow * (c.queryWidth + 2 * c.keyValueWidth),
            attended: attended.pointer + firstRow * c.queryWidth * width,
            hidden: hidden.pointer + firstRow * Self.even(c.feedForwardSize) * width,
            logits: logits.pointer + part * share * c.vocabularySize, logitRows: share)
    }
}
