import Basics
public import CoreMetrics
internal import Guarding
public import Logging
public import Metering
public import Wire

/// The metrics of a server's calls.
public enum CallMetric {
    static let handled = Metric("attnrl:calls", .counter, "Calls that ended, by method and status code.")
    static let duration = Metric(
        "attnrl:call_seconds",
        .histogram([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800]),
        "From a call's arrival to its end, by method.")
    static let open = Metric("attnrl:open_calls", .gauge, "Calls that are being answered, by method.")
    /// Over HTTP no method was called by then, so `handled` has not all of these.
    public static let refused = Metric(
        "attnrl:refusals", .counter, "Requests refused for lack of a key or a scope, by status code.")

    public static let all = [handled, duration, open, refused]
}

/// Measures the calls that another handler answers, and logs each at level debug.
public struct MeteredCalls: WrappingCallHandler {
    public let handler: any CallHandler
    private let metrics: any MetricsFactory
    private let logger: Logger
    /// By method: looking metrics up by their labels takes longer than some calls.
    private let handles = Guarded<[MethodName: MethodMetrics]>([:])

    public init(_ handler: any CallHandler, metrics: any MetricsFactory, logger: Logger) {
        self.handler = handler
        self.metrics = metrics
        self.logger = logger
    }

    public func handle(
        _ context: CallContext, requests: any MessageSource, responses: any MessageSink
    ) async throws -> Metadata {
        // Only methods that the server has get this far.
        let own = handles(of: context.method), begin = ContinuousClock.now
        own.open.increment(by: 1)
        var code = "OK"
        defer {
            own.open.decrement(by: 1)
            let seconds = (ContinuousClock.now - begin).seconds
            own.duration.record(seconds)
            logger.debug(
                "a call ended", metadata: context.origin.merging(["code": "\(code)", "seconds": "\(seconds)"]) { $1 })
            if code == "OK" { own.succeeded.increment() } else { own.failed(code, metrics).increment() }
        }
        do {
            return try await handler.handle(context, requests: requests, responses: responses)
        } catch {
            code = RPCError.codeName(of: error)
            throw error
        }
    }

    private func handles(of method: MethodName) -> MethodMetrics {
        handles.withLock { handles in
            if let known = handles[method] { return known }
            let new = MethodMetrics(method, metrics)
            handles[method] = new
            return new
        }
    }
}

/// The metrics of one method.
private struct MethodMetrics {
    let open: Meter
    let duration: Recorder
    let succeeded: Counter
    private let label: (String, String)

    init(_ method: MethodName, _ factory: any MetricsFactory) {
        label = ("method", method.path)
        open = CallMetric.open.gauge(factory, label)
        duration = CallMetric.duration.histogram(factory, label)
        succeeded = CallMetric.handled.counter(factory, label, ("code", "OK"))
    }

    func failed(_ code: String, _ factory: any MetricsFactory) -> Counter {
        CallMetric.handled.counter(factory, label, ("code", code))
    }
}

extension CallContext {
    /// Identifies the call in the log: its method, its peer and the ids sent with it.
    var origin: Logger.Metadata {
        var origin: Logger.Metadata = ["method": "\(method.path)", "peer": "\(peer)"]
        for name in ["x-request-id", "traceparent"] {
            // Clients' ids are no longer than this; anything longer is dropped.
            if let value = metadata[name], value.utf8.count <= 128 {
                origin[name.replacing("-", with: "_")] = "\(value)"
            }
        }
        return origin
    }
}
