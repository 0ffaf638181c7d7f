import Basics
import Compute
import Foundation
import Jobs
import ModelFiles
import Policy
import Ranks
import Rollouts

/// What a job that trains an adapter begins with.
struct AdaptedStart {
    /// The folder of the base's weights.
    let base: URL
    /// The folder of the adapter to go on with; that of the base for a new adapter.
    let source: URL
    let shape: AdapterShape

    /// Returns nil for a job that trains all weights.
    ///
    /// - Throws: `JobError` if the served version has another adapter, or one although all weights are to be trained.
    init?(_ specification: JobSpecification, _ policy: PolicyInfo) throws {
        let served = policy.versions.first { $0.number == policy.version }?.adapter
        guard let shape = try specification.adapter.shape(of: policy.configuration) else {
            if let served { throw JobError.data(reason: Self.needsAdapter(policy, served.shape)) }
            return nil
        }
        source = try TrainingRun.source(of: policy)
        self.shape = shape
        guard let served else {
            base = source
            return
        }
        guard served.shape == shape else { throw JobError.data(reason: Self.differs(policy, served.shape)) }
        base = try TrainingRun.source(
            at: served.base.isEmpty ? AdapterDirectory.baseName(of: source) : served.base)
    }

    private static func needsAdapter(_ policy: PolicyInfo, _ shape: AdapterShape) -> String {
        "Version \(policy.version) of policy \"\(policy.name)\" is an adapter, whose base is not the job's to train. "
            + "Give the section adapter with \(settings(shape, policy.configuration)) to train it further, or merge it into its base with "
            + "`attnrl policy export --adapter`."
    }

    private static func differs(_ policy: PolicyInfo, _ shape: AdapterShape) -> String {
        "Version \(policy.version) of policy \"\(policy.name)\" is another adapter, which has \(settings(shape, policy.configuration)). Give "
            + "these to train it further, or serve a version without an adapter to begin a new one."
    }

    private static func settings(_ shape: AdapterShape, _ configuration: PolicyConfiguration) -> String {
        "rank \(shape.rank), alpha \(shape.alpha), \(shape.stabilisesRank ? "rslora true, " : "")targets "
            + shape.targets.map(\.rawValue).joined(separator: " ")
            + (isOfAllLayers(shape, configuration) ? "" : ", in some layers only, which no job trains")
    }

    private static func isOfAllLayers(_ shape: AdapterShape, _ configuration: PolicyConfiguration) -> Bool {
        shape.modules.count == shape.targets.count * configuration.layerCount
    }
}

extension AdapterSpecification {
    /// The adapter asked for; nil if all weights are trained.
    ///
    /// - Throws: `JobError` if weights of the configuration cannot have adapters.
    func shape(of configuration: PolicyConfiguration) throws -> AdapterShape? {
        guard let rank else { return nil }
        if let obstacle = AdapterShape.obstacle(configuration) {
            throw JobError.data(reason: "No adapter can be trained on this policy: \(obstacle). Remove adapter.rank.")
        }
        return AdapterShape(
            rank: rank, alpha: alpha ?? Double(2 * rank), stabilisesRank: rslora,
            targets: targets, of: configuration)
    }
}

extension TrainingRun {
    /// The trainer of a job, and the weights in the engine that an adapter is trained on.
    static func trainer(
        _ specification: JobSpecification, _ policy: PolicyInfo, _ engine: Engine, _ folders: RunFolders,
        _ ranks: Ranks
    ) throws -> (PolicyTrainer, base: (any PolicyWeights)?) {
        let precision = specification.compute.precision.resolved(policy.precision)
        let format = specification.compute.precision.resolved(policy.weightFormat)
        let source = URL(fileURLWithPath: folders.source)
        let together = PolicyTrainer.Together(ranks: ranks, groups: specification.compute.gradientGroups)
        guard let folder = folders.base, let shape = try specification.adapter.shape(of: policy.configuration) else {
            let trainer = try PolicyTrainer(
                backend: engine.backend, directory: source, precision: precision, weightFormat: format,
                optimizer: specification.optimizer, compute: specification.compute,
                microbatchTokens: specification.batch.microbatchTokens, together: together)
            return (trainer, nil)
        }
        let served = try weights(in: folder, policy, engine, policy.weightFormat)
        let own = format == policy.weightFormat ? served : try weights(in: folder, policy, engine, format)
        let trainer = try PolicyTrainer(
            shape, on: own, from: folder == folders.source ? nil : source, seed: specification.seed,
            backend: engine.backend, precision: precision, optimizer: specification.optimizer,
            compute: specification.compute, microbatchTokens: specification.batch.microbatchTokens, together: together)
        return (trainer, served)
    }

    /// The weights of a folder: those that a version of the policy is computed with, if it can be, else read again.
    static func weights(
        in folder: String, _ policy: PolicyInfo, _ engine: Engine, _ format: WeightFormat
    ) throws -> any PolicyWeights {
        if format == policy.weightFormat,
            let version = policy.versions.last(where: { ($0.adapter?.base ?? $0.directory) == folder }),
            let weights = try? engine.weights(policy.name, version: version.number)
        {
            return weights.base
        }
        let stored = try PolicyDirectory(try source(at: folder))
        return try engine.backend.beside(threads: engine.configuration.threads, priority: .background)
            .weights(try stored.weights(), stored.configuration, format)
    }
}
