import Influence
import Rewards

extension JobSpecification {
    /// Adds problems that no single field shows: missing fields, and values that contradict each other. Values that nothing
    /// reads are `addUnused`'s.
    func addContradictions(to problems: inout SpecificationProblems) {
        addMissing(to: &problems)
        if kind.has(.judges) { addRewardContradictions(to: &problems) }
        if kind.has(.reinforces) {
            addLearningContradictions(to: &problems)
            addPromptContradictions(to: &problems)
            addLengthContradictions(to: &problems)
        }
        if kind.has(.clips) { addLossContradictions(to: &problems) }
        addCriticContradictions(to: &problems)
        if kind.has(.branches) { addTreeContradictions(to: &problems) }
        if kind.has(.curates) { addWarmStartContradictions(to: &problems) }
        if kind.has(.trains) { addAdapterContradictions(to: &problems) }
        addEvaluationContradictions(to: &problems)
        if kind.has(.abstracts) { abstraction.addContradictions(to: &problems) }
        if evaluation.everySteps > 0, data.heldOut == nil {
            problems.add(
                "data.held_out",
                "evaluation.every_steps is \(evaluation.everySteps) and there is nothing to "
                    + "examine the policy on. Name held-out data, or set evaluation.every_steps to 0.")
        }
        if evaluation.samples > 1, evaluation.temperature == 0 {
            problems.add(
                "evaluation.samples", value: "\(evaluation.samples)",
                "With evaluation.temperature 0 all "
                    + "\(evaluation.samples) responses are the same. Give a temperature above 0, or 1 sample.")
        }
        if schedule.decay != .constant, steps == nil {
            problems.add(
                "schedule.decay", value: schedule.decay.rawValue,
                "A \(schedule.decay.rawValue) decay ends at "
                    + "the job's last step, which is not known. Give steps, or decay constant.")
        }
        if let steps, schedule.warmupSteps >= steps {
            problems.add(
                "schedule.warmup_steps", value: "\(schedule.warmupSteps)",
                "The warm-up of "
                    + "\(schedule.warmupSteps) steps never ends in a job of \(steps). Give fewer than \(steps).")
        }
        if !data.promptTemplate.contains("{prompt}"), !problems.mentions("data.prompt_template") {
            problems.add(
                "data.prompt_template", value: data.promptTemplate,
                "It has no {prompt}, so every prompt would "
                    + "be the same. Put {prompt} where the record's prompt belongs.")
        }
    }

    private func addMissing(to problems: inout SpecificationProblems) {
        let (path, name) = kind.records == .heldOut ? ("data.held_out", data.heldOut ?? "") : ("data.train", data.train)
        if name.isEmpty, !problems.mentions(path) {
            problems.add(path, "It is missing. Name a JSONL file or a built-in task, as in graph:need=3-5.")
        }
        if kind.has(.trains), steps == nil, epochs == nil, !problems.mentions("steps"), !problems.mentions("epochs") {
            problems.add("steps", "Nothing says when the job is done. Give steps, or epochs.")
        }
    }

    private func addAdapterContradictions(to problems: inout SpecificationProblems) {
        if adapter.targets.isEmpty, !problems.mentions("adapter.targets") {
            problems.add("adapter.targets", "It names nothing to change. Name some, or leave it out for all.")
        }
    }

    private func addTreeContradictions(to problems: inout SpecificationProblems) {
        if let tokens = branching.minGapTokens, let fraction = branching.minGapFraction {
            problems.add(
                "branching.min_gap_fraction", value: "\(fraction)",
                "branching.min_gap_tokens is \(tokens) as well, and only one of the two can hold. Remove one.")
        }
        problems.addSeparator(branching.separator, text: branching.separatorText, of: "branching")
        addBonusContradictions(to: &problems)
        if let tokens = branching.minGapTokens, tokens >= rollout.maxTokens, branching.strategy.keepsGap {
            problems.add(
                "branching.min_gap_tokens", value: "\(tokens)",
                "No response has more than rollout.max_tokens, \(rollout.maxTokens), so no step lies that far behind "
                    + "its start. Give less, or a branching.min_gap_fraction.")
        }
        addStrategyContradictions(to: &problems)
        if let most = adaptive.maxPrompts, most < batch.promptsPerStep {
            problems.add(
                "adaptive.max_prompts", value: "\(most)",
                "The first step takes batch.prompts_per_step, \(batch.promptsPerStep). Give at least that.")
        }
        if adaptive.branchedRollouts > rollout.groupSize, !problems.mentions("rollout.group_size") {
            problems.add(
                "adaptive.branched_rollouts", value: "\(adaptive.branchedRollouts)",
                "A prompt has only \(rollout.groupSize) rollouts, its rollout.group_size. Give at most that.")
        }
    }

