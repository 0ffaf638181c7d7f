import Foundation
public import Jobs
public import Ranks

/// What every rank but the first does: makes the programs that it is told to, and does their steps with it.
public struct RankFollower: Sendable {
    private var ranks: Ranks
    private let programs: [JobKind: JobProgramFactory]
    private let report: @Sendable (String) -> Void

    /// - Parameters:
    ///   - programs: Those of `TrainingPrograms.factories`.
    ///   - report: Called with what somebody who reads this rank's log wants to know.
    public init(
        _ ranks: Ranks, programs: [JobKind: JobProgramFactory], report: @escaping @Sendable (String) -> Void
    ) {
        (self.ranks, self.programs, self.report) = (ranks, programs, report)
        // The first rank, which keeps the job's log, is to be the first that gives up waiting.
        self.ranks.patience += .seconds(30)
    }

    /// Follows until the first rank leaves.
    ///
    /// - Throws: `RankError`: the world is over.
    public func run() async throws {
        try await onThreadOfItsOwn("attnrl-rank") { try await follow() }
    }

    private func follow() async throws {
        var program: (any JobProgram)?
        while true {
            do {
                let isOver = try await ranks.jointly {
                    switch try ranks.nextOrder() {
                    case .begin(let job, let specification, let checkpoint):
                        program = nil
                        program = try await begin(job, try JobSpecification(stored: specification), checkpoint)
                    case .step: _ = try await ranks.measured { try await program?.step() }
                    case .evaluate: _ = try await program?.evaluate()
                    case .save: try Self.withFolder { try program?.saveCheckpoint(into: $0) }
                    case .publish(let path):
                        _ = try await (program as? any TrainingProgram)?.publish(from: URL(fileURLWithPath: path))
                        try ranks.barrier(Ranks.publishing)
                    case .end: program = nil
                    case .leave: return true
                    }
                    return false
                }
                if isOver { return }
            } catch let error as RankError where error.endsWorld {
                throw error
            } catch {
                // All ranks meet it, and the first one ends the job.
                report("\(error)")
            }
        }
    }

    /// What a program saves here is only what the first rank has as well.
    private static func withFolder(_ body: (URL) throws -> Void) throws {
        let place = try RankPlace()
        try body(place.url)
    }

    private func begin(
        _ number: Int64, _ specification: JobSpecification, _ checkpoint: RankOrder.CheckpointPlace?
    ) async throws -> any JobProgram {
        let kind = specification.kind, job = JobID(number: number)
        report("\(job), of kind \(kind.rawValue), begins")
        let context = JobContext(
            job: job, specification: specification,
            checkpoint: checkpoint.map { Checkpoint(step: $0.step, directory: URL(fileURLWithPath: $0.path)) },
            // Only the first rank keeps anything.
            folder: RankPlace.path, feedback: .none, note: { _ in })
        return try await ranks.begun(context) { context in
            guard let factory = programs[kind] else {
                throw JobError.kindNotAvailable(kind: kind.rawValue, available: programs.keys.map(\.rawValue).sorted())
            }
            return try await factory.make(context)
        }
    }
}
