import Guarding

/// The standard `grpc.health.v1` service: what load balancers and orchestrators ask.
///
/// The empty name stands for the server as a whole. `Check` of a name that was never set is NOT_FOUND; `Watch` reports
/// it as SERVICE_UNKNOWN and goes on, since it may be set later.
///
/// It depends on nothing else and blocks nowhere, so it answers while other handlers, or the engine, are held.
public final class HealthService: Sendable {
    public typealias Status = Health.HealthCheckResponse.ServingStatus

    private struct Watcher {
        let service: String
        /// Says that there is another status; which one is in the state.
        let changes: AsyncStream<Void>.Continuation
    }

    private struct State {
        var statuses: [String: Status]
        var watchers: [Int: Watcher] = [:]
        var nextWatcher = 0
        var isShutDown = false
    }

    private let state: Guarded<State>

    /// Starts with the server as a whole, and these services, SERVING.
    public init(serving services: [String] = []) {
        state = Guarded(
            State(statuses: Dictionary(uniqueKeysWithValues: Set(services + [""]).map { ($0, .serving) })))
    }

    /// Sets the status of a service, or with an empty name of the server as a whole, and tells its watchers.
    public func set(_ status: Status, for service: String = "") {
        let watchers = state.withLock { state -> [Watcher] in
            guard !state.isShutDown else { return [] }
            state.statuses[service] = status
            return state.watchers.values.filter { $0.service == service }
        }
        for watcher in watchers { watcher.changes.yield() }
    }

    /// Says NOT_SERVING for everything from here on, whatever is set later, and ends every `Watch` with that.
    ///
    /// For the beginning of a drain: callers turn elsewhere before calls are refused, and no watcher keeps the server
    /// waiting for its call to finish.
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

    /// What `Check` answers; nil for a name that was never set.
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

    /// Reports until the call is given up.
    ///
    /// A watcher slower than the changes gets the latest one.
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
