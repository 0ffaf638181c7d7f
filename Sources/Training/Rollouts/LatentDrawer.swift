import Compute
import Foundation
import Jobs
import Rollouts
import Sampling
import Trees

/// Draws decisions before the steps of given responses, to think or to act, and what is thought; and scores the steps
/// behind them.
///
/// A round decides before the next step of every response at once: the policy is asked for as many tokens as the opening
/// mark has, and thinks where these are the mark, or where the decision is one of those to explore; then the thinks are
/// drawn; then the step is scored behind each. The posterior of the group draws which one goes on, and later steps have it
/// in their context.
struct LatentDrawer {
    /// How many decisions a place has, and the share that is forced to think.
    struct Group {
        let count: Int
        let explore: Double

        init(_ specification: AbstractionSpecification) {
            (count, explore) = (specification.groupSize, specification.explore)
        }

        private init(count: Int, explore: Double) { (self.count, self.explore) = (count, explore) }

        /// The policy's own decision alone.
        static let own = Group(count: 1, explore: 0)
    }

    private let run: TrainingRun
    private let marks: LatentMarks
    /// Draws decisions from the policy's own distribution, of which `latentWeight` knows the probability to think.
    private let decider: ResponseDrawer
    /// Draws thinks, at `abstraction.temperature`.
    private let drawer: ResponseDrawer
    private let group: Group
    private let seedStep: Int

    private var settings: AbstractionSpecification { run.specification.abstraction }

    /// - Parameters:
    ///   - version: Of the policy, to draw from and to score with.
    ///   - seedStep: The step that seeds are of.
    init(_ run: TrainingRun, _ marks: LatentMarks, version: Int, _ group: Group, seedStep: Int) {
        var sampling = SamplingParameters()
        sampling.temperature = Float(run.specification.abstraction.temperature)
        (self.run, self.marks, self.group, self.seedStep) = (run, marks, group, seedStep)
        decider = run.drawer(SamplingParameters(), version: version)
        drawer = run.drawer(sampling, version: version)
    }

    /// The next step of a response, and what it follows.
    private struct Place {
        let trace: Int
        let context: [Int32]
        let step: [Int32]
        /// Whether a think and the rest of the response fit behind the context.
        let hasRoom: Bool
        /// Of the draws made here.
        let seed: (JobSpecification.SeedUse) -> UInt64
    }

    /// What was drawn before a step.
    private struct Drawn {
        /// Whether each decision is to think.
        var isThink = [false]
        var (ownThinks, decisions) = (0, 0)
        /// Each decision's think; nil to act.
        var thinks: [LatentMarks.Think?] = [nil]
        /// How much a think counts that might have been forced.
        var weight = 1.0
    }

    /// - Returns: The responses with what was decided, and the number of tokens drawn.
    func annotate(_ traces: [SolutionTrace]) async throws -> (traces: [AnnotatedTrace], drawnTokens: Int) {
        var annotated = traces.map { AnnotatedTrace(prompt: $0.prompt) }, drawnTokens = 0
        for step in 0..<(traces.map(\.steps.count).max() ?? 0) {
            try Task.checkCancellation()
            let places = traces.indices.filter { step < traces[$0].steps.count }.map { trace in
                place(trace, step, of: traces[trace], behind: annotated[trace].tokens)
            }
            var drawn = places.map { _ in Drawn() }
            drawnTokens += try await decide(at: places, &drawn)
            drawnTokens += try await think(at: places, &drawn)
            for (place, step) in zip(places, try await scored(places, drawn)) { annotated[place.trace].add(step) }
        }
        return (annotated, drawnTokens)
    }

    private func place(_ trace: Int, _ step: Int, of solution: SolutionTrace, behind context: [Int32]) -> Place {
        let needed = context.count + solution.tokenCount(from: step) + marks.longest(settings.maxLatentTokens)
        return Place(
            trace: trace, context: context, step: solution.steps[step], hasRoom: needed <= run.longestSequence
        ) { [run, seedStep] use in run.seed(step: seedStep, trace << 20 | step, for: use) }
    }

