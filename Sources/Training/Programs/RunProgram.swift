import Foundation
import Jobs

/// A program whose progress and versions are those of its run.
protocol RunProgram: TrainingProgram {
    var run: TrainingRun { get }
}

extension RunProgram {
    var stepsDone: Int { run.state.steps }
    var totalSteps: Int? { run.totalSteps }
    var isFinished: Bool { run.totalSteps.map { run.state.steps >= $0 } ?? false }

    func publish(from folder: URL) async throws -> Int { try run.publish(from: folder) }
}
