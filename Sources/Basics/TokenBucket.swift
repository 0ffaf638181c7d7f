/// A token bucket: an allowance that is used up one at a time and refills over time.
package struct TokenBucket: Sendable {
    package let capacity: Double
    package let perSecond: Double
    private var tokens: Double
    private var updated: ContinuousClock.Instant?

    package init(capacity: Double, perSecond: Double) {
        self.capacity = capacity
        self.perSecond = perSecond
        tokens = capacity
    }

    package mutating func take(at now: ContinuousClock.Instant) -> Bool {
        if tokens < capacity, let updated {
            tokens = min(capacity, tokens + (now - updated) / .seconds(1) * perSecond)
        }
        updated = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    package mutating func fill() { tokens = capacity }
}
