import Guarding
import Threads
import WireUV

/// What a server does on SIGHUP: one time after another, on a thread of its own, for files may block.
///
/// Made before anything else, since a signal that nobody watches for ends the process. Signals that come before there is
/// something to do, or while it is done, lead to one more time: what is read then is as new as they are.
final class Reloads: Sendable {
    private let work: ReloadWork
    private let watcher: SignalWatcher

    init() {
        let work = ReloadWork()
        self.work = work
        watcher = SignalWatcher([.hangup]) { _ in work.ask() }
    }

    func begin(_ action: @escaping @Sendable () -> Void) { work.begin(action) }

    /// From here on a signal ends the process.
    func stop() {
        work.begin(nil)
        watcher.stop()
    }
}

/// The signals of `Reloads`, and the thread that works on them.
final class ReloadWork: Sendable {
    private struct State {
        var action: (@Sendable () -> Void)?
        var isDue = false
        var isRunning = false
    }

    private static let thread = BlockingThreads("attnrl-reload", limit: 1)

    private let state = Guarded(State())

    func begin(_ action: (@Sendable () -> Void)?) {
        state.withLock { $0.action = action }
        start()
    }

    /// Called on the signal thread, which must not block.
    func ask() {
        state.withLock { $0.isDue = true }
        start()
    }

    private func start() {
        let begins = state.withLock { state in
            guard state.isDue, state.action != nil, !state.isRunning else { return false }
            state.isRunning = true
            return true
        }
        guard begins else { return }
        Task(executorPreference: Self.thread) { [self] in while let action = next() { action() } }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            state.isRunning = state.isDue && state.action != nil
            guard state.isRunning else { return nil }
            state.isDue = false
            return state.action
        }
    }
}
