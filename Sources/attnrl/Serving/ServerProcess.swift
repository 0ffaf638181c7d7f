import Foundation
import Logging
import Rollouts
import Service
import Wire
import WireUV

/// A server from its first line to its last.
struct ServerProcess: Sendable {
    let server: UVServer
    let engine: Engine
    let health: HealthService
    let grace: Duration
    let logger: Logger

    init(_ options: ServerOptions, engine: Engine, grace: Duration, logger: Logger) {
        let health = AttnRLService.makeHealth()
        let pages = ServerPages(engine: engine, health: health)
        self.server = UVServer(options, http: pages, logger: logger)
        self.engine = engine
        self.health = health
        self.grace = grace
        self.logger = logger
    }

    /// Takes the port, loads the models and serves until a signal says to stop.
    ///
    /// The port comes first: that it is taken should not be learnt after minutes of loading.
    func run(_ models: [NamedModel], loading: ModelLoading) async throws {
        let watcher = try await SignalWatcher()
        let stop = StopSequence(process: self)
        let watching = Task { for await signal in watcher.signals { stop.received(signal) } }
        defer { watching.cancel() }

        let address = try await server.bind()
        try await loading.load(models)
        var router = RPCRouter()
        AttnRLService.register(on: &router, engine: engine, health: health, logger: logger)
        let handler = router
        let serving = Task { try await server.run(handler: handler) }
        stop.servingBegan(serving)
        Output.data.line("attnrl: serving on \(address)")
        try await serving.value
        engine.stop()
        guard !stop.wasCut else {
            throw Failure("stopped after \(Figures.seconds(grace / .seconds(1))) with requests unfinished")
        }
        logger.info("stopped")
    }
}
