import Console
import Rollouts
import Service
import Wire
import WireUV

/// The pages that a server offers over plain HTTP.
struct ServerPages: HTTPHandler {
    let engine: Engine
    let health: HealthService

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard request.method == "GET" else { return HTTPResponse(status: 405, text: "Only GET is answered here.\n") }
        let isServing = health.status(of: "") == .serving
        // The engine's policies are only queried if the page lists them.
        let policies = isPrompt(request) ? [] : engine.loadedPolicies
        let state = ServerState(version: attnrlVersion, policies: policies, isServing: isServing)
        guard let answer = HTTPAnswer(path: request.path, state: state) else { return .notFound }
        return HTTPResponse(status: answer.status, contentType: answer.contentType, body: answer.body)
    }

    func isPrompt(_ request: HTTPRequest) -> Bool { request.path == HTTPAnswer.healthPath }
}
