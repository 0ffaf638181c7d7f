/// The standard `grpc.health.v1` service: what load balancers and orchestrators ask.
///
/// The empty name stands for the server as a whole. `Check` of a name that was never set is NOT_FOUND; `Watch` reports
/// it as SERVICE_UNKNOWN and goes on, since it may be set later.
public actor HealthService {
    public typealias Status = Health.HealthCheckResponse.ServingStatus

    private struct Watcher {
        let service: String
        let changes: AsyncStream<Status>.Continuation
    }

    private var statuses: [String: Status]
    private var watchers: [Int: Watcher] = [:]
    private var nextWatcher = 0
    private var isShutDown = false

    /// Starts with the server as a whole, and these services, SERVING.
    public init(serving services: [String] = []) {
        statuses = Dictionary(uniqueKeysWithValues: Set(services + [""]).map { ($0, .serving) })
    }

    /// Sets the status of a service, or with an empty name of the server as a whole, and tells its watchers.
    public func set(_ status: Status, for service: String = "") {
        guard !isShutDown else { return }
        update(service, status)
    }

    /// Says NOT_SERVING for everything from here on, whatever is set later, and ends every `Watch` with that.
    ///
    /// For the beginning of a drain: callers turn elsewhere before calls are refused, and no watcher keeps the server
    /// waiting for its call to finish.
    public func shutDown() {
        isShutDown = true
        for service in statuses.keys { update(service, .notServing) }
        for watcher in watchers.values { watcher.changes.finish() }
    }

    /// What `Check` answers; nil for a name that was never set.
    public func status(of service: String) -> Status? { statuses[service] }

    private func update(_ service: String, _ status: Status) {
        statuses[service] = status
        for watcher in watchers.values where watcher.service == service { watcher.changes.yield(status) }
    }

    // MARK: Serving

    nonisolated func register(on router: inout RPCRouter) {
        router.register(Health.Service.check) { request, _ in try await self.check(request.service) }
        router.register(Health.Service.watch) { request, responses, _ in
            try await self.watch(request.service, responses)
        }
    }

    private func check(_ service: String) throws -> Health.HealthCheckResponse {
        guard let status = statuses[service] else {
            throw RPCError(
                .notFound, reason: "UNKNOWN_SERVICE",
                "No service is named '\(service)'. An empty name asks for the server as a whole.",
                values: ["service": service])
        }
        return Self.response(status)
    }

    /// Reports until the call is given up.
    ///
    /// A watcher slower than the changes gets the latest one.
    private func watch(_ service: String, _ responses: ResponseStream<Health.HealthCheckResponse>) async throws {
        let (statuses, changes) = AsyncStream.makeStream(of: Status.self, bufferingPolicy: .bufferingNewest(1))
        let id = nextWatcher
        nextWatcher += 1
        watchers[id] = Watcher(service: service, changes: changes)
        defer { watchers[id] = nil }

        changes.yield(self.statuses[service] ?? .serviceUnknown)
        if isShutDown { changes.finish() }
        var last: Status?
        for await status in statuses where status != last {
            try await responses.send(Self.response(status))
            last = status
        }
        try Task.checkCancellation()
        throw RPCError(.unavailable, reason: "SHUTTING_DOWN", "The server is shutting down. Watch another one.")
    }

    private static func response(_ status: Status) -> Health.HealthCheckResponse {
        var response = Health.HealthCheckResponse()
        response.status = status
        return response
    }
}
