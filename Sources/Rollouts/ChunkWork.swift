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

    /// Chunks of one adapter one after the other, so that their rows are computed together, each adapter where its first
    /// is.
    static func inOrderOfAdapters(_ work: [ChunkWork]) -> [ChunkWork] {
        var places: [ObjectIdentifier?: Int] = [:]
        for chunk in work where places[chunk.adapter] == nil { places[chunk.adapter] = places.count }
        guard places.count > 1 else { return work }
        var sorted = [[ChunkWork]](repeating: [], count: places.count)
        for chunk in work { sorted[places[chunk.adapter]!].append(chunk) }
        return Array(sorted.joined())
    }

    private var adapter: ObjectIdentifier? { chunk.adapter.map { ObjectIdentifier($0) } }
}
