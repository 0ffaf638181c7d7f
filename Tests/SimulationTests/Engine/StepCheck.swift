import Policy

@testable import Rollouts

/// What must hold of the chunks of one step, just before they are computed.
struct StepCheck {
    private let scheduler: Scheduler
    private let policy: HostedPolicy
    private let chunks: [ForwardChunk]

    init(_ scheduler: Scheduler, _ policy: HostedPolicy, _ chunks: [ForwardChunk]) {
        self.scheduler = scheduler
        self.policy = policy
        self.chunks = chunks
    }

    func check(_ setting: EngineSetting) throws(SimulationError) {
        try checkBlocks()
        let work = try rollouts()
        for rollout in work {
            try require(!rollout.isStalled && !rollout.request.isOver, "only what is read and unfinished is computed")
        }
        try checkShares(work)
    }

    /// Blocks are written by one response at a time.
    private func checkBlocks() throws(SimulationError) {
        let width = BlockPool.blockTokens
        for chunk in chunks {
            for index in chunk.first / width...(chunk.first + chunk.tokens.count - 1) / width {
                try require(
                    policy.runtime.pool.referenceCount(chunk.blocks[index]) == 1,
                    "key/value blocks that are written belong to one response")
            }
        }
    }

    /// The responses that the chunks are of, each once.
    private func rollouts() throws(SimulationError) -> [Rollout] {
        var found: [Rollout] = []
        for chunk in chunks {
            let rollout = scheduler.running.first {
                $0.policy === policy && $0.computed == chunk.first && $0.blocks == chunk.blocks
            }
            guard let rollout, !found.contains(where: { $0 === rollout }) else {
                throw SimulationError("each chunk is of a running response, and of another")
            }
            try require(
                chunk.tokens.elementsEqual(rollout.tokens[chunk.first..<chunk.first + chunk.tokens.count]),
                "a chunk has a response's next tokens")
            found.append(rollout)
        }
        return found
    }

    /// While several claims have work, a step is short.
    private func checkShares(_ work: [Rollout]) throws(SimulationError) {
        var demands: [Int?: Int] = [:]
        for rollout in scheduler.running where !rollout.isStalled {
            // Since shares were made, one that waited for its sibling may have taken more than that from the cache.
            let most = rollout.index > 0 ? rollout.tokens.count - rollout.siblingCount : 0
            demands[rollout.request.claim, default: 0] += max(rollout.uncomputedCount, most)
        }
        // Shares are those of what ran before any response was stopped for want of memory.
        guard demands.count > 1, !policy.runtime.memoryIsShort else { return }
        let all = chunks.reduce(0) { $0 + $1.tokens.count }
        let most = StepShares.mostTokens(demands.values, policy.runtime.cost)
        try require(all <= most, "beside a small claim, a step has few tokens", "\(all) of \(most)")
    }
}
