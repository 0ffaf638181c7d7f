internal import Logging
internal import Threads
internal import Wire

/// What the connections of one server share.
///
/// Sendable because everything mutable is only touched on the loop.
final class ServerEnvironment: @unchecked Sendable {
    let options: ServerOptions
    let loop: EventLoop
    let handler: any CallHandler
    let http: any HTTPHandler
    let logger: Logger
    /// Where handlers run, and where those that are prompt do.
    private let handlers: any TaskExecutor
    private let prompt: any TaskExecutor
    /// Handlers that have not returned yet; a call's connection may be gone before its handler noticed.
    private var running = 0
    var onIdle: (() -> Void)?
    var isIdle: Bool { running == 0 }

    /// - Parameter executor: Runs all handlers; nil for `ServerThreads`.
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
    }

    /// Runs `body` as a task on threads for handlers, and `completion` on the loop when it has returned.
    ///
    /// - Parameter promptly: Whether it goes where no other handler can be in its way.
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

    /// Logs from the loop, which does not wait until it is written.
    func debug(_ message: Logger.Message, _ values: [String: String]) {
        guard logger.logLevel <= .debug else { return }
        reportAside { [logger] in logger.debug(message, metadata: values.mapValues { "\($0)" }) }
    }
}
