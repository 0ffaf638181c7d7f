import Guarding

/// The standard `grpc.health.v1` service, which load balancers and orchestrators query.
///
/// The empty name means the server as a whole. `Check` fails with NOT_FOUND for a name that was never set; `Watch`
/// reports SERVICE_UNKNOWN and continues, since the name may be set later.
///
/// It depends on nothing else and never blocks, so it answers even while other handlers or the engine are stuck.
public final class HealthService: Sendable {
    public typealias Status = Health.HealthCheckResponse.ServingStatus

    private struct Watcher {
        let service: String
        /// Signals that the status changed; the state holds the new one.
        let changes: AsyncStream<Void>.Continuation
    }

    private struct State {
        var statuses: [String: Status]
        var watchers: [Int: Watcher] = [:]
        var nextWatcher = 0
        var isShutDown = false
    }

    private let state: Guarded<State>

    /// Starts with the server as a whole, and these services, as SERVING.
    public init(serving services: [String] = []) {
        state = Guarded(
            State(statuses: Dictionary(uniqueKeysWithValues: Set(services + [""]).map { ($0, .serving) })))
    }

    /// Sets the status of a service (the whole server if the name is empty) and notifies its watchers.
    public func set(_ status: Status, for service: String = "") {
        let watchers = state.withLock { state -> [Watcher] in
            guard !state.isShutDown else { return [] }
            state.statuses[service] = status
            return state.watchers.values.filter { $0.service == service }
        }
        for watcher in watchers { watcher.changes.yield() }
    }

    /// Reports NOT_SERVING for everything from now on, whatever is set later, and ends every `Watch` with that.
    ///
    /// Call it when a drain begins: callers go elsewhere before calls are refused, and no watcher's open call holds up
    /// the server.
    public func shutDown() {
        let watchers = state.withLock { state in
            state.isShutDown = true
            for service in Array(state.statuses.keys) { state.statuses[service] = .notServing }
            return Array(state.watchers.values)
        }
        for watcher in watchers {
            watcher.changes.yield()
            watcher.changes.finish()
        }
    }

    /// The status that `Check` returns; nil for a name that was never set.
    public func status(of service: String) -> Status? { state.withLock { $0.statuses[service] } }

    // MARK: Serving

    func register(on router: inout RPCRouter) {
        router.register(Health.Service.check) { request, _ in try self.check(request.service) }
        router.register(Health.Service.watch) { request, responses, _ in
            try await self.watch(request.service, responses)
        }
        router.answerPromptly(Health.Service.check.name)
        router.answerPromptly(Health.Service.watch.name)
    }

    private func check(_ service: String) throws -> Health.HealthCheckResponse {
        guard let status = status(of: service) else {
            throw RPCError(
                .notFound, reason: "UNKNOWN_SERVICE",
                "No service is named '\(service)'. An empty name asks for the server as a whole.",
                values: ["service": service])
        }
        return Self.response(status)
    }

    /// Reports until the call is cancelled.
    ///
    /// A watcher slower than the changes receives only the latest.
    private func watch(_ service: String, _ responses: ResponseStream<Health.HealthCheckResponse>) async throws {
        let (news, changes) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        changes.yield()
        let id = add(Watcher(service: service, changes: changes))
        defer { state.withLock { $0.watchers[id] = nil } }
        var last: Status?
        for await _ in news {
            let status = status(of: service) ?? .serviceUnknown
            if status == last { continue }
            try await responses.send(Self.response(status))
            last = status
        }
        try Task.checkCancellation()
        throw RPCError(.unavailable, reason: "SHUTTING_DOWN", "The server is shutting down. Watch another one.")
    }

    private func add(_ watcher: Watcher) -> Int {
        let (id, isShutDown) = state.withLock { state in
            state.nextWatcher += 1
            state.watchers[state.nextWatcher] = watcher
            return (state.nextWatcher, state.isShutDown)
        }
        if isShutDown { watcher.changes.finish() }
        return id
    }

    private static func response(_ status: Status) -> Health.HealthCheckResponse {
        var response = Health.HealthCheckResponse()
        response.status = status
        return response
    }
}
