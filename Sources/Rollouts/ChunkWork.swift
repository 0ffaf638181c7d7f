import Policy
import Sampling

/// One rollout's share of a scheduler step.
struct ChunkWork {
    let rollout: Rollout
    let chunk: ForwardChunk
    /// Steps of the response that close in this chunk.
    let closed: [Range<Int>]

    /// What is requested of its rows' logits.
    var requests: [LogitRequest] {
        chunk.logitRows.map { rollout.logitRequest(before: chunk.first + $0 + 1) }
    }
}
