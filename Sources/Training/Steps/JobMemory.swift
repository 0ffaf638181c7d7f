import Compute
import Jobs
import ModelFiles
import Policy
import Ranks
import Rollouts

/// The memory that a job takes, beside what the server has already.
struct JobMemory: CustomStringConvertible {
    private let training: TrainingMemory
    /// Weights that are held beside those of the server: versions in service, the divergence's reference.
    private let copies: Int
    /// Branches as a critic has them, and as rows of its fit.
    private let critic: Int
    private let rows: Int
    private let trainsAdapter: Bool

    /// - Throws: `JobError` if weights of the policy cannot have adapters.
    init(_ specification: JobSpecification, _ policy: PolicyInfo, _ engine: Engine) throws {
        let configuration = policy.configuration
        let precision = specification.compute.precision.resolved(policy.precision)
        let format = specification.compute.precision.resolved(policy.weightFormat)
        let adapter = try specification.adapter.shape(of: configuration)
        rows = specification.rowsOfPass(contextLength: configuration.contextLength)
        training = engine.backend.trainingMemory(
            TrainingSubject(
                adapter: adapter, optimizer: specification.optimizer.settings,
                recomputesActivations: specification.compute.recompute), configuration, precision, rows: rows)
        trainsAdapter = adapter != nil
        critic =
            specification.hasCritic
            ? specification.critic.branches * configuration.hiddenSize
                * (MemoryLayout<Float>.size + MemoryLayout<Double>.size) : 0
        let whole = format.byteCount(of: configuration.parameterCount) ?? .max / 2
        // The base's own copy in another precision than it is served in, or the weights that the divergence is from, or
        // that a regression draws from and scores feedback with, or that a warm start draws from.
        let kind = specification.kind
        if adapter != nil {
            copies = format != policy.weightFormat ? whole : 0
        } else if kind.has(.curates) {
            copies = whole
        } else if kind.has(.regresses) {
            copies = specification.feedback.enabled ? 2 * whole : whole
        } else {
            copies = kind.has(.clips) && specification.loss.readsReference ? whole : 0
        }
    }

    private var total: Int { training.total + copies + critic }

    var description: String {
        "\(trainsAdapter ? "Training the adapter" : "Training") takes up to \(MemoryError.inUnits(total)) of memory beside "
            + "the server's: \(parts)."
    }

    private var parts: String {
        "\(MemoryError.inUnits(training.parameters)) for parameters, gradients and optimizer, "
            + "\(MemoryError.inUnits(training.weights + copies)) for weights, \(MemoryError.inUnits(training.passes)) for "
            + "passes of up to \(rows) tokens"
            + (critic > 0 ? ", \(MemoryError.inUnits(critic)) for the critic's branches" : "")
    }

    /// Why the job cannot run in the memory that is free; nil if it can.
    func excess(free: Int = MachineMemory.free) -> String? {
        guard total > free else { return nil }
        let adapter = trainsAdapter ? "" : "adapter.rank to train an adapter instead, "
        return "The job takes up to \(MemoryError.inUnits(total)) of memory (\(parts)), and "
            + "\(MemoryError.inUnits(free)) are free. Give fewer batch.microbatch_tokens, compute.recompute true, "
            + "\(adapter)or unload a policy."
    }

    /// Makes sure that what is free on this rank's machine is enough for all ranks there. The first rank's was looked at when
    /// the job was created, as if it were alone.
    func check(_ ranks: Ranks, free: Int = MachineMemory.free) throws {
        let own = ranks.name(of: ranks.index).host
        let neighbours = (0..<ranks.count).count { ranks.name(of: $0).host == own }
        guard let excess = excess(free: free / neighbours) else { return }
        throw MemoryProblem(
            description: neighbours > 1 ? "\(excess) That is for each of the \(neighbours) ranks of \(own)." : excess)
    }
}

/// A machine that a job does not fit into.
private struct MemoryProblem: OutsideError {
    let description: String
}

extension JobSpecification {
    /// The most rows that passes are made for, as far as the settings say it: those of a step if these are fewer than
    /// `batch.microbatch_tokens`. A tree beyond that has a pass of its own.
    fileprivate func rowsOfPass(contextLength: Int) -> Int {
        let longest = min(contextLength, data.maxPromptTokens + rollout.maxTokens)
        let (step, overflow) =
            kind.records == .responses || kind.has(.curates)
            ? batch.sequencesPerStep.multipliedReportingOverflow(by: contextLength)
            : (batch.promptsPerStep * rollout.mostPerPrompt).multipliedReportingOverflow(by: longest)
        return overflow ? batch.microbatchTokens : min(batch.microbatchTokens, step)
    }
}
