public import Wire
public import WireUV

/// Answers plain HTTP requests by calling a server's methods: each one directly, with JSON, and through OpenAI's and
/// vLLM's routes. It deals in messages and knows nothing of the engine.
public struct HTTPDoor: HTTPHandler {
    private let handler: any CallHandler
    private let pages: any HTTPHandler
    private let page: Page
    private let gate: any Gatekeeper
    private let origins: AllowedOrigins
    private let version: String

    /// - Parameters:
    ///   - handler: Serves the methods.
    ///   - pages: Answers requests for all other paths. Those that it answers promptly need no key.
    ///   - page: What people open in a browser. It needs no key.
    ///   - gate: Decides who may call.
    ///   - origins: Those whose pages may call the server from a browser; `*` allows all.
    ///   - version: The program's version, for the OpenAPI document.
    public init(
        _ handler: any CallHandler, pages: any HTTPHandler = NoHTTP(), page: Page = Page(),
        gate: any Gatekeeper = OpenGate(), origins: [String] = [], version: String = ""
    ) {
        self.handler = handler
        self.pages = pages
        self.page = page
        self.gate = gate
        self.origins = AllowedOrigins(origins)
        self.version = version
    }

    public func isPrompt(_ request: HTTPRequest) -> Bool { pages.isPrompt(request) }

    public func respond(to http: HTTPRequest) async -> HTTPResponse {
        if let preflight = origins.preflight(http) { return preflight }
        if let file = page.answer(http) { return file }
        var response: HTTPResponse
        var id = http["x-request-id"]
        do {
            let request = try DoorRequest(http)
            id = request.id
            response = try await answer(request)
        } catch {
            response = failed(error, http)
        }
        return complete(response, http, id: id)
    }

    /// Turns those away who may not use a route, before their bodies arrive.
    public func refusal(of head: HTTPRequest) -> HTTPResponse? {
        guard origins.preflight(head) == nil, page.answer(head) == nil, let request = try? DoorRequest(head) else {
            return nil
        }
        do {
            _ = try caller(
                head, request.calls(handler).metadata, Route(path: head.path, serves: handler.serves))
            return nil
        } catch {
            return complete(failed(error, head), head, id: request.id)
        }
    }

    private func failed(_ error: any Error, _ http: HTTPRequest) -> HTTPResponse {
        let isMethod = Route(path: http.path, serves: handler.serves).isMethod
        // A method's fields have the names that its message gives them.
        let failure = isMethod ? DoorError(any: error) : DoorError(any: error, names: CompletionOptions.name)
        return isMethod ? failure.connectResponse : failure.response
    }

    private func complete(_ response: HTTPResponse, _ http: HTTPRequest, id: String?) -> HTTPResponse {
        var response = response
        if let id { response.headers.append(("x-request-id", id)) }
        response.headers += origins.headers(http)
        return response
    }

    private func answer(_ request: DoorRequest) async throws -> HTTPResponse {
        var calls = request.calls(handler)
        let deadline = request.deadline
        let path = request.http.path
        let route = Route(path: path, serves: handler.serves)
        calls.caller = try caller(request.http, calls.metadata, route)
        if let method = Route.httpMethod(path) { try request.check(method) }
        switch route {
        case .models: return try await Models.list(calls)
        case .model(let name): return try await Models.one(name, calls)
        case .textCompletions: return try await TextCompletions(request).respond(calls, deadline: deadline)
        case .chatCompletions: return try await ChatCompletions(request).respond(calls, deadline: deadline)
        case .responses: return try await Responses(request).respond(calls, deadline: deadline)
        case .tokenGeneration: return try await TokenGeneration(request).respond(calls, deadline: deadline)
        case .tokenize: return try await TokenRoutes.tokenize(request, calls)
        case .detokenize: return try await TokenRoutes.detokenize(request, calls)
        case .tokenizerInfo: return try await TokenRoutes.info(request, calls)
        case .abortRequests: return try await Administration.abort(request, calls)
        case .pause: return try await Administration.pause(request, calls)
        case .resume: return try await Administration.resume(calls)
        case .isPaused: return try await Administration.isPaused(calls)
        case .updateWeights: return try await Administration.updateWeights(request, calls)
        case .openAPI:
            return .json(OpenAPIDocument.make(version: version, serves: handler.serves))
        case .method(let method):
            return try await TranscodedCall(method: method, request: request, calls: calls).respond()
        case .notServed(let reason): throw DoorError(501, reason, code: "not_implemented")
        case .other:
            let page = await pages.respond(to: request.http)
            if page.status == 405 { try request.check("GET") }
            guard page.status == 404 else { return page }
            throw DoorError(404, "There is no \(request.http.path.prefix(200)).", code: "unknown_route")
        }
    }
}

extension HTTPDoor {
    /// Who asks; nil for what needs no key.
    private func caller(_ http: HTTPRequest, _ metadata: Metadata, _ route: Route) throws(RPCError) -> Caller? {
        guard !route.isOpenToAll, !pages.isPrompt(http) else { return nil }
        return try gate.admit(
            metadata, certificate: http.certificate, to: route.scope(of: http.path), for: http.path, peer: http.peer)
    }
}

extension DoorRequest {
    fileprivate func check(_ method: String) throws(DoorError) {
        guard http.method != method else { return }
        var error = DoorError(405, "\(http.path) is asked with \(method).", code: "method_not_allowed")
        error.headers = [("allow", method)]
        throw error
    }
}
