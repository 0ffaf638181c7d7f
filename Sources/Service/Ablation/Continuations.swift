import Influence
import Rewards
import Rollouts
import Sampling

/// Samples continuations of a response from points in it and reads their answers.
struct Continuations: Sendable {
    /// The continuations sampled from one point.
    struct Drawn: Sendable {
        /// One per continuation.
        var answers: [DrawnAnswer]
        /// The number of continuations that were cut off.
        var unfinished: Int
    }

    let plan: AblationPlan
    let count: Int
    let engine: Engine

    /// Continues the response's tokens before `point`.
    ///
    /// The answer is that of the whole response, so one stated before the point counts unless another follows.
    /// Continuation i uses the same random numbers from every point, and with or without a step.
    ///
    /// - Parameter hidden: Tokens that no later token attends to.
    func draw(from point: Int, hiding hidden: Range<Int>? = nil) async throws -> Drawn {
        var request = plan.request(upTo: point)
        request.count = count
        request.sampling = plan.sampling
        request.hidden = hidden
        let kept = plan.traced.record.text(of: plan.prompt.count..<point)
        var texts = [String](repeating: kept, count: count)
        var unfinished = 0
        try await engine.run(request) { events in
            for event in events {
                switch event {
                case .tokens(let index, let run): texts[index] += run.text
                case .finished(_, let response): if response.reason == .length { unfinished += 1 }
                case .started, .echoed, .stepClosed: break
                }
            }
        }
        let form = plan.form
        let answers = texts.map { StatedAnswer(in: $0, form: form).map { .stated($0.text) } ?? DrawnAnswer.unstated }
        return Drawn(answers: answers, unfinished: unfinished)
    }
}
