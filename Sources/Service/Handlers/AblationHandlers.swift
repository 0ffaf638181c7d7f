import Rollouts
import Sampling
import Wire

/// Ablate of attnrl.v1.AnalysisService.
struct AblationHandlers: Sendable {
    let engine: Engine
    let errors: CallErrors

    func register(on router: inout RPCRouter) {
        router.register(V1.AnalysisService.ablate) { request, responses, call in
            try await errors.answering(call, path: "input.") { try await ablate(request, responses) }
        }
    }

    private func ablate(_ request: V1.AblateRequest, _ responses: ResponseStream<V1.AblateResponse>) async throws {
        let info = try engine.policy(request.input?.policy ?? "")
        var problems = FieldProblems()
        let options = AblationOptions(request, for: info, &problems)
        let subject = try await TraceSubject(
            request.input, capture: request.capture?.ofSteps, detail: TokenDetail(), engine, problems)
        let traced = try await subject.compute(on: engine)
        let plan = try AblationPlan(prompt: subject.work.prompt, traced, options)
        try await responses.send(.init(.started(V1.AblationStarted(plan, options))))
        let ablation = Ablation(plan: plan, options: options, engine: engine)
        try await ablation.run { try await responses.send(.init(.step($0))) }
    }
}

extension V1.AblateResponse {
    init(_ part: Part) {
        self.init()
        self.part = part
    }
}
