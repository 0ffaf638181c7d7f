internal import Guarding

/// Runs reports, such as writing a log, on a separate thread, for callers that must not wait for them.
///
/// Reports run in order; if very many are waiting, further ones are dropped.
package func reportAside(_ report: @escaping @Sendable () -> Void) { HoldMonitor.shared.deliver(report) }

/// The thread that watches over every `HoldWatch` in the process: it delivers reports of long rounds, and periodically
/// checks for rounds still in progress.
final class HoldMonitor: Sendable {
    static let shared = HoldMonitor()

    private struct Watched {
        weak var watch: HoldWatch?
    }

    private struct State {
        var watches: [Watched] = []
        var reports: [@Sendable () -> Void] = []
    }

    /// How often to check for rounds that have not ended.
    private static let interval = Duration.milliseconds(250)
    /// The most reports that may be waiting: more than can be written are useless.
    private static let reportLimit = 1000

    private let state = Condition(State())

    private init() {
        let isStarted = startThread("attnrl-watch") { [self] in
            while true { look() }
        }
        precondition(isStarted, "there is no thread for the monitor of holds")
    }

    func add(_ watch: HoldWatch) {
        state.withLock { state in
            state.watches.removeAll { $0.watch == nil }
            state.watches.append(Watched(watch: watch))
        }
    }

    func deliver(_ report: @escaping @Sendable () -> Void) {
        state.withLock { state in
            if state.reports.count < Self.reportLimit { state.reports.append(report) }
        }
        state.signal()
    }

    private func look() {
        let reports = state.wait(atMost: Self.interval) { state -> [@Sendable () -> Void]? in
            guard !state.reports.isEmpty else { return nil }
            defer { state.reports = [] }
            return state.reports
        }
        for report in reports ?? [] { report() }
        for watch in state.withLock({ $0.watches.compactMap(\.watch) }) { watch.check() }
    }
}
