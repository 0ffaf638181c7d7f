import Compute
import Console
import CoreMetrics
import Foundation
import Metering

/// The metrics of the process, under the names that Prometheus's own clients use.
enum ProcessMetric {
    private static let memory = Metric("process_resident_memory_bytes", .gauge, "Resident memory.")
    private static let begin = Metric("process_start_time_seconds", .gauge, "When the process began, since 1970.")
    private static let build = Metric("attnrl:build_info", .gauge, "1, labelled with the program's version.")

    static let all = [memory, begin, build]

    /// The time of the first access.
    private static let beginning = Date().timeIntervalSince1970

    static func report(to registry: MetricsRegistry) {
        begin.gauge(registry).set(beginning)
        build.gauge(registry, ("version", attnrlVersion)).set(1)
        memory.gauge(registry).set(ProcessMemory.resident)
    }
}
