import Basics
import Compute
import Foundation
import Jobs
import ModelFiles
import Policy
import Ranks
import Rollouts
import Tasks
import Trees

/// What all kinds of programs share: the policy, its parameters, the data, and the run's progress.
final class TrainingRun {
    /// The progress of a run, apart from parameters and optimizer.
    struct State: Codable {
        var steps = 0
        /// The folder of the weights or the adapter that the run began with, which the divergence is taken from.
        var source: String
        /// The folder of the weights that an adapter is trained on; nil if all weights are trained.
        var base: String?
        /// The number of times the optimizer has moved the parameters.
        var updates = 0
        var position = RecordStream.Position()
        /// Feedback rewards so far, as a baseline for responses that come alone.
        var feedbackCount = 0
        var feedbackSum = 0.0
        /// The weight of the entropy that the loss rewards, where it adapts; nil before the first step.
        var entropy: EntropyControl?
    }

    let specification: JobSpecification
    let engine: Engine
    let policy: PolicyInfo
    let trainer: PolicyTrainer
    let prompts: PromptBuilder
    let totalSteps: Int?
    var state: State
    var stream: RecordStream
    let job: JobID
    /// Those that train the policy together.
    let ranks: Ranks
    /// The folder of the weights or the adapter the run began with.
    let source: URL
    private let folders: RunFolders
    /// The weights in the engine that an adapter is trained on; nil if all weights are trained.
    private let base: (any PolicyWeights)?
    /// The weights that the run began with, once they have been needed.
    private var first: (any PolicyWeights)?
    private var firstVersion: Int?
    /// The newest version given to the engine, and the update it was made after.
    private var staged: (version: Int, updates: Int)?
    private var published: Int?

    init(_ context: JobContext, engine: Engine) throws {
        ThreadPriority.background.apply()
        specification = context.specification
        (job, ranks) = (context.job, context.ranks)
        self.engine = engine
        policy = try Self.policy(of: specification, in: engine)
        try ranks.agree(on: policy)
        state =
            try context.checkpoint.map { try Self.state(of: $0) }
            ?? ranks.told("naming the weights to begin with") { [specification, policy] in
                try AdaptedStart(specification, policy).map { State(source: $0.source.path, base: $0.base.path) }
                    ?? State(source: try Self.source(of: policy).path)
            }
        folders = try RunFolders(state, ranks)
        source = try Self.source(at: folders.source)
        prompts = PromptBuilder(policy, specification.data)
        if ranks.count > 1 { try JobMemory(specification, policy, engine).check(ranks) }
        (trainer, base) = try Self.trainer(specification, policy, engine, folders, ranks)
        if context.checkpoint == nil { context.note(try JobMemory(specification, policy, engine).description) }
        try Self.check(policy, isLike: policy, trainer, source)
        if let checkpoint = context.checkpoint {
            try Self.reading(checkpoint) { [trainer, state] in try trainer.restore(from: $0, updates: state.updates) }
        }
        var context = context
        context.feedback = context.feedback.shared(among: ranks)
        let data = try TrainingData.train(specification).dataset()
        stream = RecordStream(
            data, prompts, context, contextLength: policy.configuration.contextLength, from: state.position)
        totalSteps = specification.stepCount(epochLength: data.count)
        try compareWeights("comparing weights")
    }

    /// Another model may have been loaded under the policy's name since the job began.
    private static func check(
        _ served: PolicyInfo, isLike policy: PolicyInfo, _ trainer: PolicyTrainer, _ source: URL
    ) throws {
        guard trainer.configuration.hasShape(of: served.configuration), served.precision == policy.precision,
            served.weightFormat == policy.weightFormat
        else {
            throw JobError.file(
                path: source.path,
                reason:
                    "The job began with this folder, and policy \"\(policy.name)\" is now a model of another shape or "
                    + "precision, or its weights are kept otherwise. Load the folder under that name and resume the "
                    + "job.")
        }
    }

    /// The policy a job is about.
    static func policy(of specification: JobSpecification, in engine: Engine) throws(JobError) -> PolicyInfo {
        do {
            return try engine.policy(specification.policy)
        } catch {
            throw .policyUnloaded(policy: specification.policy)
        }
    }

