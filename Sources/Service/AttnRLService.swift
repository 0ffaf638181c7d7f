public import Jobs
public import Logging
public import Rollouts
public import Wire

/// The services of this program over one engine.
public enum AttnRLService {
    /// Full names of the services, as health checks name them.
    ///
    /// - Parameter hasJobs: Whether the server keeps training jobs.
    public static func names(hasJobs: Bool) -> [String] {
        [V1.AnalysisService.name, V1.GenerationService.name, V1.PolicyService.name]
            + (hasJobs ? [V1.TrainingService.name] : [])
    }

    /// Health of a server that takes calls.
    ///
    /// `shutDown()` it where draining begins: it says NOT_SERVING from then on.
    public static func makeHealth(hasJobs: Bool = false) -> HealthService {
        HealthService(serving: names(hasJobs: hasJobs))
    }

    /// Registers every method, with health and reflection.
    ///
    /// - Parameters:
    ///   - jobs: nil for a server that keeps none: TrainingService then says how to start one that does.
    ///   - logger: Learns of errors that nobody expected; their callers are told little.
    public static func register(
        on router: inout RPCRouter, engine: Engine, jobs: JobRunner? = nil, health: HealthService,
        logger: Logger = Logger(label: "attnrl.service")
    ) {
        let errors = CallErrors(logger: logger)
        PolicyHandlers(engine: engine, errors: errors).register(on: &router)
        GenerationHandlers(engine: engine, errors: errors).register(on: &router)
        AnalysisHandlers(engine: engine, errors: errors).register(on: &router)
        AblationHandlers(engine: engine, errors: errors).register(on: &router)
        TrainingHandlers(engine: engine, runner: jobs, errors: errors).register(on: &router)
        router.registerStandardServices(health: health)
        router.onUnexpectedError = { call, error in errors.log(error, in: call) }
    }
}
