import Influence
import Rollouts
import Wire

/// Ablates steps of one response, one after another.
struct Ablation: Sendable {
    let plan: AblationPlan
    let options: AblationOptions
    let engine: Engine

    /// Measures each step of the plan and reports the results.
    func run(_ report: (V1.StepAblation) async throws -> Void) async throws {
        let continuations = Continuations(plan: plan, count: options.samples, engine: engine)
        switch options.mode {
        case .hide:
            let given = try await GivenResponse(plan: plan, engine: engine)
            for step in plan.steps { try await report(hide(step, given, continuations)) }
        case .resample:
            // The next step begins where this one ends, so continuations sampled from there serve both.
            var last: (point: Int, drawn: Continuations.Drawn)?
            for step in plan.steps {
                let range = plan.segmentation.ranges[step]
                let without =
                    if let last, last.point == range.lowerBound { last.drawn } else {
                        try await continuations.draw(from: range.lowerBound)
                    }
                let with = try await continuations.draw(from: range.upperBound)
                last = (range.upperBound, with)
                var message = message(of: step)
                message.sampled = V1.SampledEffect(base: with, ablated: without)
                try await report(message)
            }
        }
    }

    private func hide(
        _ step: Int, _ given: GivenResponse, _ continuations: Continuations
    ) async throws -> V1.StepAblation {
        let range = plan.segmentation.ranges[step]
        var message = message(of: step)
        // The three share cached computation, and the engine batches them.
        async let forced = given.effect(ofHiding: step)
        if options.samples > 0 {
            async let with = continuations.draw(from: range.upperBound)
            async let without = continuations.draw(from: range.upperBound, hiding: range)
            message.sampled = try await V1.SampledEffect(base: with, ablated: without)
        }
        message.forced = try await forced
        return message
    }

    private func message(of step: Int) -> V1.StepAblation {
        var message = V1.StepAblation()
        message.step = Int32(clamping: step)
        message.influence = plan.traced.trace.influence[step]
        return message
    }
}

extension AblationPlan {
    /// A request that begins with the response up to a point, using the weights that were traced.
    func request(upTo point: Int) -> GenerationRequest {
        var request = GenerationRequest(prompt: prompt)
        request.policy = traced.message.policy
        request.version = Int(traced.message.version)
        request.forcedResponse = Array(response.prefix(point - prompt.count))
        // These are many and long, so interactive requests take precedence.
        request.priority = .batch
        return request
    }
}
