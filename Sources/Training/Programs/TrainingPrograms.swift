public import Jobs
public import Ranks
public import Rollouts

/// Creates the client of an external reward.
public typealias RewardConnector = @Sendable (ExternalRewardSpecification) throws -> any RewardClient

/// The programs of this module, by kind of job.
public enum TrainingPrograms {
    /// - Parameters:
    ///   - engine: Hosts the policies being trained, and draws from them.
    ///   - connect: Creates the client of an external reward.
    public static func factories(engine: Engine, connect: @escaping RewardConnector) -> [JobKind: JobProgramFactory] {
        let check = ProgramCheck(engine: engine)
        let trees = JobProgramFactory(
            check: { check.problems($0) }, make: { try TreeProgram($0, engine: engine, connect: connect) })
        return [
            .sft: JobProgramFactory(
                check: { check.problems($0) }, make: { try SupervisedProgram($0, engine: engine) }),
            .grpo: JobProgramFactory(
                check: { check.problems($0) },
                make: { try GroupRelativeProgram($0, engine: engine, connect: connect) }),
            .actionAbstraction: JobProgramFactory(
                check: { check.problems($0) }, make: { try AbstractionProgram($0, engine: engine) }),
            .treerl: trees, .attnrl: trees, .directAdvantage: trees,
            .warmStart: JobProgramFactory(
                check: { check.problems($0) },
                make: { try WarmStartProgram($0, engine: engine, connect: connect) }),
            .rewardModel: JobProgramFactory(
                check: { check.problems($0) }, make: { try RewardModelProgram($0, engine: engine) }),
            .evaluate: JobProgramFactory(
                check: { check.problems($0) },
                make: { try EvaluationProgram($0, engine: engine, connect: connect) }),
        ]
    }

    /// The same programs for the first of several ranks: the others follow it.
    public static func leading(
        _ factories: [JobKind: JobProgramFactory], _ ranks: Ranks
    ) -> [JobKind: JobProgramFactory] {
        factories.mapValues { factory in
            JobProgramFactory(
                check: { await factory.check($0) + RankCheck(ranks: ranks.count).problems($0) },
                make: { try await LeadingProgram($0, ranks, make: factory.make) })
        }
    }

    /// Ends `RankFollower.run` on the other ranks.
    public static func dismiss(_ ranks: Ranks) throws { try ranks.settle(.leave) }
}
