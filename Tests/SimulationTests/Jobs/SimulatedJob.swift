import Basics
import TestSupport

@testable import Jobs

/// A job that somebody asks for.
struct SimulatedJob: CustomStringConvertible {
    let specification: JobSpecification
    /// An id of the request; nil for none.
    let requestID: String?
    let owner: JobOwner

    init(_ random: inout SplitMix) {
        let kind = [JobKind.grpo, .grpo, .sft, .evaluate][random.next(below: 4)]
        var specification = JobSpecification(kind: kind)
        specification.policy = "policy\(random.next(below: 3))"
        specification.seed = UInt64(random.next(below: 40))
        let steps = 1 + random.next(below: [3, 8, 16][random.next(below: 3)])
        if kind.has(.trains) {
            specification.steps = steps
            specification.data.train = "data.jsonl"
            specification.publish.everySteps = [0, 0, 1, 3][random.next(below: 4)]
            specification.evaluation.everySteps = [0, 0, 4][random.next(below: 3)]
            specification.limits.badSteps = 2
            specification.feedback.enabled = random.next(below: 3) > 0
            if specification.feedback.enabled { specification.feedback.capacity = [3, 20][random.next(below: 2)] }
        } else {
            specification.evaluation.prompts = steps
        }
        if !kind.has(.trains) || specification.evaluation.everySteps > 0 { specification.data.heldOut = "graph" }
        specification.checkpoints.everySteps = [0, 1, 2, 5][random.next(below: 4)]
        specification.checkpoints.keep = 1 + random.next(below: 3)
        self.specification = specification
        requestID = random.next(below: 2) == 0 ? nil : "request\(random.next(below: 4))"
        let limit = [nil, 1, 2][random.next(below: 3)]
        owner = JobOwner(name: "owner\(random.next(below: 2))", limit: limit)
    }

    init(_ specification: JobSpecification, for owner: JobOwner) {
        (self.specification, requestID, self.owner) = (specification, nil, owner)
    }

    var plan: StepPlan { StepPlan(specification) }

    var description: String {
        "create \(specification.kind) of \(specification.policy), seed \(specification.seed), \(plan.steps) steps, "
            + "checkpoints every \(specification.checkpoints.everySteps) (\(specification.checkpoints.keep) kept), "
            + "published every \(specification.publish.everySteps), "
            + "evaluated every \(specification.evaluation.everySteps)"
            + (specification.feedback.enabled ? ", feedback of \(specification.feedback.capacity)" : "")
            + (requestID.map { ", as \($0)" } ?? "") + ", for \(owner.name) (\(owner.limit.map(String.init) ?? "-"))"
    }
}

/// What the steps of a simulated program do. It follows from the specification, so that a step done again does the same.
struct StepPlan {
    let seed: UInt64
    let steps: Int
    private let learns: Bool

    init(_ specification: JobSpecification) {
        seed = SplitMix.mix(specification.seed)
        steps = specification.steps ?? specification.evaluation.prompts
        learns = specification.kind.has(.trains)
    }

    private func draw(_ step: Int, _ subject: UInt64, below bound: UInt64) -> Int {
        Int(SplitMix.mix(seed ^ UInt64(step) << 8 ^ subject) % bound)
    }

    /// How long a step takes.
    func seconds(_ step: Int) -> Int { [0, 0, 1, 1, 2, 30][draw(step, 1, below: 6)] }
    /// The longest step, and what follows it.
    static let longest = 90

    /// The step that fails, if any.
    var failing: Int? { seed % 10 == 0 ? steps / 2 + 1 : nil }
    /// From this step on nothing is learnt, so that the job fails.
    var bad: Int? { seed % 10 == 1 && steps > 4 && learns ? steps - 3 : nil }
    var fails: Bool { failing != nil || bad != nil }
    /// Otherwise never two of them in a row, nor all that there are.
    func isBad(_ step: Int) -> Bool {
        bad.map { step >= $0 } ?? (steps > 1 && !step.isMultiple(of: 2) && draw(step, 2, below: 12) == 0)
    }

    /// Whether a step fails once, for a reason that an operator can remove.
    func stumbles(_ step: Int) -> Bool { draw(step, 3, below: 25) == 0 }
    /// How many bytes of state there are beside the numbers.
    var bytes: Int { [0, 100, 5000, 20_000][Int((seed >> 8) % 4)] }
    /// Most records of feedback that a step takes.
    func records(_ step: Int) -> Int { 1 + draw(step, 4, below: 3) }
}
