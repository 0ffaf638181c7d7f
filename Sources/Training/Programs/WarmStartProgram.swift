import Basics
import Foundation
import Jobs
import ModelFiles
import Policy
import Rewards
import Rollouts
import Sampling
import Tasks
import Trees

/// A warm start for later reinforcement: draws responses to each record with several templates, keeps right ones that lie
/// far apart, and learns them as responses to the record's own prompt.
///
/// The first steps collect: everything is drawn from the weights that the job began with, has its hidden states computed
/// behind the prompt that it will be learnt with, and is chosen from by `farthestPoints`, record by record. When the last
/// record was asked, the chosen ones are written to `warm_start.jsonl` in the job's folder, as data for `sft` jobs. The
/// steps after that learn them, in a new order in each pass.
///
/// Source: the pipeline before reinforcement of Tailor (arXiv:2511.12429), whose templates and choice are its own.
final class WarmStartProgram: RunProgram {
    let run: TrainingRun
    private let judge: Judge
    private let templates: [PromptBuilder]
    private let folder: URL
    private let note: @Sendable (String) -> Void
    private var curated: CuratedSet

    private var specification: JobSpecification { run.specification }

    init(_ context: JobContext, engine: Engine, connect: RewardConnector) throws {
        run = try TrainingRun(context, engine: engine)
        judge = try Judge(context, engine: engine, connect: connect)
        templates = context.specification.templatePrompts(run.policy)
        (folder, note) = (context.folder, context.note)
        let wanted = context.specification.warmStart.prompts
        if let count = run.stream.recordCount, count < wanted {
            throw JobError.data(
                reason: "warm_start.prompts is \(wanted), and the data has \(count) records: some would be asked, and "
                    + "kept, twice. Give at most \(count).")
        }
        curated = try context.checkpoint.map { try CuratedSet.file.read(from: $0.directory) } ?? CuratedSet()
    }

    deinit { run.close() }

    func saveCheckpoint(into directory: URL) throws {
        try run.saveCheckpoint(into: directory)
        try CuratedSet.file.write(curated, into: directory)
    }

    func savePolicy(into directory: URL) throws { try run.savePolicy(into: directory) }
    func evaluate() async throws -> [String: Double] { try await run.evaluate(judge: judge) }

    func step() async throws -> StepReport {
        let begin = ContinuousClock.now, before = run.stream.position
        var report = StepReport()
        if curated.prompts < specification.warmStart.prompts {
            try await collect(&report)
            if curated.prompts >= specification.warmStart.prompts { try finishCollecting() }
        } else {
            try learn(&report)
        }
        run.reportSkips(since: before, &report)
        try run.finishStep()
        report.metrics["time/step"] = (ContinuousClock.now - begin).seconds
        return report
    }

    // MARK: Collecting

    private func collect(_ report: inout StepReport) async throws {
        let step = run.state.steps
        let count = min(specification.batch.promptsPerStep, specification.warmStart.prompts - curated.prompts)
        let items = try nextThatFit(count), version = try run.stageFirst()
        // The job was checked with the first record alone.
        let alike = items.count { Set($0.prompts).count < $0.prompts.count }
        if alike > 0 {
            report.notes.append(
                "Several templates make the same prompt of \(alike) of \(count) records, which bring a system message of their "
                    + "own: what is drawn for these covers less. Set data.chat to false and put {prompt} into the templates."
            )
        }
        let drawer = run.drawer(SamplingParameters(specification.rollout), version: version)
        let draws = try await draw(items, drawer, step: step, &report)

        let layer = specification.warmStart.layer ?? run.policy.configuration.layerCount
        var states = try await drawer.states(of: draws.flatMap(\.given), layer: layer)[...]
        var coverage: [Coverage] = [], kept: [CuratedSet.Entry] = []
        for (index, draw) in draws.enumerated() {
            let points = states.prefix(draw.candidates.count).map(\.response)
            states = states.dropFirst(points.count)
            guard !points.isEmpty else { continue }
            var draws = 0
            let chosen = draw.chosen(points, specification.warmStart) { bound in
                defer { draws += 1 }
                return Int(run.seed(step: step, index << 16 | draws, for: .strategy) % UInt64(bound))
            }
            coverage.append(Coverage(of: chosen, among: points))
            kept += chosen.map(draw.entry)
        }
        curated.prompts += count
        curated.entries += kept
        curated.drawn += draws.reduce(0) { $0 + $1.drawn }
        curated.verified += draws.reduce(0) { $0 + $1.verified }
        report.metrics.merge(figures(of: draws, coverage, kept: kept)) { $1 }
    }

    /// A record, and the prompt that each template makes of it.
    private typealias Asked = (item: RecordStream.Item, prompts: [[Int32]])

    /// The next records whose prompts fit with every template; others are left out and counted, as long prompts are.
    ///
    /// - Throws: As `RecordStream.next`, and `JobError.data` where a prompt is too long and the data says to refuse it, or
    ///   where none of the data fits.
    private func nextThatFit(_ count: Int) throws -> [Asked] {
        let lengths = specification.data.promptLengths(contextLength: run.policy.configuration.contextLength)
        var asked: [Asked] = [], leftOut = 0
        while asked.count < count {
            for item in try run.stream.next(count - asked.count) {
                let prompts = try templates.map { try $0.tokens(item.record) }
                guard let long = prompts.first(where: { !lengths.contains($0.count) }) else {
                    asked.append((item, prompts))
                    leftOut = 0
                    continue
                }
                leftOut += 1
                let isLast = run.stream.includesAll(leftOut)
                guard specification.data.longPrompts == .skip, !isLast else {
                    throw JobError.data(
                        reason: (isLast ? "No prompt of the data fits: one" : "A prompt")
                            + " has \(long.count) tokens with a template of warm_start.templates, and "
                            + "data.max_prompt_tokens and the context allow \(lengths.upperBound). Shorten the template, or "
                            + "raise data.max_prompt_tokens.")
                }
                run.stream.skip()
            }
        }
        return asked
    }

