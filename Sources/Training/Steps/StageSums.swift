import Ranks
import Threads

/// The sums of a step's gradients among ranks, stage by stage, while the pass that completes the stages goes on.
final class StageSums: Sendable {
    private struct State {
        /// The number of stages whose gradients are there.
        var completed = 0
        var isAbandoned = false
        /// Once no more is done.
        var outcome: Result<Void, any Error>?
    }

    private let count: Int
    private let ranks: Ranks
    private let state = Condition(State())

    /// Begins. Either `finish` or `abandon` has to be called.
    ///
    /// - Parameter add: Adds up a stage. In a world of several ranks it is called on a thread of its own.
    init(_ count: Int, _ ranks: Ranks, add: @escaping @Sendable (_ stage: Int, Ranks) throws -> Void) {
        (self.count, self.ranks) = (count, ranks)
        ranks.aside { [count, state] ranks in
            let outcome = Result {
                for stage in 0..<count {
                    let isThere: Bool? = state.wait { state in
                        state.completed > stage ? true : state.isAbandoned ? false : nil
                    }
                    guard isThere == true else { return }
                    try add(stage, ranks)
                }
            }
            state.withLock { $0.outcome = outcome }
            state.broadcast()
        }
    }

    /// Says that the gradients of a stage are there, and those of all before.
    func completed(_ stage: Int) {
        state.withLock { $0.completed = stage + 1 }
        state.broadcast()
    }

    /// Waits until all stages are added up.
    ///
    /// - Throws: What `add` threw.
    func finish() throws {
        let begin = ContinuousClock.now
        completed(count - 1)
        defer { ranks.count { $0.waiting += begin.duration(to: .now) } }
        try outcome.get()
    }

    /// Gives up stages that are not there yet, and waits until the one that is being added up is done with.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        state.broadcast()
        _ = outcome
    }

    private var outcome: Result<Void, any Error> { state.wait { $0.outcome }! }
}
