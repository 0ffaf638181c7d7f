public import Jobs
public import Logging
public import Rollouts
public import Wire

/// This program's services, all using one engine.
public enum AttnRLService {
    /// Full names of the services, as used in health checks.
    ///
    /// - Parameter hasJobs: Whether the server runs training jobs.
    public static func names(hasJobs: Bool) -> [String] {
        [V1.AnalysisService.name, V1.GenerationService.name, V1.PolicyService.name]
            + (hasJobs ? [V1.PreferenceService.name, V1.TrainingService.name] : [])
    }

    /// The health of a server that accepts calls.
    ///
    /// Call its `shutDown()` when draining begins: it reports NOT_SERVING from then on.
    public static func makeHealth(hasJobs: Bool = false) -> HealthService {
        HealthService(serving: names(hasJobs: hasJobs))
    }

    /// Registers every method, including health and reflection.
    ///
    /// - Parameters:
    ///   - jobs: Nil for a server without jobs: TrainingService then says how to start one with them.
    ///   - places: Where requests may have the server read and write.
    ///   - viewer: The page that shows a saved view, for clients that save some; empty if there is none.
    ///   - logger: Receives unexpected errors; their callers are told little.
    public static func register(
        on router: inout RPCRouter, engine: Engine, jobs: JobRunner? = nil, health: HealthService,
        places: Places = Places(), viewer: String = "",
        logger: Logger = Logger(label: "attnrl.service")
    ) {
        let errors = CallErrors(logger: logger)
        PolicyHandlers(engine: engine, places: places, errors: errors).register(on: &router)
        GenerationHandlers(engine: engine, errors: errors).register(on: &router)
        AnalysisHandlers(engine: engine, viewer: viewer, errors: errors).register(on: &router)
        AblationHandlers(engine: engine, errors: errors).register(on: &router)
        TrainingHandlers(engine: engine, runner: jobs, places: places, errors: errors).register(on: &router)
        PreferenceHandlers(runner: jobs, errors: errors).register(on: &router)
        router.registerStandardServices(health: health)
        router.onUnexpectedError = { call, error in errors.log(error, in: call) }
    }
}
