import CKernels
import Compute
import ModelFiles
import Sampling
import Synchronization

/// Receives the logits of one row: V values it may overwrite. Called concurrently on the team's threads, once per
/// wanted row.
typealias LogitConsumer = (_ chunk: Int, _ row: Int, _ logits: UnsafeMutableBufferPointer<Float>) -> Void

/// The forward pass on a team of threads.
///
/// Per layer, with x the residual stream [M, C]:
///
///     x += W_o attention(rotate(W_q n(x)), rotate(W_k n(x)), W_v n(x)),     x += W_down (silu(W_gate n(x)) * W_up n(x))
///
/// where n is RMS normalisation. Members of the team share the columns of every product, with barriers between, or the
/// sequences if there are many sequences, or the rows if there are many rows (`Bands`). A row's numbers depend only on
/// its own sequence: matrix products sum over the inner dimension in the same order for any number of rows, and
/// attention goes through keys in order whatever the chunk. So a token has the same logits, bit for bit, decoded or
/// scored, alone or with neighbours, from shared blocks or its own.
final class CPUForwardPass: ForwardPass, @unchecked Sendable {  // one pass at a time, from one thread
    let configuration: PolicyConfiguration
    let precision: Precision
    /// The most tokens one pass takes, over all chunks.
    var maxRows: Int { workspace.rows }
    private let team: ThreadTeam
    private let workspace: ForwardWorkspace
    private let rotary: [RotaryTable]
    /// Hands out attention units, one counter per layer.
    private let counters: [Counter]

    /// - Parameter longest: The most tokens that a sequence will have; nil for the context.
    /// - Throws: `MemoryError`.
    init(
        configuration: PolicyConfiguration, precision: Precision, team: ThreadTeam, maxRows: Int, longest: Int? = nil
    ) throws(MemoryError) {
        let longest = min(longest ?? .max, configuration.contextLength)
        self.configuration = configuration
        self.precision = precision
        self.team = team
        workspace = try ForwardWorkspace(
            configuration: configuration, precision: precision, rows: maxRows, members: team.count, longest: longest)
        rotary = try RotaryTable.tables(configuration, longest: longest)
        counters = (0...configuration.layerCount).map { _ in Counter() }
    }

    func run(
        weights: any PolicyWeights, memory: any KeyValueMemory, chunks: [ForwardChunk], requests: [LogitRequest]
    ) -> LogitResults {
        let places = LogitResults.places(of: chunks)
        let results = [Result<LogitResult, SamplingError>](unsafeUninitializedCapacity: requests.count) {
            buffer, count in
            nonisolated(unsafe) let buffer = buffer
            // Every row is read once, by one thread.
            run(weights: CPUWeights.own(weights), memory: CPUKeyValueMemory.own(memory), chunks: chunks) {
                let at = places[$0].first + $1 - places[$0].wanted.lowerBound
                buffer.initializeElement(at: at, to: requests[at].result($2))
            }
            count = requests.count
        }
        return LogitResults(results, at: places)
    }

    /// The same, but passes the raw logits to `consume`.
    func run(weights: CPUWeights, memory: CPUKeyValueMemory, chunks: [ForwardChunk], logits consume: LogitConsumer) {
        let rows = chunks.reduce(0) { $0 + $1.tokens.count }
        precondition(rows <= maxRows, "\(rows) rows exceed the pass's \(maxRows)")
        let longest = chunks.map { $0.first + $0.tokens.count }.max() ?? 0
        for table in rotary { table.fill(to: longest) }
        if let parts = BatchSplit(chunks, members: team.count) {
            runApart(parts, weights, memory, consume)
        } else {
            runTogether(chunks, weights, memory, consume)
        }
    }

    /// Runs all members on all rows: each computes its share of every product's columns.
    private func runTogether(
        _ chunks: [ForwardChunk], _ weights: CPUWeights, _ memory: CPUKeyValueMemory, _ consume: LogitConsumer
    ) {
        for counter in counters { counter.reset() }
        let plan = PassPlan(chunks, configuration: configuration, members: team.count)
        plan.withView { view in
            let pass = runningPass(weights, memory, view, firstRow: 0, part: 0, of: 1)
            team.run { pass.execute($0, consume) }
        }
    }

    /// Runs each member on some of the sequences, through the whole policy. Nobody waits, and one member's attention,
    /// which is bound by memory, overlaps another's products, which are not.
    private func runApart(
        _ split: BatchSplit, _ weights: CPUWeights, _ memory: CPUKeyValueMemory, _ consume: LogitConsumer
    ) {
        let plans = split.parts.map { PassPlan($0.chunks, configuration: configuration, members: 1) }
        team.run { member in
            let part = split.parts[member.index]
            plans[member.index].withView { view in
                let pass = runningPass(
                    weights, memory, view, firstRow: part.firstRow, part: member.index, of: member.count)
                pass.execute(member.alone) { chunk, row, logits in consume(part.indices[chunk], row, logits) }
            }
        }
    }

    private func runningPass(
        _ weights: CPUWeights, _ memory: CPUKeyValueMemory, _ view: PassPlan.View, firstRow: Int, part: Int,
        of parts: Int
    ) -> RunningPass {
        RunningPass(
            weights: weights, memory: memory, plan: view,
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

extension LogitRequest {
    fileprivate func result(_ logits: UnsafeMutableBufferPointer<Float>) -> Result<LogitResult, SamplingError> {
        do throws(SamplingError) { return .success(try answer(logits)) } catch { return .failure(error) }
    }
}
