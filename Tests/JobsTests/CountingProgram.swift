import Foundation
import Guarding
import Ranks

@testable import Jobs

/// What tests do to a running program, and what they see of it.
final class ProgramControl: Sendable {
    struct State {
        /// Steps that may be done; the program waits when they are used up.
        var allowance = Int.max
        var waiter: CheckedContinuation<Void, Never>?
        /// Whether it does not notice that it is cancelled.
        var isDeaf = false
        var sums: [Int: Double] = [:]
        /// What is reported of ranks.
        var ranks: [RankShare] = []
        var threads: Set<String> = []
        /// Saves that fail because the disk is full.
        var fullSaves = 0
        /// What saves fail with, as long as it is there.
        var saveFailure: (any Error & Sendable)?
        /// Done while a save runs.
        var duringSave: (@Sendable () -> Void)?
        /// Done before a version is served.
        var beforePublication: (@Sendable () -> Void)?
        var skipsFrom = Int.max
        var failure: (step: Int, error: any Error & Sendable)?
        var publications = 0
        /// Folders that versions were served from, with what was in them.
        var published: [(folder: URL, value: String)] = []
        var feedback: [String] = []
        /// The step that used a record, by prompt.
        var feedbackSteps: [String: Int] = [:]
        var made = 0
    }

    private let state = Guarded(State())

    func set(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    var now: State { state.withLock { $0 } }

    /// Waits for an allowance, or for the end of the task.
    func takeStep() async throws {
        while true {
            if !now.isDeaf { try Task.checkCancellation() }
            let isAllowed = state.withLock { state in
                guard state.allowance > 0 else { return false }
                state.allowance -= state.allowance == .max ? 0 : 1
                return true
            }
            if isAllowed { return }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isLate = state.withLock { state in
                        if state.allowance > 0 || Task.isCancelled && !state.isDeaf { return true }
                        state.waiter = continuation
                        return false
                    }
                    if isLate { continuation.resume() }
                }
            } onCancel: {
                set { _ in }
            }
        }
    }
}

/// A program that computes a sum which depends on every step before: a logistic map, started by the seed.
///
/// Its state is one number, saved in a file of its checkpoint.
final class CountingProgram: TrainingProgram {
    private let context: JobContext
    private let control: ProgramControl
    private var value: Double
    private(set) var stepsDone = 0
    private var feedbackSeen: Int64 = 0

    private struct Saved: Codable {
        var value: Double
        var steps: Int
        var feedbackSeen: Int64
    }

    private static let stateFile = StateFile<Saved>("state.json")

    init(_ context: JobContext, _ control: ProgramControl) throws {
        self.context = context
        self.control = control
        value = 1 / (2 + Double(context.specification.seed))
        control.set { $0.made += 1 }
        guard let checkpoint = context.checkpoint else { return }
        let saved = try Self.stateFile.read(from: checkpoint.directory)
        (value, stepsDone, feedbackSeen) = (saved.value, saved.steps, saved.feedbackSeen)
    }

    static func factory(_ control: ProgramControl) -> JobProgramFactory {
        JobProgramFactory { specification in
            specification.data.train == "missing"
                ? [.init(path: "data.train", value: "missing", "There is no such file.")] : []
        } make: {
            try CountingProgram($0, control)
        }
    }

    var totalSteps: Int? { context.specification.steps }
    var isFinished: Bool { stepsDone >= totalSteps ?? 0 }

    func step() async throws -> StepReport {
        try await control.takeStep()
        if let failure = control.now.failure, failure.step == stepsDone + 1 { throw failure.error }
        for item in try context.feedback.records(after: feedbackSeen, limit: 10) {
            feedbackSeen = item.number
            let step = stepsDone + 1
            control.set { state in
                state.feedback.append(item.record.prompt)
                state.feedbackSteps[item.record.prompt] = step
            }
        }
        try context.feedback.used(upTo: feedbackSeen)
        value = 3.9 * value * (1 - value)
        stepsDone += 1
        let (steps, value, thread) = (stepsDone, value, Self.threadName)
        control.set { state in
            state.sums[steps] = value
            state.threads.insert(thread)
        }
        let isBad = stepsDone >= control.now.skipsFrom
        var report = StepReport(
            metrics: ["loss": isBad ? .nan : value, "reward/mean": 1 - value],
            skipped: isBad ? "The loss of batch \(stepsDone) is nan." : nil)
        report.ranks = control.now.ranks
        return report
    }

    private static var threadName: String { Thread.current.name ?? "" }

    func saveCheckpoint(into directory: URL) throws {
        control.now.duringSave?()
        if let failure = control.now.saveFailure { throw failure }
        let isFull = control.now.fullSaves > 0
        if isFull {
            control.set { $0.fullSaves -= 1 }
            // A device that is always full: the error is the system's own.
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
            try handle.write(contentsOf: Data([1]))
        }
        try savePolicy(into: directory)
        let saved = Saved(value: value, steps: stepsDone, feedbackSeen: feedbackSeen)
        try JSONEncoder().encode(saved).write(to: directory.appendingPathComponent("state.json"))
    }

    func savePolicy(into directory: URL) throws {
        let policy = directory.appendingPathComponent("policy")
        try FileManager.default.createDirectory(at: policy, withIntermediateDirectories: true)
        try Data("\(value)".utf8).write(to: policy.appendingPathComponent("model.safetensors"))
    }

    func publish(from folder: URL) async throws -> Int {
        control.now.beforePublication?()
        let text = try String(contentsOf: folder.appendingPathComponent("model.safetensors"), encoding: .utf8)
        control.set { state in
            state.publications += 1
            state.published.append((folder, text))
        }
        return control.now.publications
    }

    func evaluate() async throws -> [String: Double] { ["eval/accuracy": value] }
}
