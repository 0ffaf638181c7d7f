/// Which sockets are read in a turn of the loop, so that reading takes no more than its share and no socket waits for ever
/// behind one that always has more: who found nothing left of the share goes first in the turns after.
///
/// The system reports sockets in an order of its own, the same in each turn as long as all have something to read.
struct ReadingTurns {
    private let share: Duration
    /// When a socket was first read in this turn.
    private var since: ContinuousClock.Instant?
    /// Sockets that were put off: those of `first` are read before all others, then those of `later`.
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
        // Of those that were put off, some may be closed by now, or read by nobody.
        if first.isEmpty || !servesFirst { (first, later) = (later, []) }
        servesFirst = false
    }
}
