import Influence
import Threads
import Tokenizing
import Trees

extension TreeExplorer {
    /// How long a request waits for a place in the engine's queue.
    private static let patience = Duration.seconds(30)
    /// Requests that are in flight at the same time.
    private static let window = 64

    /// Tokens that a whole response can have.
    ///
    /// At least 1, so that the engine says what is wrong with a prompt that leaves no room.
    private var longest: Int {
        max(min(growth.sampling.maxTokens, policy.maxSequenceTokens - growth.prompt.count), 1)
    }

    /// Draws the responses of all places, in rounds that the budget holds.
    func draw(
        _ places: [Place], isBranched: Bool, _ grown: inout Grown, _ receive: (Event) async throws -> Void
    ) async throws {
        var rest = places[...]
        while !rest.isEmpty {
            let round = round(of: rest, budget: growth.tokenBudget - grown.drawnTokens)
            guard !round.isEmpty else {
                grown.undrawn += rest.reduce(0) { $0 + $1.count }
                return
            }
            rest.removeFirst(round.count)
            try await draw(round, isBranched: isBranched, &grown, receive)
        }
    }

    /// The places of one round with the tokens that each of their responses may draw.
    private func round(of places: ArraySlice<Place>, budget: Int) -> [(place: Place, limit: Int)] {
        var round: [(Place, Int)] = [], left = budget
        for place in places {
            let limit = longest - place.offset
            guard place.count * limit <= left else { break }
            round.append((place, limit))
            left -= place.count * limit
        }
        if round.isEmpty, let place = places.first, budget >= place.count { round = [(place, budget / place.count)] }
        return round
    }

    private func draw(
        _ round: [(place: Place, limit: Int)], isBranched: Bool, _ grown: inout Grown,
        _ receive: (Event) async throws -> Void
    ) async throws {
        let requests = round.map { place, limit in
            TreeRequest(
                place: place, limit: limit,
                kept: place.fork.map { Array(grown.tree.response(of: $0.rollout).prefix($0.offset)) } ?? [],
                isCaptured: isBranched && growth.branching.strategy.needs.contains(.attention))
        }
        let first = grown.tree.rollouts.count
        let starts = requests.reduce(into: [first]) { $0.append($0[$0.count - 1] + $1.place.count) }
        var rollouts: [DrawnRollout?] = Array(repeating: nil, count: starts[starts.count - 1] - first)
        try await withDrawn(requests) { request, drawn in
            let index = starts[request] + drawn.response
            rollouts[index - first] = drawn
            try await receive(
                .drawn(index: index, fork: requests[request].place.fork, rollout: drawn.rollout, text: drawn.text))
        }
        for (request, begin) in zip(requests, starts) {
            for rollout in rollouts[begin - first..<begin - first + request.place.count] {
                guard let rollout else { preconditionFailure("a response of \(request.place) did not end") }
                grown.tree.add(rollout.rollout, at: request.place.fork)
                grown.drawnTokens += rollout.rollout.tokens.count
                grown.computedTokens += rollout.computedTokens
                let isFull = request.limit == longest - request.place.offset
                if !isFull, !rollout.rollout.isComplete { grown.cut += 1 }
            }
        }
    }

    /// Computes requests at once and hands out their rollouts as they end.
    private func withDrawn(
        _ requests: [TreeRequest], _ receive: (_ request: Int, DrawnRollout) async throws -> Void
    ) async throws {
        let (drawn, sink) = AsyncThrowingStream<(Int, DrawnRollout), any Error>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    _ = try await mapAtOnce(requests, limit: Self.window) { index, request in
                        try await self.run(request) { sink.yield((index, $0)) }
                    }
                    sink.finish()
                } catch {
                    sink.finish(throwing: error)
                }
            }
            for try await (request, rollout) in drawn { try await receive(request, rollout) }
            // A stream that is read in a cancelled task ends without an error.
            try Task.checkCancellation()
        }
    }

    private func run(_ request: TreeRequest, _ receive: (DrawnRollout) -> Void) async throws {
        let generation = try await submit(request.engineRequest(growth, policy))
        var responses = Array(repeating: TokenOutput(), count: request.place.count)
        for try await events in generation {
            for event in events {
                switch event {
                case .tokens(let index, let run): responses[index].append(run)
                case .finished(let index, let finished):
                    receive(await rollout(index, responses[index], finished, request))
                case .started, .echoed, .stepClosed: break
                }
            }
        }
    }

    /// Pins the version that the tree began with, as long as it is there.
    private func submit(_ request: GenerationRequest) async throws -> Generation {
        do {
            return try await engine.submit(request, patience: Self.patience)
        } catch EngineError.unknownVersion {
            var request = request
            request.version = nil
            return try await engine.submit(request, patience: Self.patience)
        }
    }

    private func rollout(
        _ index: Int, _ response: TokenOutput, _ finished: FinishedResponse, _ request: TreeRequest
    ) async -> DrawnRollout {
        var rollout = RolloutTree.Rollout(
            response, version: finished.version, isComplete: finished.reason != .length)
        if let trace = finished.trace {
            rollout.take(trace, for: growth.branching.strategy)
        } else {
            let texts = policy.tokenizer.texts
            rollout.take(
                StepSegmentation(
                    promptLength: growth.prompt.count,
                    responseTokens: (request.kept + response.ids).map { Array(texts.bytes(of: $0)) }))
        }
        if let judge {
            let verdict = await judge(texts.text(ofKept: request.kept) + response.text)
            rollout.reward = verdict.reward
            rollout.verdict = verdict.name
        }
        return DrawnRollout(
            response: index, rollout: rollout, text: response.text, computedTokens: finished.computedTokens)
    }
}
