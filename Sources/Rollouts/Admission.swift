/// Decides which waiting responses are computed next. Engine thread only.
struct Admission {
    /// Responses not yet started, or stopped for lack of memory.
    private var lines: [VersionGroup: WaitingLine] = [:]
    private var arrivals = 0

    /// The number of waiting request entries.
    var count: Int { lines.values.reduce(0) { $0 + $1.count } }

    /// Adds a request, in time independent of its number of responses and of how many others wait.
    mutating func add(_ request: RunningRequest) {
        request.arrival = arrivals
        arrivals += request.request.count
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
        if lines[group]?.count == 0 { lines[group] = nil }
        return next
    }

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
