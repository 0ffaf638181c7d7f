import Console
import Jobs
import Metering
import Rollouts
import Service
import Wire
import WireUV

/// The pages that a server offers over plain HTTP.
struct ServerPages: HTTPHandler {
    let engine: Engine
    let jobs: JobRunner?
    let health: HealthService
    let metrics: MetricsRegistry

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let answer = page(request)
        guard answer.status == 404 || request.method == "GET" || request.method == "HEAD" else {
            return HTTPResponse(status: 405, text: "Only GET is answered here.\n")
        }
        return answer
    }

    private func page(_ request: HTTPRequest) -> HTTPResponse {
        if request.path == "/metrics" {
            jobs?.reportLoad()
            ProcessMetric.report(to: metrics)
            return HTTPResponse(
                status: 200, contentType: MetricsRegistry.contentType, body: Array(metrics.text.utf8))
        }
        let isServing = health.status(of: "") == .serving
        // The engine's policies are only queried if the page lists them.
        let policies = isPrompt(request) ? [] : engine.loadedPolicies
        let state = ServerState(version: attnrlVersion, policies: policies, isServing: isServing)
        guard let answer = HTTPAnswer(path: request.path, state: state) else { return .notFound }
        return HTTPResponse(status: answer.status, contentType: answer.contentType, body: answer.body)
    }

    func isPrompt(_ request: HTTPRequest) -> Bool { HTTPAnswer.healthPaths.contains(request.path) }
}
