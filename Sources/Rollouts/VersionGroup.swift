import Policy

/// The rollouts one step may compute together: those whose weights have one base, with whatever adapters.
struct VersionGroup: Hashable {
    /// The policy of one of them.
    let policy: HostedPolicy
    private let base: ObjectIdentifier

    init(_ request: RunningRequest) {
        policy = request.policy
        base = ObjectIdentifier(request.weights.base)
    }

    static func == (a: VersionGroup, b: VersionGroup) -> Bool {
        a.policy.runtime === b.policy.runtime && a.base == b.base
    }

    func hash(into hasher: inout Hasher) { hasher.combine(base) }

    func holds(_ rollout: Rollout) -> Bool {
        rollout.policy.runtime === policy.runtime && ObjectIdentifier(rollout.request.weights.base) == base
    }
}
