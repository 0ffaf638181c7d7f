import CKernels
import Compute
import ModelFiles

/// Activations of one forward pass, for up to `rows` tokens. Shapes in terms of M (tokens), C, H, G, D, F, V.
final class ForwardWorkspace {
    let rows: Int
    /// Rows of logits held at a time: full logits [M, V] never exist.
    let logitRows: Int
    /// Residual stream. [M, C] float32
    private let residual: Rows
    /// Normalised residual, the input of the projections. [M, C] in the policy's precision
    private let normalised: Rows
    /// Queries, keys and values. [M, H D + 2 G D] float32
    private let queryKeyValue: Rows
    /// Attention's result. [M, H D] in the policy's precision
    private let attended: Rows
    /// Products that are normalised before they are added to the residual stream, for policies that do that. [M, C]
    private let products: Rows?
    /// Feed-forward activations. [M, F] in the policy's precision
    private let hidden: Rows
    /// For policies with experts.
    private let experts: ExpertSpace?
    /// [logitRows, V] float32
    private let logits: Rows
    /// The attention kernel's scratch for sequences as long as the context, one per team member.
    let attentionScratch: [AlignedBuffer<UInt8>]
    private let memory = RowMemory()

    init(configuration c: PolicyConfiguration, precision: Precision, rows: Int, members: Int) throws(MemoryError) {
        self.rows = rows
        // A few tens of megabytes of logits at most, but enough rows for an efficient matrix product.
        logitRows = max(min(max(8 << 20, 6 * c.vocabularySize) / c.vocabularySize, rows), members)
        residual = try memory.rows(rows, width: c.hiddenSize)
        normalised = try memory.rows(rows, width: c.hiddenSize, precision)
        queryKeyValue = try memory.rows(rows, width: c.projectedWidth)
        attended = try memory.rows(rows, width: c.queryWidth, precision)
        hidden = try memory.rows(rows, width: c.feedForwardSize, precision)
        products = c.normPlacement == .before ? nil : try memory.rows(rows, width: c.hiddenSize)
        experts = try ExpertSpace(c, precision, rows: rows, parts: members, in: memory)
        logits = try memory.rows(logitRows, width: c.vocabularySize)
        attentionScratch = try AlignedBuffer.several(
            members, count: attn_attention_scratch(c.contextLength, c.headSize, c.groupSize))
    }

    /// The part of the workspace that some of the rows use.
    struct View {
        /// The residual stream before a layer, between attention and feed-forward, and after the layer: all one place,
        /// unless earlier values are kept for gradients.
        var residual: Rows
        var middle: Rows
        var after: Rows
        let normalised: Rows
        var queryKeyValue: Rows
        var attended: Rows
        /// For policies that normalise what they add: one place, unless both are kept.
        var attentionProducts: Rows?
        var feedForwardProducts: Rows?
        let hidden: Rows
        var experts: ExpertSpace?
        let logits: Rows
        let logitRows: Int
        /// Where a layer's values are kept for its gradients; nil keeps none. Gate and up projections [M, 2 F], and, if
        /// heads are normalised, queries and keys before normalisation [M, H D + G D].
        var keptGateUp: Rows?
        var keptHeads: Rows?
    }

    /// The rows from `firstRow` on, with the `part`th of `parts` shares of the logits.
    func view(firstRow: Int, part: Int, of parts: Int) -> View {
        let share = max(logitRows / parts, 1), residual = residual.from(firstRow), products = products?.from(firstRow)
        return View(
            residual: residual, middle: residual, after: residual, normalised: normalised.from(firstRow),
            queryKeyValue: queryKeyValue.from(firstRow), attended: attended.from(firstRow),
            attentionProducts: products, feedForwardProducts: products, hidden: hidden.from(firstRow),
            experts: experts?.from(firstRow, part: part), logits: logits.from(part * share), logitRows: share)
    }
}