    private func addStrategyContradictions(to problems: inout SpecificationProblems) {
        if branching.strategy == .latr, !rollout.stop.isEmpty {
            problems.add(
                "rollout.stop",
                "branching.strategy latr draws continuations in two parts, and would miss a text that lies in both. "
                    + "Remove it, or choose another strategy.")
        }
    }

    private func addBonusContradictions(to problems: inout SpecificationProblems) {
        guard branching.bonus != .none else { return }
        switch branching.bonusUse {
        case .branching where !branching.strategy.hasQuantile:
            problems.add(
                "branching.bonus_use", value: branching.bonusUse.rawValue,
                "It decides between steps that reach a quantile, and the strategy \(branching.strategy.rawValue) has none. "
                    + "Choose attention or excess, or bonus_use reward.")
        case .reward where reward.kind == .learned:
            problems.add(
                "branching.bonus_use", value: branching.bonusUse.rawValue,
                "It adds to the rewards of right responses, and a learned reward calls none right. Choose another reward, or "
                    + "bonus_use branching.")
        case .branching, .reward: break
        }
    }

    private func addRewardContradictions(to problems: inout SpecificationProblems) {
        if reward.kind == .regex, reward.pattern.isEmpty, !problems.mentions("reward.pattern") {
            problems.add("reward.pattern", "reward.kind is regex. Give a pattern whose first group is the answer.")
        }
        if reward.kind == .learned, reward.model.isEmpty, !problems.mentions("reward.model") {
            problems.add(
                "reward.model",
                "reward.kind is learned. Name a job of kind reward_model, or the reward_model.json in its folder.")
        }
        if reward.kind == .learned, kind.has(.curates) || !kind.has(.trains) {
            problems.add(
                "reward.kind", value: reward.kind.rawValue,
                "A job of kind \(kind) looks for right responses, and a learned reward calls none right or wrong. Choose a "
                    + "reward that does.")
        }
        if reward.kind == .learned {
            let counting = [
                ("sampling.prompts", sampling.prompts == .cures),
                ("rollout.allocation", rollout.allocation != .uniform), ("curriculum.kind", curriculum.kind != .none),
                ("branching.strategy", kind.has(.branches) && branching.strategy.branchesFailures),
            ]
            for (field, counts) in counting where counts {
                problems.add(
                    field,
                    "It goes by which responses are right, and a learned reward calls none right or wrong. Leave it out, "
                        + "or choose another reward.kind.")
            }
        }
        if reward.kind == .external, reward.external.address.isEmpty {
            problems.add("reward.external.address", "reward.kind is external. Give host:port of the RewardService.")
        }
    }

    private func addLearningContradictions(to problems: inout SpecificationProblems) {
        if reward.scores.correct <= reward.scores.incorrect, !problems.mentions("reward.scores.correct") {
            problems.add(
                "reward.scores.correct", value: "\(reward.scores.correct)",
                "A right answer is worth no more "
                    + "than a wrong one, \(reward.scores.incorrect). Give more.")
        }
        if batch.minibatches > batch.promptsPerStep {
            problems.add(
                "batch.minibatches", value: "\(batch.minibatches)",
                "There are only \(batch.promptsPerStep) "
                    + "prompts per step to divide. Give at most that, or raise batch.prompts_per_step.")
        }
    }
}

extension AbstractionSpecification {
    fileprivate func addContradictions(to problems: inout SpecificationProblems) {
        problems.addSeparator(separator, text: separatorText, of: "abstraction")
        guard thinks else { return }
        for (name, mark) in [("think_open", thinkOpen), ("think_close", thinkClose)] where mark.isEmpty {
            problems.add(
                "abstraction.\(name)",
                "It is empty, so nothing would tell thinks from steps. Give a text that steps do not have, or "
                    + "abstraction.max_latent_tokens 0 for no thinks.")
        }
        if expectationSteps == 0, explore == 0 {
            problems.add(
                "abstraction.e_steps", value: "0",
                "Nothing would ever find a think: no step learns them, and abstraction.explore is 0. Give e_steps, explore, "
                    + "or abstraction.max_latent_tokens 0 for plain next-token training.")
        }
    }
}

extension SpecificationProblems {
    /// Adds what is wrong with a separator and its text, fields of one section.
    fileprivate mutating func addSeparator(_ separator: SeparatorName, text: String, of section: String) {
        do throws(SeparatorError) {
            _ = try separator.separator(text: text)
        } catch {
            add("\(section).separator_text", value: text, error.description)
        }
    }
}
