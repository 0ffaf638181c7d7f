/// Whose work a rollout is: an owner's requests of one priority take turns with those of others.
struct Claim: Hashable {
    let owner: String
    let priority: Priority

    init(_ request: RunningRequest) {
        owner = request.owner.turn
        priority = request.request.priority
    }
}

/// The claims that have requests, or had some a moment ago.
struct ClaimBook {
    private struct Entry {
        let number: Int
        var requests = 0
        /// When its last request ended, if it has none.
        var restsSince: ContinuousClock.Instant?
    }

    /// For how long more interactive work is expected of a claim.
    private static let memory = Duration.seconds(1)

    private var entries: [Claim: Entry] = [:]
    private var count = 0
    /// How many entries there may be before those that have rested are looked for: each costs a look then, and there is a
    /// claim for every connection of a server without keys.
    private var mostEntries = leastEntries
    private static let leastEntries = 64

    /// Notes that a claim has a request more; returns the claim's number.
    mutating func begin(_ claim: Claim, at now: ContinuousClock.Instant) -> Int {
        if entries.count >= mostEntries {
            entries = entries.filter { !hasRested($0.value, at: now) }
            mostEntries = max(Self.leastEntries, 2 * entries.count)
        }
        if entries[claim] == nil { count += 1 }
        var entry = entries[claim] ?? Entry(number: count)
        entry.requests += 1
        entry.restsSince = nil
        entries[claim] = entry
        return entry.number
    }

    /// Notes that one of a claim's requests has ended.
    mutating func end(_ claim: Claim, at now: ContinuousClock.Instant) {
        guard var entry = entries[claim] else { return }
        entry.requests -= 1
        if entry.requests == 0 { entry.restsSince = now }
        entries[claim] = entry
    }

    /// Whether interactive work may come any moment of a claim that has none now.
    func expectsInteractive(at now: ContinuousClock.Instant) -> Bool {
        entries.contains { claim, entry in
            claim.priority == .interactive && entry.requests == 0 && !hasRested(entry, at: now)
        }
    }

    private func hasRested(_ entry: Entry, at now: ContinuousClock.Instant) -> Bool {
        entry.restsSince.map { now - $0 >= Self.memory } ?? false
    }
}
