import DequeModule

/// Requests of one version of one policy with responses waiting to be computed. Engine thread only.
///
/// Interactive requests come before batch ones, earlier before later, and each request's responses in order. A request
/// is one entry, however many responses it has: adding it or giving it up costs the same with 256 as with 1. One whose
/// response was stopped returns to its place, which is found by bisection.
struct WaitingLine {
    /// By priority; each in order of arrival.
    private var lines = [Deque<RunningRequest>](repeating: [], count: Priority.allCases.count)
    /// By priority, the furthest that a request stood which was begun.
    private var begun: [Int]
    /// Entries left behind by requests that have ended.
    private var endedCount = 0

    /// - Parameter begun: Where its requests begin to stand.
    init(begun: Int = 0) { self.begun = Array(repeating: begun, count: Priority.allCases.count) }

    func begun(_ priority: Priority) -> Int { begun[priority.rawValue] }

    /// The number of entries, including those of ended requests not yet cleared away.
    var count: Int { lines.reduce(0) { $0 + $1.count } }

    /// Whether no request waits: entries of ended ones are all there is.
    var isEmpty: Bool { endedCount == count }

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
        lines.lazy.compactMap { $0.first(where: \.isReady) }.first
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
                begun[line] = max(begun[line], request.arrival)
            }
            if request.isOver || request.responses.isEmpty { drop(lines[line].removeFirst()) }
        }
        for request in stalled.reversed() { lines[line].prepend(request) }
    }

    /// Takes the next response of the most urgent requests that is of none of the given claims, if there is one.
    ///
    /// It goes before its turn, so those before it keep theirs.
    mutating func takeOne(apartFrom claims: Set<Int?>, includingBatch: Bool) -> Rollout? {
        let urgent = lines.firstIndex { $0.contains(where: \.isReady) }
        guard let line = urgent, includingBatch || line != Priority.batch.rawValue,
            let place = lines[line].firstIndex(where: { $0.isReady && !claims.contains($0.claim) })
        else { return nil }
        let request = lines[line][place]
        guard let rollout = request.responses.next(of: request) else { return nil }
        if request.responses.isEmpty { drop(lines[line].remove(at: place)) }
        return rollout
    }

    private mutating func drop(_ request: RunningRequest) {
        request.isInLine = false
        if request.isOver { endedCount -= 1 }
    }
}

extension RunningRequest {
    /// Whether a response waits that could be computed now.
    fileprivate var isReady: Bool { !isOver && !responses.isEmpty && !isStalled }
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
