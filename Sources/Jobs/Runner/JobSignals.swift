internal import Guarding

/// Only tells watchers that a job has new events, which they then read from the store.
///
/// So a slow or absent watcher costs a job nothing and misses nothing.
final class JobSignals: Sendable {
    private struct Watchers {
        var next = 0
        var isFinished = false
        var continuations: [JobID: [Int: AsyncStream<Void>.Continuation]] = [:]
    }

    private let watchers = Guarded(Watchers())

    /// Yields one element for any number of signals since the last; ends after `finish`.
    func subscribe(to job: JobID) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = watchers.withLock { watchers -> Int in
            if watchers.isFinished { return 0 }
            watchers.next += 1
            watchers.continuations[job, default: [:]][watchers.next] = continuation
            return watchers.next
        }
        guard number > 0 else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.watchers.withLock { watchers in
                watchers.continuations[job]?[number] = nil
                if watchers.continuations[job]?.isEmpty == true { watchers.continuations[job] = nil }
            }
        }
        return stream
    }

    func signal(_ job: JobID) {
        let continuations = watchers.withLock { $0.continuations[job] ?? [:] }
        // In the order in which they came.
        for (_, continuation) in continuations.sorted(by: { $0.key < $1.key }) { continuation.yield() }
    }

    /// Ends all subscriptions because the server is stopping.
    func finish() {
        let continuations = watchers.withLock { watchers in
            watchers.isFinished = true
            return watchers.continuations.values.flatMap(\.values)
        }
        for continuation in continuations { continuation.finish() }
    }

    var count: Int { watchers.withLock { $0.continuations.values.reduce(0) { $0 + $1.count } } }
}
