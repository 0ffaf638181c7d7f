import Influence
import Jobs
import Rollouts
import Sampling
import Trees

extension TreeProgram {
    /// Draws branches of one batch and the first rollouts of the next, in one call, and has them judged.
    ///
    /// - Parameters:
    ///   - first: The number of prompts in the next batch; 0 for none.
    ///   - step: The step that trains on the next batch.
    func draw(
        branches plans: [BranchPlan], of batch: [PromptTree], first count: Int, step: Int, _ version: Int,
        _ report: inout StepReport, _ failure: inout String
    ) async throws -> (grown: [PromptTree], first: [PromptTree]) {
        let taken = count > 0 ? try await prompts.take(count, version: version, &report) : []
        let asked = taken.filter { $0.item.rewarded == nil }
        var trees = batch + asked.map { PromptTree(item: $0.item, drawnInStep: run.state.steps) }
        let origins: [Origin] =
            zip(batch.indices, plans).flatMap { tree, plan in plan.points.map { Origin(tree: tree, fork: $0.fork) } }
            + asked.indices.map { Origin(tree: batch.count + $0, fork: nil) }
        let given = try givenTrees(taken.map(\.item).filter { $0.rewarded != nil })
        guard !origins.isEmpty else { return (batch, given) }
        let requests = requests(at: origins, of: trees, first: asked.map(\.share), step: step)
        let drawer = ResponseRound(run, sampling: sampling, version: version)
        let looksAhead = specification.branching.strategy.looksAhead
        let originals = origins.map { origin -> [Int32]? in
            guard looksAhead, let fork = origin.fork else { return nil }
            return Array(trees[origin.tree].tree.response(of: fork.rollout).dropFirst(fork.offset))
        }
        let drawn = try await drawer.draw(requests, besides: originals, &report)
        let questions = zip(origins, drawn).map { origin, responses in
            responses.map { Judge.Question(trees[origin.tree].item, response: $0.text) }
        }
        let judgements = try await judge.judge(
            groups: questions, job: "\(run.job)", step: run.state.steps, label: batch.isEmpty ? "first" : "trees")
        if !judgements.failure.isEmpty { failure = judgements.failure }
        report.metrics["unjudged", default: 0] += Double(judgements.unjudged)
        let length = LengthReward(specification)
        var noted = NoveltyNotes(state.novelty, projection, specification.branching, step: run.state.steps)
        for (origin, (responses, answers)) in zip(origins, zip(drawn, judgements.groups)) {
            let kept = origin.fork?.offset ?? 0
            for ((rollout, bonus), answer) in zip(noted.take(responses, keeping: kept), answers) {
                let grade = length.shaped(answer, tokens: kept + rollout.tokens.count)
                trees[origin.tree].add(rollout, grade, at: origin.fork, bonus: bonus)
            }
        }
        prompts.observe(trees[batch.count...].map { PromptOutcome($0) }, &report)
        state.novelty = noted.novelty
        report.metrics.merge(noted.metrics) { $1 }
        return (Array(trees[..<batch.count]), trees[batch.count...] + given)
    }

    /// Trees of responses that came with rewards.
    private func givenTrees(_ items: [RecordStream.Item]) throws -> [PromptTree] {
        let byPrompt = Dictionary(grouping: items, by: \.prompt).values.sorted { $0[0].position < $1[0].position }
        return try byPrompt.map { items in
            var prompt = PromptTree(item: items[0], drawnInStep: run.state.steps)
            for item in items {
                guard let (response, reward) = item.rewarded else { continue }
                prompt.addGiven(try run.prompts.response(response, to: item.record), reward: reward)
            }
            let segments = prompt.tree.segments
            let batch = PolicyBatch([
                PolicyTree(
                    prompt.tree, segments, TreeCredit(advantages: segments.nodes.map { _ in 0 }, rows: .responses),
                    rewards: prompt.tree.rollouts.map { $0.reward ?? 0 }, isFresh: { _ in false })
            ])
            let scored = try run.trainer.score(batch.trees, count: batch.count, weights: try run.firstWeights())
            prompt.score(scored.logprobs.values)
            return prompt
        }
    }

    /// Where responses begin: which of a step's trees, and at which of its branch points; nil for its prompt.
    private struct Origin {
        let tree: Int
        let fork: RolloutTree.Fork?
    }

    /// - Parameters:
    ///   - trees: Those of the batch, and then those of the next one.
    ///   - shares: What the prompts of the next batch are given.
    ///   - step: The step that trains on the next batch.
    private func requests(
        at origins: [Origin], of trees: [PromptTree], first shares: [RolloutShare], step: Int
    ) -> [DrawRequest] {
        let batchCount = trees.count - shares.count
        return origins.enumerated().map { index, origin in
            let tree = trees[origin.tree].tree
            guard let fork = origin.fork else {
                let place = origin.tree - batchCount
                var request = grower.request(
                    for: tree, count: shares[place].count, seed: run.seed(step: step, place), isBranched: true)
                request.temperature = shares[place].temperature.map { Float($0) }
                request.cachesResponse = specification.pipeline == .twoPhase
                return request
            }
            return grower.request(
                for: tree, at: fork, count: specification.branching.continuations,
                seed: run.seed(step: run.state.steps, index, for: .branches), isBranched: false)
        }
    }
}
