import Threads

/// What ranks tell each other beside their work.
enum RankSign: UInt8 {
    /// The work goes on.
    case working
    /// Are you there?
    case question
    case present
}

/// Lets ranks that wait for this one know that its work goes on, and remembers when theirs did.
///
/// What counts is that work gets done, not that the process is there: a rank that hangs shows no sign of it. Whether others
/// are there at all is another question, which each rank answers on a thread of its own, whatever else it does.
final class SignsOfLife: Sendable {
    /// How a sign gets to another rank, without anybody waiting for it, and what has come from others since.
    protocol Post: Sendable {
        func show(_ sign: RankSign, to rank: Int)
        func shown() -> [(rank: Int, sign: RankSign)]
    }

    private struct State {
        var hasWorked = false
        var lastShown = ContinuousClock.now
        /// When the work of others was last known to go on.
        var heard: [Int: ContinuousClock.Instant] = [:]
        var present: Set<Int> = []
        var isOver = false
        /// Whether nothing is sent or received any more.
        var isStill = false
    }

    /// How often ranks look for signs: a launcher gives them a second to end once one has died.
    private static let tick = Duration.milliseconds(100)
    /// How often they show theirs.
    private static let interval = Duration.seconds(5)

    private let others: [Int]
    private let post: any Post
    private let state = Condition(State())

    init(others: [Int], post: any Post) {
        (self.others, self.post) = (others, post)
        if others.isEmpty {
            state.withLock { $0.isStill = true }
            return
        }
        let isStarted = startThread("attnrl-signs") { [state, post] in Self.run(state, post, others) }
        precondition(isStarted, "no thread for signs of life")
    }

    private static func run(_ state: Condition<State>, _ post: any Post, _ others: [Int]) {
        while state.wait(atMost: tick, { $0.isOver ? () : nil }) == nil {
            for (rank, sign) in post.shown() {
                switch sign {
                case .working: state.withLock { $0.heard[rank] = .now }
                case .question: post.show(.present, to: rank)
                case .present:
                    state.withLock { _ = $0.present.insert(rank) }
                    state.broadcast()
                }
            }
            let isDue = state.withLock { state in
                guard state.hasWorked, state.lastShown.duration(to: .now) >= interval else { return false }
                (state.hasWorked, state.lastShown) = (false, .now)
                return true
            }
            if isDue { for rank in others { post.show(.working, to: rank) } }
        }
        state.withLock { $0.isStill = true }
        state.broadcast()
    }

    /// Notes that this rank's work goes on.
    func goesOn() { state.withLock { $0.hasWorked = true } }

    /// When a rank's work was last known to go on; nil if it never was.
    func heard(of rank: Int) -> ContinuousClock.Instant? { state.withLock { $0.heard[rank] } }

    /// The others that do not say in time that they are there.
    func absent(after limit: Duration) -> [Int] {
        state.withLock { $0.present = [] }
        for rank in others { post.show(.question, to: rank) }
        let all = Set(others)
        state.wait(atMost: limit) { $0.present == all ? () : nil }
        return all.subtracting(state.withLock { $0.present }).sorted()
    }

    /// Sends nothing any more.
    func end() {
        state.withLock { $0.isOver = true }
        state.broadcast()
        state.wait { $0.isStill ? () : nil }
    }
}
