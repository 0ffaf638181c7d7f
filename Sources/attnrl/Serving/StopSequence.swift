import Foundation
import Guarding
import Jobs
import Logging
import Rollouts
import Wire
import WireUV

/// How a server stops: at the first signal it finishes what was begun, at the second it quits at once.
final class StopSequence: Sendable {
    private enum Phase {
        case starting
        case serving(Task<Void, any Error>)
        case draining
    }

    private let process: ServerProcess
    private let phase = Guarded(Phase.starting)
    private let cut = Guarded(false)

    init(process: ServerProcess) { self.process = process }

    /// Whether the time to finish ran out with requests in flight.
    var wasCut: Bool { cut.withLock { $0 } }

    func servingBegan(_ serving: Task<Void, any Error>) { phase.withLock { $0 = .serving(serving) } }

    func received(_ signal: SignalWatcher.Signal) {
        let before = phase.withLock { phase in
            defer { if case .serving = phase { phase = .draining } }
            return phase
        }
        switch before {
        case .serving(let serving): Task { await self.drain(serving, signal) }
        case .starting, .draining:
            process.logger.warning("\(signal.name): quitting at once")
            _exit(128 + signal.rawValue)
        }
    }

    /// Health says NOT_SERVING first, so that callers turn elsewhere; then new calls are refused, and those in flight
    /// have the grace time to end.
    private func drain(_ serving: Task<Void, any Error>, _ signal: SignalWatcher.Signal) async {
        let grace = Figures.seconds(process.grace / .seconds(1))
        let waiting = Figures.count(process.engine.requestCount, "request")
        process.logger.info("\(signal.name): finishing \(waiting) within \(grace); a second signal quits at once")
        await process.health.shutDown()
        process.server.beginShutdown()
        // Also ends the calls that watch jobs.
        Task { [process] in await process.jobs?.shutDown(grace: process.grace) }
        try? await Task.sleep(for: process.grace)
        cut.withLock { $0 = true }
        process.engine.stop()
        serving.cancel()
    }
}
