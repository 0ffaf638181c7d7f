import DequeModule
import ModelFiles

/// What other threads have asked of the engine's thread, and how much work it has accepted.
struct EngineInbox {
    typealias Action = @Sendable (Scheduler) -> Void

    /// Done in order.
    var actions: Deque<Action> = []
    /// Requests to give up, whether admitted yet or not. These overtake the actions.
    var cancellations: [Cancellation] = []
    /// No more requests are taken.
    var isClosed = false
    var isStopping = false
    var pause = Pause.none
    /// Submitted requests that have not ended, and their responses.
    private(set) var requestCount = 0
    private(set) var responseCount = 0
    /// By the owners' names.
    private(set) var accounts: [String: OwnerAccount] = [:]

    /// The most actions per turn: together they take much less time than a step, so cancellations and computation are
    /// not starved.
    static let actionsPerTurn = 256

    /// Whether the engine is paused.
    enum Pause {
        case none
        /// It finishes the responses it is computing and begins no others.
        case finishing
        case paused
    }

    /// What the engine does before its next step.
    struct Turn {
        var cancellations: [Cancellation] = []
        var actions: [Action] = []
        var pause = Pause.none
        /// Whether this is the last turn.
        var isLast = false

        var isEmpty: Bool { cancellations.isEmpty && actions.isEmpty }
    }

    mutating func takeTurn() -> Turn {
        // All of them when stopping: even a request that has just arrived must be ended.
        let count = isStopping ? actions.count : min(actions.count, Self.actionsPerTurn)
        defer {
            cancellations = []
            actions.removeFirst(count)
        }
        return Turn(
            cancellations: cancellations, actions: Array(actions.prefix(count)), pause: pause, isLast: isStopping)
    }

    /// Takes a request in, to be added before the next step. Returns why it is refused; nil if it is not.
    mutating func accept(
        _ request: RunningRequest, _ configuration: EngineConfiguration, now: ContinuousClock.Instant = .now
    ) -> EngineError? {
        let responses = request.request.count
        if let refusal = refusal(
            of: responses, for: request.owner, mostTokens: request.mostTokens, configuration, now: now)
        {
            return refusal
        }
        begin(
            responses, for: request.owner, promptTokens: request.given.count, mostTokens: request.mostTokens, now: now)
        request.policy.requests.begin()
        actions.append { $0.add(request) }
        return nil
    }

    /// Why a request is refused; nil if it is accepted.
    func refusal(
        of responses: Int, for owner: RequestOwner = RequestOwner(), mostTokens: Int = 0,
        _ configuration: EngineConfiguration, now: ContinuousClock.Instant = .now
    ) -> EngineError? {
        if isClosed { return .shuttingDown }
        if requestCount >= configuration.requestLimit {
            return .queueFull(requests: requestCount, limit: configuration.requestLimit)
        }
        if responseCount + responses > configuration.responseLimit {
            return .tooManyResponses(asked: responses, responses: responseCount, limit: configuration.responseLimit)
        }
        guard !owner.name.isEmpty else { return nil }
        // However much one owner asks for, a quarter of the places is left to others.
        let places = max(1, configuration.requestLimit * 3 / 4)
        var account = accounts[owner.name] ?? OwnerAccount()
        return account.refusal(
            of: owner, responses: responses, mostTokens: mostTokens, places: places, now: now)
    }

    mutating func begin(
        _ responses: Int, for owner: RequestOwner = RequestOwner(), promptTokens: Int = 0, mostTokens: Int = 0,
        now: ContinuousClock.Instant = .now
    ) {
        requestCount += 1
        responseCount += responses
        guard !owner.name.isEmpty else { return }
        accounts[owner.name, default: OwnerAccount()].requests += 1
        accounts[owner.name]?.responses += responses
        accounts[owner.name]?.heldTokens += mostTokens
        accounts[owner.name]?.charge(promptTokens, to: owner, now: now)
    }

    mutating func end(
        _ responses: Int, for owner: RequestOwner = RequestOwner(), drawnTokens: Int = 0, mostTokens: Int = 0,
        now: ContinuousClock.Instant = .now
    ) {
        requestCount -= 1
        responseCount -= responses
        guard !owner.name.isEmpty else { return }
        accounts[owner.name]?.requests -= 1
        accounts[owner.name]?.responses -= responses
        accounts[owner.name]?.heldTokens -= mostTokens
        accounts[owner.name]?.charge(drawnTokens, to: owner, now: now)
        if owner.tokensPerMinute == nil, accounts[owner.name]?.requests == 0 { accounts[owner.name] = nil }
    }
}
