import Jobs
import Rewards

/// What a specification needs for several ranks to work on it.
struct RankCheck {
    /// How many they are.
    let ranks: Int

    /// Kinds whose programs do the same on every rank.
    private static let kinds: Set<JobKind> = [.sft, .grpo, .treerl, .attnrl, .directAdvantage, .evaluate]

    func problems(_ specification: JobSpecification) -> [SpecificationProblem] {
        guard ranks > 1 else { return [] }
        var problems: [SpecificationProblem] = []
        if !Self.kinds.contains(specification.kind) {
            problems.append(
                .init(
                    path: "kind", value: specification.kind.rawValue,
                    "Jobs of this kind run on one rank, and the server has \(ranks). Start it without mpirun for them.")
            )
        }
        if specification.reward.kind == .learned {
            problems.append(
                .init(
                    path: "reward.kind", value: specification.reward.kind.rawValue,
                    "What was learnt lies with one rank, and the server has \(ranks). Start it without mpirun for this reward."
                ))
        }
        guard specification.kind.has(.trains) else { return problems }
        if specification.compute.gradientGroups < ranks {
            problems.append(
                .init(
                    path: "compute.gradient_groups", value: "\(specification.compute.gradientGroups)",
                    "There are \(ranks) ranks, and each needs gradients to compute. Set it to \(ranks) or more, and to the "
                        + "same for every number of ranks that is to give the same results."))
        }
        if specification.recordsPerStep < ranks {
            let path = specification.kind.records == .responses ? "batch.sequences_per_step" : "batch.prompts_per_step"
            problems.append(
                .init(
                    path: path, value: "\(specification.recordsPerStep)",
                    "There are \(ranks) ranks, and fewer records in a step. Set it to \(ranks) or more, or start the server "
                        + "with fewer ranks."))
        }
        return problems
    }
}
