import Basics
import Rollouts
import Sampling
import Tokenizing
import Wire

/// attnrl.v1.GenerationService.
struct GenerationHandlers: Sendable {
    let engine: Engine
    let errors: CallErrors
    private let inFlight = RequestsInFlight()

    init(engine: Engine, errors: CallErrors) {
        self.engine = engine
        self.errors = errors
    }

    func register(on router: inout RPCRouter) {
        router.register(V1.GenerationService.generate) { request, responses, call in
            let id = request.requestId.isEmpty ? Self.newID() : request.requestId
            try await errors.answering(call, requestID: id) {
                try await generate(request, id: id, responses, call)
            }
        }
        router.register(V1.GenerationService.score) { request, responses, call in
            try await errors.answering(call) { try await score(request, responses) }
        }
        router.register(V1.GenerationService.abort) { request, call in
            try await errors.answering(call) { try abort(request, of: call.caller) }
        }
    }

    // MARK: Generate

    private func generate(
        _ request: V1.GenerateRequest, id: String, _ responses: ResponseStream<V1.GenerateResponse>,
        _ call: CallContext
    ) async throws {
        let arrival = ContinuousClock.now
        if request.capture != nil { try call.caller.require(.trace, for: "Attention capture") }
        let info = try engine.policy(request.policy)
        let (work, capture) = try await work(for: request, info)
        var answer = GenerateAnswer(
            .init(
                id: id, info: info, prompt: work.prompt,
                count: work.count, sampling: work.sampling,
                texts: request.detail?.texts == true ? info.tokenizer.texts : nil,
                thinking: info.endsInThinking(work.prompt), capture: capture, arrival: arrival))
        var generation: Generation?
        defer { if let generation { inFlight.remove(generation, id: id, of: call.caller) } }
        let taken = { (new: Generation) in
            generation = new
            inFlight.add(new, id: id, of: call.caller)
        }
        try await engine.run(work, relay: call.relay, taken: taken) { events in
            let now = ContinuousClock.now
            for event in events {
                for message in answer.take(event, at: now) { try await responses.send(message) }
            }
            for message in answer.flush() { try await responses.send(message) }
        }
    }

    private func work(
        for request: V1.GenerateRequest, _ info: PolicyInfo
    ) async throws -> (GenerationRequest, CaptureSelection?) {
        var problems = FieldProblems()
        let prompt = try await info.resolve(request.prompt, path: "prompt", &problems)
        var work = GenerationRequest(prompt: prompt?.ids ?? [])
        work.policy = info.name
        work.version = try info.listed(request.version)
        work.sampling = info.resolve(request.sampling, given: prompt?.ids.count, path: "sampling", &problems)
        work.detail = problems.detail(request.detail)
        work.echoesPrompt = request.echo
        work.skipsSpecialTokens = request.skipSpecialTokens
        work.priority = problems.priority(request.priority)
        work.count = Int(
            problems.value(
                request.n == 0 ? 1 : request.n, in: 1...Int32(ResponseLimits.count.upperBound), or: 1, "n",
                "\(request.n) responses. Ask for 1 to \(ResponseLimits.count.upperBound)."))
        problems.nonEmpty(prompt?.ids, path: "prompt")
        problems.requestID(request.requestId)
        let capture = request.capture.map {
            CaptureSelection($0, for: info, path: "capture", count: work.count, &problems)
        }
        try problems.check()
        work.capture = capture?.parameters
        return (work, capture)
    }

    private static func newID() -> String {
        "gen-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    }

    private func abort(_ request: V1.AbortRequest, of caller: Caller) throws -> V1.AbortResponse {
        var problems = FieldProblems()
        problems.require(
            request.requestIds.count <= 1000, "request_ids", value: "\(request.requestIds.count) ids",
            "There are \(request.requestIds.count) ids. Send at most 1000 at once.")
        try problems.check()
        var response = V1.AbortResponse()
        response.aborted = Int32(clamping: inFlight.abort(request.requestIds, of: caller))
        return response
    }

    // MARK: Score

    private func score(_ request: V1.ScoreRequest, _ responses: ResponseStream<V1.ScoreResponse>) async throws {
        let info = try engine.policy(request.policy)
        let texts = request.detail?.texts == true ? info.tokenizer.texts : nil
        let work = try await work(for: request, info)
        var batcher = RunBatcher()
        var message = V1.ScoreResponse()
        message.promptTokens = Int32(clamping: work.prompt.count)
        try await engine.run(work) { events in
            for event in events {
                switch event {
                case .started(let version, _): message.version = Int64(version)
                case .echoed(let run):
                    guard let full = batcher.append(run) else { continue }
                    message.run = V1.TokenRun(full, texts: texts)
                    try await responses.send(message)
                default: continue
                }
            }
        }
        guard let last = batcher.finish() else { return }
        message.run = V1.TokenRun(last, texts: texts)
        try await responses.send(message)
    }

    private func work(for request: V1.ScoreRequest, _ info: PolicyInfo) async throws -> GenerationRequest {
        var problems = FieldProblems()
        let prompt = try await info.resolve(request.prompt, path: "prompt", &problems)
        problems.nonEmpty(prompt?.ids, path: "prompt")
        var work = GenerationRequest(prompt: prompt?.ids ?? [])
        work.policy = info.name
        switch request.response {
        case nil: work.echoesPrompt = true
        case .responseText(let text):
            work.forcedResponse = info.encode(response: text)
            problems.nonEmpty(work.forcedResponse, path: "response_text")
        case .responseIds(let tokens):
            work.forcedResponse = tokens.ids
            info.check(tokens.ids, path: "response_ids.ids", &problems)
            problems.nonEmpty(tokens.ids, path: "response_ids")
        }
        work.echoesForcedResponse = true
        work.sampling.maxTokens = 0
        work.detail = problems.detail(request.detail)
        work.detail.logprobs = true
        work.priority = problems.priority(request.priority)
        try problems.check()
        return work
    }
}