    /// Draws the policy's decisions, and forces those to explore.
    private func decide(at places: [Place], _ drawn: inout [Drawn]) async throws -> Int {
        let open = places.indices.filter { places[$0].hasRoom }
        let responses = try await decider.draw(
            open.map { index in
                var request = DrawRequest(
                    prompt: places[index].context, count: group.count, seed: places[index].seed(.decisions))
                request.limit = marks.open.count
                return request
            })
        for (index, responses) in zip(open, responses) {
            let own = responses.map { $0.rollout.tokens == marks.open }
            let coin = CounterRandom(seed: places[index].seed(.exploration))
            drawn[index].ownThinks = own.count { $0 }
            drawn[index].decisions = own.count
            // The first is never forced, so that what the policy does is among what is compared.
            drawn[index].isThink = own.indices.map {
                own[$0] || ($0 > 0 && coin.uniform(at: UInt64($0)) < group.explore)
            }
        }
        try await weigh(at: places, &drawn)
        return Int(responses.tokenCount)
    }

    /// Finds how likely the policy is to think, where thinks might have been forced.
    private func weigh(at places: [Place], _ drawn: inout [Drawn]) async throws {
        guard group.explore > 0 else { return }
        let open = places.indices.filter { drawn[$0].isThink.dropFirst().contains(true) }
        let scores = try await decider.score(
            open.map { ScoreRequest(prompt: places[$0].context, tokens: marks.open) })
        for (index, logprobs) in zip(open, scores) {
            let probability = exp(logprobs.reduce(0) { $0 + Double($1) })
            drawn[index].weight = latentWeight(thinkProbability: probability, explore: group.explore)
        }
    }

    /// Draws the thinks that were decided for.
    private func think(at places: [Place], _ drawn: inout [Drawn]) async throws -> Int {
        let open = places.indices.filter { drawn[$0].isThink.contains(true) }
        let responses = try await drawer.draw(
            open.map { index in
                var request = DrawRequest(
                    prompt: places[index].context + marks.open, count: drawn[index].isThink.count { $0 },
                    seed: places[index].seed(.thinks))
                request.limit = settings.maxLatentTokens
                return request
            })
        for (index, responses) in zip(open, responses) {
            var rest = responses[...]
            drawn[index].thinks = drawn[index].isThink.map { isThink in
                isThink ? marks.think(rest.removeFirst().rollout.tokens) : nil
            }
        }
        return Int(responses.tokenCount)
    }

    /// Scores the step behind each different think, and draws the decision that goes on.
    private func scored(_ places: [Place], _ drawn: [Drawn]) async throws -> [AnnotatedTrace.Step] {
        let requests = zip(places, drawn).map { place, drawn in
            Set(drawn.thinks.map { $0?.tokens ?? [] }).sorted { $0.lexicographicallyPrecedes($1) }.map {
                (think: $0, ScoreRequest(prompt: place.context + $0, tokens: place.step))
            }
        }
        var scores = try await drawer.score(requests.joined().map(\.1))[...]
        return zip(places, zip(drawn, requests)).map { place, found in
            let (drawn, requests) = found
            var byThink: [[Int32]: Double] = [:]
            for request in requests { byThink[request.think] = scores.removeFirst().reduce(0) { $0 + Double($1) } }
            let candidates = drawn.thinks.enumerated().map { index, think in
                // Every think is among the requests.
                let logprob = byThink[think?.tokens ?? []]!
                return AnnotatedTrace.Candidate(
                    think: think, stepLogprob: logprob,
                    reward: latentReward(
                        stepLogprob: logprob, isThink: think != nil, penalty: settings.penalty),
                    // The first is always the policy's own.
                    weight: index > 0 && think != nil ? drawn.weight : 1)
            }
            return AnnotatedTrace.Step(
                tokens: place.step, candidates: candidates,
                chosen: drawnIndex(
                    from: latentPosterior(candidates.map(\.reward)),
                    by: CounterRandom(seed: place.seed(.choice)).uniform(at: 0)),
                ownThinks: drawn.ownThinks, decisions: drawn.decisions)
        }
    }
}
