/// How a rank reaches the others.
protocol RankLink: Sendable {
    var index: Int { get }
    /// The machine of each rank.
    var hosts: [String] { get }

    /// Carries out transfers side by side. Those between two ranks on a channel are matched in order; a message is received
    /// into just as many bytes.
    ///
    /// - Returns: Once all are over, none; once the time has passed, the ranks whose transfers are not. What these use may
    ///   be used until the process ends, so it is kept.
    /// - Throws: `RankError.failed`.
    func carry(
        _ transfers: [RankTransfer], until end: ContinuousClock.Instant, for operation: String
    ) throws(RankError) -> [Int]

    /// Ends this rank's part, once all are done with each other.
    func leave()

    /// Ends all ranks at once.
    func abort() -> Never
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

/// Transfers of one channel do not wait for those of another, nor are taken for them. The raw value is MPI's tag.
public enum RankChannel: Int32, Sendable, CaseIterable {
    /// What to do next, and what came of it.
    case control
    /// Gradients, which are summed while others are still computed.
    case gradients
}
