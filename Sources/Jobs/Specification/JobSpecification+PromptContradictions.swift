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
        if reward.normalisation != .fifo, reward.window != RewardSpecification().window {
            problems.add(
                "reward.window", value: "\(reward.window)",
                "Only reward.normalisation fifo uses it. Remove it, or set that to fifo.")
        }
    }

    private func addSamplingContradictions(to problems: inout SpecificationProblems) {
        let defaults = SamplingSpecification(), drawsPrompts = sampling.prompts == .cures
        func refuse(_ name: String, _ value: String, _ isWritten: Bool, _ isUsed: Bool, by user: String) {
            guard isWritten, !isUsed else { return }
            problems.add("sampling.\(name)", value: value, "Only \(user) uses it. Remove it, or choose that.")
        }
        let knows = drawsPrompts || rollout.allocation.usesPosteriors
        let both = "cures of sampling.prompts or rollout.allocation"
        refuse("tau", "\(sampling.tau)", sampling.tau != defaults.tau, drawsPrompts, by: "sampling.prompts cures")
        refuse("pool", "\(sampling.pool ?? 0)", sampling.pool != nil, drawsPrompts, by: "sampling.prompts cures")
        let pre = sampling.preRollouts, refresh = sampling.refreshSteps
        refuse("pre_rollouts", "\(pre)", pre != defaults.preRollouts, knows, by: both)
        refuse("refresh_steps", "\(refresh)", refresh != defaults.refreshSteps, knows, by: both)
        refuse("prior", "\(sampling.prior)", sampling.prior != defaults.prior, knows, by: both)
        refuse("decay", "\(sampling.decay)", sampling.decay != defaults.decay, knows, by: both)
        if drawsPrompts, epochs != nil {
            problems.add(
                "epochs",
                "sampling.prompts cures draws prompts with replacement, so no pass over the data ends. Give steps.")
        }
        let needsAnswers = rollout.allocation == .curesGradient || rollout.allocation == .cures && !drawsPrompts
        if needsAnswers, pre == 0 {
            problems.add(
                "sampling.pre_rollouts", value: "0",
                "rollout.allocation \(rollout.allocation.rawValue) would know nothing of prompts that come for the first time. Give 4, or "
                    + "rollout.allocation uniform.")
        }
    }

    private func addCurriculumContradictions(to problems: inout SpecificationProblems) {
        guard curriculum.kind == .hintScaffold else {
            if curriculum != CurriculumSpecification() {
                problems.add(
                    "curriculum.kind", value: "none",
                    "It is none, so the rest of curriculum is for nothing. Give hint_scaffold, or remove the section.")
            }
            return
        }
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
        let isWritten = rollout.minRollouts != nil || rollout.maxRollouts != nil
        if rollout.allocation == .uniform, isWritten {
            problems.add(
                rollout.minRollouts != nil ? "rollout.min_rollouts" : "rollout.max_rollouts",
                "rollout.allocation is uniform, so every prompt has rollout.group_size responses. Remove it, or choose "
                    + "cures or esrl.")
        } else if rollout.allocation.usesPosteriors, least > group || most < group {
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
        addTemperatureContradictions(to: &problems)
    }

    private func addTemperatureContradictions(to problems: inout SpecificationProblems) {
        let (low, high) = (rollout.temperatureLow, rollout.temperatureHigh)
        guard low != nil || high != nil else {
            if rollout.allocation != .esrl, rollout.abilitySmoothing != RolloutSpecification().abilitySmoothing {
                problems.add(
                    "rollout.ability_smoothing", value: "\(rollout.abilitySmoothing)",
                    "Only rollout.allocation esrl uses it. Remove it, or choose that.")
            }
            return
        }
        let path = low != nil ? "rollout.temperature_low" : "rollout.temperature_high"
        guard rollout.allocation == .esrl else {
            return problems.add(path, "Only rollout.allocation esrl draws at several temperatures. Remove it.")
        }
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
