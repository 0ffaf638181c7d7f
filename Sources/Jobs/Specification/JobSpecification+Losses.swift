extension JobSpecification {
    /// Adds advantages and losses that do not go with the kind of job or with each other.
    func addLossContradictions(to problems: inout SpecificationProblems) {
        addAdvantageContradictions(to: &problems)
        if loss.kind == .dpo { addPreferenceContradictions(to: &problems) }
        if loss.entropyTarget == nil, loss.entropyStep != LossSpecification().entropyStep {
            problems.add(
                "loss.entropy_step", value: "\(loss.entropyStep)",
                "Without a loss.entropy_target the weight of the entropy stays as it is. Remove it, or give a target.")
        }
        if loss.beta != nil, loss.kind != .dpo, loss.kind != .dro {
            problems.add(
                "loss.beta",
                "Only the losses dpo and dro have a beta, and loss.kind is \(loss.kind.rawValue). Remove it.")
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

    private func addPreferenceContradictions(to problems: inout SpecificationProblems) {
        let unset = JobSpecification(kind: kind).loss
        if loss.advantage != unset.advantage {
            problems.add(
                "loss.advantage", value: loss.advantage.rawValue,
                "The loss dpo compares pairs by rewards and has no advantages. Remove it, or choose another loss.kind."
            )
        }
        if let aggregation = loss.aggregation {
            problems.add(
                "loss.aggregation", value: aggregation.rawValue,
                "The loss dpo is a mean over pairs. Remove it, or choose another loss.kind.")
        }
        if loss.entropyCoefficient > 0 || loss.entropyTarget != nil {
            problems.add(
                loss.entropyTarget != nil ? "loss.entropy_target" : "loss.entropy_coefficient",
                "The loss dpo counts whole responses, and no token's entropy. Remove it, or choose another loss.kind.")
        }
    }

    /// Adds what the length of responses may not take off their rewards.
    func addLengthContradictions(to problems: inout SpecificationProblems) {
        let length = reward.length
        if let buffer = length.overlongBuffer, buffer > rollout.maxTokens {
            problems.add(
                "reward.length.overlong_buffer", value: "\(buffer)",
                "A response has at most rollout.max_tokens, \(rollout.maxTokens). Give at most that.")
        }
        if length.overlongBuffer == nil, length.overlongFactor != LengthRewardSpecification().overlongFactor {
            problems.add(
                "reward.length.overlong_factor", value: "\(length.overlongFactor)",
                "Without a reward.length.overlong_buffer no length costs anything. Give a buffer, or remove it.")
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
