import Ranks
import Rollouts
import Trees

/// Divides requests for responses among ranks, in turn: what a request gets depends on it alone, so all ranks then have
/// what one of them would have drawn.
struct RankedDrawing: DrawSharing {
    let ranks: Ranks

    func isOwn(_ request: Int) -> Bool { request % ranks.count == ranks.index }

    func complete(_ own: [Int: [DrawnResponse]], of count: Int, version: Int) throws -> [[DrawnResponse]] {
        var message = RankMessage()
        for request in 0..<count where isOwn(request) { message.append(own[request] ?? []) }
        var messages = try ranks.gather(message.bytes, "drawing responses").map { RankMessage($0) }
        return (0..<count).map { request in
            isOwn(request) ? own[request] ?? [] : messages[request % ranks.count].nextResponses(version: version)
        }
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
    fileprivate mutating func nextResponses(version: Int) -> [DrawnResponse] {
        let count: [Int] = next(1)
        return (0..<count[0]).map { _ in nextResponse(version: version) }
    }

    private mutating func nextResponse(version: Int) -> DrawnResponse {
        let counts: [Int] = next(10)
        var rollout = RolloutTree.Rollout(
            tokens: next(counts[0]), logprobs: next(counts[1]), entropies: next(counts[2]), version: version,
            isComplete: counts[6] == 1)
        let starts: [Int] = next(counts[3]), influence: [Float] = next(counts[3])
        let scores: [Float] = next(counts[3]), isScored: [Bool] = next(counts[3])
        rollout.steps = starts.indices.map { index in
            var step = RolloutTree.ScoredStep(start: starts[index], influence: influence[index])
            if isScored[index] { step.score = scores[index] }
            return step
        }
        rollout.thinkingEnd = counts[7] < 0 ? nil : counts[7]
        let text: [UInt8] = next(counts[4])
        if counts[8] >= 0 { rollout.leaders = .init(first: next(counts[8]), second: next(counts[8])) }
        return DrawnResponse(
            elsewhere: rollout, text: String(decoding: text, as: UTF8.self), computedTokens: counts[5],
            states: counts[9] == 1 ? nextStates() : nil)
    }

    private mutating func nextStates() -> PooledStates {
        let counts: [Int] = next(5)
        var states = PooledStates(layer: counts[0], width: counts[1])
        states.steps = next(counts[2])
        states.response = next(counts[3])
        states.stepsDropped = counts[4] == 1
        return states
    }
}
