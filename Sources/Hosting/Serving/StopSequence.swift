import Console
import Foundation
import Guarding
import Jobs
import Logging
import Rollouts
import Threads
import Wire
import WireUV

/// How a server stops: on the first signal, or once it is asked to, it finishes work in progress; on the second it quits at once.
///
/// Neither depends on anything that a request could block: signals and draining each have a thread, and a third ends
/// the process if it has not ended by itself in time.
final class StopSequence: Sendable {
    private enum Phase {
        case starting
        case serving(Task<Void, any Error>)
        case draining
    }

    /// How long writing the last line of the log may take.
    private static let farewell = Duration.milliseconds(200)

    private let process: ServerProcess
    private let phase = Guarded(Phase.starting)
    private let cut = Guarded(false)

    init(process: ServerProcess) { self.process = process }

    /// Whether the grace period ran out with requests in flight.
    var wasCut: Bool { cut.withLock { $0 } }

    func servingBegan(_ serving: Task<Void, any Error>) { phase.withLock { $0 = .serving(serving) } }

    /// Called on the signal thread.
    func received(_ signal: SignalWatcher.Signal) {
        // Its engine draws for all ranks. A launcher passes signals on to all of them, and the first decides.
        if process.follower != nil {
            process.health.shutDown()
            process.server.beginShutdown()
            return process.logger.info("\(signal.name): no more calls; the first rank decides when this one ends")
        }
        if !begin(because: signal.name) { quit(128 + signal.rawValue, "\(signal.name): quitting at once") }
    }

    /// Stops gracefully; false if it does so already, or does not serve yet.
    @discardableResult
    func begin(because reason: String) -> Bool {
        let before = phase.withLock { phase in
            defer { if case .serving = phase { phase = .draining } }
            return phase
        }
        guard case .serving(let serving) = before else { return false }
        start("attnrl-grace") { self.endInTime() }
        start("attnrl-drain") { self.drain(serving, reason) }
        return true
    }

    private func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        if !startThread(name, body) { quit(ExitStatus.failure, "there is no thread to stop on: quitting at once") }
    }

    /// Health reports NOT_SERVING first, so that callers go elsewhere; then new calls are refused, and those in flight
    /// have the grace period to finish.
    private func drain(_ serving: Task<Void, any Error>, _ reason: String) {
        // A launcher that has lost a rank tells the others to end, and kills them a second later.
        if let lost = process.lost() {
            process.logger.critical("\(lost)")
            process.jobs?.warnRunning(
                "\(lost) The job goes on from its newest checkpoint once ranks are started again.")
        }
        process.health.shutDown()
        process.server.beginShutdown()
        // Also ends calls that watch jobs.
        Task { [process] in await process.jobs?.shutDown(grace: process.grace) }
        let grace = Figures.seconds(process.grace / .seconds(1))
        let waiting = Figures.count(process.engine.requestCount, "request")
        process.logger.info("\(reason): finishing \(waiting) within \(grace); a second signal quits at once")
        pause(process.grace)
        cut.withLock { $0 = true }
        process.engine.stop()
        serving.cancel()
    }

    /// Ends the process if it is still running some time after everything should be over.
    private func endInTime() {
        pause(process.grace + process.windUp)
        quit(ExitStatus.failure, "requests could not be cut off when the grace time was over: quitting")
    }

    /// Ends the process whatever it is stuck in, which may even be the log.
    private func quit(_ status: Int32, _ message: String) {
        let isSaid = Condition(false)
        let isStarted = startThread("attnrl-farewell") { [process] in
            process.logger.warning("\(message)")
            isSaid.withLock { $0 = true }
            isSaid.signal()
        }
        if isStarted { isSaid.wait(atMost: Self.farewell) { $0 ? () : nil } }
        process.endWorld()
        _exit(status)
    }

    private func pause(_ time: Duration) { Condition(()).wait(atMost: time) { _ in nil as Void? } }
}
