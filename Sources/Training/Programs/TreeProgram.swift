import Basics
import Foundation
import Influence
import Jobs
import ModelFiles
import Ranks
import Rewards
import Rollouts
import Sampling
import Tokenizing
import Trees

/// Rollout trees: draws first rollouts for prompts, continues some of them from chosen steps, values every stretch by
/// the responses below it, and raises the likelihood of the better ones.
///
/// A step learns from one batch of prompts, in these phases:
///
/// 1. First rollouts: G responses to each prompt. `one_step_off_policy` drew them in the previous step, together with
///    that step's branches, so one call draws all that a step needs and the first rollouts are one step old.
///    `two_phase` draws them now.
/// 2. Which prompts continue (`AttentionFilter`), how many of their rollouts are branched (`DifficultyExpansion`) and
///    where (`TreeGrower.plan`).
/// 3. Branches, drawn under the current weights.
/// 4. Values and advantages (`AdvantageRule.credits`); prompts whose responses all have the same reward are left out.
/// 5. Updates (`TrainingRun.learner`), each token counting once per row it is part of (`TreeRows`).
/// 6. How many prompts the next step takes (`AdaptiveBatch`).
///
/// Old logprobs are those the sampler reported for each token, under the weights that drew it.
///
/// `attnrl` and `treerl` jobs differ only in their settings. `direct_advantage` draws everything from the weights it began
/// with, so that its data do not depend on what it learns, and fits log-ratios to `candidateAdvantages` in place of phases
/// 4 and 5 (`AdvantageRegression`); a `BranchCritic` says what branches are worth, if it is to. Responses that feedback
/// brings are trees, too: those to one prompt, joined where they begin alike.
///
/// Sources: arXiv:2509.26628 (AttnRL), arXiv:2506.11902 (TreeRL), arXiv:2412.18279 (direct advantage).
final class TreeProgram: RunProgram {
    let run: TrainingRun
    let judge: Judge
    private let learner: any StepLearner
    private let archive: TreeArchive
    var grower: TreeGrower
    let prompts: PromptTaker
    var state: TreeState
    private var pending: [PromptTree]
    /// What foresees the rewards of branches, where `loss.values` says so.
    var critic: BranchCritic
    private static let criticFile = StateFile<BranchCritic>("critic.json")
    /// Of hidden states, if their novelty counts.
    let projection: StateProjection?

    var specification: JobSpecification { run.specification }
    private var regresses: Bool { specification.kind.has(.regresses) }

    init(_ context: JobContext, engine: Engine, connect: RewardConnector) throws {
        run = try TrainingRun(context, engine: engine)
        judge = try Judge(context, engine: engine, connect: connect)
        learner = try run.learner()
        prompts = try PromptTaker(run, judge, context)
        archive = TreeArchive(folder: context.folder)
        state = try context.checkpoint.map { try TreeState.file.read(from: $0.directory) } ?? TreeState()
        critic =
            try context.specification.hasCritic
            ? context.checkpoint.map { try Self.criticFile.read(from: $0.directory) } ?? BranchCritic() : BranchCritic()
        let stream = run.stream
        pending = try state.pending.map { saved in
            let item = try stream.item(at: saved.position)
            let hinted = try saved.hintLevel.flatMap { try stream.hinted(item, level: $0) }
            return PromptTree(saved, item: hinted ?? item)
        }
        grower = TreeGrower(context.specification, layers: run.policy.configuration.layerCount)
        let branching = context.specification.branching
        projection =
            branching.bonus == .latentNovelty
            ? StateProjection(seed: context.specification.seed, width: run.policy.configuration.hiddenSize) : nil
        if projection != nil, state.novelty == nil { state.novelty = LatentNovelty() }
        for line in MethodForms(context.specification).lines { context.note(line) }
    }

    deinit { run.close() }

    func saveCheckpoint(into directory: URL) throws {
        try run.saveCheckpoint(into: directory)
        try prompts.saveCheckpoint(into: directory)
        state.pending = pending.map(\.saved)
        try TreeState.file.write(state, into: directory)
        if specification.hasCritic { try Self.criticFile.write(critic, into: directory) }
    }

    func savePolicy(into directory: URL) throws { try run.savePolicy(into: directory) }

    func evaluate() async throws -> [String: Double] { try await run.evaluate(judge: judge) }

    // MARK: A step

