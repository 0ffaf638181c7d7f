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
    /// - Parameters:
    ///   - begin: Since when they are waited for.
    ///   - patience: How long the work of a rank that is waited for may not go on.
    ///   - isOver: Asked from time to time with the failures that others have announced since it was last asked.
    /// - Returns: Once all are over, or `isOver` says so, none; otherwise the ranks for which patience ended. What their
    ///   transfers use may be used until the process ends, so it is kept.
    /// - Throws: `RankError.failed`.
    func carry(
        _ transfers: [RankTransfer], in epoch: Int, since begin: ContinuousClock.Instant, patience: Duration,
        for operation: String, unless isOver: ([RankFailure]) -> Bool
    ) throws(RankError) -> [Int]

    /// Lets ranks that wait for this one know, soon, that its work goes on.
    func goesOn()

    /// The other ranks that do not say in time that they are there.
    func absent(after limit: Duration) -> [Int]

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
