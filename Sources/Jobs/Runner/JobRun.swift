internal import Foundation
internal import Ranks

/// One run of a job, from its first step or newest checkpoint until it ends or pauses, or the server stops.
///
/// Runs on the job's own thread.
struct JobRun {
    let live: LiveJob
    let factory: JobProgramFactory
    let folder: JobFolder
    let store: JobStore
    let reserve: SpaceReserve
    let now: @Sendable () -> Double
    let thread: any TaskExecutor
    /// Whether this server has not run the job before: it then serves the weights it loaded, not those published.
    let isRecovery: Bool

    private var specification: JobSpecification { live.specification }
    private var checkpoints: CheckpointFolder { folder.checkpoints }

    /// Why a run ends before the job is done.
    private enum Interruption: Error {
        /// The state is saved; the job resumes when the server restarts.
        case suspended
        case paused
        /// The job was paused or cancelled before its turn came.
        case notStarted
    }

    func run() async {
        do {
            let begun = try await begin(), program = begun.program
            var counter = begun.counter
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
        let feedback: FeedbackDelivery
        var badSteps = 0
        /// The steps last saved and last published.
        var saved: Int
        var published: Int?
    }

    /// The program, if its kind trains. The type alone does not tell: a program that leads other ranks has all methods.
    private func trainer(_ program: any JobProgram) -> (any TrainingProgram)? {
        specification.kind.has(.trains) ? program as? any TrainingProgram : nil
    }

    // MARK: Beginning

    private func begin() async throws -> (program: any JobProgram, counter: Counter) {
        try folder.claim()
        checkpoints.removePartial()
        folder.published.removePartial()
        let (checkpoint, damage) = try checkpoints.newest(), stepsStored = live.record.stepsDone
        guard live.change(resumedFrom: checkpoint?.step, { $0.start() }) else { throw Interruption.notStarted }
        for error in damage { live.add(.note("\(error)", isWarning: true)) }
        // Steps are stored before their checkpoint.
        if let checkpoint, checkpoint.step > stepsStored {
            live.add(
                .note(
                    "The store knows \(stepsStored) steps, and the newest checkpoint has \(checkpoint.step): the store is "
                        + "damaged, or a copy of it was put back, and events are missing here.", isWarning: true))
        }
        if checkpoint == nil, live.record.stepsDone > 0 {
            live.add(
                .note(
                    "There is no checkpoint of the \(live.record.stepsDone) steps done before: the job begins anew.",
                    isWarning: true))
        }
        let (program, used, feedback) = try await program(from: checkpoint)
        live.add(
            .note(checkpoint == nil ? "ready to begin" : "ready to go on", isWarning: false), step: program.stepsDone)
        var counter = Counter(feedback: feedback, saved: program.stepsDone)
        if let used, let trainer = self.trainer(program), mustPublish(used) {
            try await publish(trainer, &counter)
        }
        return (program, counter)
    }

    /// Makes the program from a checkpoint, or the newest earlier one that works.
    private func program(
        from newest: Checkpoint?
    ) async throws -> (any JobProgram, Checkpoint?, FeedbackDelivery) {
        var checkpoint = newest
        while true {
            do {
                let feedback = try FeedbackDelivery(store, live.record, from: checkpoint?.step ?? 0)
                return (try await factory.make(context(checkpoint, feedback)), checkpoint, feedback)
            } catch let error as JobError {
                guard case .damagedCheckpoint = error, let unreadable = checkpoint,
                    let older = try checkpoints.newest(before: unreadable.step).checkpoint
                else { throw error }
                let aside = try checkpoints.setAside(unreadable)
                let text = "\(error) The job goes on from step \(older.step); the checkpoint is now \(aside.path)."
                live.add(.note(text, isWarning: true))
                live.change(resumedFrom: older.step) { _ in true }
                checkpoint = older
            }
        }
    }

    /// Whether the checkpoint's weights must be served first: they were, or were about to be when the job stopped.
    private func mustPublish(_ checkpoint: Checkpoint) -> Bool {
        isRecovery && live.record.publishedVersion != nil
            || Self.isDue(checkpoint.step, specification.publish.everySteps)
    }

    private func context(_ checkpoint: Checkpoint?, _ feedback: FeedbackDelivery) -> JobContext {
        JobContext(
            job: live.id, specification: specification, checkpoint: checkpoint, folder: folder.directory,
            feedback: feedback.source, preferences: PreferenceSource(store), thread: thread,
            note: { [live] in live.add(.note($0, isWarning: false)) })
    }

    // MARK: Steps

    /// Carries out requests made since the last step.
    private func obey(_ program: any JobProgram, _ counter: inout Counter) async throws {
        try Task.checkCancellation()
        if live.isSuspended {
            try await save(program, &counter)
            throw Interruption.suspended
        }
        if live.lifecycle.request == .pause {
            try await save(program, &counter)
            // A resume request may have withdrawn the pause while the state was being saved.
            if live.lifecycle.request == .pause { throw Interruption.paused }
        }
    }

    private func step(_ program: any JobProgram, _ counter: inout Counter) async throws {
        counter.feedback.begin(step: program.stepsDone + 1)
        let report = try await program.step()
        try Task.checkCancellation()
        let step = program.stepsDone
        live.share(of: report.ranks)
        live.add(
            .step(metrics: report.allMetrics, skipped: report.skipped, total: program.totalSteps), step: step,
            feedback: counter.feedback.position)
        for note in report.notes { live.add(.note(note, isWarning: false)) }
        try await beStored()
        counter.badSteps = report.skipped == nil ? 0 : counter.badSteps + 1
        // A job none of whose steps taught anything has not succeeded, however short it is.
        let most = min(specification.limits.badSteps, program.totalSteps ?? .max)
        if let skipped = report.skipped, counter.badSteps >= most {
            throw JobError.tooManyBadSteps(count: counter.badSteps, last: skipped)
        }
        if Self.isDue(step, specification.evaluation.everySteps) {
            live.add(.evaluated(metrics: try await program.evaluate()))
        }
        if Self.isDue(step, specification.checkpoints.everySteps) { try await save(program, &counter) }
        // Last: a job that resumes from the checkpoint makes up for it, and served weights already have their folder.
        if let trainer = self.trainer(program), Self.isDue(step, specification.publish.everySteps) {
            try await publish(trainer, &counter)
        }
    }

    private static func isDue(_ step: Int, _ interval: Int) -> Bool { interval > 0 && step.isMultiple(of: interval) }

    /// Saves the policy and serves it from there, so that a served version can be trained on whatever becomes of the
    /// job.
    private func publish(_ program: any TrainingProgram, _ counter: inout Counter) async throws {
        let step = program.stepsDone, published = folder.published, isSaved = counter.saved == step
        let saved = try await saving(published.url(step: step)) {
            try published.save(step: step, at: now()) { directory in
                if isSaved, (try? checkpoints.linkPolicy(ofStep: step, into: directory)) != nil { return }
                try? FileManager.default.removeItem(at: directory.appendingPathComponent(Checkpoint.policyName))
                try program.savePolicy(into: directory)
            }
        }
        let version = try await program.publish(from: saved.policyDirectory)
        live.add(.published(policy: specification.policy, version: version), step: step)
        counter.published = step
        remove("Policies published before") { try published.removeAll(except: step) }
    }

    private func finish(_ program: any JobProgram, _ counter: inout Counter) async throws {
        try await save(program, &counter)
        if let trainer = self.trainer(program) {
            if counter.published != program.stepsDone { try await publish(trainer, &counter) }
        } else {
            live.add(.evaluated(metrics: try await program.evaluate()))
        }
        try await beStored()
    }

    // MARK: Saving

    private func save(_ program: any JobProgram, _ counter: inout Counter) async throws {
        let step = program.stepsDone
        guard counter.saved != step else { return }
        let checkpoint = try await saving(checkpoints.url(step: step)) {
            try checkpoints.save(step: step, at: now()) { try program.saveCheckpoint(into: $0) }
        }
        counter.saved = step
        live.add(.checkpointSaved(path: checkpoint.directory.path, bytes: checkpoint.bytes))
        remove("Older checkpoints") { try checkpoints.removeOld(keeping: specification.checkpoints.keep) }
        reserve.occupy()
    }

    /// Tries until something is saved: meanwhile, the job is paused with its program in memory.
    private func saving(_ target: URL, _ save: () throws -> Checkpoint) async throws -> Checkpoint {
        while true {
            do {
                // It may have been removed or replaced since the job began.
                try folder.claim()
                return try save()
            } catch let error as CancellationError {
                throw error
            } catch {
                try await hold(JobError(writing: target.path, error))
            }
        }
    }

    /// Removes what is no longer needed. Anything left over only costs space.
    private func remove(_ what: String, _ remove: () throws -> Void) {
        do {
            try remove()
        } catch {
            live.add(.note("\(what) cannot be removed: \(JobError.text(of: error))", isWarning: true))
        }
    }

    private func beStored() async throws {
        while let error = live.storeBacklog() { try await hold(error) }
    }

    private func hold(_ error: JobError) async throws {
        let goesOn = await live.hold(because: error.descriptionOfHold)
        try Task.checkCancellation()
        if live.isSuspended { throw Interruption.suspended }
        // The request may arrive before the task is cancelled.
        guard goesOn else { throw CancellationError() }
        reserve.occupy()
    }

    // MARK: Ending

    private func end(_ error: any Error) {
        switch error {
        case Interruption.suspended, Interruption.notStarted: return
        // Whatever error a step reports for being cut off.
        case _ where live.lifecycle.request == .cancel: live.change { $0.cancel() }
        case Interruption.paused: live.change { $0.stop(because: "paused on request") }
        // The server's grace period ended in the middle of a step: the job resumes from its newest checkpoint, and
        // meets the error again if it is the job's own.
        case _ where live.isSuspended: return
        case let error as JobError where error.isMendable:
            live.change { $0.stop(because: error.description) }
        case let error as any OutsideError:
            live.change { $0.stop(because: "\(error) Put that right, and resume the job.") }
        // Another rank failed: somebody has to look at its machine.
        case let error as RankError:
            live.change { $0.stop(because: "\(error.message) Mend it there, and resume the job.") }
        default: live.change { $0.fail(because: JobError.text(of: error)) }
        }
    }
}

extension JobError {
    /// Why a job is waiting, and what to do if the error does not say so itself.
    fileprivate var descriptionOfHold: String {
        if case .outOfSpace = self { return description }
        return "\(description) Nothing is lost: then resume the job."
    }
}
