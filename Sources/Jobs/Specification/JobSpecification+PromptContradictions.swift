extension JobSpecification {
    /// Adds problems with which prompts a step takes and how often each is answered.
    func addPromptContradictions(to problems: inout SpecificationProblems) {
        addSamplingContradictions(to: &problems)
        addAllocationContradictions(to: &problems)
        addCurriculumContradictions(to: &problems)
        if reward.normalisation == .fifo, sampling.dynamic {
            problems.add(
                "reward.normalisation", value: "fifo",
                "With it groups whose rewards are all alike teach, too, and sampling.dynamic replaces these. Set "
                    + "sampling.dynamic to false, or reward.normalisation to none.")
        }
    }

    private func addSamplingContradictions(to problems: inout SpecificationProblems) {
        let drawsPrompts = sampling.prompts == .cures
        if drawsPrompts, epochs != nil {
            problems.add(
                "epochs",
                "sampling.prompts cures draws prompts with replacement, so no pass over the data ends. Give steps.")
        }
        let needsAnswers = rollout.allocation == .curesGradient || rollout.allocation == .cures && !drawsPrompts
        if needsAnswers, sampling.preRollouts == 0 {
            problems.add(
                "sampling.pre_rollouts", value: "0",
                "rollout.allocation \(rollout.allocation.rawValue) would know nothing of prompts that come for the first time. Give 4, or "
                    + "rollout.allocation uniform.")
        }
    }

    private func addCurriculumContradictions(to problems: inout SpecificationProblems) {
        guard curriculum.kind == .hintScaffold else { return }
        if sampling.prompts != .inOrder {
            problems.add(
                "curriculum.kind", value: "hint_scaffold",
                "It chooses the prompts of a step, and so does sampling.prompts \(sampling.prompts.rawValue). Remove one."
            )
        }
        if epochs != nil {
            problems.add(
                "epochs", "curriculum.kind hint_scaffold takes prompts several times, or not at all. Give steps.")
        }
    }

    private func addAllocationContradictions(to problems: inout SpecificationProblems) {
        let (least, most) = rollout.allocationLimits, group = rollout.groupSize
        if rollout.allocation.usesPosteriors, least > group || most < group {
            problems.add(
                least > group ? "rollout.min_rollouts" : "rollout.max_rollouts",
                value: "\(least > group ? least : most)",
                "Prompts have rollout.group_size, \(group), on average, and each \(least) to \(most). Give bounds with "
                    + "\(group) between them.")
        } else if rollout.allocation == .esrl, least > most {
            problems.add(
                "rollout.min_rollouts", value: "\(least)",
                "It is above rollout.max_rollouts, \(most). Give at most that.")
        }
        let mostOfPrompt = rollout.allocation == .uniform ? group : most
        let mostOfStep = batch.promptsPerStep * mostOfPrompt
        if reward.normalisation == .fifo, reward.window < mostOfStep {
            problems.add(
                "reward.window", value: "\(reward.window)",
                "A step may have \(mostOfStep) rewards, batch.prompts_per_step times \(mostOfPrompt), and all of them are compared "
                    + "with the window. Give at least as many.")
        }
        if reward.normalisation == .none, rollout.allocation == .esrl, most < 2 {
            problems.add(
                "rollout.max_rollouts", value: "\(most)",
                "A single response has no other to be compared with. Give at least 2, or reward.normalisation fifo.")
        }
        addTemperatureContradictions(to: &problems)
    }

    private func addTemperatureContradictions(to problems: inout SpecificationProblems) {
        let (low, high) = (rollout.temperatureLow, rollout.temperatureHigh)
        guard rollout.allocation == .esrl, low != nil || high != nil else { return }
        let path = low != nil ? "rollout.temperature_low" : "rollout.temperature_high"
        guard let low, let high else {
            return problems.add(
                path, "The other end of the range is missing. Give temperature_low and temperature_high.")
        }
        if low > high {
            problems.add(
                path, value: "\(low)", "It is above rollout.temperature_high, \(high). Give at most that.")
        }
    }
}
