/// Whose work a rollout is: an owner's requests of one priority take turns with those of others.
struct Claim: Hashable {
    let owner: String
    let priority: Priority

    init(_ request: RunningRequest) {
        owner = request.owner.turn
        priority = request.request.priority
    }
}

/// What each claim may compute in a step while several have work.
///
/// A step lasts as long as everything in it, so a large batch slows every stream beside it. Of N claims each is entitled to
/// an Nth of the machine, so a step may take N times as long as one row alone: seven more rows take about as long as the
/// first. What the larger claims lose in batch size they get back when the small ones are done.
struct StepShares {
    /// The decoding sequences that take as long as one alone, if they come along with others.
    static let rowsPerClaim = 7
    /// Rows of a batch between interactive requests.
    static let batchRows = 32
    /// Prompt tokens of an interactive claim and of a batch one: about one and half a decoding step's time.
    static let promptTokens = 32
    static let batchPromptTokens = 16

    private var rows: [Int?: Int] = [:]
    private var prompts: [Int?: Int] = [:]
    /// Whether claims may have less than all of a step.
    let isContended: Bool

    /// - Parameters:
    ///   - rollouts: All that could be computed, of every policy.
    ///   - expectsInteractive: Whether interactive work was there a moment ago. A request that comes in the middle of a
    ///     step waits for its end, so batch work alone is kept short as well.
    init(_ rollouts: some Sequence<Rollout>, expectsInteractive: Bool = false) {
        var counts: [Int?: (rollouts: Int, priority: Priority)] = [:]
        for rollout in rollouts { counts[rollout.request.claim, default: (0, rollout.priority)].rollouts += 1 }
        let isBatch = counts.values.allSatisfy { $0.priority == .batch }
        if counts.count == 1, expectsInteractive, isBatch, let claim = counts.keys.first {
            isContended = true
            (rows[claim], prompts[claim]) = (Self.batchRows, Self.promptTokens)
            return
        }
        isContended = counts.count > 1
        guard isContended, let least = counts.values.map(\.rollouts).min() else { return }
        var left = max(Self.rowsPerClaim * (counts.count - 1) + 1, counts.count * least)
        let claims = counts.sorted { ($0.value.rollouts, $0.key ?? 0) < ($1.value.rollouts, $1.key ?? 0) }
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
