extension RPCRouter {
    /// Adds the services every gRPC server is expected to have: health, and reflection in both versions.
    ///
    /// Reflection lists only the services registered so far, and these three, so call this last.
    public mutating func registerStandardServices(health: HealthService) {
        let listed = Set(
            services + [
                Health.Service.name, Reflection.ServerReflection.name, ReflectionAlpha.ServerReflection.name,
            ])
        health.register(on: &self)
        ReflectionService(services: listed.sorted()).register(on: &self)
    }
}
