internal import Guarding

/// Runs what writes logs and the like on a thread of its own, for those that may not wait until it is written.
///
/// In order; when very many wait, further ones are dropped.
package func reportAside(_ report: @escaping @Sendable () -> Void) { HoldMonitor.shared.deliver(report) }

/// The thread that looks after every `HoldWatch` of the process: it reports what was held, and looks now and then at what
/// still is.
final class HoldMonitor: Sendable {
    static let shared = HoldMonitor()

    private struct Watched {
        weak var watch: HoldWatch?
    }

    private struct State {
        var watches: [Watched] = []
        var reports: [@Sendable () -> Void] = []
    }

    /// How often rounds that have not ended are looked for.
    private static let interval = Duration.milliseconds(250)
    /// Reports that wait at most: more than can be written are of no use.
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
