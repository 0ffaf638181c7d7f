@testable import Jobs

/// Somebody who watches a job's events, or does not for a while.
final class SimulatedWatcher: @unchecked Sendable {  // one thread
    enum End {
        case over
        case failed(any Error)
    }

    let job: KnownJob
    private(set) var last: Int64
    private(set) var end: End?
    /// The first thing told that cannot be.
    private(set) var fault: SimulationError?
    var task: Task<Void, Never>?
    var reads = true {
        didSet {
            guard reads else { return }
            let waiting = waiting
            self.waiting = nil
            waiting?.resume()
        }
    }
    private var waiting: CheckedContinuation<Void, Never>?

    init(_ job: KnownJob, after last: Int64) {
        self.job = job
        self.last = last
    }

    /// - Parameter isCut: Whether what the server says arrives nowhere any more.
    func read(_ watch: JobWatch, isCut: @Sendable () -> Bool) async {
        do {
            for try await event in watch {
                if !reads { await withCheckedContinuation { waiting = $0 } }
                guard !isCut() else { return }
                take(event)
            }
            end = .over
        } catch {
            end = .failed(error)
        }
    }

    /// The server is gone: a connection that had not come to its end did not.
    func lose() { end = nil }

    private func take(_ event: JobEvent) {
        do throws(SimulationError) {
            try require(
                event.sequence == last + 1, "a watcher is told each event once, in order",
                "\(job.id): \(event.sequence) after \(last)")
            last = event.sequence
            try job.see(event)
        } catch {
            if fault == nil { fault = error }
        }
    }
}
