import Rewards
import Rollouts

/// Figures of a step's trees.
struct TreeFigures {
    let metrics: [String: Double]

    /// - Parameters:
    ///   - batch: All prompts of the step.
    ///   - kept: Those whose rewards differ.
    ///   - filtered: Prompts that every first rollout solved and that were not branched.
    init(_ batch: [PromptTree], kept: [PromptTree], plans: [BranchPlan], filtered: Int, step: Int) {
        let first = batch.flatMap { $0.tree.rollouts.prefix($0.firstCount) }
        let all = batch.flatMap { prompt in prompt.tree.rollouts.indices.map { (prompt.tree, $0) } }
        let keptRows = kept.reduce(0) { $0 + $1.tree.rollouts.count }
        func share(_ part: Int, _ whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
        func mean(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }
        func prompts(_ trees: [PromptTree], _ right: Bool, firstOnly: Bool) -> Double {
            share(
                trees.count { prompt in
                    prompt.tree.rollouts.prefix(firstOnly ? prompt.firstCount : .max)
                        .allSatisfy { ($0.verdict == Verdict.correct.rawValue) == right }
                }, trees.count)
        }
        let points = plans.flatMap(\.points)
        let branched = zip(batch, plans).filter { !$1.points.isEmpty }.map(\.0)
        var metrics = [
            "prompts": Double(batch.count), "prompts_kept": Double(kept.count),
            "rows": Double(all.count), "rows_kept": Double(keptRows),
            "rows_kept_ratio": share(keptRows, all.count),
            "reward/mean": mean(first.compactMap(\.reward)),
            "reward/leaves": mean(all.compactMap { $0.rollouts[$1].reward }),
            "solved_all": prompts(batch, true, firstOnly: true), "solved_none": prompts(batch, false, firstOnly: true),
            "tree/solved_all": prompts(branched, true, firstOnly: false),
            "tree/solved_none": prompts(branched, false, firstOnly: false),
            "branch/prompts": Double(branched.count),
            "branch/rollouts": mean(plans.map { Double($0.rollouts) }),
            "branch/points": Double(points.count), "branch/position": mean(points.map(\.share)),
            "branch/fallbacks": share(points.count { $0.isFallback }, points.count),
            "easy/filtered": Double(filtered),
            "influence/mean": mean(batch.map(\.influence)),
            "response/tokens": mean(all.map { Double($0.length(of: $1)) }),
            "response/cut": share(all.count { !$0.rollouts[$1].isComplete }, all.count),
            "policy/entropy": mean(first.flatMap { $0.entropies.map(Double.init) }),
        ]
        for verdict in Verdict.allCases {
            metrics["verdict/\(verdict.rawValue.lowercased())"] = share(
                first.count { $0.verdict == verdict.rawValue }, first.count)
        }
        metrics.merge(Self.lag(kept, step: step)) { $1 }
        self.metrics = metrics
    }

    /// How many steps old the weights were that drew what is learnt, by token: branches are drawn in the step that
    /// learns them, first rollouts maybe in the one before.
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
