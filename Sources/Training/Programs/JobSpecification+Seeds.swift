import Compute
import Jobs
import Trees

extension JobSpecification {
    /// What a seed is for.
    enum SeedUse: UInt64 {
        case rollouts, branches, expansion, strategy, prompts, preRollouts, ahead
        case decisions = 40
        case exploration, thinks, choice
    }

    /// A seed for one draw of the job: below 2^53, like the seeds the server draws.
    func seed(step: Int, _ index: Int, for use: SeedUse = .rollouts) -> UInt64 {
        let position = use.rawValue << 48 | UInt64(index)
        let words = CounterRandom(seed: seed, stream: UInt64(step)).words(at: position)
        return (UInt64(words[0]) << 32 | UInt64(words[1])) >> 11
    }
}
