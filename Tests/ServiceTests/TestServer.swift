import Compute
import Foundation
import Jobs
import Logging
import ModelFiles
import Rollouts
import Service
import TestSupport
import Testing
import Wire

/// A server over the tiny reference policies and a client of it, in one process.
final class TestServer: Sendable {
    let engine: Engine
    let health: HealthService
    let client: RPCClient

    private init(engine: Engine, health: HealthService, client: RPCClient) {
        self.engine = engine
        self.health = health
        self.client = client
    }

    /// Serves while `body` runs.
    ///
    /// - Parameter policies: Folders of Tests/Fixtures; each is served under its name, in float32.
    static func run<Result>(
        policies: [String] = ["qwen2"], jobs: JobRunner? = nil,
        configure: (inout EngineConfiguration) -> Void = { _ in },
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        // One thread waits for no other, which takes long where processes outnumber processors.
        var configuration = EngineConfiguration(threads: 1, keyValueBytes: 32 << 20)
        configure(&configuration)
        let engine = Engine(configuration: configuration, logger: Logger(label: "test"))
        for policy in policies {
            _ = try engine.load(directory: Fixtures.url(policy), precision: .float32)
        }
        let health = AttnRLService.makeHealth()
        var router = RPCRouter()
        AttnRLService.register(on: &router, engine: engine, jobs: jobs, health: health)
        let transport = InProcessTransport()
        let serving = Task { [router] in try await transport.run(handler: router) }
        defer {
            engine.stop()
            serving.cancel()
        }
        return try await body(TestServer(engine: engine, health: health, client: RPCClient(transport: transport)))
    }

    // MARK: Calls, as lists of what came

    func generate(_ request: V1.GenerateRequest) async throws -> [V1.GenerateResponse.Event] {
        try await client.serverStreaming(V1.GenerationService.generate, request).reduce(into: []) { events, response in
            if let event = response.event { events.append(event) }
        }
    }

    func score(_ request: V1.ScoreRequest) async throws -> [V1.ScoreResponse] {
        try await client.serverStreaming(V1.GenerationService.score, request).reduce(into: []) { $0.append($1) }
    }

    func trace(_ request: V1.TraceRequest) async throws -> [V1.TraceResponse.Part] {
        try await client.serverStreaming(V1.AnalysisService.trace, request).reduce(into: []) { parts, response in
            if let part = response.part { parts.append(part) }
        }
    }

    func tokenize(_ prompt: V1.Prompt) async throws -> V1.TokenizeResponse {
        try await client.unary(V1.PolicyService.tokenize, make { $0.prompt = prompt })
    }

    func suggestBranches(_ request: V1.SuggestBranchesRequest) async throws -> V1.SuggestBranchesResponse {
        try await client.unary(V1.AnalysisService.suggestBranches, request)
    }

    func ablate(_ request: V1.AblateRequest) async throws -> (V1.AblationStarted, [V1.StepAblation]) {
        var started: [V1.AblationStarted] = [], steps: [V1.StepAblation] = []
        for try await response in client.serverStreaming(V1.AnalysisService.ablate, request) {
            switch response.part {
            case .started(let message): started.append(message)
            case .step(let step): steps.append(step)
            case nil: Issue.record("a message has nothing in it")
            }
        }
        #expect(started.count == 1)
        return (try #require(started.first), steps)
    }

    /// Waits until the engine has let go of every request.
    func becomesIdle() async -> Bool { await eventually { engine.requestCount == 0 } }
}

/// The status that a call ended with; nil when it ended well.
func status(of call: () async throws -> Void) async -> RPCError? {
    do {
        try await call()
        return nil
    } catch let error as RPCError {
        return error
    } catch {
        return RPCError(.unknown, "not a status: \(error)")
    }
}

extension RPCError {
    /// The reason and values of its ErrorInfo.
    var info: (reason: String, values: [String: String])? {
        for case .errorInfo(let reason, "attnrl", let values) in details { return (reason, values) }
        return nil
    }

    /// Fields named by its BadRequest.
    var fields: [String] {
        for case .badRequest(let violations) in details { return violations.map(\.field) }
        return []
    }

    var retryDelay: Duration? {
        for case .retryInfo(let delay) in details { return delay }
        return nil
    }
}

/// Builds a message.
func make<Message: ProtobufMessage>(
    _ type: Message.Type = Message.self, _ fill: (inout Message) -> Void = { _ in }
) -> Message {
    var message = Message()
    fill(&message)
    return message
}

extension V1.Prompt {
    static func text(_ text: String) -> V1.Prompt { make { $0.input = .text(text) } }
    static func ids(_ ids: [Int32]) -> V1.Prompt { make { $0.input = .tokenIds(make { $0.ids = ids }) } }

    static func chat(_ messages: (role: String, content: String)...) -> V1.Prompt {
        make {
            $0.input = .chat(
                make {
                    $0.messages = messages.map { message in
                        make {
                            $0.role = message.role
                            $0.content = message.content
                        }
                    }
                })
        }
    }
}