    /// The folder a job began with.
    static func source(at path: String) throws(JobError) -> URL {
        let folder = URL(fileURLWithPath: path)
        guard isPolicy(folder) else {
            throw .file(
                path: folder.path,
                reason:
                    "The weights that the job began with were in this folder and are gone. Put it back and resume the "
                    + "job.")
        }
        return folder
    }

    /// The folder of the served weights, which training begins with. For a version that a job published, this is where
    /// the job saved it.
    static func source(of policy: PolicyInfo) throws -> URL {
        let path = policy.versions.first { $0.number == policy.version }?.directory ?? ""
        let folder = URL(fileURLWithPath: path)
        guard isPolicy(folder) else {
            throw JobError.data(
                reason: "Version \(policy.version) of policy \"\(policy.name)\" cannot be trained: there is no folder "
                    + "\(path). Switch to a version that has one, or load one as a new version.")
        }
        return folder
    }

    private static func isPolicy(_ folder: URL) -> Bool {
        ModelSource.exists(at: folder) || AdapterDirectory.exists(at: folder)
    }

    // MARK: Checkpoints

    private static let stateFile = StateFile<State>("state.json")

    private static func state(of checkpoint: Checkpoint) throws(JobError) -> State {
        let state = try stateFile.read(from: checkpoint.directory), position = state.position
        guard state.steps == checkpoint.step, min(state.updates, position.records, position.skipped) >= 0 else {
            throw .damagedCheckpoint(
                path: checkpoint.directory.path, reason: "Its state is not one of step \(checkpoint.step).")
        }
        return state
    }

    /// Treats any unusable part of a checkpoint as damage: an earlier checkpoint may still work.
    private static func reading(_ checkpoint: Checkpoint, _ read: (URL) throws -> Void) throws {
        do {
            try read(checkpoint.directory)
        } catch let error as PolicyError {
            throw JobError.damagedCheckpoint(path: checkpoint.directory.path, reason: error.message)
        }
    }

    func saveCheckpoint(into directory: URL) throws {
        try writing(directory) { try trainer.save(into: directory, like: template) }
        try Self.stateFile.write(state, into: directory)
    }

    func savePolicy(into directory: URL) throws {
        try writing(directory) {
            try trainer.exportPolicy(to: directory.appendingPathComponent("policy"), like: template)
        }
    }

    /// The folder whose files go with the weights, or which an adapter names as its base.
    private var template: URL { folders.base.map { URL(fileURLWithPath: $0) } ?? source }

    private func writing(_ directory: URL, _ write: () throws -> Void) throws {
        do {
            try write()
        } catch let error as PolicyError {
            throw error.code == .outOfSpace
                ? JobError.outOfSpace(path: directory.path) : .file(path: directory.path, reason: error.message)
        }
    }

    // MARK: Steps

    /// Reports how many prompts were left out so far, with a note the first time and whenever the number has doubled.
    func reportSkips(since before: RecordStream.Position, _ report: inout StepReport) {
        let skipped = stream.position.skipped
        report.metrics["skipped_prompts"] = Double(skipped)
        guard skipped.leadingZeroBitCount < before.skipped.leadingZeroBitCount else { return }
        report.notes.append(
            "\(skipped) of \(stream.position.records) records so far were left out: too long, or without tokens.")
    }

    /// Reports the share of records that were augmented, where they are.
    func reportAugmented(_ items: [RecordStream.Item], _ report: inout StepReport) {
        if specification.data.augment != .none { report.metrics["data/augmented"] = items.share { $0.isAugmented } }
    }

    /// Stores the stream's position and counts a step.
    func finishStep() throws {
        state.position = stream.position
        state.steps += 1
        try stream.commit()
        if state.steps.isMultiple(of: Self.stepsBetweenComparisons) {
            try compareWeights("comparing weights after step \(state.steps)")
        }
    }

    /// Makes sure that all ranks compute the same; nothing is read where there is one.
    private func compareWeights(_ operation: String) throws {
        guard ranks.count > 1 else { return }
        try ranks.agree(
            on: [UInt8]("\(policy.precision) \(policy.weightFormat) \(trainer.fingerprint)".utf8), operation,
            otherwise: "has other weights, or computes in another precision")
    }

