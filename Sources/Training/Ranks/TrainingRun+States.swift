import ModelFiles
import Ranks
import Rollouts
import Sampling

extension TrainingRun {
    /// Mean hidden states of the last layer over given responses, in their order. Ranks divide them in turn, and all have
    /// what one of them would have computed.
    func states(of responses: [GivenTokens], version: Int) async throws -> [[Float]] {
        let operation = "computing hidden states"
        let own = responses.indices.filter { $0 % ranks.count == ranks.index }.map { responses[$0] }
        let computed = try await drawer(SamplingParameters(), version: version).states(
            of: own, layer: policy.configuration.layerCount)
        var message = RankMessage()
        for states in computed { message.append(states.response) }
        var messages = try ranks.gather(message.bytes, operation).map { RankMessage($0) }
        return try responses.indices.map { index in
            let rank = index % ranks.count
            do {
                return try messages[rank].next(policy.configuration.hiddenSize)
            } catch {
                throw RankError.different(operation: operation, rank: ranks.name(of: rank), what: "has other trees")
            }
        }
    }
}
