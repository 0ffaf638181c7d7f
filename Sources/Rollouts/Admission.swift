/// Decides which waiting responses are computed next. Engine thread only.
struct Admission {
    /// Responses not yet started, or stopped for lack of memory.
    private var lines: [VersionGroup: WaitingLine] = [:]
    /// By owner, where its next request stands in the order.
    private var nextPlaces: [String: Int] = [:]
    /// Where the request that was begun last stood.
    private var begun = 0

    /// The number of waiting request entries.
    var count: Int { lines.values.reduce(0) { $0 + $1.count } }

    /// Adds a request, in time independent of its number of responses and of how many others wait.
    ///
    /// Owners take fair turns: each of an owner's requests stands behind its earlier ones by the tokens that those may
    /// take, and no request stands before what was begun already. So one from an owner who had none comes next, however
    /// many requests others have waiting; those of a single owner keep their order.
    ///
    /// Source: start-time fair queueing, Goyal, Vin and Cheng 1997.
    mutating func add(_ request: RunningRequest) {
        let owner = request.owner.turn
        request.arrival = max(begun, nextPlaces[owner] ?? 0)
        nextPlaces[owner] = request.arrival + request.mostTokens
        if nextPlaces.count > 1024 { nextPlaces = nextPlaces.filter { $0.value > begun } }
        lines[VersionGroup(request), default: WaitingLine()].add(request)
    }

    /// Takes back a response that was stopped.
    mutating func putBack(_ rollout: Rollout) {
        lines[VersionGroup(rollout.request), default: WaitingLine()].putBack(rollout)
    }

    /// Notes that a request has ended.
    mutating func remove(_ request: RunningRequest) { lines[VersionGroup(request)]?.remove(request) }

    /// Takes the next responses of a group, at most `places`.
    mutating func take(_ group: VersionGroup, places: Int, includingBatch: Bool) -> [Rollout] {
        let next = lines[group]?.take(places, includingBatch: includingBatch) ?? []
        for rollout in next { begun = max(begun, rollout.request.arrival) }
        if lines[group]?.count == 0 { lines[group] = nil }
        return next
    }

    /// The claim of the next response of a group.
    func nextClaim(_ group: VersionGroup) -> Int? { lines[group]?.firstReady?.claim }

    /// Groups with rollouts to admit, ordered by the first rollout of each.
    ///
    /// - Parameter others: Groups to leave out.
    func groups(apartFrom others: [VersionGroup]) -> [VersionGroup] {
        let first = lines.compactMap { group, line in
            others.contains(group) ? nil : line.firstReady.map { (group, $0.request.priority, $0.arrival) }
        }
        return first.sorted { ($0.1, $0.2) < ($1.1, $1.2) }.map(\.0)
    }
}
