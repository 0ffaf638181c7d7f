import Jobs
import Rollouts
import Sampling
import Trees

/// Draws what a step of a tree job asks for: in one call, or where the strategy looks ahead in two, of which the first draws
/// a few tokens of each continuation.
///
/// A continuation whose first tokens are much like the response's (`diverges`) is dropped there; the others are drawn on
/// in the second call, together with the responses to prompts. Both parts count as one response.
struct ResponseRound {
    /// A response, with the text of all of it.
    struct Response {
        var rollout: RolloutTree.Rollout
        let text: String
        /// Of all of it, if they were captured.
        var states: PooledStates?
    }

    private let run: TrainingRun
    private let drawer: ResponseDrawer
    private let sampling: SamplingParameters

    init(_ run: TrainingRun, sampling: SamplingParameters, version: Int) {
        self.run = run
        self.sampling = sampling
        drawer = run.drawer(sampling, version: version)
    }

    private var branching: BranchingSpecification { run.specification.branching }

    /// - Parameter originals: For each request whose responses are looked at ahead, what the response that they leave has
    ///   behind the place; nil for others.
    /// - Returns: The responses to each request, in order; fewer than it asks for where some were dropped.
    func draw(
        _ requests: [DrawRequest], besides originals: [[Int32]?], _ report: inout StepReport
    ) async throws -> [[Response]] {
        guard originals.contains(where: { $0 != nil }) else {
            let drawn = try await call(requests, &report)
            return zip(requests, drawn).map { request, responses in responses.map { response($0, to: request) } }
        }
        let begun = try await begin(requests, besides: originals, &report)
        let open = begun.flatMap(\.self).compactMap(\.rest), whole = requests.indices.filter { originals[$0] == nil }
        let drawn = try await call(whole.map { requests[$0] } + open, &report)
        var rest = Array(drawn.dropFirst(whole.count).joined())[...]
        var result = begun.map { responses in
            responses.map { begun in
                guard let request = begun.rest, let drawn = rest.popFirst() else { return begun.response }
                return begun.response.rollout.joined(response(drawn, to: request))
            }
        }
        for (index, responses) in zip(whole, drawn) {
            result[index] = responses.map { response($0, to: requests[index]) }
        }
        return result
    }

    /// The beginning of a continuation that is not dropped.
    private struct Begun {
        let response: Response
        /// What draws the rest; nil if it has ended.
        let rest: DrawRequest?
    }

    /// Draws ahead, and drops what goes on alike.
    private func begin(
        _ requests: [DrawRequest], besides originals: [[Int32]?], _ report: inout StepReport
    ) async throws -> [[Begun]] {
        let places = requests.indices.filter { originals[$0] != nil }
        let ahead = try await call(
            places.map { index in
                var request = requests[index]
                request.limit = min(branching.lookahead, room(behind: request))
                request.cachesResponse = true
                return request
            }, &report)
        var begun = [[Begun]](repeating: [], count: requests.count), dropped = 0
        for (index, responses) in zip(places, ahead) {
            let request = requests[index], original = originals[index] ?? []
            for (number, drawn) in responses.enumerated() {
                let tokens = drawn.rollout.tokens
                guard
                    drawn.rollout.isComplete
                        || diverges(
                            tokens, from: original, ahead: branching.lookahead, least: branching.leastDivergence)
                else {
                    dropped += 1
                    continue
                }
                let seed = run.seed(step: run.state.steps, index << 16 | number, for: .ahead)
                let isOpen = !drawn.rollout.isComplete && tokens.count < room(behind: request)
                begun[index].append(
                    Begun(
                        response: response(drawn, to: request),
                        rest: isOpen ? request.continued(by: tokens, seed: seed) : nil))
            }
        }
        report.metrics["branch/pruned"] = ahead.joined().isEmpty ? nil : Double(dropped) / Double(ahead.joined().count)
        return begun
    }

    /// The most tokens that a response has behind what it keeps.
    private func room(behind request: DrawRequest) -> Int {
        drawer.longest(behind: request.prompt) - request.kept.count
    }

    private func call(_ requests: [DrawRequest], _ report: inout StepReport) async throws -> [[DrawnResponse]] {
        guard !requests.isEmpty else { return [] }
        let drawn = try await drawer.draw(requests)
        report.metrics["rollout_calls", default: 0] += 1
        report.metrics["tokens/generated", default: 0] += drawn.tokenCount
        return drawn
    }

    private func response(_ drawn: DrawnResponse, to request: DrawRequest) -> Response {
        guard !request.kept.isEmpty else {
            return Response(rollout: drawn.rollout, text: drawn.text, states: drawn.states)
        }
        let texts = TreeTexts(prompt: request.prompt, policy: run.policy, sampling: sampling)
        return Response(
            rollout: drawn.rollout, text: texts.text(ofKept: request.kept) + drawn.text, states: drawn.states)
    }
}

extension RolloutTree.Rollout {
    /// What it began, with the rest of it, whose steps and states are those of the whole response.
    fileprivate func joined(_ rest: ResponseRound.Response) -> ResponseRound.Response {
        var whole = self
        whole.tokens += rest.rollout.tokens
        whole.logprobs += rest.rollout.logprobs
        whole.entropies += rest.rollout.entropies
        whole.leaders = whole.leaders.flatMap { began in
            rest.rollout.leaders.map { .init(first: began.first + $0.first, second: began.second + $0.second) }
        }
        (whole.steps, whole.thinkingEnd) = (rest.rollout.steps, rest.rollout.thinkingEnd)
        whole.isComplete = rest.rollout.isComplete
        return .init(rollout: whole, text: rest.text, states: rest.states)
    }
}
