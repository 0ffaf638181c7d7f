import Compute
import Influence
import Sampling
import Threads
import Trees

extension TreeExplorer {
    /// Where responses begin: at the prompt, or at a branch point.
    struct Origin: Sendable {
        let fork: RolloutTree.Fork?
        let count: Int
        var offset: Int { fork?.offset ?? 0 }
    }

    /// A rollout that has ended, by its number in the tree.
    private typealias Ended = (index: Int, fork: RolloutTree.Fork?, drawn: DrawnResponse)

    /// The most tokens a whole response can have.
    private var longest: Int { drawer.longest(behind: growth.prompt) }

    /// Draws the responses from all origins, in rounds that fit the budget.
    func draw(
        _ origins: [Origin], isBranched: Bool, _ grown: inout Grown, _ receive: (Event) async throws -> Void
    ) async throws {
        var rest = origins[...]
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

    /// The origins of one round, each with the token limit of its responses.
    private func round(of origins: ArraySlice<Origin>, budget: Int) -> [(origin: Origin, limit: Int)] {
        var round: [(Origin, Int)] = [], left = budget
        for origin in origins {
            let limit = longest - origin.offset
            guard origin.count * limit <= left else { break }
            round.append((origin, limit))
            left -= origin.count * limit
        }
        if round.isEmpty, let origin = origins.first, budget >= origin.count {
            round = [(origin, budget / origin.count)]
        }
        return round
    }

    private func draw(
        _ round: [(origin: Origin, limit: Int)], isBranched: Bool, _ grown: inout Grown,
        _ receive: (Event) async throws -> Void
    ) async throws {
        let requests = round.map { origin, limit in
            var request = grower.request(
                for: grown.tree, at: origin.fork, count: origin.count, seed: seed(at: origin.fork),
                isBranched: isBranched)
            request.limit = limit
            // The last level's responses are shown with their steps too.
            request.strategy = growth.branching.strategy
            return request
        }
        let forks = round.map(\.origin.fork), first = grown.tree.rollouts.count
        let (ended, sink) = AsyncThrowingStream<Ended, any Error>.makeStream()
        async let drawn = draw(requests, leaving: forks, numberedFrom: first, sink)
        for try await (index, fork, drawn) in ended {
            try await receive(.drawn(index: index, fork: fork, rollout: drawn.rollout, text: drawn.text))
        }
        // Reading a stream in a cancelled task ends without an error.
        try Task.checkCancellation()
        for ((origin, limit), responses) in zip(round, try await drawn) {
            for response in responses {
                grown.tree.add(response.rollout, at: origin.fork)
                grown.drawnTokens += response.rollout.tokens.count
                grown.computedTokens += response.computedTokens
                if limit < longest - origin.offset, !response.rollout.isComplete { grown.cut += 1 }
            }
        }
    }

    /// Draws requests concurrently, has their rollouts judged, and hands these out as they end.
    private func draw(
        _ requests: [DrawRequest], leaving forks: [RolloutTree.Fork?], numberedFrom first: Int,
        _ sink: AsyncThrowingStream<Ended, any Error>.Continuation
    ) async throws -> [[DrawnResponse]] {
        let starts = requests.reduce(into: [first]) { $0.append($0[$0.count - 1] + $1.count) }
        do {
            let drawn = try await drawer.draw(requests) { [judge, texts] request, response, drawn in
                if let judge {
                    let verdict = await judge(texts.text(ofKept: requests[request].kept) + drawn.text)
                    drawn.rollout.reward = verdict.reward
                    drawn.rollout.verdict = verdict.name
                }
                sink.yield((starts[request] + response, forks[request], drawn))
            }
            sink.finish()
            return drawn
        } catch {
            sink.finish(throwing: error)
            throw error
        }
    }

    /// The seed for drawing at one place of the tree.
    private func seed(at fork: RolloutTree.Fork?) -> UInt64 {
        guard let fork else { return growth.sampling.seed }
        return Self.seed(growth.sampling.seed, rollout: fork.rollout, offset: fork.offset)
    }

    /// A seed for drawing at one place of a tree: below 2^53, as drawn seeds are.
    ///
    /// Streams of responses are numbered below 2^32; these lie above.
    static func seed(_ seed: UInt64, rollout: Int, offset: Int) -> UInt64 {
        let stream = UInt64(rollout + 1) << 32 | UInt64(offset)
        let words = CounterRandom(seed: seed, stream: stream).words(at: 0)
        return (UInt64(words[0]) << 32 | UInt64(words[1])) >> 11
    }
}
