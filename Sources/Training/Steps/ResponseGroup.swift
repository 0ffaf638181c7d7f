import Rewards
import Rollouts
import Sampling
import Trees

/// Responses to one prompt, with their rewards.
struct ResponseGroup: Sendable {
    struct Member: Sendable {
        var tokens: [Int32]
        /// The logprob of each token under the weights that drew it.
        var old: [Float]
        var advantage: Double
        let reward: Double
        let verdict: Verdict?
        let meanEntropy: Double
        let isComplete: Bool
    }

    let prompt: [Int32]
    var members: [Member]
    /// The number of responses without a verdict.
    let unjudged: Int

    /// Whether rewards differ, so that there is something to learn.
    var teaches: Bool { members.contains { $0.advantage != 0 } }

    /// - Parameter grades: nil for responses that are left out.
    init(prompt: [Int32], responses: [DrawnResponse], grades: [Judge.Answer], _ comparison: GroupComparison) {
        self.prompt = prompt
        let judged = zip(responses, grades).compactMap { response, grade in grade.map { (response, $0) } }
        unjudged = responses.count - judged.count
        let advantages = comparison(judged.map { $1.score })
        members = zip(judged, advantages).map { judged, advantage in
            let (rollout, grade) = (judged.0.rollout, judged.1)
            return Member(
                tokens: rollout.tokens, old: rollout.logprobs, advantage: advantage, reward: grade.score,
                verdict: grade.verdict,
                meanEntropy: rollout.entropies.reduce(0) { $0 + Double($1) } / Double(max(rollout.entropies.count, 1)),
                isComplete: rollout.isComplete)
        }
    }

    /// Responses that were rewarded elsewhere; their old logprobs are still to be computed.
    init(
        prompt: [Int32], given: [(tokens: [Int32], reward: Double)], baseline: Double, _ comparison: GroupComparison
    ) {
        self.prompt = prompt
        unjudged = 0
        let advantages =
            given.count == 1 ? [given[0].reward - baseline] : comparison(given.map(\.reward))
        members = zip(given, advantages).map { given, advantage in
            Member(
                tokens: given.tokens, old: [], advantage: advantage, reward: given.reward, verdict: nil, meanEntropy: 0,
                isComplete: true)
        }
    }
}
