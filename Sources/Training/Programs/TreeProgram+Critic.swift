import Basics
import Jobs
import Preferences
import Ranks
import Rollouts
import Tokenizing
import Trees

extension TreeProgram {
    /// A step's trees as the critic sees them, which is then fitted to them as well: a tree's nodes, and what each is worth.
    ///
    /// - Returns: Nil if the policy has nothing to learn in this step.
    func criticise(
        _ trees: [PromptTree], version: Int, _ report: inout StepReport
    ) async throws -> [(segments: TreeSegments, values: [Double])]? {
        let begin = ContinuousClock.now, settings = specification.critic
        let separator = specification.branching.stepSeparator
        let stepped = trees.map { SteppedTree($0.tree, texts: run.policy.tokenizer.texts, separator: separator) }
        let states = try await run.states(of: stepped.flatMap(\.given), version: version)
        var rest = states[...]
        let branches = stepped.flatMap { tree in
            tree.open.map { node in
                BranchCritic.Branch(
                    state: rest.removeFirst(), value: tree.values[node], count: tree.segments.nodes[node].leafCount)
            }
        }
        defer { report.metrics["time/critic"] = (ContinuousClock.now - begin).seconds }
        guard branches.allSatisfy(\.isFinite) else {
            report.skipped = "Hidden states that the critic reads are not finite."
            return nil
        }
        let valued = valued(stepped, by: states), wasWorse = critic.isWorse
        report.metrics.merge(critic.examine(branches)?.metrics ?? [:]) { $1 }
        noteUse(wasWorse: wasWorse, &report)
        let isKnown = critic.fit != nil || branches.isEmpty
        let isTrusted = settings.whenWorse == .goOn || !critic.isWorse
        critic.add(branches, most: settings.branches)
        let fit = try refitted()
        guard fit.map(\.logistic.isFinite) ?? true else {
            report.skipped = "The critic's weights are not finite. Raise critic.ridge."
            return nil
        }
        critic.take(fit)
        report.metrics["critic/branches"] = Double(critic.branches.count)
        return isKnown && isTrusted && run.state.steps >= settings.warmupSteps ? valued : nil
    }

    /// What the first rank comes to, on all of them: logarithms may differ between machines in the last bit.
    private func refitted() throws -> BranchCritic.Fit? {
        let ridge = specification.critic.ridge
        // A list: that there is none can be told, too.
        return try run.ranks.told("fitting the critic") { [critic] in
            try critic.refitted(ridge: ridge).map { [$0] } ?? []
        }.first
    }

    /// What nodes are worth, by the critic where their responses go on.
    private func valued(
        _ trees: [SteppedTree], by states: [[Float]]
    ) -> [(segments: TreeSegments, values: [Double])] {
        var rest = states[...]
        return trees.map { tree in
            var values = tree.values
            for node in tree.open { values[node] = critic.value(of: rest.removeFirst()) ?? values[node] }
            return (tree.segments, values)
        }
    }

    /// Says when the critic begins to be worse than the mean, and when it is better again.
    private func noteUse(wasWorse: Bool, _ report: inout StepReport) {
        guard critic.isWorse != wasWorse else { return }
        guard critic.isWorse else {
            report.notes.append("The critic foresees rewards better than their mean does again.")
            return
        }
        report.notes.append(
            critic.remark(
                specification.critic.whenWorse == .wait
                    ? "The policy learns nothing until it is better." : "The policy learns from it all the same."))
    }
}