    private static let stepsBetweenComparisons = 50

    var learningRate: Double {
        specification.optimizer.learningRate * specification.schedule.share(step: state.steps, total: totalSteps)
    }

    func seed(step: Int, _ index: Int, for use: JobSpecification.SeedUse = .rollouts) -> UInt64 {
        specification.seed(step: step, index, for: use)
    }

    /// The most tokens that a sequence can have, to be learnt and to be drawn.
    var longestSequence: Int { min(policy.configuration.contextLength, policy.maxSequenceTokens) }

    // MARK: Versions

    /// The weights that the run began with, to compute with.
    func firstWeights() throws -> any PolicyWeights {
        if let first { return first }
        let weights = try trainer.stored(source)
        first = weights
        return weights
    }

    /// An engine version with the weights that the run began with.
    func stageFirst() throws -> Int {
        if let firstVersion { return firstVersion }
        _ = try Self.policy(of: specification, in: engine)
        let version = try reserveVersion()
        if let base, !AdapterDirectory.exists(at: source) {
            _ = try engine.stage(base, for: policy.name, as: version)
        } else {
            _ = try engine.stage(directory: source, for: policy.name, as: version)
        }
        firstVersion = version
        return version
    }

    /// An engine version with the current parameters.
    func stage() throws -> Int {
        if let staged, staged.updates == state.updates { return staged.version }
        if let served = try? engine.policy(policy.name) { try Self.check(served, isLike: policy, trainer, source) }
        let weights = try trainer.weights(for: policy, on: base), version = try reserveVersion()
        do {
            _ = try engine.stage(weights, for: policy.name, as: version)
            if let staged, staged.version != published { try engine.retire(policy.name, version: staged.version) }
            staged = (version, state.updates)
            return version
        } catch {
            throw JobError.policyUnloaded(policy: policy.name)
        }
    }

    /// A number that the next version has on all ranks.
    private func reserveVersion() throws -> Int {
        try ranks.told("numbering versions") { [engine, policy] in
            do { return try engine.reserveVersion(policy.name) } catch {
                throw JobError.policyUnloaded(policy: policy.name)
            }
        }
    }

    /// Serves the current parameters from the folder they were saved in. The versions this job published before are
    /// forgotten, including those from before a pause.
    func publish(from folder: URL) throws -> Int {
        let version = try stage()
        do {
            let info = try engine.publish(policy.name, version: version, directory: folder.path)
            // JOB/published/step-00000050/policy
            let all = folder.deletingLastPathComponent().deletingLastPathComponent().path + "/"
            for old in info.versions where old.number != version && old.directory.hasPrefix(all) {
                try engine.retire(policy.name, version: old.number)
            }
            published = version
            return version
        } catch {
            throw JobError.policyUnloaded(policy: policy.name)
        }
    }

    /// Retires the versions that only this job draws from.
    func close() {
        for version in [staged?.version, firstVersion] {
            // The policy may already be gone, and the version with it.
            if let version, version != published { try? engine.retire(policy.name, version: version) }
        }
    }
}

extension ComputeSpecification.Precision {
    func resolved(_ served: Compute.Precision) -> Compute.Precision {
        switch self {
        case .auto: served
        case .float32: .float32
        case .bfloat16: .bfloat16
        }
    }

    /// What weights are kept in: as served, or, in a precision that is named, as its numbers.
    func resolved(_ served: WeightFormat) -> WeightFormat {
        switch self {
        case .auto: served
        case .float32: .float32
        case .bfloat16: .bfloat16
        }
    }
}

extension JobSpecification {
    /// The number of records one step takes.
    var recordsPerStep: Int { kind.records == .responses ? batch.sequencesPerStep : batch.promptsPerStep }

    /// The number of steps of the whole job; nil if neither `steps` nor the end of the data determines it.
    func stepCount(epochLength: Int?) -> Int? {
        let byEpochs = epochs.flatMap { epochs in
            epochLength.map { max(1, Int((epochs * Double($0) / Double(recordsPerStep)).rounded(.up))) }
        }
        return [steps, byEpochs].compactMap(\.self).min()
    }
}
