import Access
import CoreMetrics
import Logging
import Metering
import Service
import Wire

/// Counts the requests that are refused for lack of a key or a scope, and logs so many of them as nobody can fill a disk
/// with.
final class RefusalNotes: Sendable {
    private let metrics: MetricsRegistry
    private let logger: Logger
    private let lines = LineAllowance()

    init(metrics: MetricsRegistry, logger: Logger) {
        self.metrics = metrics
        self.logger = logger
    }

    func note(_ error: RPCError, what: String, peer: String) {
        CallMetric.refused.counter(metrics, ("code", error.code.name)).increment()
        guard let leftOut = lines.take() else { return }
        var details: Logger.Metadata = [
            "path": "\(what.prefix(200))", "peer": "\(peer)", "code": "\(error.code.name)",
            "reason": "\(error.reason ?? "")",
        ]
        if case .errorInfo(_, _, let values)? = error.details.first, let key = values["key"] {
            details["key"] = "\(key)"
        }
        if leftOut > 0 { details["left_out"] = "\(leftOut)" }
        logger.info("a request was refused", metadata: details)
    }
}

/// A gate whose refusals are noted.
struct NotedGate: Gatekeeper {
    let gate: any Gatekeeper
    let notes: RefusalNotes

    func caller(_ metadata: Metadata, certificate: [UInt8]?) throws(RPCError) -> Caller {
        try gate.caller(metadata, certificate: certificate)
    }

    func refused(_ error: RPCError, what: String, peer: String) { notes.note(error, what: what, peer: peer) }
}
