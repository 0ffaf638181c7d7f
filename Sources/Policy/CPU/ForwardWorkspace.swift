import Basics
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
    /// What adapters reduce the input of a product to: [M, R] in the policy's precision, with room for any R.
    private let reduced: Rows
    /// What adapters add to gate and up, for the bands at work. [Bands.roomFor(M), 2 F] float32
    private let gating: Rows
    /// The attention kernel's scratch for the longest sequences, one per team member.
    let attentionScratch: [AlignedBuffer<UInt8>]
    private let memory = RowMemory()

    init(
        configuration c: PolicyConfiguration, precision: Precision, rows: Int, members: Int, longest: Int
    ) throws(MemoryError) {
        self.rows = rows
        logitRows = Self.logitRows(c, rows: rows, members: members)
        residual = try memory.rows(rows, width: c.hiddenSize)
        normalised = try memory.rows(rows, width: c.hiddenSize, precision)
        queryKeyValue = try memory.rows(rows, width: c.projectedWidth)
        attended = try memory.rows(rows, width: c.queryWidth, precision)
        hidden = try memory.rows(rows, width: c.feedForwardSize, precision)
        products = c.normPlacement == .before ? nil : try memory.rows(rows, width: c.hiddenSize)
        experts = try ExpertSpace(c, precision, rows: rows, parts: members, in: memory)
        logits = try memory.rows(logitRows, width: c.vocabularySize)
        // Queries, keys and values are three targets.
        reduced = try memory.rows(rows, width: 3 * AdapterLimits.rank.upperBound, precision)
        gating = try memory.rows(Bands.roomFor(rows, members: members), width: 2 * c.feedForwardSize)
        attentionScratch = try AlignedBuffer.several(
            members, count: attn_attention_scratch(longest, c.headSize, c.groupSize))
    }

    /// A few tens of megabytes of logits at most, but enough rows for an efficient matrix product.
    private static func logitRows(_ c: PolicyConfiguration, rows: Int, members: Int) -> Int {
        max(min(max(8 << 20, 6 * c.vocabularySize) / c.vocabularySize, rows), members)
    }

    /// Bytes of the rows of logits held at a time.
    static func logitBytes(_ c: PolicyConfiguration, rows: Int, members: Int) -> Int {
        4 * c.vocabularySize * logitRows(c, rows: rows, members: members)
    }

    /// Bytes of everything else for each row.
    static func bytesPerRow(_ c: PolicyConfiguration, precision: Precision) -> Int {
        4 * (c.hiddenSize + c.projectedWidth)
            + precision.byteCount * (c.hiddenSize + c.queryWidth + c.feedForwardSize)
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
        let reduced: Rows
        let gating: Rows
        /// Where a layer's values are kept for its gradients; nil keeps none. Gate and up projections [M, 2 F], and, if
        /// heads are normalised, queries and keys before normalisation [M, H D + G D].
        var keptGateUp: Rows?
        var keptHeads: Rows?
    }

    /// The rows from `firstRow` on, with the `part`th of `parts` shares of the logits.
    func view(firstRow: Int, part: Int, of parts: Int) -> View {
        let share = max(logitRows / parts, 1), residual = residual.from(firstRow), products = products?.from(firstRow)
        // A part has bands of its own. Those of all parts find room: a part has no more rows than lie before the next.
        let gating = gating.from(min(firstRow, part * Bands.size))
        return View(
            residual: residual, middle: residual, after: residual, normalised: normalised.from(firstRow),
            queryKeyValue: queryKeyValue.from(firstRow), attended: attended.from(firstRow),
            attentionProducts: products, feedForwardProducts: products, hidden: hidden.from(firstRow),
            experts: experts?.from(firstRow, part: part), logits: logits.from(part * share), logitRows: share,
            reduced: reduced.from(firstRow), gating: gating)
    }
}
