import DequeModule

/// Requests of one version of one policy with responses waiting to be computed. Engine thread only.
///
/// Interactive requests come before batch ones, earlier before later, and each request's responses in order. A request
/// is one entry, however many responses it has: adding it or giving it up costs the same with 256 as with 1. One whose
/// response was stopped returns to its place, which is found by bisection.
struct WaitingLine {
    /// By priority; each in order of arrival.
    private var lines = [Deque<RunningRequest>](repeating: [], count: Priority.allCases.count)
    /// Entries left behind by requests that have ended.
    private var endedCount = 0

    /// The number of entries, including those of ended requests not yet cleared away.
    var count: Int { lines.reduce(0) { $0 + $1.count } }

    /// Adds a request, at the end of its line or where it was before.
    mutating func add(_ request: RunningRequest) {
        guard !request.isInLine, !request.responses.isEmpty else { return }
        request.isInLine = true
        let line = request.request.priority.rawValue
        guard let last = lines[line].last, last.arrival > request.arrival else { return lines[line].append(request) }
        lines[line].insert(request, at: Self.place(of: request, in: lines[line]))
    }

    private static func place(of request: RunningRequest, in line: Deque<RunningRequest>) -> Int {
        var (low, high) = (0, line.count)
        while low < high {
            let middle = (low + high) / 2
            if line[middle].arrival < request.arrival { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Takes back a response that was stopped.
    mutating func putBack(_ rollout: Rollout) {
        rollout.request.responses.putBack(rollout)
        add(rollout.request)
    }

    /// Notes that a request has ended. Its entry is removed when it reaches the front, or when most entries are such.
    mutating func remove(_ request: RunningRequest) {
        guard request.isInLine else { return }
        endedCount += 1
        guard endedCount > 16, endedCount > count / 2 else { return }
        for line in lines.indices { lines[line].removeAll(where: \.isOver) }
        endedCount = 0
    }

    /// The first request that could be computed now.
    var firstReady: RunningRequest? {
        lines.lazy.compactMap { $0.first { !$0.isOver && !$0.responses.isEmpty && !$0.isStalled } }.first
    }

    /// Takes the next responses. Requests that stall keep their place.
    mutating func take(_ limit: Int, includingBatch: Bool) -> [Rollout] {
        var taken: [Rollout] = []
        for priority in Priority.allCases where includingBatch || priority != .batch {
            take(limit, from: priority.rawValue, into: &taken)
        }
        return taken
    }

    private mutating func take(_ limit: Int, from line: Int, into taken: inout [Rollout]) {
        var stalled: [RunningRequest] = []
        while taken.count < limit, let request = lines[line].first {
            if !request.isOver, request.isStalled {
                stalled.append(lines[line].removeFirst())
                continue
            }
            while !request.isOver, taken.count < limit, let rollout = request.responses.next(of: request) {
                taken.append(rollout)
            }
            if request.isOver || request.responses.isEmpty { drop(lines[line].removeFirst()) }
        }
        for request in stalled.reversed() { lines[line].prepend(request) }
    }

    private mutating func drop(_ request: RunningRequest) {
        request.isInLine = false
        if request.isOver { endedCount -= 1 }
    }
}

/// Responses of one request that are not being computed: those that were stopped, and those that never began.
struct WaitingResponses {
    private let count: Int
    /// How many have been started at least once.
    private(set) var begunCount = 0
    /// In descending order of their index.
    private var stopped: [Rollout] = []

    init(count: Int) { self.count = count }

    var isEmpty: Bool { stopped.isEmpty && begunCount == count }

    /// The next response in order.
    mutating func next(of request: RunningRequest) -> Rollout? {
        if let rollout = stopped.popLast() { return rollout }
        guard begunCount < count else { return nil }
        defer { begunCount += 1 }
        return Rollout(request: request, index: begunCount, arrival: request.arrival + begunCount)
    }

    mutating func putBack(_ rollout: Rollout) {
        let index = stopped.firstIndex { $0.index < rollout.index } ?? stopped.endIndex
        stopped.insert(rollout, at: index)
    }

    /// Gives up all of them. Returns those that were stopped.
    mutating func removeAll() -> [Rollout] {
        defer { (begunCount, stopped) = (count, []) }
        return stopped
    }
}
