import Foundation
import Logging
import TestSupport

@testable import Jobs

/// A runner over a fresh folder, with counting programs.
struct RunnerFixture {
    let folder: URL
    let control = ProgramControl()
    let runner: JobRunner

    init(_ folder: URL, runningJobs: Int = 2, vainStarts: Int = 10, allowance: Int = .max) throws {
        self.folder = folder
        control.set { $0.allowance = allowance }
        var configuration = JobRunner.Configuration()
        configuration.runningJobs = runningJobs
        configuration.vainStarts = vainStarts
        runner = try JobRunner(
            directory: folder, programs: [.grpo: CountingProgram.factory(control)], configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try runner.start()
    }

    static func specification(
        policy: String = "tiny", steps: Int = 20, _ change: (inout JobSpecification) -> Void = { _ in }
    ) -> JobSpecification {
        var specification = JobSpecification(kind: .grpo)
        specification.policy = policy
        specification.data.train = "data.jsonl"
        specification.steps = steps
        specification.checkpoints.everySteps = 5
        specification.publish.everySteps = 0
        change(&specification)
        return specification
    }

    /// The job's events until one that satisfies a condition, that one included.
    func events(of id: JobID, after: Int64 = 0, until condition: (JobEvent) -> Bool) async throws -> [JobEvent] {
        var events: [JobEvent] = []
        for try await event in try runner.watch(id, after: after) {
            events.append(event)
            if condition(event) { break }
        }
        return events
    }

    /// Waits for a state; the reason for it.
    @discardableResult
    func wait(for id: JobID, after: Int64 = 0, _ state: JobState) async throws -> String {
        var reason = ""
        _ = try await events(of: id, after: after) { event in
            guard case .stateChanged(state, let why, _) = event.content else { return false }
            reason = why
            return true
        }
        return reason
    }

    /// The folder as a process that was killed now would leave it: a copy, without anything being closed.
    func copyOfFolder(_ name: String) throws -> URL {
        let copy = folder.deletingLastPathComponent().appendingPathComponent(name)
        try FileManager.default.copyItem(at: folder, to: copy)
        return copy
    }
}

extension [JobEvent] {
    var steps: [Int] {
        compactMap { event in
            if case .step = event.content { return event.step }
            return nil
        }
    }

    var states: [JobState] {
        compactMap { event in
            if case .stateChanged(let state, _, _) = event.content { return state }
            return nil
        }
    }

    /// Losses by step.
    var losses: [Int: Double] {
        reduce(into: [:]) { losses, event in
            if case .step(let metrics, _, _) = event.content { losses[event.step] = metrics["loss"] }
        }
    }
}
