/// Counts a step's rewards, and derives notes about them.
struct RewardRemark {
    /// Prompts with responses.
    var prompts = 0
    /// Prompts with two or more rewards, all of them equal.
    var alike = 0
    /// Prompts with fewer than two rewards, from which nothing can be learnt.
    var scarce = 0
    var judged = 0
    var unjudged = 0
    /// Why some were not judged.
    var failure = ""

    /// Counts a prompt's rewards.
    mutating func add(_ rewards: [Double]) {
        prompts += 1
        judged += rewards.count
        if rewards.count < 2 {
            scarce += 1
        } else if rewards.allSatisfy({ $0 == rewards[0] }) {
            alike += 1
        }
    }

    /// - Parameter hasLearnt: Whether the step has something to train on.
    func notes(hasLearnt: Bool) -> [String] {
        guard prompts > 0 || unjudged > 0 else { return [] }
        if hasLearnt { return unjudged > 0 ? ["\(missing) They are left out of the step.\(cause)"] : [] }
        if judged == 0 {
            return ["None of \(unjudged) responses was judged: nothing was learnt in this step.\(cause)"]
        }
        var text = ["Nothing was learnt in this step."]
        if alike == prompts {
            text.append("To each of its \(prompts) prompts all responses were rewarded alike.")
        } else {
            text.append(
                "Of its \(prompts) prompts, \(alike) had responses that were all rewarded alike, and \(scarce) fewer than "
                    + "two that were judged.")
        }
        if alike > 0 {
            text.append(
                "Easier or harder prompts, or more responses to each, would help; where rewards were better before, a lower "
                    + "optimizer.learning_rate.")
        }
        return [text.joined(separator: " ")] + (unjudged > 0 ? [missing + cause] : [])
    }

    private var missing: String { "\(unjudged) of \(judged + unjudged) responses were not judged." }
    private var cause: String { failure.isEmpty ? "" : " The reward service's last failure: \(failure)." }
}
