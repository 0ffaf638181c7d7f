/// A clock that stands until it is set forward.
final class SimulatedClock: Clock, @unchecked Sendable {  // one thread
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (first: Instant, second: Instant) -> Bool { first.offset < second.offset }
    }

    private(set) var now = Instant(offset: .zero)
    let minimumResolution = Duration.zero
    private var sleepers: [(number: Int, due: Instant, task: CheckedContinuation<Void, any Error>)] = []
    private var count = 0

    /// Seconds since 1970.
    var date: Double { 1_700_000_000 + Double(now.offset.components.seconds) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        count += 1
        let number = count
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (task: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return task.resume(throwing: CancellationError()) }
                sleepers.append((number, deadline, task))
            }
        } onCancel: {
            guard let index = sleepers.firstIndex(where: { $0.number == number }) else { return }
            sleepers.remove(at: index).task.resume(throwing: CancellationError())
        }
    }

    /// Goes on to where the next sleeper wakes, at most to `limit`.
    ///
    /// - Returns: Whether anybody woke.
    func wakeNext(until limit: Instant) -> Bool {
        let next = sleepers.indices.min {
            (sleepers[$0].due, sleepers[$0].number) < (sleepers[$1].due, sleepers[$1].number)
        }
        guard let next, sleepers[next].due <= limit else {
            now = max(now, limit)
            return false
        }
        let sleeper = sleepers.remove(at: next)
        now = max(now, sleeper.due)
        sleeper.task.resume()
        return true
    }
}
