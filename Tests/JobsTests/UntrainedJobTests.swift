import Foundation
import Guarding
import Logging
import TestSupport
import Testing

@testable import Jobs

/// A program that counts to the number of prompts, and has no policy.
private final class MeasuringProgram: JobProgram {
    private static let stateFile = StateFile<Int>("state.json")
    private let context: JobContext
    private let failures: Guarded<Int>
    private(set) var stepsDone = 0

    /// - Parameter failures: How often the result cannot be given, for what a restart mends.
    init(_ context: JobContext, failures: Guarded<Int>) throws {
        self.context = context
        self.failures = failures
        if let checkpoint = context.checkpoint { stepsDone = try Self.stateFile.read(from: checkpoint.directory) }
    }

    var totalSteps: Int? { context.specification.evaluation.prompts }
    var isFinished: Bool { stepsDone >= totalSteps ?? 0 }

    func step() async throws -> StepReport {
        stepsDone += 1
        return StepReport(metrics: ["eval/accuracy": 1 / Double(stepsDone)])
    }

    func saveCheckpoint(into directory: URL) throws { try Self.stateFile.write(stepsDone, into: directory) }

    func evaluate() async throws -> [String: Double] {
        let fails = failures.withLock { failures in
            defer { failures = max(failures - 1, 0) }
            return failures > 0
        }
        if fails { throw JobError.policyUnloaded(policy: context.specification.policy) }
        return ["eval/accuracy": 0.5]
    }
}

@Suite("Jobs that train nothing", .timeLimit(.minutes(30)))
struct UntrainedJobTests {
    private func withRunner(failures: Int = 0, _ body: (JobRunner) async throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let failures = Guarded(failures)
            let factory = JobProgramFactory { _ in
                []
            } make: {
                try MeasuringProgram($0, failures: failures)
            }
            let runner = try JobRunner(
                directory: folder.appendingPathComponent("jobs"), programs: [.evaluate: factory],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try runner.start()
            try await body(runner)
            await runner.shutDown(grace: .seconds(60))
        }
    }

    private var specification: JobSpecification {
        var specification = JobSpecification(kind: .evaluate)
        specification.policy = "tiny"
        specification.data.heldOut = "graph"
        specification.evaluation.prompts = 12
        return specification
    }

    private func events(_ runner: JobRunner, _ id: JobID, until state: JobState) async throws -> [JobEvent] {
        var events: [JobEvent] = []
        for try await event in try runner.watch(id) {
            events.append(event)
            if case .stateChanged(state, _, _) = event.content { break }
        }
        return events
    }

    @Test("It ends with its result, publishes nothing and has no policy to export")
    func ends() async throws {
        try await withRunner { runner in
            let id = try runner.create(specification, requestID: nil).id
            let events = try await events(runner, id, until: .succeeded)
            #expect(events.steps == Array(1...12))
            let results = events.filter { if case .evaluated = $0.content { true } else { false } }
            #expect(results.map(\.content) == [.evaluated(metrics: ["eval/accuracy": 0.5])])
            #expect(!events.contains { if case .published = $0.content { true } else { false } })
            #expect(try runner.job(id).publishedVersion == nil)
            let checkpoints = try runner.checkpoints(ofJob: id)
            #expect(checkpoints.map(\.step) == [10, 11, 12])
            let target = runner.directory.deletingLastPathComponent().appendingPathComponent("export")
            #expect(throws: JobError.noPolicy(job: id, kind: "evaluate")) {
                try runner.export(id, step: nil, to: target)
            }
            #expect(!FileManager.default.fileExists(atPath: target.path))
        }
    }

    @Test("One that cannot give its result waits, and gives it when it is resumed")
    func waitsForResult() async throws {
        try await withRunner(failures: 1) { runner in
            let id = try runner.create(specification, requestID: nil).id
            _ = try await events(runner, id, until: .paused)
            _ = try runner.resume(id)
            let events = try await events(runner, id, until: .succeeded)
            #expect(events.steps == Array(1...12))
            #expect(events.contains { $0.content == .evaluated(metrics: ["eval/accuracy": 0.5]) })
        }
    }
}
