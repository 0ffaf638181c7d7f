import Console
import Foundation
import HTTPDoor
import Jobs
import Logging
import Metering
import Rollouts
import Service
import Wire
import WireUV

/// A server process from start to exit.
struct ServerProcess: Sendable {
    let server: UVServer
    let engine: Engine
    /// Nil for a server without jobs.
    let jobs: JobRunner?
    let health: HealthService
    let access: ServerAccess
    let grace: Duration
    /// How long after the grace period the process may take to clean up interrupted work.
    var windUp = Duration.seconds(5)
    /// Called once a signal would begin a graceful stop.
    var onServing: @Sendable () -> Void = {}
    /// A rank that serves beside the first one.
    var follower: Follower?
    /// Names ranks that have ended, as far as that can be found out soon.
    var lost: @Sendable () -> String? = { nil }
    /// Ends other ranks that would wait for this one.
    var endWorld: @Sendable () -> Void = {}
    let logger: Logger
    /// Serves the methods.
    private let handler: any CallHandler

    /// - Parameters:
    ///   - origins: Those whose pages may call the server from a browser.
    ///   - metrics: Where the engine and the jobs record their metrics.
    init(
        _ options: ServerOptions, access: ServerAccess = ServerAccess(), places: Places = Places(),
        origins: [String] = [], engine: Engine, jobs: JobRunner?, grace: Duration,
        metrics: MetricsRegistry = MetricsRegistry([]), follower: Follower? = nil, logger: Logger
    ) {
        let health = AttnRLService.makeHealth(hasJobs: jobs != nil)
        var router = RPCRouter()
        let shipped = ShippedPage()
        AttnRLService.register(
            on: &router, engine: engine, jobs: jobs, health: health, places: places, viewer: shipped.viewer,
            logger: logger)
        let served: any CallHandler = follower.map { FollowerCalls(router, $0) } ?? router
        handler = MeteredCalls(access.guarding(served), metrics: metrics, logger: logger)
        self.follower = follower
        let pages = ServerPages(engine: engine, jobs: jobs, health: health, metrics: metrics)
        let door = HTTPDoor(
            handler, pages: pages, page: shipped.page, gate: access.gate, origins: origins, version: attnrlVersion
        )
        var options = options
        options.tls = access.tls
        self.server = UVServer(options, http: door, logger: logger)
        self.access = access
        self.engine = engine
        self.jobs = jobs
        self.health = health
        self.grace = grace
        self.logger = logger
    }

    /// Binds the port, loads the models and serves until told to stop by a signal.
    ///
    /// The port is bound first, so that a port in use is noticed before minutes of loading.
    func run(_ models: [NamedModel], loading: ModelLoading) async throws {
        let stop = StopSequence(process: self)
        let watcher = SignalWatcher { stop.received($0) }
        defer { watcher.stop() }

        access.reloads?.begin { [access, logger] in access.reload(logger) }
        defer { access.reloads?.stop() }

        let address = try await server.bind()
        try access.check(address, logger)
        try await loading.load(models)
        // After the models are loaded: jobs from an earlier server resume at once.
        try jobs?.start()
        let serving = Task { try await server.run(handler: handler) }
        stop.servingBegan(serving)
        onServing()
        let place = "\(access.tls == nil ? "" : "https://")\(address)"
        Output.data.line("attnrl: \(follower.map { "\($0.name) serves on" } ?? "serving on") \(place)")
        let following = follower.map { follower in
            Task {
                try await follower.follow()
                stop.begin(because: "the first rank has left")
            }
        }
        try await serving.value
        try await following?.value
        // Steps in progress sample from the engine.
        await jobs?.shutDown(grace: grace)
        engine.stop()
        guard !stop.wasCut else {
            throw Failure("stopped after \(Figures.seconds(grace / .seconds(1))) with requests unfinished")
        }
        logger.info("stopped")
    }
}
