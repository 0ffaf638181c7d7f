internal import Basics
internal import Logging
internal import Threads
internal import Wire

/// State shared by the connections of one server.
///
/// Sendable because mutable state is only used on the loop.
final class ServerEnvironment: @unchecked Sendable {
    let options: ServerOptions
    let loop: EventLoop
    let handler: any CallHandler
    let http: any HTTPHandler
    let logger: Logger
    let unfinished: UnfinishedRequests
    let inflation: InflationBudget
    /// Where ordinary and prompt handlers run.
    private let handlers: any TaskExecutor
    private let prompt: any TaskExecutor
    /// The number of handlers that have not returned yet; a call's connection may be gone before its handler notices.
    private var running = 0
    /// So many failed handshakes are logged as nobody can fill a disk with; the others are counted.
    private var loggedHandshakes = TokenBucket(capacity: 60, perSecond: 1)
    private var unloggedHandshakes = 0
    var date = HTTPDate()
    var onIdle: (() -> Void)?
    var isIdle: Bool { running == 0 }

    /// - Parameter executor: Runs all handlers; nil means `ServerThreads`.
    init(
        options: ServerOptions, loop: EventLoop, handler: any CallHandler, http: any HTTPHandler, logger: Logger,
        executor: (any TaskExecutor)? = nil
    ) {
        handlers = executor ?? ServerThreads.handlers
        prompt = executor ?? ServerThreads.prompt
        self.options = options
        self.loop = loop
        self.handler = handler
        self.http = http
        self.logger = logger
        unfinished = UnfinishedRequests(limit: options.maxUnfinishedBytes)
        inflation = InflationBudget(limit: max(options.maxInflatedBytes, options.maxMessageBytes))
    }

    /// Runs `body` as a task on handler threads, then `completion` on the loop.
    ///
    /// - Parameter promptly: Whether to run it where no other handler can delay it.
    func start<Value: Sendable>(
        promptly: Bool, _ body: @escaping @Sendable () async -> Value,
        completion: @escaping @Sendable (Value) -> Void
    ) -> Task<Void, Never> {
        running += 1
        return Task(executorPreference: promptly ? prompt : handlers) { [self] in
            let value = await body()
            loop.execute { [self] in
                completion(value)
                running -= 1
                if running == 0 { onIdle?() }
            }
        }
    }

    /// Logs from the loop, without waiting for the message to be written.
    func debug(_ message: Logger.Message, _ values: [String: String]) {
        guard logger.logLevel <= .debug else { return }
        reportAside { [logger] in logger.debug(message, metadata: values.mapValues { "\($0)" }) }
    }

    /// Logs who could not be agreed with on TLS: the certificate that a client has shown, or not shown, among others.
    func handshakeFailed(_ peer: String, _ reason: String) {
        guard loggedHandshakes.take(at: .now) else { return unloggedHandshakes += 1 }
        let leftOut = exchange(&unloggedHandshakes, with: 0)
        reportAside { [logger] in
            var details: Logger.Metadata = ["peer": "\(peer)", "reason": "\(reason)"]
            if leftOut > 0 { details["left_out"] = "\(leftOut)" }
            logger.info("a TLS handshake failed", metadata: details)
        }
    }
}
