public import Rollouts
public import Wire

/// The services of this program over one engine.
public enum AttnRLService {
    /// Full names of the services, as health checks name them.
    public static let names = [V1.AnalysisService.name, V1.GenerationService.name, V1.PolicyService.name]

    /// Health of a server that takes calls.
    ///
    /// `shutDown()` it where draining begins: it says NOT_SERVING from then on.
    public static func makeHealth() -> HealthService { HealthService(serving: names) }

    /// Registers every method, with health and reflection.
    public static func register(on router: inout RPCRouter, engine: Engine, health: HealthService) {
        PolicyHandlers(engine: engine).register(on: &router)
        GenerationHandlers(engine: engine).register(on: &router)
        AnalysisHandlers(engine: engine).register(on: &router)
        router.registerStandardServices(health: health)
    }
}