    /// Draws responses to each record with each template, and has them judged.
    private func draw(
        _ asked: [Asked], _ drawer: ResponseDrawer, step: Int, _ report: inout StepReport
    ) async throws -> [CuratedDraw] {
        let items = asked.map(\.item), context = run.policy.configuration.contextLength
        let requests = asked.flatMap(\.prompts).enumerated().map { index, prompt in
            DrawRequest(
                prompt: prompt, count: specification.rollout.groupSize, seed: run.seed(step: step, index))
        }
        let drawn = try await drawer.draw(requests)
        report.metrics["tokens/generated"] = drawn.tokenCount
        let questions = drawn.enumerated().map { index, responses in
            responses.map { Judge.Question(record: items[index / templates.count].record, response: $0.text) }
        }
        let judgements = try await judge.judge(groups: questions, job: "\(run.job)", step: step, label: "rollouts")
        report.metrics["unjudged"] = Double(judgements.unjudged)
        if !judgements.failure.isEmpty { report.notes.append(judgements.failure) }
        var draws = items.map(CuratedDraw.init)
        for (index, (responses, grades)) in zip(drawn, judgements.groups).enumerated() {
            let place = index / templates.count
            for (response, grade) in zip(responses, grades) {
                draws[place].add(
                    response, template: index % templates.count, isRight: grade?.verdict == .correct,
                    fits: items[place].prompt.count + response.rollout.tokens.count <= context)
            }
        }
        return draws
    }

    private func figures(
        of draws: [CuratedDraw], _ coverage: [Coverage], kept: [CuratedSet.Entry]
    ) -> [String: Double] {
        let drawn = draws.reduce(0) { $0 + $1.drawn }, verified = draws.reduce(0) { $0 + $1.verified }
        let used = Dictionary(grouping: kept, by: \.position).values.map { Double(Set($0.map(\.template)).count) }
        var metrics = [
            "warm_start/verified": drawn > 0 ? Double(verified) / Double(drawn) : 0,
            "warm_start/candidates": Double(draws.reduce(0) { $0 + $1.candidates.count }),
            "warm_start/kept": Double(kept.count), "warm_start/set": Double(curated.entries.count),
        ]
        metrics["warm_start/solved"] = draws.share { !$0.candidates.isEmpty }
        metrics["coverage/distance"] = coverage.mean(\.distance)
        metrics["coverage/radius"] = coverage.mean(\.radius)
        metrics["diversity/distance"] = coverage.compactMap(\.diversity).mean { $0 }
        metrics["diversity/templates"] = used.mean { $0 }
        return metrics
    }

    private func finishCollecting() throws {
        guard !curated.entries.isEmpty else {
            throw JobError.data(
                reason:
                    "None of \(curated.drawn) responses to \(curated.prompts) prompts was right and whole, so there is "
                    + "nothing to learn. Take easier data, other warm_start.templates, or raise rollout.group_size or "
                    + "rollout.max_tokens.")
        }
        let file = folder.appendingPathComponent("warm_start.jsonl")
        let lines = try curated.lines { try run.stream.item(at: $0).record }
        do {
            try Durably.write(lines, whole: file)
        } catch {
            throw JobError(writing: file.path, error)
        }
        let prompts = Set(curated.entries.map(\.position)).count
        let templates = Set(curated.entries.map(\.template)).count
        note(
            "Kept \(curated.entries.count) of \(curated.verified) right responses, of \(curated.drawn) drawn: to \(prompts) "
                + "of \(curated.prompts) prompts, with \(templates) templates. They are in \(file.path).")
    }

    // MARK: Learning

    private func learn(_ report: inout StepReport) throws {
        let count = specification.batch.sequencesPerStep
        let done = run.state.steps - specification.collectingSteps
        let order = ShuffledOrder(count: curated.entries.count, seed: specification.seed)
        var trees: [TrainingTree] = [], learnt = 0
        for place in done * count..<(done + 1) * count {
            let entry = curated.entries[order.index(at: place)]
            var tree = TokenTree(entry.prompt)
            let leaf = tree.add(entry.response, to: 0)
            trees.append(TrainingTree(tree, first: LearntToken(learnt)) { $0 == leaf })
            learnt += entry.response.count
        }
        _ = try run.raiseLikelihood(
            trees, scales: TrainingRun.meanScales(count: learnt),
            records: "responses \(done * count) to \((done + 1) * count - 1) of the warm start",
            &report)
        report.metrics["warm_start/passes"] = Double((done + 1) * count) / Double(curated.entries.count)
    }
}

extension JobSpecification {
    /// What makes prompts of records, for each template of a warm start.
    func templatePrompts(_ policy: PolicyInfo) -> [PromptBuilder] {
        warmStart.templates.map { template in
            var data = data
            if data.chat { data.system = template } else { data.promptTemplate = template }
            return PromptBuilder(policy, data)
        }
    }
}
