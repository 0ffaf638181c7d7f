/// Who waits to be computed, and who is let in next. Engine thread only.
struct Admission {
    /// Responses not yet started, or stopped for want of memory.
    private var lines: [VersionGroup: WaitingLine] = [:]
    private var arrivals = 0

    /// Entries of requests that wait.
    var count: Int { lines.values.reduce(0) { $0 + $1.count } }

    /// Takes a request in; takes as long for one response as for many, however many wait.
    mutating func add(_ request: RunningRequest) {
        request.arrival = arrivals
        arrivals += request.request.count
        lines[VersionGroup(request), default: WaitingLine()].add(request)
    }

    /// Takes a response back that was stopped.
    mutating func putBack(_ rollout: Rollout) {
        lines[VersionGroup(rollout.request), default: WaitingLine()].putBack(rollout)
    }

    /// Notes that a request has ended.
    mutating func remove(_ request: RunningRequest) { lines[VersionGroup(request)]?.remove(request) }

    /// The responses of a group whose turn it is, at most `places`.
    mutating func take(_ group: VersionGroup, places: Int, includingBatch: Bool) -> [Rollout] {
        let next = lines[group]?.take(places, includingBatch: includingBatch) ?? []
        if lines[group]?.count == 0 { lines[group] = nil }
        return next
    }

    /// Groups with rollouts to let in, in the order of what comes first in each.
    ///
    /// - Parameter others: Groups that are left out.
    func groups(apartFrom others: [VersionGroup]) -> [VersionGroup] {
        let first = lines.compactMap { group, line in
            others.contains(group) ? nil : line.firstReady.map { (group, $0.request.priority, $0.arrival) }
        }
        return first.sorted { ($0.1, $0.2) < ($1.1, $1.2) }.map(\.0)
    }
}
