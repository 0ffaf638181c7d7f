import Console
import Foundation
import Guarding
import Jobs
import Logging
import Rollouts
import Threads
import Wire
import WireUV

/// How a server stops: at the first signal it finishes what was begun, at the second it quits at once.
///
/// Neither depends on anything that a request could hold: signals have a thread, draining has one, and a third ends the
/// process when the time is over and it has not ended by itself.
final class StopSequence: Sendable {
    private enum Phase {
        case starting
        case serving(Task<Void, any Error>)
        case draining
    }

    /// How long the last line of the log may take.
    private static let farewell = Duration.milliseconds(200)

    private let process: ServerProcess
    private let phase = Guarded(Phase.starting)
    private let cut = Guarded(false)

    init(process: ServerProcess) { self.process = process }

    /// Whether the time to finish ran out with requests in flight.
    var wasCut: Bool { cut.withLock { $0 } }

    func servingBegan(_ serving: Task<Void, any Error>) { phase.withLock { $0 = .serving(serving) } }

    /// Called on the thread of signals.
    func received(_ signal: SignalWatcher.Signal) {
        let before = phase.withLock { phase in
            defer { if case .serving = phase { phase = .draining } }
            return phase
        }
        switch before {
        case .serving(let serving):
            start("attnrl-grace") { self.endInTime() }
            start("attnrl-drain") { self.drain(serving, signal) }
        case .starting, .draining: quit(128 + signal.rawValue, "\(signal.name): quitting at once")
        }
    }

    private func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        if !startThread(name, body) { quit(ExitStatus.failure, "there is no thread to stop on: quitting at once") }
    }

    /// Health says NOT_SERVING first, so that callers turn elsewhere; then new calls are refused, and those in flight
    /// have the grace time to end.
    private func drain(_ serving: Task<Void, any Error>, _ signal: SignalWatcher.Signal) {
        process.health.shutDown()
        process.server.beginShutdown()
        // Also ends the calls that watch jobs.
        Task { [process] in await process.jobs?.shutDown(grace: process.grace) }
        let grace = Figures.seconds(process.grace / .seconds(1))
        let waiting = Figures.count(process.engine.requestCount, "request")
        process.logger.info("\(signal.name): finishing \(waiting) within \(grace); a second signal quits at once")
        pause(process.grace)
        cut.withLock { $0 = true }
        process.engine.stop()
        serving.cancel()
    }

    /// Ends a process that is still there some time after all should be over.
    private func endInTime() {
        pause(process.grace + process.windUp)
        quit(ExitStatus.failure, "requests could not be cut off when the grace time was over: quitting")
    }

    /// Ends the process, whatever it hangs in: the log may be what does.
    private func quit(_ status: Int32, _ message: String) {
        let isSaid = Condition(false)
        let isStarted = startThread("attnrl-farewell") { [process] in
            process.logger.warning("\(message)")
            isSaid.withLock { $0 = true }
            isSaid.signal()
        }
        if isStarted { isSaid.wait(atMost: Self.farewell) { $0 ? () : nil } }
        _exit(status)
    }

    private func pause(_ time: Duration) { Condition(()).wait(atMost: time) { _ in nil as Void? } }
}
