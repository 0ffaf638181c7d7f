import Jobs
import Rollouts
import Training

/// The kinds of training this program can do: where the numeric modules meet the job runner.
enum JobPrograms {
    /// Factories by kind. A kind that is missing is refused when a job is created.
    static func all(engine: Engine) -> [JobKind: JobProgramFactory] {
        TrainingPrograms.factories(engine: engine) { try RewardServiceClient(address: $0.address) }
    }
}
