/// Notices a peer that takes nothing of what waits for it, whatever else it sends.
struct StallState {
    private let limit: Duration
    private var taken = 0
    private var since: ContinuousClock.Instant?

    init(limit: Duration) { self.limit = limit }

    /// Whether bytes have waited for longer than the limit while none was taken.
    ///
    /// - Parameters:
    ///   - queued: The number of bytes that wait now.
    ///   - taken: The number of bytes taken since the beginning.
    mutating func isStalled(queued: Int, taken: Int, at now: ContinuousClock.Instant) -> Bool {
        guard queued > 0, taken == self.taken, let since else {
            self.taken = taken
            since = now
            return false
        }
        return now - since > limit
    }
}
