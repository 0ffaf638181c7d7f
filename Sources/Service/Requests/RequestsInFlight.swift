import Guarding
import Rollouts

/// Generations by request id, so that others than their callers can end them.
final class RequestsInFlight: Sendable {
    /// Callers choose the ids, so several requests may share one.
    private let generations = Guarded<[String: [Generation]]>([:])

    func add(_ generation: Generation, id: String) { generations.withLock { $0[id, default: []].append(generation) } }

    func remove(_ generation: Generation, id: String) {
        generations.withLock { generations in
            generations[id]?.removeAll { $0 === generation }
            if generations[id]?.isEmpty == true { generations[id] = nil }
        }
    }

    /// Ends requests; returns how many were found.
    func abort(_ ids: [String]) -> Int {
        let found = generations.withLock { generations in Set(ids).flatMap { generations[$0] ?? [] } }
        for generation in found { generation.cancel() }
        return found.count
    }
}
