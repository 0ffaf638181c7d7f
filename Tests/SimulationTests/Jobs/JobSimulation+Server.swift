import CoreMetrics
import Foundation
import Logging

@testable import Jobs

/// The server that comes and goes.
extension JobSimulation {
    var folder: URL { URL(fileURLWithPath: disk.path + "/jobs", isDirectory: true) }

    private func makeRunner() throws(JobError) -> JobRunner {
        let trainer = JobProgramFactory { _ in
            []
        } make: { [unowned self] in
            try await SimulatedTrainer($0, self)
        }
        let evaluator = JobProgramFactory { _ in
            []
        } make: { [unowned self] in
            try await SimulatedProgram($0, self)
        }
        var configuration = JobRunner.Configuration()
        configuration.runningJobs = setting.runningJobs
        configuration.finishedJobs = setting.finishedJobs
        let (clock, tasks) = (clock, tasks)
        return try JobRunner(
            directory: folder, programs: [.grpo: trainer, .sft: trainer, .evaluate: evaluator],
            configuration: configuration, metrics: NOOPMetricsHandler.instance,
            logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() },
            surroundings: JobSurroundings(
                now: { clock.date }, clock: clock, thread: { _ in tasks }, storeThreads: tasks))
    }

    /// Starts the server, in several attempts where the disk lets it not.
    func open() throws {
        for _ in 0..<20 {
            let harms = disk.harms
            guard let error = start() else {
                if disk.isDead { return try recover() }
                try recognise()
                for watcher in watchers where watcher.task == nil { connect(watcher) }
                return
            }
            if disk.isDead {
                try disk.restart(after: crash)
            } else {
                try require(disk.harms > harms, "a server starts if the disk lets it", "\(error)")
                mend()
            }
        }
        throw SimulationError("a server starts")
    }

    private func start() -> JobError? {
        do throws(JobError) {
            let runner = try makeRunner()
            try runner.start()
            self.runner = runner
            return nil
        } catch {
            return error
        }
    }

    func openAgain() throws(SimulationError) {
        guard runner != nil else { return }
        let harms = disk.harms
        do throws(JobError) {
            _ = try makeRunner()
        } catch {
            if case .folderInUse = error { return }
            return try require(disk.isDead || disk.harms > harms, "a folder has one server", "\(error)")
        }
        throw SimulationError("a folder has one server")
    }

    /// The process is gone: what it had in memory goes, and another one finds what the disk kept.
    func recover() throws {
        try tearDown()
        try disk.restart(after: crash)
        try open()
    }

    /// Ends all tasks of a process whose calls change nothing any more.
    func tearDown() throws {
        if try !stop(within: .zero) { throw SimulationError("all tasks end when their process ends") }
        try letGo()
    }

    func restart(grace: Duration) throws {
        guard runner != nil else { return }
        let isStopped = try stop(within: grace)
        if disk.isDead { return try recover() }
        try require(isStopped, "a server stops within its period of grace")
        try readEvents()
        try letGo()
        try open()
    }

    /// - Returns: Whether the server stopped in time.
    private func stop(within grace: Duration) throws -> Bool {
        guard let runner else { return true }
        for watcher in watchers { watcher.reads = true }
        let end = clock.now.advanced(by: grace), ended = Ended()
        Task(executorPreference: tasks) {
            await runner.shutDown(grace: grace)
            ended.isSet = true
        }
        repeat { tasks.run(&random) } while !ended.isSet && clock.wakeNext(until: end)
        tasks.run(&random)
        return ended.isSet
    }

    private final class Ended: @unchecked Sendable {  // one thread
        var isSet = false
    }

    /// Nothing keeps a server that has stopped in memory, with its open files.
    private func letGo() throws(SimulationError) {
        weak let last = runner
        runner = nil
        for watcher in watchers {
            watcher.task = nil
            watcher.lose()
        }
        try require(last == nil, "a server that has stopped is let go")
        try require(disk.open.isEmpty, "files of a server that has stopped are closed", "\(disk.open.count)")
    }

    /// What is there is what was told.
    private func recognise() throws {
        guard let runner else { return }
        let records = try runner.jobs(before: nil, states: [], limit: .max)
        for record in records.reversed() where !jobs.contains(where: { $0.id == record.id }) {
            let index = doubtful.firstIndex {
                $0.specification == record.specification && $0.owner.name == record.owner
            }
            guard let index else { throw SimulationError("no job comes from nowhere", "\(record)") }
            jobs.append(KnownJob(record.id, doubtful.remove(at: index)))
        }
        jobs.sort { $0.id < $1.id }
        let old = records.filter(\.state.isFinal).dropFirst(setting.finishedJobs).map(\.id)
        for job in jobs {
            guard let record = records.first(where: { $0.id == job.id }) else {
                throw SimulationError("a job that was told of is there", "\(job.id)")
            }
            job.pauseDue = nil
            job.isForgotten = job.isForgotten || old.contains(job.id)
            try check(record, of: job)
            let events = try runner.store.events(of: job.id, after: 0, limit: .max)
            if job.isForgotten {
                try require(events.isEmpty, "old history is deleted", "\(job.id)")
            } else {
                try job.check(events)
            }
        }
    }
}
