import Basics
import Foundation
import TestSupport

@testable import Jobs

/// What programs share with the simulation they run in.
protocol ProgramWorld: AnyObject, Sendable {
    var clock: SimulatedClock { get }
    func made(_ context: JobContext, value: UInt64?)
    func ended(_ job: JobID)
    /// Whether a step that stumbles once has not yet.
    func stumbles(_ job: JobID, step: Int) -> Bool
    func computed(_ step: Int, of job: JobID, value: UInt64, used: [FeedbackSource.Item])
    func published(_ policy: Data, of job: JobID, value: UInt64) -> Int
    /// Something that must not be.
    func note(_ invariant: String, _ detail: String)
}

/// Stands for a program: its state is a running hash of seed, steps and feedback.
class SimulatedProgram: JobProgram {
    struct State: Codable, Equatable {
        var value: UInt64
        var steps = 0
        var feedback: Int64 = 0
    }

    struct Failure: Error {}

    private static let stateFile = StateFile<State>("state.json")

    let context: JobContext
    let world: any ProgramWorld
    let plan: StepPlan
    private(set) var state: State

    init(_ context: JobContext, _ world: any ProgramWorld) async throws {
        self.context = context
        self.world = world
        plan = StepPlan(context.specification)
        state = State(value: SplitMix.mix(~plan.seed))
        if let checkpoint = context.checkpoint { state = try Self.stateFile.read(from: checkpoint.directory) }
        world.made(context, value: context.checkpoint == nil ? nil : state.value)
        await Task.yield()
    }

    deinit { world.ended(context.job) }

    var stepsDone: Int { state.steps }
    var totalSteps: Int? { plan.steps }
    var isFinished: Bool { state.steps >= plan.steps }

    func step() async throws -> StepReport {
        let step = state.steps + 1
        let seconds = plan.seconds(step)
        if seconds > 0 { try await world.clock.sleep(for: .seconds(seconds)) } else { await Task.yield() }
        if step == plan.failing { throw Failure() }
        if plan.stumbles(step), world.stumbles(context.job, step: step) {
            throw JobError.policyUnloaded(policy: context.specification.policy)
        }
        var used: [FeedbackSource.Item] = [], value = state.value
        if context.specification.feedback.enabled {
            used = try context.feedback.records(after: state.feedback, limit: plan.records(step))
        }
        for item in used {
            value = SplitMix.mix(value ^ UInt64(item.number) ^ fingerprint(item.record.prompt.utf8))
            state.feedback = item.number
        }
        await Task.yield()
        value = Self.next(value, step)
        (state.value, state.steps) = (value, step)
        try context.feedback.used(upTo: state.feedback)
        world.computed(step, of: context.job, value: value, used: used)
        return StepReport(
            metrics: ["value": Self.metric(value)], notes: used.isEmpty ? [] : ["\(used.count) records"],
            skipped: plan.isBad(step) ? "Nothing was learnt." : nil)
    }

    /// The value after a step.
    static func next(_ value: UInt64, _ step: Int) -> UInt64 { SplitMix.mix(value &+ UInt64(step)) }
    /// A value as a number that every metric can hold.
    static func metric(_ value: UInt64) -> Double { Double(value >> 11) }

    func saveCheckpoint(into directory: URL) throws {
        try Self.stateFile.write(state, into: directory)
        if plan.bytes > 0 {
            try Self.write(Data(count: plan.bytes), to: directory.appendingPathComponent("moments"))
        }
    }

    func evaluate() async throws -> [String: Double] {
        await Task.yield()
        return ["value": Self.metric(~state.value)]
    }

    /// Writes a file without synchronising it.
    static func write(_ data: Data, to file: URL) throws {
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: data)
    }
}

/// One that trains its policy: the policy is the value.
final class SimulatedTrainer: SimulatedProgram, TrainingProgram {
    private static let file = "model.safetensors"

    override func saveCheckpoint(into directory: URL) throws {
        try super.saveCheckpoint(into: directory)
        try savePolicy(into: directory)
    }

    func savePolicy(into directory: URL) throws {
        let policy = directory.appendingPathComponent(Checkpoint.policyName)
        try FileManager.default.createDirectory(at: policy, withIntermediateDirectories: true)
        try Self.write(Data("\(state.value)".utf8), to: policy.appendingPathComponent(Self.file))
    }

    func publish(from folder: URL) async throws -> Int {
        let policy = try Data(contentsOf: folder.appendingPathComponent(Self.file))
        let version = world.published(policy, of: context.job, value: state.value)
        await Task.yield()
        return version
    }
}
