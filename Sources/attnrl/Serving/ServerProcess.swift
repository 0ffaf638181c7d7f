import Foundation
import Jobs
import Logging
import Rollouts
import Service
import Wire
import WireUV

/// A server from its first line to its last.
struct ServerProcess: Sendable {
    let server: UVServer
    let engine: Engine
    /// nil for a server that keeps no jobs.
    let jobs: JobRunner?
    let health: HealthService
    let grace: Duration
    let logger: Logger

    init(_ options: ServerOptions, engine: Engine, jobs: JobRunner?, grace: Duration, logger: Logger) {
        let health = AttnRLService.makeHealth(hasJobs: jobs != nil)
        let pages = ServerPages(engine: engine, health: health)
        self.server = UVServer(options, http: pages, logger: logger)
        self.engine = engine
        self.jobs = jobs
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
        // With the models in place: jobs of an earlier server go on at once.
        try jobs?.start()
        var router = RPCRouter()
        AttnRLService.register(on: &router, engine: engine, jobs: jobs, health: health, logger: logger)
        let handler = router
        let serving = Task { try await server.run(handler: handler) }
        stop.servingBegan(serving)
        Output.data.line("attnrl: serving on \(address)")
        try await serving.value
        // Steps that are being computed draw from the engine.
        await jobs?.shutDown(grace: grace)
        engine.stop()
        guard !stop.wasCut else {
            throw Failure("stopped after \(Figures.seconds(grace / .seconds(1))) with requests unfinished")
        }
        logger.info("stopped")
    }
}
