import Basics
import Foundation
import Jobs
import ModelFiles
import Preferences
import Rollouts
import Sampling
import Tasks

/// Fits a reward to comparisons: computes the mean hidden states of both responses of each pair,
/// `batch.prompts_per_step` pairs in a step, and in the last step fits a linear Bradley-Terry reward to their differences.
///
/// All states are of the weights that were served when the job began; the reward names their folder, and says the same
/// wherever it is used. It is written to `reward_model.json` in the job's folder, and is part of the last checkpoint.
///
/// Source: arXiv:2305.18505, which fits a linear reward by maximum likelihood to comparisons collected before.
final class RewardModelProgram: JobProgram {
    private struct State: Codable {
        var steps = 0
        /// The folder of the weights that states are of.
        var source: String
        /// Records gone through, those left out among them.
        var records = 0
        var skipped = 0
        var metrics: [String: Double] = [:]
        var reward: LinearReward?
        /// The last choice that counts, where the data is a set of comparisons.
        var lastChoice: Int64?
    }

    private static let stateFile = StateFile<State>("state.json")
    private static let rewardFile = StateFile<LinearReward>(LinearReward.fileName)

    private let specification: JobSpecification
    private let policy: PolicyInfo
    private let data: PairData
    private let count: Int
    private let prompts: PromptBuilder
    private let version: FixedVersion
    private let drawer: ResponseDrawer
    private let folder: URL
    private let note: @Sendable (String) -> Void
    private var state: State
    private var pairs: [ComparedPair]
    private var pairFiles: PairFiles

    init(_ context: JobContext, engine: Engine) throws {
        ThreadPriority.background.apply()
        specification = context.specification
        policy = try TrainingRun.policy(of: specification, in: engine)
        (state, pairs) =
            try context.checkpoint.map { [width = policy.configuration.hiddenSize] in try Self.state(of: $0, width) }
            ?? (State(source: try TrainingRun.source(of: policy).path), [])
        pairFiles = PairFiles(besides: context.folder)
        let specified = context.specification
        if let set = specified.preferenceSet, state.lastChoice == nil {
            state.lastChoice = try context.preferences.lastChoice(in: set)
        }
        data = try PairData(specified, context.preferences, lastChoice: state.lastChoice ?? 0)
        count = min(data.count, specified.rewardModel.pairs)
        prompts = PromptBuilder(policy, specification.data)
        version = try FixedVersion(
            try TrainingRun.source(at: state.source), of: policy, in: engine, sharesServed: true,
            use: "The job's reward is of these weights")
        drawer = ResponseDrawer(
            forJobsOn: engine, policy: policy, sampling: SamplingParameters(), version: version.number,
            waitSeconds: specification.limits.waitSeconds, ranks: context.ranks)
        (folder, note) = (context.folder, context.note)
    }

    private static func state(
        of checkpoint: Checkpoint, _ width: Int
    ) throws(JobError) -> (State, [ComparedPair]) {
        let state = try stateFile.read(from: checkpoint.directory)
        let pairs = try PairFiles.read(from: checkpoint.directory, width: width)
        guard state.steps == checkpoint.step, state.records == pairs.count + state.skipped else {
            throw .damagedCheckpoint(
                path: checkpoint.directory.path, reason: "Its state is not one of step \(checkpoint.step).")
        }
        return (state, pairs)
    }

    var stepsDone: Int { state.steps }
    var totalSteps: Int? { (count + pairsPerStep - 1) / pairsPerStep }
    var isFinished: Bool { state.records >= count }
    private var pairsPerStep: Int { specification.batch.promptsPerStep }

    func saveCheckpoint(into directory: URL) throws {
        try Self.stateFile.write(state, into: directory)
        try pairFiles.write(pairs, into: directory)
        if isFinished { pairFiles.remove() }
        if let reward = state.reward { try Self.rewardFile.write(reward, into: directory) }
    }

