extension JobSpecification {
    /// Adds advantages and losses that do not go with the kind of job or with each other.
    func addLossContradictions(to problems: inout SpecificationProblems) {
        addAdvantageContradictions(to: &problems)
        // 0 is what it has.
        if loss.kind == .dpo, loss.klCoefficient > 0,
            loss.klCoefficient != JobSpecification(kind: kind).loss.klCoefficient
        {
            problems.add(
                "loss.kl_coefficient", value: "\(loss.klCoefficient)",
                "The loss dpo measures pairs against the policy the job began with, and has no divergence beside. Remove it, "
                    + "or choose another loss.kind.")
        }
    }

    private func addAdvantageContradictions(to problems: inout SpecificationProblems) {
        let branches = kind.has(.branches)
        if reward.normalisation == .fifo, loss.advantage != .groupMean || loss.kind == .dpo {
            problems.add(
                "reward.normalisation", value: reward.normalisation.rawValue,
                "What it measures rewards by takes the place of loss.advantage, and goes with group_mean alone, and no pairs. "
                    + "Set it to none, or remove loss.advantage and loss.kind dpo.")
        }
        guard loss.advantage.comparesTrees != branches else { return }
        let (compared, done) =
            branches
            ? ("whole responses of a group", "grow trees") : ("stretches of trees", "draw groups that do not branch")
        problems.add(
            "loss.advantage", value: loss.advantage.rawValue,
            "It compares \(compared), and jobs of kind \(kind) \(done). Write one of "
                + "\(AdvantageRule.names(comparingTrees: branches)).")
    }

    /// Adds what the length of responses may not take off their rewards.
    func addLengthContradictions(to problems: inout SpecificationProblems) {
        let length = reward.length
        if let buffer = length.overlongBuffer, buffer > rollout.maxTokens {
            problems.add(
                "reward.length.overlong_buffer", value: "\(buffer)",
                "A response has at most rollout.max_tokens, \(rollout.maxTokens). Give at most that.")
        }
        if length.penalty > 0, length.penalty >= reward.scores.correct - reward.scores.incorrect,
            !problems.mentions("reward.scores.correct")
        {
            problems.add(
                "reward.length.penalty", value: "\(length.penalty)",
                "A right answer of rollout.max_tokens would be worth no more than a wrong one. Give less than "
                    + "\(reward.scores.correct - reward.scores.incorrect), what they differ by.")
        }
    }
}
