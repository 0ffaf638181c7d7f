import CoreMetrics
import Guarding

/// The values of one metric with one set of labels.
protocol Series: Sendable {
    func write(_ metric: Metric, _ labels: [Label], to page: inout ExpositionText)
}

final class CounterSeries: Series, CounterHandler {
    private let sum = Guarded<Int64>(0)

    func increment(by amount: Int64) { sum.withLock { $0 &+= max(amount, 0) } }

    // A sum that falls would read as a restart.
    func reset() {}

    func write(_ metric: Metric, _ labels: [Label], to page: inout ExpositionText) {
        page.add(metric.seriesName, labels, "\(sum.withLock { $0 })")
    }
}

final class GaugeSeries: Series, MeterHandler, RecorderHandler {
    private let value = Guarded(0.0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ new: Double) { value.withLock { $0 = new } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }

    func write(_ metric: Metric, _ labels: [Label], to page: inout ExpositionText) {
        page.add(metric.seriesName, labels, ExpositionText.number(value.withLock { $0 }))
    }
}

final class HistogramSeries: Series, RecorderHandler, TimerHandler {
    private struct State {
        /// Per bucket, not cumulative; the last counts the values above all bounds.
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Guarded<State>

    init(_ bounds: [Double]) {
        self.bounds = bounds
        state = Guarded(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) * 1e-9) }

    func write(_ metric: Metric, _ labels: [Label], to page: inout ExpositionText) {
        let state = state.withLock { $0 }
        var total: UInt64 = 0
        for (bound, count) in zip(bounds + [.infinity], state.counts) {
            total += count
            let bucket = labels + [Label(name: "le", value: ExpositionText.number(bound))]
            page.add("\(metric.name)_bucket", bucket, "\(total)")
        }
        page.add("\(metric.name)_sum", labels, ExpositionText.number(state.sum))
        page.add("\(metric.name)_count", labels, "\(total)")
    }
}
