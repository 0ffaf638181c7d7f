import DequeModule
import ModelFiles

/// What other threads want of the engine's thread, and how much it has taken on.
struct EngineInbox {
    typealias Action = @Sendable (Scheduler) -> Void

    /// Done in order.
    var actions: Deque<Action> = []
    /// Of requests to be given up, taken in or not. These overtake the actions.
    var cancellations: [Cancellation] = []
    /// No more requests are taken.
    var isClosed = false
    var isStopping = false
    /// Requests submitted that have not ended, and their responses.
    private(set) var requestCount = 0
    private(set) var responseCount = 0

    /// Actions of one turn at most: together they take much less than a step, and cancellations and computing get their
    /// chance in between.
    static let actionsPerTurn = 256

    /// What the engine does before its next step.
    struct Turn {
        var cancellations: [Cancellation] = []
        var actions: [Action] = []
        /// Nothing comes after it.
        var isLast = false

        var isEmpty: Bool { cancellations.isEmpty && actions.isEmpty }
    }

    mutating func takeTurn() -> Turn {
        // All of them when stopping: a request that has just come needs an end, too.
        let count = isStopping ? actions.count : min(actions.count, Self.actionsPerTurn)
        defer {
            cancellations = []
            actions.removeFirst(count)
        }
        return Turn(cancellations: cancellations, actions: Array(actions.prefix(count)), isLast: isStopping)
    }

    /// Why a request of some responses is not taken; nil when it is.
    func refusal(of responses: Int, _ configuration: EngineConfiguration) -> EngineError? {
        if isClosed { return .shuttingDown }
        if requestCount >= configuration.requestLimit {
            return .queueFull(requests: requestCount, limit: configuration.requestLimit)
        }
        if responseCount + responses > configuration.responseLimit {
            return .tooManyResponses(asked: responses, responses: responseCount, limit: configuration.responseLimit)
        }
        return nil
    }

    mutating func begin(_ responses: Int) {
        requestCount += 1
        responseCount += responses
    }

    mutating func end(_ responses: Int) {
        requestCount -= 1
        responseCount -= responses
    }
}
