import CKernels
import Compute
import ModelFiles

/// A training pass on a team of threads.
///
/// The forward half runs the same layers as serving (`RunningPass`), so logprobs are bit for bit those that sampling
/// reported. The backward half goes through the layers in reverse, computing two gradient products for each product.
/// Full logits [M, V] never exist, nor anything that grows with the square of a sequence. Every sum has a fixed order,
/// whatever the number of threads; gradients are added to what `CPUParameters` holds.
///
/// In bfloat16, products read operands rounded to it and sum in float32, as the forward pass does; attention's gradient
/// and everything that is not a product are float32 throughout.
final class CPUTrainingPass: TrainingPass, @unchecked Sendable {  // one pass at a time, from one thread
    let configuration: PolicyConfiguration
    let precision: Precision
    /// The most tokens one pass takes, over all trees.
    let maxRows: Int
    let team: ThreadTeam
    let workspace: ForwardWorkspace
    let gradients: GradientWorkspace
    let tape: ActivationTape
    let rotary: [RotaryTable]
    /// Hand out attention units, one counter for each computation of a layer's attention: forward, recomputation if
    /// layers are recomputed, backward.
    let counters: [Counter]
    private var memory: CPUKeyValueMemory

    /// - Parameter recomputesActivations: Whether to keep only each layer's residual stream and recompute layers during
    ///   the backward pass: a third more products, for memory that hardly grows with depth.
    /// - Throws: `MemoryError`.
    init(
        configuration: PolicyConfiguration, precision: Precision, team: ThreadTeam, maxRows: Int,
        recomputesActivations: Bool = false
    ) throws {
        self.configuration = configuration
        self.precision = precision
        self.team = team
        self.maxRows = maxRows
        // A sequence has no more tokens than its pass has rows.
        let longest = min(maxRows, configuration.contextLength)
        workspace = try ForwardWorkspace(
            configuration: configuration, precision: precision, rows: maxRows, members: team.count, longest: longest)
        gradients = try GradientWorkspace(
            configuration: configuration, precision: precision, rows: maxRows, logitRows: workspace.logitRows,
            members: team.count, longest: longest)
        tape = try ActivationTape(
            configuration: configuration, precision: precision, rows: maxRows, recomputes: recomputesActivations)
        rotary = try RotaryTable.tables(configuration, longest: longest)
        counters = (0..<3 * configuration.layerCount).map { _ in Counter() }
        memory = try Self.memory(configuration, precision, blocks: 0)
    }

    /// Bytes of memory a pass takes, about, not counting the parameters.
    static func byteCount(
        _ c: PolicyConfiguration, precision: Precision, rows: Int, members: Int, recomputesActivations: Bool
    ) -> Int {
        let perRow =
            ActivationTape.bytesPerRow(c, precision: precision, recomputes: recomputesActivations)
            + GradientWorkspace.bytesPerRow(c, precision: precision)
            + ForwardWorkspace.bytesPerRow(c, precision: precision)
        let logits = ForwardWorkspace.logitBytes(c, rows: rows, members: members)
        return rows * perRow + logits + GradientWorkspace.transposedBytes(c, precision: precision)
    }

    func score(_ batch: TrainingBatch, weights: any PolicyWeights) throws -> TrainingResult {
        try run(batch, weights: weights, nil)
    }

    func run(
        _ batch: TrainingBatch, weights: any PolicyWeights, parameters: any ParameterSet, loss: TrainingLoss,
        completed: StageCompletion?
    ) throws -> TrainingResult {
        precondition(loss.scale.count == batch.rowCount, "\(loss.scale.count) scales for \(batch.rowCount) rows")
        return try run(batch, weights: weights, Training(loss, Self.trained(parameters, weights), completed))
    }

    /// The loss, what to compute gradients for, and whom to tell of them.
    private struct Training {
        let loss: TrainingLoss
        let trained: TrainedSet
        let completed: StageCompletion?

        init(_ loss: TrainingLoss, _ trained: TrainedSet, _ completed: StageCompletion?) {
            (self.loss, self.trained, self.completed) = (loss, trained, completed)
        }
    }

    private static func trained(_ parameters: any ParameterSet, _ weights: any PolicyWeights) -> TrainedSet {
        switch (parameters, weights.adapter) {
        case (let parameters as CPUParameters, nil): return .weights(parameters)
        case (let parameters as CPUAdapterParameters, let adapter?):
            return .adapter(parameters, CPUAdapter.own(adapter))
        default: preconditionFailure("weights of other parameters")
        }
    }

