import Jobs
import Rollouts
import Trees

/// Novelty of the responses of one call: what it makes of them, and what the head learns of them.
///
/// All novelties are of the head as it was before the call, so that they do not depend on the order of responses; then it
/// learns them, in order.
struct NoveltyNotes {
    private(set) var novelty: LatentNovelty?
    private let before: LatentNovelty?
    private let projection: StateProjection?
    private let branching: BranchingSpecification
    private let step: Int
    private var figures = Figures()

    fileprivate struct Figures {
        var novelties: [Double] = []
        var bonuses: [Double] = []
        /// Mean distances between the responses of one branch point.
        var distances: [Double] = []
    }

    /// - Parameters:
    ///   - novelty: The head; nil if novelty does not count.
    ///   - step: The job's step, by which a bonus falls.
    init(
        _ novelty: LatentNovelty?, _ projection: StateProjection?, _ branching: BranchingSpecification, step: Int
    ) {
        self.novelty = novelty
        before = novelty
        self.projection = projection
        self.branching = branching
        self.step = step
    }

    /// The rollouts of responses from one place, with the priorities of their steps, and the bonus of each.
    ///
    /// - Parameter kept: Tokens that they keep of another response; 0 for first rollouts, which have no bonus.
    mutating func take(
        _ responses: [ResponseRound.Response], keeping kept: Int
    ) -> [(rollout: RolloutTree.Rollout, bonus: Double)] {
        guard let before, let projection else { return responses.map { ($0.rollout, 0) } }
        var ends: [[Double]] = []
        let noted = responses.map { response -> (RolloutTree.Rollout, Double) in
            var rollout = response.rollout
            guard let states = response.states, !states.response.isEmpty else { return (rollout, 0) }
            ends += projection(states.response)
            let steps = projection(states.steps), novelties = before.novelties(steps)
            // Too many steps have no states.
            guard rollout.steps.count == steps.count else { return (rollout, 0) }
            // What a branch keeps was learnt with the response that it leaves.
            let own = max(rollout.steps.firstIndex { $0.start >= kept } ?? steps.count, 1)
            let counted = Array(novelties.dropFirst(own))
            novelty?.learn(Array(steps.dropFirst(own - 1)), had: counted)
            figures.novelties += counted
            if branching.bonusUse == .branching {
                for index in novelties.indices { rollout.steps[index].priority = Float(novelties[index]) }
            }
            guard branching.bonusUse == .reward, kept > 0, let mean = counted.mean({ $0 }) else {
                return (rollout, 0)
            }
            let bonus = before.bonus(mean, weight: branching.bonusWeight, step: step, anneal: branching.bonusSteps)
            figures.bonuses.append(bonus)
            return (rollout, bonus)
        }
        if kept > 0 { figures.addDistance(between: ends) }
        return noted
    }

    /// Metrics of the call; empty if novelty does not count.
    var metrics: [String: Double] {
        var metrics: [String: Double] = [:]
        metrics["novelty/mean"] = figures.novelties.mean { $0 }
        metrics["novelty/running_mean"] = novelty?.mean
        metrics["novelty/bonus"] = figures.bonuses.mean { $0 }
        metrics["branch/distance"] = figures.distances.mean { $0 }
        return metrics
    }
}

extension NoveltyNotes.Figures {
    /// Mean distance between any two of the responses that begin at one place.
    fileprivate mutating func addDistance(between ends: [[Double]]) {
        for (index, end) in ends.enumerated() {
            for other in ends[..<index] {
                distances.append(zip(end, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot())
            }
        }
    }
}
