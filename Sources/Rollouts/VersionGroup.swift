/// The rollouts one step may compute together: those of one version of one policy.
struct VersionGroup: Hashable {
    let policy: HostedPolicy
    let version: Int

    init(_ request: RunningRequest) {
        policy = request.policy
        version = request.version
    }

    static func == (a: VersionGroup, b: VersionGroup) -> Bool { a.policy === b.policy && a.version == b.version }

    func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(policy))
        hasher.combine(version)
    }

    func holds(_ rollout: Rollout) -> Bool { rollout.policy === policy && rollout.request.version == version }
}
