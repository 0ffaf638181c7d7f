internal import Foundation

/// One job from its first step, or its newest checkpoint, to its end, a pause, or the server's stop.
///
/// Runs on the job's own thread.
struct JobRun {
    let live: LiveJob
    let factory: JobProgramFactory
    let checkpoints: CheckpointFolder
    let store: JobStore
    let reserve: SpaceReserve
    let now: @Sendable () -> Double
    /// Whether this server did not run the job yet: it serves the weights that were loaded, not those published.
    let isRecovery: Bool

    private var specification: JobSpecification { live.specification }

    /// Why a run ends before the job is done.
    private enum Interruption: Error {
        /// The state is saved; the job goes on when the server starts again.
        case suspended
        case paused
        /// The job was paused or cancelled before its turn came.
        case notStarted
    }

    func run() async {
        do {
            let program = try await begin()
            var counter = Counter(saved: program.stepsDone)
            while !program.isFinished {
                try await obey(program, &counter)
                try await step(program, &counter)
            }
            try await finish(program, &counter)
            live.change { $0.succeed() }
        } catch {
            end(error)
        }
    }

    private struct Counter {
        var badSteps = 0
        /// The step that was saved last, and the one published last.
        var saved: Int
        var published: Int?
    }

    // MARK: Beginning

    private func begin() async throws -> any JobProgram {
        checkpoints.removePartial()
        let (checkpoint, damage) = checkpoints.newest()
        guard live.change(resumedFrom: checkpoint?.step, { $0.start() }) else { throw Interruption.notStarted }
        for error in damage { live.add(.note("\(error)", isWarning: true)) }
        let program = try await factory.make(context(checkpoint))
        live.add(
            .note(checkpoint == nil ? "ready to begin" : "ready to go on", isWarning: false), step: program.stepsDone)
        if isRecovery, checkpoint != nil, live.record.publishedVersion != nil { try await publish(program) }
        return program
    }

    private func context(_ checkpoint: Checkpoint?) -> JobContext {
        let (store, id) = (store, live.id)
        let feedback = FeedbackSource { number, limit in
            try store.feedback(of: id, after: number, limit: limit)
        } markUsed: { number in
            try store.markFeedbackUsed(upTo: number, of: id)
        }
        return JobContext(
            job: id, specification: specification, checkpoint: checkpoint,
            folder: checkpoints.directory.deletingLastPathComponent(),
            policyFolder: { [checkpoints] in checkpoints.url(step: $0).appendingPathComponent("policy") },
            feedback: feedback, note: { [live] in live.add(.note($0, isWarning: false)) })
    }

    // MARK: Steps

    /// Does what was asked for since the last step.
    private func obey(_ program: any JobProgram, _ counter: inout Counter) async throws {
        try Task.checkCancellation()
        if live.isSuspended {
            try await save(program, &counter)
            throw Interruption.suspended
        }
        if live.lifecycle.request == .pause {
            try await save(program, &counter)
            // A resumption may have taken the pause back while the state was being saved.
            if live.lifecycle.request == .pause { throw Interruption.paused }
        }
    }

    private func step(_ program: any JobProgram, _ counter: inout Counter) async throws {
        let report = try await program.step()
        try Task.checkCancellation()
        let step = program.stepsDone
        live.add(.step(metrics: report.metrics, skipped: report.skipped, total: program.totalSteps), step: step)
        for note in report.notes { live.add(.note(note, isWarning: false)) }
        try await beStored()
        counter.badSteps = report.skipped == nil ? 0 : counter.badSteps + 1
        if let skipped = report.skipped, counter.badSteps >= specification.limits.badSteps {
            throw JobError.tooManyBadSteps(count: counter.badSteps, last: skipped)
        }
        // The checkpoint comes last, so that going on from it repeats and leaves out nothing.
        if Self.isDue(step, specification.evaluation.everySteps) {
            live.add(.evaluated(metrics: try await program.evaluate()))
        }
        if Self.isDue(step, specification.publish.everySteps) {
            try await publish(program)
            counter.published = step
        }
        if Self.isDue(step, specification.checkpoints.everySteps) { try await save(program, &counter) }
    }

    private static func isDue(_ step: Int, _ interval: Int) -> Bool { interval > 0 && step.isMultiple(of: interval) }

    private func publish(_ program: any JobProgram) async throws {
        let version = try await program.publish()
        live.add(.published(policy: specification.policy, version: version), step: program.stepsDone)
    }

    private func finish(_ program: any JobProgram, _ counter: inout Counter) async throws {
        if counter.published != program.stepsDone { try await publish(program) }
        try await save(program, &counter)
        try await beStored()
    }

    // MARK: Room on the disk

    /// Saves a checkpoint; while there is no room, the job is paused with its program in memory.
    private func save(_ program: any JobProgram, _ counter: inout Counter) async throws {
        guard counter.saved != program.stepsDone else { return }
        while true {
            do {
                let checkpoint = try checkpoints.save(step: program.stepsDone, at: now()) {
                    try program.saveCheckpoint(into: $0)
                }
                counter.saved = program.stepsDone
                live.add(.checkpointSaved(path: checkpoint.directory.path, bytes: checkpoint.bytes))
                try checkpoints.removeOld(keeping: specification.checkpoints.keep)
                return
            } catch let error as JobError {
                guard case .outOfSpace = error else { throw error }
                try await hold(error)
            }
        }
    }

    private func beStored() async throws {
        while let error = live.storeBacklog() { try await hold(error) }
    }

    private func hold(_ error: JobError) async throws {
        await live.hold(because: error.description)
        try Task.checkCancellation()
        if live.isSuspended { throw Interruption.suspended }
        reserve.occupy()
        guard live.change({ $0.goOn() }) else { throw CancellationError() }
    }

    // MARK: Ending

    private func end(_ error: any Error) {
        switch error {
        case Interruption.suspended, Interruption.notStarted: return
        case Interruption.paused: live.change { $0.pause(because: "paused on request") }
        case is CancellationError where live.lifecycle.request == .cancel: live.change { $0.cancel() }
        // The server's patience ended in the middle of a step: the job goes on from its newest checkpoint.
        case is CancellationError where live.isSuspended: return
        case let error as JobError:
            if case .policyUnloaded = error {
                live.change { $0.pause(because: error.description) }
            } else {
                live.change { $0.fail(because: error.description) }
            }
        default: live.change { $0.fail(because: Self.text(error)) }
        }
    }

    private static func text(_ error: any Error) -> String {
        String(String(describing: error).prefix(2000))
    }
}
