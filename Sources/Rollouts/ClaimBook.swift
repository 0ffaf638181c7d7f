import Foundation

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
        /// Of these, the ones that have not begun.
        var waiting = 0
        /// When its last request ended, if it has none.
        var restsSince: ContinuousClock.Instant?
        /// Seconds of steps that it took, each counting the less the longer ago it was: by a factor of e in `memory`.
        var used = 0.0
        /// When `used` was brought up to date.
        var usedAt: ContinuousClock.Instant
    }

    /// For how long more interactive work is expected of a claim, and over which what it has used is looked at.
    private static let memory = Duration.seconds(1)

    private var entries: [Claim: Entry] = [:]
    /// The claims by number.
    private var claims: [Int: Claim] = [:]
    private var count = 0
    /// The number of claims that have requests.
    private(set) var working = 0
    /// How many entries there may be before those that have rested are looked for: each costs a look then, and there is a
    /// claim for every connection of a server without keys.
    private var mostEntries = leastEntries
    private static let leastEntries = 64

    /// Notes that a claim has a request more; returns the claim's number.
    mutating func begin(_ claim: Claim, at now: ContinuousClock.Instant) -> Int {
        if entries.count >= mostEntries {
            entries = entries.filter { !hasRested($0.value, at: now) }
            claims = claims.filter { entries[$0.value] != nil }
            mostEntries = max(Self.leastEntries, 2 * entries.count)
        }
        if entries[claim] == nil { count += 1 }
        var entry = entries[claim] ?? Entry(number: count, usedAt: now)
        claims[entry.number] = claim
        if entry.requests == 0 { working += 1 }
        entry.requests += 1
        entry.waiting += 1
        entry.restsSince = nil
        entries[claim] = entry
        return entry.number
    }

    /// Notes that one of a claim's requests computes its first tokens.
    mutating func compute(_ claim: Claim) { entries[claim]?.waiting -= 1 }

    /// Notes that one of a claim's requests has ended.
    ///
    /// - Parameter hadBegun: Whether it had computed any tokens.
    mutating func end(_ claim: Claim, hadBegun: Bool, at now: ContinuousClock.Instant) {
        guard var entry = entries[claim] else { return }
        entry.requests -= 1
        if !hadBegun { entry.waiting -= 1 }
        if entry.requests == 0 {
            entry.restsSince = now
            working -= 1
        }
        entries[claim] = entry
    }

    /// Whether interactive work of claims other than these waits to begin, or may come any moment.
    ///
    /// - Parameter claims: Numbers of claims.
    func expectsInteractive(apartFrom claims: some Collection<Int?>, at now: ContinuousClock.Instant) -> Bool {
        entries.contains { claim, entry in
            claim.priority == .interactive && !claims.contains(entry.number)
                && (entry.waiting > 0 || entry.requests == 0 && !hasRested(entry, at: now))
        }
    }

    /// Notes that a claim took part of a step.
    ///
    /// - Parameter seconds: Its part, by its tokens, of the time that the step took.
    mutating func use(_ number: Int?, seconds: Double, at now: ContinuousClock.Instant) {
        guard let claim = number.flatMap({ claims[$0] }), var entry = entries[claim] else { return }
        entry.used = Self.used(entry, at: now) + seconds
        entry.usedAt = now
        entries[claim] = entry
    }

    /// Whether a claim has lately used less than is due to it: of N claims with work, an Nth of the time.
    func isBelowItsShare(_ number: Int?, at now: ContinuousClock.Instant) -> Bool {
        guard let claim = number.flatMap({ claims[$0] }), let entry = entries[claim] else { return false }
        return Self.used(entry, at: now) * Double(working) < Self.memory / .seconds(1)
    }

    private static func used(_ entry: Entry, at now: ContinuousClock.Instant) -> Double {
        entry.used * exp(-(entry.usedAt.duration(to: now) / memory))
    }

    private func hasRested(_ entry: Entry, at now: ContinuousClock.Instant) -> Bool {
        entry.restsSince.map { now - $0 >= Self.memory } ?? false
    }
}