    func step() async throws -> StepReport {
        var report = StepReport()
        let begin = ContinuousClock.now, step = run.state.steps
        let version = try regresses ? run.stageFirst() : run.stage()
        let before = run.stream.position
        var failure = ""
        if pending.isEmpty {
            pending = try await draw(branches: [], of: [], first: promptsWanted, step: step, version, &report, &failure)
                .first
        }
        let batch = pending, (plans, filtered) = try plan(batch, step: step)
        let isLast = run.totalSteps.map { step + 1 >= $0 } ?? false
        let ahead = specification.pipeline == .oneStepOffPolicy && !isLast ? promptsWanted : 0
        let drawn = try await draw(branches: plans, of: batch, first: ahead, step: step + 1, version, &report, &failure)
        report.metrics["time/rollouts"] = (ContinuousClock.now - begin).seconds

        remember(plans, of: drawn.grown, &report)
        let kept = drawn.grown.filter(\.teaches)
        report.metrics.merge(
            TreeFigures(drawn.grown, kept: kept, plans: plans, filtered: filtered, step: regresses ? nil : step).metrics
        ) { $1 }
        prompts.finish(&report)
        report.metrics["reward/length_cost"] = LengthReward(specification).meanCost(
            drawn.grown.flatMap { prompt in
                (0..<prompt.firstCount).map { (prompt.tree.length(of: $0), prompt.tree.rollouts[$0].verdict) }
            })
        try await learn(kept, of: drawn.grown, version, &report, failure)
        state.last = TreeState.Taken(
            prompts: batch.count, validRows: kept.reduce(0) { $0 + $1.tree.rollouts.count })
        report.metrics["next_prompts"] = Double(promptsWanted)
        pending = drawn.first
        keep(drawn.grown, step: step, &report)
        run.reportSkips(since: before, &report)
        try run.finishStep()
        report.metrics["time/step"] = (ContinuousClock.now - begin).seconds
        return report
    }

    /// The number of prompts in the next batch, given the last one trained on.
    private var promptsWanted: Int {
        let adaptive = specification.adaptive, first = specification.batch.promptsPerStep
        guard adaptive.batch, let last = state.last else { return first }
        let batch = AdaptiveBatch(
            smoothing: adaptive.smoothing,
            targetRows: adaptive.targetRows ?? first * specification.rollout.groupSize * 5,
            limit: adaptive.maxPrompts ?? 4 * first)
        return batch.next(prompts: last.prompts, validRows: last.validRows)
    }

    // MARK: Choosing

    /// Decides what to branch in a batch: a plan for each prompt, and how many solved ones were filtered out.
    private func plan(_ batch: [PromptTree], step: Int) throws -> (plans: [BranchPlan], filtered: Int) {
        let solved = batch.indices.filter { batch[$0].isSolved }
        let passes = state.filter.passes(
            solved.map { batch[$0].influence }, rule: specification.adaptive.easyPrompts)
        let filtered = Set(zip(solved, passes).filter { !$1 }.map(\.0))
        if let pivots = state.pivots { grower.pivot.recovery = pivots.recovery }
        let expansion = DifficultyExpansion(
            rule: specification.adaptive.expansion, most: specification.adaptive.branchedRollouts)
        let plans = try batch.indices.map { index -> BranchPlan in
            let prompt = batch[index]
            guard prompt.firstCount > 0, !filtered.contains(index) else { return BranchPlan() }
            var draws = 0
            let rollouts =
                specification.branching.strategy.branchesFailures
                ? expansion.failed(prompt.isCorrect)
                : expansion.chosen(prompt.isCorrect) { bound in
                    defer { draws += 1 }
                    return Int(run.seed(step: step, index << 16 | draws, for: .expansion) % UInt64(bound))
                }
            return try grower.plan(prompt.tree, of: rollouts) {
                run.seed(step: step, index << 16 | $0, for: .strategy)
            }
        }
        return (plans, filtered.count)
    }

    /// Takes in which of the step's pivots led to a right response.
    private func remember(_ plans: [BranchPlan], of batch: [PromptTree], _ report: inout StepReport) {
        guard specification.branching.strategy == .pivot else { return }
        var pivots = state.pivots ?? PivotMemory(), right: [Bool] = []
        for (plan, prompt) in zip(plans, batch) {
            for point in plan.points {
                guard let isRecovered = prompt.isRecovered(at: point.fork) else { continue }
                pivots.add(share: point.share, isRecovered: isRecovered)
                right.append(isRecovered)
            }
        }
        state.pivots = pivots
        report.metrics["pivot/recovered"] = right.share { $0 }
        report.metrics["pivot/observations"] = Double(pivots.count)
        let recovery = pivots.recovery
        (report.metrics["pivot/weight"], report.metrics["pivot/bias"]) = (recovery?.weight, recovery?.bias)
    }

