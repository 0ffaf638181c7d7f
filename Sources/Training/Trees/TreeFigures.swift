import Rewards
import Rollouts
import Trees

/// Metrics of a step's trees.
struct TreeFigures {
    let metrics: [String: Double]

    /// - Parameters:
    ///   - batch: All prompts of the step.
    ///   - kept: Those whose rewards differ.
    ///   - filtered: The number of prompts that every first rollout solved and that were not branched.
    ///   - step: The step that learns them; nil if the age of the weights that drew them says nothing.
    init(_ batch: [PromptTree], kept: [PromptTree], plans: [BranchPlan], filtered: Int, step: Int?) {
        let first = batch.flatMap { $0.tree.rollouts.prefix($0.firstCount) }
        let all = batch.flatMap { prompt in prompt.tree.rollouts.indices.map { (prompt.tree, $0) } }
        let keptRows = kept.reduce(0) { $0 + $1.tree.rollouts.count }
        func share(_ part: Int, _ whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
        func mean(_ values: [Double]) -> Double { values.mean { $0 } ?? 0 }
        // Prompts without any judged response are not counted.
        func prompts(_ trees: [PromptTree], _ right: Bool, firstOnly: Bool) -> Double? {
            trees.map { $0.tree.rollouts.prefix(firstOnly ? $0.firstCount : .max) }.filter { !$0.isEmpty }
                .share { $0.allSatisfy { ($0.verdict == Verdict.correct.rawValue) == right } }
        }
        let points = plans.flatMap(\.points)
        let branched = zip(batch, plans).filter { !$1.points.isEmpty }.map(\.0)
        var metrics = [
            "prompts": Double(batch.count), "prompts_kept": Double(kept.count),
            "rows": Double(all.count), "rows_kept": Double(keptRows),
            "rows_kept_ratio": share(keptRows, all.count),
            "branch/prompts": Double(branched.count),
            "branch/rollouts": mean(plans.map { Double($0.rolloutCount) }),
            "branch/points": Double(points.count), "branch/position": mean(points.map(\.share)),
            "branch/fallbacks": share(points.count(where: \.isFallback), points.count),
            "easy/filtered": Double(filtered),
            "influence/mean": mean(batch.map(\.influence)),
        ]
        metrics["reward/mean"] = first.compactMap(\.reward).mean { $0 }
        metrics["reward/leaves"] = all.compactMap { $0.0.rollouts[$0.1].reward }.mean { $0 }
        metrics["solved_all"] = prompts(batch, true, firstOnly: true)
        metrics["solved_none"] = prompts(batch, false, firstOnly: true)
        metrics["tree/solved_all"] = prompts(branched, true, firstOnly: false)
        metrics["tree/solved_none"] = prompts(branched, false, firstOnly: false)
        metrics["response/tokens"] = all.mean { Double($0.0.length(of: $0.1)) }
        metrics["response/cut"] = all.share { !$0.0.rollouts[$0.1].isComplete }
        metrics["policy/entropy"] = first.flatMap(\.entropies).mean { Double($0) }
        for verdict in Verdict.allCases {
            metrics["verdict/\(verdict.rawValue.lowercased())"] = first.share { $0.verdict == verdict.rawValue }
        }
        if let step { metrics.merge(Self.lag(kept, step: step)) { $1 } }
        self.metrics = metrics
    }

    /// The age in steps of the weights that drew the learnt tokens, by token: branches are drawn in the step that
    /// learns them, first rollouts possibly in the one before.
    private static func lag(_ trees: [PromptTree], step: Int) -> [String: Double] {
        var tokens = 0, sum = 0, most = 0
        for prompt in trees {
            for (index, rollout) in prompt.tree.rollouts.enumerated() {
                let lag = index < prompt.firstCount ? step - prompt.drawnInStep : 0
                tokens += rollout.tokens.count
                sum += lag * rollout.tokens.count
                most = max(most, lag)
            }
        }
        return ["policy/lag": tokens > 0 ? Double(sum) / Double(tokens) : 0, "policy/lag_max": Double(most)]
    }
}
