import Foundation
import Jobs
import Ranks

/// A job's program on the first rank of a world: tells the others to do what it does.
///
/// What one rank fails at fails on all, and the job pauses or fails as it would alone; only when ranks no longer know where the
/// others are does the world end (`RankError.endsWorld`).
final class LeadingProgram: TrainingProgram {
    private let program: any JobProgram
    private let ranks: Ranks
    private let context: JobContext

    /// - Parameter make: Makes the program, as the others do.
    init(_ context: JobContext, _ ranks: Ranks, make: (JobContext) async throws -> any JobProgram) async throws {
        (self.context, self.ranks) = (context, ranks)
        let order = RankOrder.begin(
            job: context.job.number, specification: context.specification.json,
            checkpoint: context.checkpoint.map { .init(step: $0.step, path: $0.directory.path) })
        do {
            try ranks.settle(order)
            program = try await ranks.begun(context, make: make)
        } catch let error as RankError where error.endsWorld {
            context.endWorld(ranks, error)
        } catch {
            Self.end(context, ranks)
            throw error
        }
    }

    /// On the job's thread, as the runner lets go of it.
    deinit { Self.end(context, ranks) }

    private static func end(_ context: JobContext, _ ranks: Ranks) {
        do {
            try ranks.settle(.end)
        } catch let error as RankError where error.endsWorld {
            context.endWorld(ranks, error)
        } catch {
            // All ranks have let go of the program, one of them with an error.
        }
    }

    var stepsDone: Int { program.stepsDone }
    var totalSteps: Int? { program.totalSteps }
    var isFinished: Bool { program.isFinished }

    func step() async throws -> StepReport {
        var (report, shares) = try await doing(.step) { [program, ranks] in
            try await ranks.measured { try await program.step() }
        }
        report.ranks = shares
        return report
    }

    func evaluate() async throws -> [String: Double] {
        try await doing(.evaluate) { [program] in try await program.evaluate() }
    }

    func saveCheckpoint(into directory: URL) throws {
        do {
            try ranks.jointly {
                try ranks.order(.save)
                try program.saveCheckpoint(into: directory)
            }
        } catch let error as RankError where error.endsWorld {
            context.endWorld(ranks, error)
        }
    }

    func savePolicy(into directory: URL) throws { try training.savePolicy(into: directory) }

    /// All ranks serve what they publish under the same number; most are asked by nobody.
    func publish(from folder: URL) async throws -> Int {
        try await doing(.publish(path: folder.path)) { [training, ranks] in
            let version = try await training.publish(from: folder)
            try ranks.barrier(Ranks.publishing)
            return version
        }
    }

    /// What `JobRun` asks of kinds that train.
    private var training: any TrainingProgram {
        guard let training = program as? any TrainingProgram else {
            preconditionFailure("a kind that does not train has nothing to publish")
        }
        return training
    }

    /// Does what the others are told to do. Nobody can stop in the middle: a job is stopped between steps.
    private func doing<Value: Sendable>(
        _ order: RankOrder, _ body: @escaping () async throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        do {
            return try await ranks.jointly {
                try ranks.order(order)
                return try await context.uninterrupted(body)
            }
        } catch let error as RankError where error.endsWorld {
            context.endWorld(ranks, error)
        }
    }
}

/// A job that several ranks cannot work on, and fewer or one can.
private struct UnfitForRanks: OutsideError {
    let description: String

    init(_ problem: SpecificationProblem) { description = problem.description }
}

extension JobContext {
    /// Notes why, and ends all ranks. What starts them again finds the job where its newest checkpoint is.
    fileprivate func endWorld(_ ranks: Ranks, _ error: RankError) -> Never {
        let absent = ranks.absent()
        let silent = absent.isEmpty ? "" : " \(absent.names) did not answer, and may have ended."
        note(
            "\(error.message)\(silent) All ranks end; the job goes on from its newest checkpoint once they are started again."
        )
        // It is stored within milliseconds, on another thread.
        Thread.sleep(forTimeInterval: 1)
        ranks.abort()
    }
}

extension Ranks {
    /// Tells the others what to do next, and waits until they have heard.
    func order(_ order: RankOrder) throws {
        guard count > 1 else { return }
        _ = try broadcast(Array(try JSONEncoder().encode(order)), Self.ordering)
        try barrier("hearing what to do next")
    }

    /// Hears what to do next.
    func nextOrder() throws -> RankOrder {
        var idle = self
        // A day without a job is no fault.
        idle.patience = .seconds(1 << 40)
        let order = try JSONDecoder().decode(RankOrder.self, from: Data(try idle.broadcast([], Self.ordering)))
        try barrier("hearing what to do next")
        return order
    }

    private static let ordering = "telling what to do next"

    /// What is published is served by every rank.
    static let publishing = "publishing"

    /// Tells the others what to do next whatever became of what they were told before: a rank may have failed at its very end.
    func settle(_ order: RankOrder) throws {
        for _ in 0..<count {
            do { return try jointly { try self.order(order) } } catch RankError.elsewhere { continue }
        }
        try jointly { try self.order(order) }
    }

    /// A program that every rank could make.
    func begun(
        _ context: JobContext, make: (JobContext) async throws -> any JobProgram
    ) async throws -> any JobProgram {
        var context = context
        context.ranks = self
        // A rank whose engine is busy with other requests waits for places in its queue.
        context.ranks.patience += .seconds(context.specification.limits.waitSeconds)
        return try await jointly {
            let specification = context.specification
            if count > 1 {
                // It was made for another number of ranks.
                if let problem = RankCheck(ranks: count).problems(specification).first { throw UnfitForRanks(problem) }
                try agree(
                    on: Array(try specification.dataDescription().utf8), "comparing data",
                    otherwise: "has other data in the job's files, or lacks some")
            }
            let copy = try context.checkpoint.map { try RankFolder($0.directory.path, self) }
            if let copy { context.checkpoint = context.checkpoint?.moved(to: copy.url) }
            let program = try await make(context)
            try barrier("beginning the job")
            withExtendedLifetime(copy) {}
            return program
        }
    }
}
