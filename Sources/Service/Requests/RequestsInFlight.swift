import Guarding
import Rollouts
import Wire

/// Generations by request id, so that others than their callers can end them.
final class RequestsInFlight: Sendable {
    /// Callers choose the ids, so each caller has its own, and several requests may share one.
    private struct Key: Hashable {
        let caller: String
        let id: String
    }

    private let generations = Guarded<[Key: [Generation]]>([:])

    func add(_ generation: Generation, id: String, of caller: Caller) {
        let key = Key(caller: caller.name, id: id)
        generations.withLock { $0[key, default: []].append(generation) }
    }

    func remove(_ generation: Generation, id: String, of caller: Caller) {
        let key = Key(caller: caller.name, id: id)
        generations.withLock { generations in
            generations[key]?.removeAll { $0 === generation }
            if generations[key]?.isEmpty == true { generations[key] = nil }
        }
    }

    /// Ends a caller's requests; returns how many were found.
    func abort(_ ids: [String], of caller: Caller) -> Int {
        let found = generations.withLock { generations in
            Set(ids).flatMap { generations[Key(caller: caller.name, id: $0)] ?? [] }
        }
        for generation in found { generation.cancel() }
        return found.count
    }
}
