import Jobs
import Rollouts
import Training

/// The kinds of training available in this program: the link between the numeric modules and the job runner.
enum JobPrograms {
    /// Factories by kind. Jobs of a missing kind are rejected at creation.
    static func all(engine: Engine, rewards: RewardAccess) -> [JobKind: JobProgramFactory] {
        TrainingPrograms.factories(engine: engine) { try RewardServiceClient(address: $0.address, rewards) }
            .mapValues { factory in
                JobProgramFactory(
                    check: { await factory.check($0) + rewards.problems($0) }, make: factory.make)
            }
    }
}
