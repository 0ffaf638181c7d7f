/// How a rank reaches the others.
protocol RankLink: Sendable {
    var index: Int { get }
    /// The machine of each rank.
    var hosts: [String] { get }
    /// Where ranks exchange what nobody waits for.
    var sideThread: SideThread { get }

    /// Carries out transfers side by side. Those between two ranks on a channel in an epoch are matched in order; a message is
    /// received into just as many bytes.
    ///
    /// - Parameter isOver: Asked from time to time with the failures that others have announced since it was last asked.
    /// - Returns: Once all are over, or `isOver` says so, none; once the time has passed, the ranks whose transfers are not.
    ///   What these use may be used until the process ends, so it is kept.
    /// - Throws: `RankError.failed`.
    func carry(
        _ transfers: [RankTransfer], in epoch: Int, until end: ContinuousClock.Instant, for operation: String,
        unless isOver: ([RankFailure]) -> Bool
    ) throws(RankError) -> [Int]

    /// Tells another rank of a failure, without waiting for it.
    func announce(_ failure: RankFailure, to rank: Int)

    /// Ends this rank's part, once all are done with each other.
    func leave()

    /// Ends all ranks at once.
    func abort() -> Never
}

/// That a rank left what all were doing together.
struct RankFailure: Sendable, Equatable {
    let rank: Int
    /// The epoch that ended with it.
    let epoch: Int
    let reason: String
}

/// Bytes from or to another rank.
struct RankTransfer: Sendable {
    enum Direction { case send, receive }

    let direction: Direction
    let peer: Int
    let channel: RankChannel
    let bytes: RankBytes
    /// Which of the bytes.
    var range: Range<Int>

    init(_ direction: Direction, _ peer: Int, _ channel: RankChannel, _ bytes: RankBytes) {
        (self.direction, self.peer, self.channel, self.bytes) = (direction, peer, channel, bytes)
        range = 0..<bytes.count
    }
}

/// Transfers of one channel do not wait for those of another, nor are taken for them.
public enum RankChannel: Int32, Sendable, CaseIterable {
    /// What to do next, and what came of it.
    case control
    /// Gradients, which are summed while others are still computed.
    case gradients
}
