import Jobs
import Tasks

/// Prompts of a pool, of which those that the policy always fails come with hints: the beginning of their solution
/// (`hint`), once with each number of blocks.
///
/// A pool is the next `curriculum.pool` records of the data, each answered `curriculum.attempts` times. Prompts without a
/// right answer are taken once for each level, 0 to `blocks` - 1, the others once, or not at all; all in random order.
/// Then another pool takes its place.
///
/// Source: SPARKLE (arXiv:2506.04723), which trains on problems failed 20 of 20 times alone, in a second stage.
final class ScaffoldedPrompts: PromptChoice {
    /// What is kept of a pool; its prompts are read from the data again.
    struct State: Codable {
        struct Prompt: Codable {
            let place: PromptPlace
            let isHard: Bool
        }

        var prompts: [Prompt] = []
        /// Entries of the pool that steps have taken.
        var taken = 0
        /// Pools so far, which numbers their orders.
        var pools = 0
        /// Of all hard prompts so far, responses and right ones by level.
        var responses: [Int]
        var right: [Int]
    }

    /// Pools in a row without anything to take, before the job fails.
    private static let patience = 16

    private let run: TrainingRun
    private let specification: CurriculumSpecification
    private(set) var state: State
    private var pool: [(item: RecordStream.Item, isHard: Bool)]
    /// What steps take from: every prompt of the pool with every level of hints that it is taken at, nil for none. The hints
    /// themselves are made where they are taken: those of a large pool would take much memory. nil until it is needed.
    private var entries: [(prompt: Int, level: Int?)]?

    /// - Parameter note: Told of prompts that are no longer in the data.
    init(_ run: TrainingRun, _ state: State?, note: (String) -> Void) {
        self.run = run
        specification = run.specification.curriculum
        let none = Array(repeating: 0, count: specification.blocks)
        self.state = state ?? State(responses: none, right: none)
        let items = run.items(at: self.state.prompts.map(\.place), note: note)
        pool = zip(items, self.state.prompts).compactMap { item, prompt in
            item.map { (item: $0, isHard: prompt.isHard) }
        }
        if pool.count < items.count {
            // Without some of them the order is another: the others begin anew.
            self.state.prompts = pool.map { .init(place: PromptPlace($0.item), isHard: $0.isHard) }
            self.state.taken = 0
        }
    }

    func next(
        _ count: Int, _ probe: PromptProbe, _ report: inout StepReport
    ) async throws -> [RecordStream.Item] {
        var items: [RecordStream.Item] = [], entries = try self.entries ?? findEntries()
        while items.count < count {
            if state.taken >= entries.count { entries = try await refill(probe, &report) }
            let order = ShuffledOrder(count: entries.count, seed: run.seed(step: 0, state.pools, for: .prompts))
            let (prompt, level) = entries[order.index(at: state.taken)], item = pool[prompt].item
            state.taken += 1
            // It had room when it became an entry.
            items.append(try level.flatMap { try run.stream.hinted(item, level: $0) } ?? item)
        }
        self.entries = entries
        report.metrics["hints/pool"] = Double(pool.count)
        report.metrics["hints/hard"] = pool.share { $0.isHard }
        return items
    }

    /// The entries of the pool. A hint with which no room is left for an answer is left out.
    private func findEntries() throws -> [(prompt: Int, level: Int?)] {
        try pool.enumerated().flatMap { prompt, member -> [(prompt: Int, level: Int?)] in
            try Task.checkCancellation()
            guard member.isHard else { return specification.others == .keep ? [(prompt, nil)] : [] }
            return try (0..<specification.blocks).filter { try run.stream.hinted(member.item, level: $0) != nil }
                .map { (prompt, $0) }
        }
    }

    /// Takes another pool.
    ///
    /// - Returns: Its entries, at least one.
    private func refill(
        _ probe: PromptProbe, _ report: inout StepReport
    ) async throws -> [(prompt: Int, level: Int?)] {
        let wanted = specification.pool ?? 2 * run.specification.batch.promptsPerStep
        for _ in 0..<Self.patience {
            try Task.checkCancellation()
            let items = try run.stream.nextFromData(min(wanted, run.stream.epochLength ?? wanted))
            let outcomes = try await probe.outcomes(of: items, count: specification.attempts, &report)
            // A prompt that nobody judged is not known to be hard.
            pool = zip(items, outcomes).map { (item: $0, isHard: $1.right == 0 && $1.wrong > 0) }
            state.prompts = pool.map { .init(place: PromptPlace($0.item), isHard: $0.isHard) }
            state.taken = 0
            state.pools += 1
            let entries = try findEntries()
            if !entries.isEmpty { return entries }
        }
        throw JobError.data(
            reason: "Of \(Self.patience * wanted) prompts none was failed \(specification.attempts) of "
                + "\(specification.attempts) times, and curriculum.others is drop. Lower curriculum.attempts, keep the "
                + "others, or give harder data.")
    }

    func observe(_ outcomes: [PromptOutcome], _ report: inout StepReport) {
        var responses = [Int](repeating: 0, count: state.responses.count), right = responses
        for outcome in outcomes {
            guard let level = outcome.hintLevel, level < responses.count else { continue }
            responses[level] += outcome.right + outcome.wrong
            right[level] += outcome.right
        }
        for level in responses.indices {
            state.responses[level] += responses[level]
            state.right[level] += right[level]
            if responses[level] > 0 {
                report.metrics["hints/right_\(level)"] = Double(right[level]) / Double(responses[level])
            }
            if state.responses[level] > 0 {
                report.metrics["hints/right_\(level)_so_far"] =
                    Double(state.right[level]) / Double(state.responses[level])
            }
        }
    }
}