    func step() async throws -> StepReport {
        let begin = ContinuousClock.now
        let layer = specification.rewardModel.layer ?? policy.configuration.layerCount
        let end = min(state.records + pairsPerStep, count)
        var given: [GivenTokens] = [], positions: [Int] = []
        for position in state.records..<end {
            try Task.checkCancellation()
            guard let pair = try pair(try data.record(at: position)) else { continue }
            given += pair
            positions.append(position)
        }
        let states = try await drawer.states(of: given, layer: layer)
        pairs += positions.enumerated().map { index, position in
            ComparedPair(
                position: position, chosen: states[2 * index].response, other: states[2 * index + 1].response)
        }
        state.skipped += end - state.records - positions.count
        state.records = end
        state.steps += 1
        var report = StepReport(metrics: [
            "pairs": Double(pairs.count), "pairs/skipped": Double(state.skipped),
            "tokens/computed": Double(given.reduce(0) { $0 + $1.prompt.count + $1.response.count }),
        ])
        if isFinished {
            try fit(layer: layer)
            report.metrics.merge(state.metrics) { $1 }
        }
        report.metrics["time/step"] = (ContinuousClock.now - begin).seconds
        return report
    }

    func evaluate() async throws -> [String: Double] { state.metrics }

    /// The chosen response and the other; nil if one of them has no tokens, or too many.
    private func pair(_ record: DataRecord) throws -> [GivenTokens]? {
        let context = policy.configuration.contextLength, prompt = try prompts.tokens(record)
        guard specification.data.promptLengths(contextLength: context).contains(prompt.count) else { return nil }
        let responses = try [record.response, record.rejected].map { try prompts.response($0 ?? "", to: record) }
        guard responses.allSatisfy({ !$0.isEmpty && prompt.count + $0.count <= context }) else { return nil }
        return responses.map { GivenTokens(prompt: prompt, response: $0) }
    }

    private func fit(layer: Int) throws {
        let order = ShuffledOrder(count: count, seed: specification.seed)
        let held = Set((0..<Int(Double(count) * specification.rewardModel.heldOutShare)).map { order.index(at: $0) })
        let fitted = pairs.filter { !held.contains($0.position) }
        guard !fitted.isEmpty else {
            throw JobError.data(
                reason: "None of \(count) pairs is left to fit a reward to: \(state.skipped) have prompts or responses "
                    + "without tokens or with too many, and \(held.count) are held out. Raise data.max_prompt_tokens, or "
                    + "give more pairs.")
        }
        let differences = fitted.map(\.difference)
        let fit = try BradleyTerryFit(differences, ridge: specification.rewardModel.ridge)
        var reward = LinearReward(
            policy: policy.name, source: state.source, layer: layer, weights: fit.weights,
            states: fitted.flatMap { [$0.chosen, $0.other] })
        guard reward.isFinite else {
            throw JobError.data(reason: "The fit is not finite. Raise reward_model.ridge.")
        }
        func margins(_ pairs: [ComparedPair]) -> [Double] { pairs.map { reward.raw($0.chosen) - reward.raw($0.other) } }
        let examined = pairs.filter { held.contains($0.position) }
        reward.heldOutAccuracy = LinearReward.accuracy(margins(examined))
        let contradictions = contradictions(in: differences)
        state.metrics = [
            "fit/loss": fit.loss, "fit/gradient_norm": fit.gradientNorm, "fit/iterations": Double(fit.iterations),
            "fit/accuracy": LinearReward.accuracy(margins(fitted)) ?? 0, "fit/pairs": Double(fitted.count),
            "fit/contradictions": Double(contradictions), "held_out/pairs": Double(examined.count),
        ]
        state.metrics["held_out/accuracy"] = reward.heldOutAccuracy
        state.metrics["held_out/margin"] =
            examined.isEmpty ? nil : margins(examined).reduce(0, +) / Double(examined.count)
        state.reward = reward
        try write(reward, contradictions: contradictions)
    }

    /// Pairs that another one says the opposite of: there the fit takes neither side.
    private func contradictions(in differences: [[Float]]) -> Int {
        let said = Set(differences)
        return differences.count { difference in
            difference.contains { $0 != 0 } && said.contains(difference.map { 0 - $0 })
        }
    }

    private func write(_ reward: LinearReward, contradictions: Int) throws {
        let file = folder.appendingPathComponent(LinearReward.fileName)
        do {
            // A job that learns from it may be reading it.
            try Self.rewardFile.replace(with: reward, in: folder)
        } catch {
            throw JobError(writing: file.path, error)
        }
        note(
            "The reward is in \(file.path). Jobs whose reward.kind is learned name this job, or the file, as reward.model."
        )
        if contradictions > 0 {
            note("\(contradictions) pairs contradict another: of these the reward says nothing either way.")
        }
    }
}
