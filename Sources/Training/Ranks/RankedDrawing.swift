import Basics
import Ranks
import Rollouts
import Trees

/// Divides requests for responses among ranks, in turn: what a request gets depends on it alone, so all ranks then have
/// what one of them would have drawn.
struct RankedDrawing: DrawSharing {
    let ranks: Ranks

    func isOwn(_ request: Int) -> Bool { request % ranks.count == ranks.index }

    func goesOn() { ranks.goesOn() }

    func complete(
        _ own: [Int: [DrawnResponse]], of requests: [DrawRequest], version: Int
    ) throws -> [[DrawnResponse]] {
        let asked = fingerprint(of: requests), count = requests.count
        var message = RankMessage()
        message.append([asked])
        for request in 0..<count where isOwn(request) { message.append(own[request] ?? []) }
        ranks.count { $0.drawnTokens += own.values.joined().reduce(0) { $0 + $1.computedTokens } }
        var messages = try ranks.gather(message.bytes, Self.operation).map { RankMessage($0) }
        for rank in messages.indices {
            guard let other: [UInt64] = try? messages[rank].next(1), other == [asked] else { throw differs(rank) }
        }
        return try (0..<count).map { request in
            if isOwn(request) { return own[request] ?? [] }
            let rank = request % ranks.count
            guard let responses = try? messages[rank].nextResponses(version: version) else { throw differs(rank) }
            return responses
        }
    }

    private static let operation = "drawing responses"

    private func differs(_ rank: Int) -> RankError {
        .different(
            operation: Self.operation, rank: ranks.name(of: rank),
            what: "has other prompts, of other data, another tokenizer or chat template, or another date")
    }

    /// Of what is asked: other data, tokenizers and templates give other tokens.
    private func fingerprint(of requests: [DrawRequest]) -> UInt64 {
        var bytes: [UInt8] = []
        for request in requests {
            for number in [UInt64(request.prompt.count), UInt64(request.count), request.seed] {
                withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
            }
            for token in request.prompt {
                withUnsafeBytes(of: UInt32(truncatingIfNeeded: token)) { bytes.append(contentsOf: $0) }
            }
        }
        return Basics.fingerprint(bytes)
    }
}

// MARK: Responses as numbers

extension RankMessage {
    fileprivate mutating func append(_ responses: [DrawnResponse]) {
        append([responses.count])
        for response in responses { append(response) }
    }

    private mutating func append(_ response: DrawnResponse) {
        let rollout = response.rollout, text = Array(response.text.utf8)
        append([
            rollout.tokens.count, rollout.logprobs.count, rollout.entropies.count, rollout.steps.count, text.count,
            response.computedTokens, rollout.isComplete ? 1 : 0, rollout.thinkingEnd ?? -1,
            rollout.leaders?.first.count ?? -1, response.states.map { _ in 1 } ?? 0,
        ])
        append(rollout.tokens)
        append(rollout.logprobs)
        append(rollout.entropies)
        append(rollout.steps.map(\.start))
        append(rollout.steps.map(\.influence))
        append(rollout.steps.map { $0.score ?? .nan })
        append(rollout.steps.map { $0.score != nil })
        append(text)
        if let leaders = rollout.leaders {
            append(leaders.first)
            append(leaders.second)
        }
        if let states = response.states { append(states) }
    }

    private mutating func append(_ states: PooledStates) {
        append([states.layer, states.width, states.steps.count, states.response.count, states.stepsDropped ? 1 : 0])
        append(states.steps)
        append(states.response)
    }

    /// - Parameter version: The number that this rank has for the weights they were drawn from.
    fileprivate mutating func nextResponses(version: Int) throws -> [DrawnResponse] {
        let count: [Int] = try next(1)
        return try (0..<max(count[0], 0)).map { _ in try nextResponse(version: version) }
    }

    private mutating func nextResponse(version: Int) throws -> DrawnResponse {
        let counts: [Int] = try next(10)
        var rollout = RolloutTree.Rollout(
            tokens: try next(counts[0]), logprobs: try next(counts[1]), entropies: try next(counts[2]),
            version: version,
            isComplete: counts[6] == 1)
        let starts: [Int] = try next(counts[3]), influence: [Float] = try next(counts[3])
        let scores: [Float] = try next(counts[3]), isScored: [Bool] = try next(counts[3])
        rollout.steps = starts.indices.map { index in
            var step = RolloutTree.ScoredStep(start: starts[index], influence: influence[index])
            if isScored[index] { step.score = scores[index] }
            return step
        }
        rollout.thinkingEnd = counts[7] < 0 ? nil : counts[7]
        let text: [UInt8] = try next(counts[4])
        if counts[8] >= 0 { rollout.leaders = .init(first: try next(counts[8]), second: try next(counts[8])) }
        return DrawnResponse(
            elsewhere: rollout, text: String(decoding: text, as: UTF8.self), computedTokens: counts[5],
            states: counts[9] == 1 ? try nextStates() : nil)
    }

    private mutating func nextStates() throws -> PooledStates {
        let counts: [Int] = try next(5)
        var states = PooledStates(layer: counts[0], width: counts[1])
        states.steps = try next(counts[2])
        states.response = try next(counts[3])
        states.stepsDropped = counts[4] == 1
        return states
    }
}
