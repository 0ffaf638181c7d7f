@testable import Rollouts

/// Counts how many steps requests wait that are next by the rules: interactive, of an owner who has nothing begun there,
/// while no response of the policy was stopped for want of memory.
final class WaitWatch {
    /// By request: the steps waited.
    private var waited: [Int: Int] = [:]

    func count(
        _ requests: [SubmittedRequest], passes: Int, beginsResponses: Bool
    ) throws(SimulationError) {
        let unfinished = requests.compactMap { request in
            request.running.flatMap { $0.isOver ? nil : (number: request.simulated.number, running: $0) }
        }
        for (number, request) in unfinished {
            let isNext =
                beginsResponses && request.isInLine && !request.started && !request.policy.runtime.memoryIsShort
                && request.request.priority == .interactive
                && !unfinished.contains { other in
                    other.running.started && other.running.claim == request.claim
                        && other.running.policy === request.policy && !other.running.isStalled
                }
            guard isNext else {
                waited[number] = nil
                continue
            }
            waited[number, default: 0] += passes
            let steps = waited[number, default: 0], limit = limit(unfinished.map(\.running))
            try require(
                steps <= limit, "a request of an owner who has none running begins soon",
                "request \(number) waited \(steps) steps, more than \(limit)")
        }
    }

    /// Groups take turns, those without running interactive work in one step of three; in its group's steps an owner
    /// who has none running takes a place beyond the limit, after other such owners who came before.
    private func limit(_ unfinished: [RunningRequest]) -> Int {
        let groups = Set(unfinished.map { VersionGroup($0) }).count, owners = Set(unfinished.map(\.owner.name)).count
        return (3 * groups + 3) * (owners + 1)
    }
}
