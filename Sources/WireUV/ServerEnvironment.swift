internal import Logging
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
    /// Handlers that have not returned yet; a call's connection may be gone before its handler noticed.
    private var running = 0
    var onIdle: (() -> Void)?
    var isIdle: Bool { running == 0 }

    init(options: ServerOptions, loop: EventLoop, handler: any CallHandler, http: any HTTPHandler, logger: Logger) {
        self.options = options
        self.loop = loop
        self.handler = handler
        self.http = http
        self.logger = logger
    }

    /// Runs `body` as a task on the loop, and `completion` on the loop when it has returned.
    func start<Value: Sendable>(
        _ body: @escaping @Sendable () async -> Value, completion: @escaping @Sendable (Value) -> Void
    ) -> Task<Void, Never> {
        running += 1
        return Task(executorPreference: loop) { [self] in
            let value = await body()
            loop.execute { [self] in
                completion(value)
                running -= 1
                if running == 0 { onIdle?() }
            }
        }
    }
}
