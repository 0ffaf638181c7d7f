/// Whose work a rollout is: an owner's requests of one priority take turns with those of others.
struct Claim: Hashable {
    let owner: String
    let priority: Priority
}

/// What each claim may compute in a step while several have work.
///
/// A step lasts as long as everything in it, so a large batch slows every stream beside it. While there is more than one
/// claim, a step is kept so short that the smallest one is served at about half the speed it has alone: decoding eight
/// sequences takes about twice as long as one. What the larger claims lose in batch size they get back when the small one
/// is done.
struct StepShares {
    /// The rows of decoding sequences in a step, if the smallest claim has few.
    static let leastRows = 8
    /// Prompt tokens of an interactive claim and of a batch one: about one and half a decoding step's time.
    static let promptTokens = 32
    static let batchPromptTokens = 16

    private var rows: [Int: Int] = [:]
    private var prompts: [Int: Int] = [:]
    /// Whether several claims have work.
    let isContended: Bool

    /// - Parameter rollouts: All that could be computed, of every policy.
    init(_ rollouts: some Sequence<Rollout>) {
        var counts: [Int: (rollouts: Int, priority: Priority)] = [:]
        for rollout in rollouts { counts[rollout.request.claim, default: (0, rollout.priority)].rollouts += 1 }
        isContended = counts.count > 1
        guard isContended, let least = counts.values.map(\.rollouts).min() else { return }
        var left = max(Self.leastRows, 2 * least)
        let claims = counts.sorted { ($0.value.rollouts, $0.key) < ($1.value.rollouts, $1.key) }
        for (index, claim) in claims.enumerated() {
            // What a small claim does not need goes to the larger ones.
            let share = max(1, min(claim.value.rollouts, left / (claims.count - index)))
            rows[claim.key] = share
            left -= share
            prompts[claim.key] = claim.value.priority == .batch ? Self.batchPromptTokens : Self.promptTokens
        }
    }

    /// Takes one of a rollout's claim's rows; false if none are left.
    mutating func takeRow(_ rollout: Rollout) -> Bool {
        guard isContended else { return true }
        let left = rows[rollout.request.claim, default: 1]
        rows[rollout.request.claim] = max(0, left - 1)
        return left > 0
    }

    /// How many prompt tokens a rollout may compute, of at most `limit`.
    func promptTokens(_ rollout: Rollout, limit: Int) -> Int {
        isContended ? min(limit, prompts[rollout.request.claim, default: 1]) : limit
    }

    mutating func takePrompt(_ rollout: Rollout, _ count: Int) {
        if isContended { prompts[rollout.request.claim, default: count] -= count }
    }
}
