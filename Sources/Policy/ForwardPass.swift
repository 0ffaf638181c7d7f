import CKernels
public import Compute
import Synchronization

/// One sequence's share of a forward pass: some consecutive tokens and the memory of those before them.
public struct ForwardChunk {
    public let tokens: [Int32]
    /// Position of the first of them; keys and values of all earlier positions are in `blocks`.
    public let first: Int
    /// The sequence's key/value blocks, enough for the chunk's own tokens.
    public let blocks: [Int32]
    /// Chunk rows whose logits are wanted.
    public let logitRows: Range<Int>
    /// Where attention is folded to, prepared for this chunk; nil keeps nothing.
    public let capture: CaptureBuffer?
    /// Positions that no later token of the sequence attends to; its own tokens see each other.
    public let hidden: Range<Int>?

    public init(
        tokens: [Int32], first: Int, blocks: [Int32], logitRows: Range<Int>, capture: CaptureBuffer? = nil,
        hidden: Range<Int>? = nil
    ) {
        self.tokens = tokens
        self.first = first
        self.blocks = blocks
        self.logitRows = logitRows
        self.capture = capture
        self.hidden = hidden
    }
}

/// Takes the logits of one row: V values it may overwrite. Called on the team's threads, on several at a time, once
/// per wanted row.
public typealias LogitConsumer = (_ chunk: Int, _ row: Int, _ logits: UnsafeMutableBufferPointer<Float>) -> Void

/// Computes a policy over chunks of sequences: prefill, decoding and scoring are this one function.
///
/// Per layer, with x the residual stream [M, C]:
///
///     x += W_o attention(rotate(W_q n(x)), rotate(W_k n(x)), W_v n(x)),     x += W_down (silu(W_gate n(x)) * W_up n(x))
///
/// where n is RMS normalisation. Members of the team share the columns of every product, with barriers between, or,
/// where there are many sequences, the sequences, or, where there are many rows, the rows (`Bands`).
/// A row's numbers depend on its own sequence alone: matrix products sum over the inner dimension in one order for any
/// number of rows, and attention goes through keys in order whatever the chunk. So a token has the same logits, bit
/// for bit, decoded or scored, alone or with neighbours, from shared blocks or its own.
public final class ForwardPass: @unchecked Sendable {  // one pass at a time, from one thread
    public let configuration: PolicyConfiguration
    public let precision: Precision
    /// Tokens of all chunks together that one pass takes.
    public var maxRows: Int { workspace.rows }
    private let team: ThreadTeam
    private let workspace: ForwardWorkspace
    private let rotary: [RotaryTable]
    /// Hands out attention units, one counter per layer.
    private let counters: [Counter]

    /// - Throws: `MemoryError`.
    public init(
        configuration: PolicyConfiguration, precision: Precision, team: ThreadTeam, maxRows: Int
    ) throws(MemoryError) {
        self.configuration = configuration
        self.precision = precision
        self.team = team
        workspace = try ForwardWorkspace(
            configuration: configuration, precision: precision, rows: maxRows, members: team.count)
        rotary = try RotaryTable.tables(configuration)
        counters = (0...configuration.layerCount).map { _ in Counter() }
    }

    /// Computes the chunks, writes their keys and values into the pool's blocks, and hands out the logits asked for.
    ///
    /// - Precondition: Tokens are in the vocabulary, positions within the context, blocks private where written to.
    public func run(weights: PolicyWeights, pool: BlockPool, chunks: [ForwardChunk], logits consume: LogitConsumer) {
        let rows = chunks.reduce(0) { $0 + $1.tokens.count }
        precondition(rows <= maxRows, "\(rows) rows exceed the pass's \(maxRows)")
        let longest = chunks.map { $0.first + $0.tokens.count }.max() ?? 0
        for table in rotary { table.fill(to: longest) }
        if let parts = BatchSplit(chunks, members: team.count) {
            runApart(parts, weights, pool, consume)
        } else {
            runTogether(chunks, weights, pool, consume)
        }
    }

    /// All members work on all rows: each computes its share of every product's columns.
    private func runTogether(
        _ chunks: [ForwardChunk], _ weights: PolicyWeights, _ pool: BlockPool, _ consume: LogitConsumer
    ) {
        for counter in counters { counter.reset() }
        let plan = PassPlan(chunks, configuration: configuration, members: team.count)
        plan.withView { view in
            let pass = runningPass(weights, pool, view, firstRow: 0, part: 0, of: 1)
            team.run { pass.execute($0, consume) }
        }
    }

    /// Each member takes some of the sequences through the whole policy on its own. Nobody waits, and one member's
    /// attention, which waits for memory, overlaps another's products, which do not.
    private func runApart(_ split: BatchSplit, _ weights: PolicyWeights, _ pool: BlockPool, _ consume: LogitConsumer) {
        let plans = split.parts.map { PassPlan($0.chunks, configuration: configuration, members: 1) }
        team.run { member in
            let part = split.parts[member.index]
            plans[member.index].withView { view in
                let pass = runningPass(
                    weights, pool, view, firstRow: part.firstRow, part: member.index, of: member.count)
                pass.execute(member.alone) { chunk, row, logits in consume(part.indices[chunk], row, logits) }
            }
        }
    }

    private func runningPass(
        _ weights: PolicyWeights, _ pool: BlockPool, _ view: PassPlan.View, firstRow: Int, part: Int, of parts: Int
    ) -> RunningPass {
        RunningPass(
            weights: weights, pool: pool, plan: view,
            space: workspace.view(firstRow: firstRow, part: part, of: parts),
            scratch: parts == 1 ? workspace.attentionScratch : [workspace.attentionScratch[part]], rotary: rotary,
            counters: counters)
    }
}

/// A counter that members draw work from, alone in its cache line.
final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    func reset() { value.store(0, ordering: .relaxed) }

    func next() -> Int { value.add(1, ordering: .relaxed).oldValue }
}