    // MARK: Learning

    /// - Parameters:
    ///   - batch: All prompts of the step.
    ///   - failure: Why some responses were not judged, if any.
    private func learn(
        _ kept: [PromptTree], of batch: [PromptTree], _ version: Int, _ report: inout StepReport, _ failure: String
    ) async throws {
        var remark = RewardRemark(unjudged: batch.reduce(0) { $0 + $1.unjudged }, failure: failure)
        for prompt in batch { remark.add(prompt.tree.rollouts.compactMap(\.reward)) }
        report.notes += remark.notes(hasLearnt: !kept.isEmpty)
        guard let credited = try await credited(kept, of: batch, version, &report), !kept.isEmpty else { return }
        let trees = zip(kept, credited).map { prompt, credited in
            PolicyTree(
                prompt.tree, credited.segments, credited.credit, rewards: prompt.tree.rollouts.map { $0.reward ?? 0 },
                isFresh: { $0 >= prompt.firstCount || prompt.drawnInStep == run.state.steps })
        }.filter(\.isLearnt)
        if trees.isEmpty, regresses {
            report.notes.append(
                "Nothing was learnt in this step: at no place branches are worth loss.min_advantage_gap, "
                    + "\(specification.loss.minAdvantageGap), apart.")
        }
        let batch = PolicyBatch(trees, LossAggregation(specification))
        report.metrics["tokens/valid"] = batch.validTokenRatio
        let positions = kept.map(\.item.position)
        try learner.learn(
            batch, &report, records: RecordStream.name((positions.min() ?? 0)..<(positions.max() ?? 0) + 1))
    }

    /// What is learnt of each tree that teaches something; nil where a critic says to learn nothing, having learnt itself.
    private func credited(
        _ kept: [PromptTree], of batch: [PromptTree], _ version: Int, _ report: inout StepReport
    ) async throws -> [(segments: TreeSegments, credit: TreeCredit)]? {
        let loss = specification.loss
        let trees = kept.map { prompt in
            (tree: prompt.tree, segments: prompt.tree.segments, rewards: prompt.tree.rollouts.map { $0.reward ?? 0 })
        }
        guard regresses else { return zip(trees, loss.advantage.credits(trees)).map { ($0.segments, $1) } }
        var valued = trees.map { (segments: $0.segments, values: $0.segments.values($0.rewards)) }
        if specification.hasCritic {
            guard let judged = try await criticise(batch, version: version, &report) else { return nil }
            valued = zip(batch, judged).filter { $0.0.teaches }.map(\.1)
        }
        return valued.map { segments, values in
            let advantages = candidateAdvantages(segments, values: values, minGap: loss.minAdvantageGap)
            return (segments, TreeCredit(advantages: advantages, rows: .responses))
        }
    }

    var sampling: SamplingParameters { SamplingParameters(specification.rollout) }

    func texts(_ prompt: [Int32]) -> TreeTexts {
        TreeTexts(prompt: prompt, policy: run.policy, sampling: sampling)
    }

    private func keep(_ trees: [PromptTree], step: Int, _ report: inout StepReport) {
        guard run.ranks.isFirst else { return }
        let every = specification.trees.everySteps
        guard every > 0, (step + 1).isMultiple(of: every) else { return }
        let records = trees.prefix(specification.trees.perStep).map { prompt in
            TreeRecord(prompt.tree, texts: texts(prompt.tree.prompt), policy: run.policy.name, step: step + 1)
        }
        do {
            // A step that a checkpoint has is not done again, so its trees must survive what the checkpoint survives.
            let folder = archive.file(ofStep: step + 1).deletingLastPathComponent()
            try Durably.makeFolders(folder)
            try archive.write(records, step: step + 1)
            try Durably.synchronise(folder)
        } catch {
            // They are only for inspection. If the disk is full, the next checkpoint will report it.
            let cause = JobError(writing: archive.file(ofStep: step + 1).path, error)
            report.notes.append("The trees of step \(step + 1) could not be kept. \(cause)")
        }
    }
}
