/// What each claim may compute in a step while several have work.
///
/// A step lasts as long as everything in it, so a large batch slows every stream beside it. Of N claims each is entitled to
/// an Nth of the machine: a step may take N times as long as the smallest claim's part alone, and that claim is served at
/// an Nth of its speed alone. What the larger claims lose in batch size they get back when the small ones are done.
///
/// A smallest claim that has lately used less than its Nth is served nearly as if it were alone, until it has used that: a
/// short request now and then does not wait for others, who lose no more by it.
struct StepShares {
    /// The most tokens by which the smallest claim's part is measured: a long prompt would make steps long for all.
    static let mostLeastTokens = 32
    /// How much longer than one token's a step may take, for each claim in it, while work of others is expected.
    static let expectingFactor = 4.0
    /// How much longer than the part of a claim that is served first a step may take.
    static let preferringFactor = 1.25

    /// The claim that is served first, if one is; others get only what makes its part of the step little longer.
    private(set) var preferred: Int??
    /// Stands for all others beside a claim that is preferred: they take what is left in their order.
    private static let others = -1
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
    ///   - expectsOthers: Whether interactive work of claims other than those that could be computed waits, or has just
    ///     ended. A request that comes in the middle of a step waits for its end, so steps are kept short then.
    ///   - isPreferred: Whether a claim, which has part of this step, has used less than its share.
    init(
        _ rollouts: some Sequence<Rollout>, cost: StepCost = StepCost(),
        expectsOthers: (any Collection<Int?>) -> Bool = { _ in false }, isPreferred: (Int?) -> Bool = { _ in false }
    ) {
        let demands = Self.demands(rollouts)
        /// The most tokens while others are expected.
        func short() -> Int? {
            guard !demands.isEmpty, expectsOthers(demands.keys) else { return nil }
            let seconds = Self.expectingFactor * Double(demands.count) * cost.seconds(1)
            return max(cost.tokens(within: seconds), demands.count)
        }
        if demands.count > 1, let least = demands.min(by: Self.isSmaller), isPreferred(least.key) {
            preferred = .some(least.key)
            let own = min(Self.mostLeastTokens, least.value)
            let total = cost.tokens(within: Self.preferringFactor * cost.seconds(own))
            left = [least.key: own, Self.others: max(total - own, 0)]
        } else if demands.count > 1 {
            left = Self.shares(demands, of: min(Self.mostTokens(demands.values, cost), short() ?? .max))
        } else if let short = short(), let claim = demands.keys.first {
            left = [claim: short]
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

    private typealias Demand = Dictionary<Int?, Int>.Element

    private static func isSmaller(_ a: Demand, _ b: Demand) -> Bool { (a.value, a.key ?? 0) < (b.value, b.key ?? 0) }

    /// Equal shares of a number of tokens; what a small claim does not need goes to the larger ones.
    private static func shares(_ demands: [Int?: Int], of total: Int) -> [Int?: Int] {
        var left = total, shares: [Int?: Int] = [:]
        let claims = demands.sorted(by: isSmaller)
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
        let claim = preferred == nil || preferred == .some(claim) ? claim : Self.others
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
