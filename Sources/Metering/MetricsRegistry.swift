public import CoreMetrics
internal import Guarding

/// Keeps the values of metrics, and writes them in Prometheus's format.
///
/// A metric has one series for each set of labels. Series live as long as the registry, so sums never fall; a limit
/// keeps labels from outside from exhausting the memory.
///
/// Source: prometheus.io/docs/instrumenting/exposition_formats, text format 0.0.4.
public final class MetricsRegistry: MetricsFactory, Sendable {
    private struct Family {
        let metric: Metric
        var series: [[Label]: any Series] = [:]
    }

    /// The maximum number of series per metric; any beyond it are not recorded.
    static let maximumSeries = 1000

    private let families: Guarded<[String: Family]>

    /// - Parameter metrics: The known metrics, with unique names. They are listed even before anything is measured.
    public init(_ metrics: [Metric]) {
        families = Guarded(Dictionary(uniqueKeysWithValues: metrics.map { ($0.name, Family(metric: $0)) }))
    }

    // MARK: MetricsFactory

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, or: .counter) { $0 == .counter ? CounterSeries() : nil }
            ?? NOOPMetricsHandler.instance
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate { return histogram(label, dimensions) ?? NOOPMetricsHandler.instance }
        return gauge(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSeries? {
        series(label, dimensions, or: .gauge) { $0 == .gauge ? GaugeSeries() : nil }
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramSeries? {
        series(label, dimensions, or: .histogram([])) { kind in
            guard case .histogram(let bounds) = kind else { return nil }
            return HistogramSeries(bounds)
        }
    }

    // Series outlive their handles, so a new handle continues the sum.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// The series of a metric with these labels, created if it is new; nil if it is of another type or the metric has
    /// too many.
    ///
    /// - Parameter kind: The kind of a metric that is not known yet.
    private func series<Found: Series>(
        _ name: String, _ dimensions: [(String, String)], or kind: Metric.Kind, _ make: (Metric.Kind) -> Found?
    ) -> Found? {
        let labels = dimensions.map { Label(name: $0.0, value: $0.1) }.sorted { $0.name < $1.name }
        return families.withLock { families in
            var family = families[name] ?? Family(metric: Metric(name, kind, ""))
            if let known = family.series[labels] { return known as? Found }
            guard family.series.count < Self.maximumSeries, let made = make(family.metric.kind) else { return nil }
            family.series[labels] = made
            families[name] = family
            return made
        }
    }

    // MARK: Text

    /// The content type of the text.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    public var text: String {
        let families = families.withLock { $0.values.sorted { $0.metric.name < $1.metric.name } }
        var page = ExpositionText()
        for family in families {
            page.begin(family.metric)
            for (labels, series) in family.series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                series.write(family.metric, labels, to: &page)
            }
        }
        return page.text
    }
}
