import Wire

/// What a path leads to.
enum Route: Sendable {
    case models
    case model(String)
    case textCompletions, chatCompletions, responses, tokenGeneration, tokenize, detokenize, tokenizerInfo
    case abortRequests, pause, resume, isPaused, updateWeights, openAPI
    /// A method of a service, by its own path or a short one.
    case method(MethodType)
    /// A route that other servers have and this one lacks, and why.
    case notServed(String)
    case other

    /// How a client calls a route.
    struct Description {
        let method: String
        let summary: String
    }

    private static let fixed: [(path: String, route: Route, method: String, summary: String)] = [
        ("/v1/models", .models, "GET", "The policies, as OpenAI and vLLM list models."),
        ("/v1/completions", .textCompletions, "POST", "OpenAI's text completions."),
        ("/v1/chat/completions", .chatCompletions, "POST", "OpenAI's chat completions."),
        ("/v1/responses", .responses, "POST", "Open Responses, without what a server would have to keep."),
        ("/inference/v1/generate", .tokenGeneration, "POST", "Tokens in, tokens out, as vLLM has it."),
        ("/inference/v1/abort_requests", .abortRequests, "POST", "Ends requests by their ids."),
        ("/tokenize", .tokenize, "POST", "The tokens of a text or a chat."),
        ("/detokenize", .detokenize, "POST", "The text of tokens."),
        ("/tokenizer_info", .tokenizerInfo, "GET", "The tokenizer's settings."),
        ("/pause", .pause, "POST", "Computes nothing until /resume."),
        ("/resume", .resume, "POST", "Goes on after /pause."),
        ("/is_paused", .isPaused, "GET", "Whether /pause holds."),
        ("/update_weights", .updateWeights, "POST", "Serves weights from another folder as a new version."),
        ("/openapi.json", .openAPI, "GET", "This document."),
    ]

    private static let byPath = Dictionary(
        uniqueKeysWithValues: fixed.map { ($0.path, (route: $0.route, method: $0.method)) })

    /// The routes that are not service methods, in order.
    static var described: [(path: String, Description)] {
        fixed.map { ($0.path, Description(method: $0.method, summary: $0.summary)) }
    }

    /// Routes that other servers have and this one lacks, and why.
    private static let absent: [String: String] = [
        "/v1/messages": "Anthropic's messages are not spoken here. Use /v1/chat/completions.",
        "/v1/embeddings": "Policies here have no embeddings.",
        "/v1/score": "Policies here score no pairs of texts. Log-probabilities are at /v1/completions with echo.",
        "/v1/rerank": "Policies here rank no texts.",
        "/v1/systemone": "Structured decisions are not made here.",
        "/v1/decisions": "Structured decisions are not made here.",
        "/v1/load_lora_adapter": "Adapters are not loaded here. /update_weights takes whole models.",
    ]

    /// Short paths of methods that only this server has.
    private static let short: [String: MethodName] = [
        "/v1/attnrl/generate": V1.GenerationService.generate.name, "/v1/attnrl/score": V1.GenerationService.score.name,
        "/v1/attnrl/trace": V1.AnalysisService.trace.name,
        "/v1/attnrl/branches": V1.AnalysisService.suggestBranches.name,
        "/v1/attnrl/explore": V1.AnalysisService.explore.name, "/v1/attnrl/ablate": V1.AnalysisService.ablate.name,
    ]

    /// - Parameter serves: Whether the server has a method.
    init(path: String, serves: (MethodName) -> Bool) {
        let models = "/v1/models/"
        if let fixed = Self.byPath[path] {
            self = fixed.route
        } else if let reason = Self.absent[path] {
            self = .notServed(reason)
        } else if path.hasPrefix(models), path.utf8.count > models.utf8.count {
            self = .model(PercentEncoding.decode(String(path.dropFirst(models.count))))
        } else if let name = Self.short[path] ?? MethodName(path: path), serves(name),
            let type = MethodTypes.named[name]
        {
            self = .method(type)
        } else {
            self = .other
        }
    }

    var isOpenToAll: Bool { if case .method(let method) = self { method.name.isOpenToAll } else { false } }

    /// What a caller's key must be for.
    func scope(of path: String) -> V1.Scope {
        switch self {
        case .models, .model, .textCompletions, .chatCompletions, .responses, .tokenGeneration, .tokenize, .detokenize,
            .tokenizerInfo, .abortRequests, .isPaused:
            .infer
        case .pause, .resume, .updateWeights: .admin
        case .method(let method): method.scope
        case .other where path == "/metrics": .admin
        case .openAPI, .notServed, .other: .unspecified
        }
    }

    var isMethod: Bool { if case .method = self { true } else { false } }

    /// The HTTP method of a path; nil if its route checks that itself.
    static func httpMethod(_ path: String) -> String? {
        path.hasPrefix("/v1/models/") ? "GET" : byPath[path]?.method
    }

    static func shortPaths(of method: MethodName) -> [String] { short.filter { $0.value == method }.keys.sorted() }
}