    /// - Parameter training: Nil for logprobs alone.
    private func run(
        _ batch: TrainingBatch, weights: any PolicyWeights, _ training: Training?
    ) throws -> TrainingResult {
        let adapter = weights.adapter.map(CPUAdapter.own), weights = CPUWeights.own(weights.base)
        precondition(batch.rowCount <= maxRows, "\(batch.rowCount) rows exceed the pass's \(maxRows)")
        precondition(
            batch.longest <= configuration.contextLength, "a sequence of \(batch.longest) tokens exceeds the context")
        let head = LossHead(batch, training?.loss)
        guard batch.rowCount > 0 else { return head.result }
        try prepare(for: batch)
        if let adapter, training != nil { try gradients.reserve(for: adapter, rows: maxRows, precision) }
        let plan = PassPlan(
            batch.chunks, configuration: configuration, members: team.count, copies: batch.copies, adapter: adapter)
        plan.withView { view in
            head.withView { head in
                let passes = layerPasses(weights, view, counters[..<configuration.layerCount])
                let again = layerPasses(weights, view, counters[configuration.layerCount...])
                let last = runningPass(weights, view, whole, counters[..<0])
                let gradient = training.map {
                    GradientPass(pass: self, batch: batch, plan: view, weights: weights, trained: $0.trained)
                }
                let completed = training?.completed
                team.run { execute(passes, again, last, head, gradient, completed, $0) }
            }
        }
        return head.result
    }

    private func execute(
        _ passes: [RunningPass], _ again: [RunningPass], _ last: RunningPass, _ head: LossHead.View,
        _ gradient: GradientPass?, _ completed: StageCompletion?, _ member: TeamMember
    ) {
        passes[0].embed(member)
        member.barrier()
        for index in passes.indices { passes[index].run(layer: index, place: 0, member) }
        gradient?.clearResidual(member)
        member.barrier()
        head.run(last, gradient, member)
        guard let gradient else { return }
        func complete(_ stage: Int) {
            guard let completed else { return }
            member.barrier()
            if member.index == 0 { completed(stage) }
        }
        complete(0)
        for index in passes.indices.reversed() {
            if tape.recomputes { again[index].run(layer: index, place: 0, isComplete: false, member) }
            gradient.run(layer: index, passes[index], member)
            complete(configuration.gradientStage(ofLayer: index))
        }
        gradient.addEmbedding(member)
        complete(configuration.gradientStageCount - 1)
    }

    private var whole: ForwardWorkspace.View {
        workspace.view(firstRow: 0, part: 0, of: 1)
    }

    /// The layer passes, each of which keeps what it computes on the tape.
    private func layerPasses(
        _ weights: CPUWeights, _ view: PassPlan.View, _ counters: ArraySlice<Counter>
    ) -> [RunningPass] {
        (0..<configuration.layerCount).map { index in
            runningPass(weights, view, whole.keeping(tape, layer: index), counters)
        }
    }

    private func runningPass(
        _ weights: CPUWeights, _ view: PassPlan.View, _ space: ForwardWorkspace.View,
        _ counters: ArraySlice<Counter>
    ) -> RunningPass {
        RunningPass(
            weights: weights, memory: memory, plan: view, space: space, scratch: workspace.attentionScratch,
            rotary: rotary,
            counters: Array(counters))
    }

    /// Makes room for a batch: rotary angles, blocks for gradients, and one layer's key/value memory, with unused
    /// tokens 0.
    private func prepare(for batch: TrainingBatch) throws(MemoryError) {
        for table in rotary { table.fill(to: batch.longest) }
        try gradients.reserve(
            blocks: batch.blockCount, units: batch.trees.count * configuration.keyValueHeadCount)
        if memory.blockCount < batch.blockCount {
            memory = try Self.memory(configuration, precision, blocks: batch.blockCount + batch.blockCount / 4)
        } else {
            memory.clear(0..<batch.blockCount)
        }
        for counter in counters { counter.reset() }
    }

    /// Key/value memory of a single layer: each layer overwrites the one before.
    private static func memory(
        _ configuration: PolicyConfiguration, _ precision: Precision, blocks: Int
    ) throws(MemoryError) -> CPUKeyValueMemory {
        var single = configuration
        single.layerCount = 1
        return try CPUKeyValueMemory(configuration: single, precision: precision, blocks: blocks)
    }
}
