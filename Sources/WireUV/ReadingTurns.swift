/// Decides which sockets are read in a turn of the loop, so that reading takes no more than its share and no socket
/// starves behind one that always has more: sockets that missed out go first in the following turns.
///
/// The system reports sockets in a fixed order, the same in each turn as long as all have something to read.
struct ReadingTurns {
    private let share: Duration
    /// When the first socket was read in this turn.
    private var since: ContinuousClock.Instant?
    /// Sockets that were deferred: those in `first` are read before all others, then those in `later`.
    private var first: Set<ObjectIdentifier> = []
    private var later: Set<ObjectIdentifier> = []
    /// One of `first` was read in this turn.
    private var servesFirst = false

    init(share: Duration) { self.share = share }

    mutating func mayRead(_ socket: ObjectIdentifier, at now: ContinuousClock.Instant) -> Bool {
        let isFirst = first.contains(socket)
        guard isFirst || first.isEmpty, hasShare(at: now) else {
            if !isFirst { later.insert(socket) }
            return false
        }
        if isFirst {
            first.remove(socket)
            servesFirst = true
        }
        later.remove(socket)
        return true
    }

    private mutating func hasShare(at now: ContinuousClock.Instant) -> Bool {
        guard let since else {
            since = now
            return true
        }
        return now - since < share
    }

    mutating func endTurn() {
        since = nil
        // Some deferred sockets may have closed by now, or have nobody reading them.
        if first.isEmpty || !servesFirst { (first, later) = (later, []) }
        servesFirst = false
    }
}
