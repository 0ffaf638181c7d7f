/// What each claim may compute in a step while several have work.
///
/// A step lasts as long as everything in it, so a large batch slows every stream beside it. Of N claims each is entitled to
/// an Nth of the machine: a step may take N times as long as the smallest claim's part alone, and that claim is served at
/// an Nth of its speed alone. What the larger claims lose in batch size they get back when the small ones are done.
struct StepShares {
    /// The most tokens by which the smallest claim's part is measured: a long prompt would make steps long for all.
    static let mostLeastTokens = 32
    /// How much longer than one token's a step may take while work of others is expected.
    static let expectingFactor = 4.0

    /// The tokens left to each claim; nil if a claim may have all of a step.
    private var left: [Int?: Int]?
    /// Their sum.
    private var allLeft = 0
    /// The claim asked about last, which is not up to date in `left`. Rollouts come sorted, nearly by claim, and looking
    /// one of hundreds up in every step would take longer than the steps of a small model.
    private var current: (claim: Int?, left: Int)?

    /// - Parameters:
    ///   - rollouts: All that could be computed, of every policy.
    ///   - cost: How long steps of the policy at hand take.
    ///   - expectsOthers: Whether others had interactive work a moment ago. A request that comes in the middle of a step
    ///     waits for its end, so steps of a single claim are kept short as well.
    init(
        _ rollouts: some Sequence<Rollout>, cost: StepCost = StepCost(), expectsOthers: @autoclosure () -> Bool = false
    ) {
        let demands = Self.demands(rollouts)
        if demands.count == 1, expectsOthers(), let claim = demands.keys.first {
            left = [claim: cost.tokens(within: Self.expectingFactor * cost.seconds(1))]
        } else if demands.count > 1 {
            left = Self.shares(demands, of: Self.mostTokens(demands.values, cost))
        }
        allLeft = left?.values.reduce(0, +) ?? 0
    }

    /// Whether no claim has any tokens left.
    var isExhausted: Bool { left != nil && allLeft <= 0 }

    /// What each claim could compute.
    private static func demands(_ rollouts: some Sequence<Rollout>) -> [Int?: Int] {
        var demands: [Int?: Int] = [:], claim: Int?, sum = 0
        for rollout in rollouts {
            if rollout.request.claim != claim {
                if sum > 0 { demands[claim, default: 0] += sum }
                (claim, sum) = (rollout.request.claim, 0)
            }
            sum += rollout.uncomputedCount
        }
        if sum > 0 { demands[claim, default: 0] += sum }
        return demands
    }

    /// The most tokens of a step: as many as take N times as long as what the smallest of N claims could compute, and
    /// never fewer for any.
    static func mostTokens(_ demands: some Collection<Int>, _ cost: StepCost) -> Int {
        let least = min(Self.mostLeastTokens, demands.min() ?? 1)
        let within = cost.tokens(within: Double(demands.count) * cost.seconds(least))
        return max(within, demands.count * least)
    }

    /// Equal shares of a number of tokens; what a small claim does not need goes to the larger ones.
    private static func shares(_ demands: [Int?: Int], of total: Int) -> [Int?: Int] {
        var left = total, shares: [Int?: Int] = [:]
        let claims = demands.sorted { ($0.value, $0.key ?? 0) < ($1.value, $1.key ?? 0) }
        for (index, claim) in claims.enumerated() {
            let share = max(1, min(claim.value, left / (claims.count - index)))
            shares[claim.key] = share
            left -= share
        }
        return shares
    }

    /// How many tokens a rollout may compute, of at most `limit`.
    mutating func tokens(_ rollout: Rollout, limit: Int) -> Int {
        guard left != nil else { return limit }
        return min(limit, select(rollout.request.claim))
    }

    mutating func take(_ rollout: Rollout, _ count: Int) {
        guard left != nil else { return }
        let left = select(rollout.request.claim)
        current?.left = left - count
        allLeft -= count
    }

    /// Returns what is left to a claim.
    private mutating func select(_ claim: Int?) -> Int {
        if let current, current.claim == claim { return current.left }
        if let current { left?[current.claim] = current.left }
        let tokens = left?[claim] ?? 1
        current = (claim, tokens)
        return tokens
    }

    /// Takes one token of a rollout's claim; false if none is left.
    mutating func takeRow(_ rollout: Rollout) -> Bool {
        guard tokens(rollout, limit: 1) > 0 else { return false }
        take(rollout, 1)
        return true
    }
}
