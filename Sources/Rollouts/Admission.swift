import Policy

/// Decides which waiting responses are computed next. Engine thread only.
struct Admission {
    /// Responses not yet started, or stopped for lack of memory.
    private var lines: [VersionGroup: WaitingLine] = [:]
    /// Where an owner's next request stands in the order of its line.
    private var nextPlaces: [Place: Int] = [:]
    /// The furthest that a begun request of any line stood: where new lines begin.
    private var begun = 0
    /// The number of requests so far.
    private var added = 0

    /// An owner's place in a line.
    private struct Place: Hashable {
        let owner: String
        let memory: ObjectIdentifier
        let base: ObjectIdentifier
        let priority: Priority

        init(_ request: RunningRequest) {
            owner = request.owner.turn
            memory = ObjectIdentifier(request.policy.runtime)
            base = ObjectIdentifier(request.weights.base)
            priority = request.request.priority
        }
    }

    /// The number of waiting request entries.
    var count: Int { lines.values.reduce(0) { $0 + $1.count } }

    /// Adds a request, in time independent of its number of responses and of how many others wait.
    ///
    /// Owners take fair turns: each of an owner's requests stands behind its earlier ones by the tokens that those may
    /// take, and no request stands before what its line has begun already. So one from an owner who had none comes next,
    /// however many requests others have waiting; those of a single owner keep their order. Each policy, version (adapters
    /// on it apart) and priority has an order of its own: what is begun in one says nothing about what waits in another.
    ///
    /// Source: start-time fair queueing, Goyal, Vin and Cheng 1997.
    mutating func add(_ request: RunningRequest) {
        added += 1
        request.number = added
        let group = VersionGroup(request), place = Place(request)
        request.arrival = max(lines[group]?.begun(request.request.priority) ?? begun, nextPlaces[place] ?? 0)
        nextPlaces[place] = request.arrival + request.mostTokens
        if nextPlaces.count > 1024 { nextPlaces = nextPlaces.filter { $0.value > begun } }
        lines[group, default: WaitingLine(begun: begun)].add(request)
    }

    /// Takes back a response that was stopped.
    mutating func putBack(_ rollout: Rollout) {
        lines[VersionGroup(rollout.request), default: WaitingLine(begun: begun)].putBack(rollout)
    }

    /// Notes that a request has ended.
    mutating func remove(_ request: RunningRequest) {
        let group = VersionGroup(request)
        lines[group]?.remove(request)
        forgetIfEmpty(group)
    }

    /// Takes the next responses of a group, at most `places`.
    mutating func take(_ group: VersionGroup, places: Int, includingBatch: Bool) -> [Rollout] {
        let next = lines[group]?.take(places, includingBatch: includingBatch) ?? []
        for rollout in next { begun = max(begun, rollout.request.arrival) }
        forgetIfEmpty(group)
        return next
    }

    /// Takes the next response of a group that is of none of the given claims, if there is one.
    mutating func takeOne(_ group: VersionGroup, apartFrom claims: Set<Int?>, includingBatch: Bool) -> Rollout? {
        defer { forgetIfEmpty(group) }
        return lines[group]?.takeOne(apartFrom: claims, includingBatch: includingBatch)
    }

    /// A line that is left keeps its policy, even one out of service.
    private mutating func forgetIfEmpty(_ group: VersionGroup) {
        if lines[group]?.isEmpty == true { lines[group] = nil }
    }

    /// Whether interactive responses of a group could be admitted.
    func hasInteractive(_ group: VersionGroup) -> Bool { lines[group]?.firstReady?.request.priority == .interactive }

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
