extension RPCRouter {
    /// Adds what every gRPC server is expected to have: health, and reflection in both versions.
    ///
    /// Reflection lists the services registered so far, and these three. So this comes last.
    public mutating func registerStandardServices(health: HealthService) {
        let listed = Set(
            services + [
                Health.Service.name, Reflection.ServerReflection.name, ReflectionAlpha.ServerReflection.name,
            ])
        health.register(on: &self)
        ReflectionService(services: listed.sorted()).register(on: &self)
    }
}
