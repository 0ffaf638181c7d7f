import CoreMetrics
import Metering
import Testing

@Suite("MetricsRegistry")
struct MetricsRegistryTests {
    private let tokens = Metric("x:tokens", .counter, "Tokens,\nin a \\ line")
    private let load = Metric("x:load", .gauge, "Load")
    private let time = Metric("x:time_seconds", .histogram([0.1, 1, 10]), "Time")

    @Test("writes counters, gauges and histograms in Prometheus's text format")
    func text() {
        let registry = MetricsRegistry([tokens, load, time])
        tokens.counter(registry, ("model", "a\"\\\nb"), ("kind", "x")).increment(by: 3)
        tokens.counter(registry, ("kind", "x"), ("model", "a\"\\\nb")).increment(by: 4)
        load.gauge(registry).set(0.25)
        let histogram = time.histogram(registry, ("model", "m"))
        for value in [0.05, 0.1, 0.5, 100, .nan, .infinity] { histogram.record(value) }
        #expect(
            registry.text == #"""
                # HELP x:load Load
                # TYPE x:load gauge
                x:load 0.25
                # HELP x:time_seconds Time
                # TYPE x:time_seconds histogram
                x:time_seconds_bucket{model="m",le="0.1"} 2
                x:time_seconds_bucket{model="m",le="1.0"} 3
                x:time_seconds_bucket{model="m",le="10.0"} 3
                x:time_seconds_bucket{model="m",le="+Inf"} 4
                x:time_seconds_sum{model="m"} 100.65
                x:time_seconds_count{model="m"} 4
                # HELP x:tokens_total Tokens,\nin a \\ line
                # TYPE x:tokens_total counter
                x:tokens_total{kind="x",model="a\"\\\nb"} 7

                """#)
    }

    @Test("lists metrics of which nothing was measured, and takes ones that nobody described")
    func others() {
        let registry = MetricsRegistry([tokens])
        Counter(label: "y", factory: registry).increment()
        #expect(registry.text.contains("# TYPE x:tokens_total counter\n# TYPE y_total counter\ny_total 1\n"))
        // Under the name of a metric of another kind nothing is kept.
        Meter(label: "x:tokens", factory: registry).set(5)
        #expect(!registry.text.contains("5"))
    }

    @Test("counts what many threads add, and a counter goes on where it was destroyed")
    func threads() async {
        let registry = MetricsRegistry([tokens, time])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let counter = tokens.counter(registry), histogram = time.histogram(registry)
                    for index in 0..<1000 {
                        counter.increment()
                        histogram.record(Double(index % 20))
                    }
                    counter.destroy()
                }
            }
        }
        #expect(registry.text.contains("x:tokens_total 8000\n"))
        #expect(registry.text.contains("x:time_seconds_count 8000\n"))
        #expect(registry.text.contains("x:time_seconds_bucket{le=\"10.0\"} 4400\n"))
    }

    @Test("is not filled by labels that come from outside")
    func limit() {
        let registry = MetricsRegistry([tokens])
        for index in 0..<5000 { tokens.counter(registry, ("name", "\(index)")).increment() }
        #expect(registry.text.split(separator: "\n").count == 1002)
    }

    @Test("has buckets of 1, 2 and 5 by powers of ten")
    func buckets() {
        #expect(Metric.oneTwoFive(upTo: 100) == [1, 2, 5, 10, 20, 50, 100])
        #expect(Metric.oneTwoFive(upTo: 4) == [1, 2])
    }
}
