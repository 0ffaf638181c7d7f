import Basics
import Foundation
import TestSupport

@testable import Jobs

/// Plays a history to a server with jobs, on one thread, one clock and one disk of its own, and checks what must hold
/// after every event and at the end.
///
/// The runner, its store, SQLite and its files are the real ones; programs compute a hash, and nothing is computed or
/// waited for in real time.
final class JobSimulation: @unchecked Sendable {  // one thread
    let setting: JobHistory.Setting
    let disk: SimulatedDisk
    let clock = SimulatedClock()
    let tasks = SteppedExecutor()
    var random: SplitMix
    var runner: JobRunner?
    /// Jobs that somebody was told of, oldest first.
    var jobs: [KnownJob] = []
    /// Jobs that somebody asked for and heard nothing of: they may be there or not.
    var doubtful: [SimulatedJob] = []
    var watchers: [SimulatedWatcher] = []
    /// What the crash that is to come takes with it.
    var crash = SimulatedDisk.Crash.process
    var flips = 0
    /// Requests and exports so far, which name them.
    var requests = 0
    private var stumbled: Set<[Int64]> = []
    /// Policies with a program in memory.
    private var inUse: [String: JobID] = [:]
    private var versions = 0
    /// The first invariant broken in the middle of a turn.
    private var fault: SimulationError?

    init(_ history: JobHistory, on path: String) {
        setting = history.setting
        random = SplitMix(state: SplitMix.mix(~history.seed))
        disk = SimulatedDisk(path: path, seed: ~history.seed)
    }

    /// Plays a whole history.
    ///
    /// - Throws: `SimulationError` for the first invariant that breaks.
    static func play(_ history: JobHistory) throws {
        let path = try DiskPlace.make()
        defer { DiskPlace.remove(path) }
        let simulation = JobSimulation(history, on: path)
        try simulation.disk.watching(true) {
            do {
                try simulation.open()
                for event in history.events {
                    try simulation.take(event)
                    try simulation.settle(turns: history.setting.turns)
                }
                try simulation.finish()
            } catch {
                simulation.disk.isDead = true
                try? simulation.tearDown()
                throw error
            }
        }
    }

    private func take(_ event: JobHistory.Event) throws {
        switch event {
        case .create(let job): try create(job)
        case .get(let job): try get(job)
        case .list(let limit, let unfinished): try list(limit, unfinished)
        case .watch(let job, let after): if let job = known(job) { watch(job, after: Int64(after)) }
        case .stopReading(let number): watcher(number)?.reads = false
        case .readAgain(let number): watcher(number)?.reads = true
        case .reconnect(let number): reconnect(number)
        case .pause(let job): try pause(job)
        case .resume(let job): try resume(job)
        case .cancel(let job): try cancel(job)
        case .feedback(let job, let count): try offer(job, count)
        case .checkpoints(let job): try listCheckpoints(job)
        case .export(let job): try export(job)
        case .openAgain: try openAgain()
        case .turns(let count): tasks.run(&random, limit: count)
        case .clock(let seconds): try pass(.seconds(seconds))
        case .restart(let grace): try restart(grace: .seconds(grace))
        case .crash(let crash, let death, let calls):
            self.crash = crash
            if calls == 0 { disk.isDead = true } else { disk.trouble.death = (disk.calls + calls, death) }
        case .fail(let error, let calls): disk.trouble.failure = .init(error: error, calls: calls)
        case .shortWrites(let count): disk.trouble.shortWrites = count
        case .fill(let room): disk.trouble.room = room
        case .mend: mend()
        case .flip(let job, let file, let bit): try flip(job, file, bit)
        }
    }

    func mend() {
        let death = disk.trouble.death
        disk.trouble = DiskTrouble()
        disk.trouble.death = death
    }

    /// The job that a history means by a number.
    func known(_ number: Int) -> KnownJob? { jobs.isEmpty ? nil : jobs[number % jobs.count] }
    func watcher(_ number: Int) -> SimulatedWatcher? { watchers.isEmpty ? nil : watchers[number % watchers.count] }

    // MARK: Time

    /// Lets tasks have their turns, and sees what came of it.
    func settle(turns: Int?) throws {
        tasks.run(&random, limit: turns ?? .max)
        if disk.isDead { try recover() }
        try check()
    }

    /// Lets time pass.
    func pass(_ duration: Duration) throws {
        let end = clock.now.advanced(by: duration)
        repeat {
            try settle(turns: nil)
        } while clock.wakeNext(until: end)
        try settle(turns: nil)
    }

    func check() throws {
        if let fault { throw fault }
        for watcher in watchers { if let fault = watcher.fault { throw fault } }
        try require(disk.strayCloses == 0, "a file is closed once")
        try readEvents()
        if tasks.isIdle { try checkRest() }
    }
}

extension JobSimulation: ProgramWorld {
    private func job(_ id: JobID) -> KnownJob? { jobs.first { $0.id == id } }

    func made(_ context: JobContext, value: UInt64?) {
        guard !disk.isDead else { return }
        if let other = inUse.updateValue(context.job, forKey: context.specification.policy) {
            note("a policy has one job at a time", "\(other) and \(context.job)")
        }
        guard let job = job(context.job) else { return note("a job that runs was asked for", "\(context.job)") }
        if job.isOver || job.isCancelled { note("a job that is over never runs again", "\(job.id)") }
        guard let checkpoint = context.checkpoint, let value else { return }
        if job.computed[checkpoint.step] != value {
            note("a damaged checkpoint is never used", "\(job.id), step \(checkpoint.step)")
        }
    }

    func ended(_ job: JobID) { inUse = inUse.filter { $0.value != job } }

    func stumbles(_ job: JobID, step: Int) -> Bool { stumbled.insert([job.number, Int64(step)]).inserted }

    func computed(_ step: Int, of id: JobID, value: UInt64, used: [FeedbackSource.Item]) {
        guard !disk.isDead, let job = job(id) else { return }
        if job.isOver || job.isCancelled { note("a job that is over never runs again", "\(id), step \(step)") }
        job.used[step] = used.map(\.number)
        job.computed[step] = value
    }

    func published(_ policy: Data, of job: JobID, value: UInt64) -> Int {
        versions += 1
        if policy != Data("\(value)".utf8), !disk.isDead {
            note("what is published is what was computed", "\(job)")
        }
        return versions
    }

    func note(_ invariant: String, _ detail: String) {
        if fault == nil { fault = SimulationError(invariant, detail) }
    }
}
