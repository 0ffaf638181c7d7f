import Basics
import Glibc
import TestSupport

@testable import Jobs

/// What happens to a simulated server with jobs, in order. All of it follows from the seed, and any part of it can be
/// left out.
struct JobHistory {
    enum Event: CustomStringConvertible {
        case create(SimulatedJob)
        /// `job` selects among the jobs there are, here and below.
        case get(job: Int)
        case list(limit: Int, unfinished: Bool)
        case watch(job: Int, after: Int)
        case stopReading(watcher: Int)
        case readAgain(watcher: Int)
        /// The watcher's connection is lost, and it comes again with the number it had.
        case reconnect(watcher: Int)
        case pause(job: Int)
        case resume(job: Int)
        case cancel(job: Int)
        case feedback(job: Int, records: Int)
        case checkpoints(job: Int)
        case export(job: Int)
        /// Another server opens the same folder.
        case openAgain
        case turns(Int)
        case clock(seconds: Int)
        case restart(graceSeconds: Int)
        /// `calls` of the disk later.
        case crash(SimulatedDisk.Crash, DiskTrouble.Death, calls: Int)
        case fail(Int32, calls: Int)
        case shortWrites(Int)
        case fill(room: Int)
        case mend
        case flip(job: Int, file: Int, bit: Int)

        var description: String {
            switch self {
            case .create(let job): "\(job)"
            case .get(let job): "get job \(job)"
            case .list(let limit, let unfinished): "list \(limit)\(unfinished ? " unfinished" : "")"
            case .watch(let job, let after): "watch job \(job) after \(after)"
            case .stopReading(let watcher): "watcher \(watcher) stops reading"
            case .readAgain(let watcher): "watcher \(watcher) reads again"
            case .reconnect(let watcher): "watcher \(watcher) connects again"
            case .pause(let job): "pause job \(job)"
            case .resume(let job): "resume job \(job)"
            case .cancel(let job): "cancel job \(job)"
            case .feedback(let job, let records): "\(records) records of feedback for job \(job)"
            case .checkpoints(let job): "list checkpoints of job \(job)"
            case .export(let job): "export job \(job)"
            case .openAgain: "open the folder a second time"
            case .turns(let count): "\(count) turns"
            case .clock(let seconds): "\(seconds) seconds pass"
            case .restart(let grace): "stop within \(grace) seconds, and start"
            case .crash(let crash, let death, let calls): "crash of the \(crash), \(death) the call \(calls) from here"
            case .fail(let error, let calls): "\(calls) calls fail: \(String(cString: strerror(error)))"
            case .shortWrites(let count): "\(count) writes are short"
            case .fill(let room): "\(room) bytes are left"
            case .mend: "the disk is mended"
            case .flip(let job, let file, let bit): "flip bit \(bit) of file \(file) of job \(job)"
            }
        }
    }

    /// What stays the same in a history.
    struct Setting: CustomStringConvertible {
        let runningJobs: Int
        let finishedJobs: Int
        /// Turns that tasks have after each event; nil: as many as they need.
        let turns: Int?

        var description: String {
            "\(runningJobs) jobs run, \(finishedJobs) finished ones are kept, "
                + (turns.map { "\($0) turns" } ?? "all turns")
        }
    }

    let seed: UInt64
    let setting: Setting
    var events: [Event] = []

    init(seed: UInt64) {
        self.seed = seed
        var random = SplitMix(state: SplitMix.mix(seed))
        setting = Setting(
            runningJobs: 1 + random.next(below: 3), finishedJobs: [0, 1, 500][random.next(below: 3)],
            turns: [nil, 0, 1, 4][random.next(below: 4)])
        // Half of them have a disk that works: what goes wrong there is nobody else's fault.
        let troubles = random.next(below: 4)
        for _ in 0..<8 + random.next(below: 50) { events.append(Self.event(troubles, &random)) }
    }

    private static func event(_ troubles: Int, _ random: inout SplitMix) -> Event {
        let job = random.next(below: 12), watcher = random.next(below: 6)
        switch random.next(below: 100) {
        case ..<14: return .create(SimulatedJob(&random))
        case ..<17: return .get(job: job)
        case ..<19: return .list(limit: 1 + random.next(below: 6), unfinished: random.next(below: 2) == 0)
        case ..<24: return .watch(job: job, after: [0, 0, random.next(below: 30)][random.next(below: 3)])
        case ..<26: return .stopReading(watcher: watcher)
        case ..<28: return .readAgain(watcher: watcher)
        case ..<31: return .reconnect(watcher: watcher)
        case ..<36: return .pause(job: job)
        case ..<42: return .resume(job: job)
        case ..<45: return .cancel(job: job)
        case ..<54: return .feedback(job: job, records: 1 + random.next(below: 4))
        case ..<55: return .checkpoints(job: job)
        case ..<56: return .export(job: job)
        case ..<57: return .openAgain
        case ..<65: return .turns(1 + random.next(below: [3, 20][random.next(below: 2)]))
        case ..<82: return .clock(seconds: 1 + random.next(below: [3, 20, 200][random.next(below: 3)]))
        case ..<84: return .restart(graceSeconds: random.next(below: 40))
        default: return trouble(troubles, &random) ?? .clock(seconds: 1 + random.next(below: 10))
        }
    }

    /// - Parameter troubles: 0: none; 1: crashes; 2: failures too; 3: bits flip as well.
    private static func trouble(_ troubles: Int, _ random: inout SplitMix) -> Event? {
        switch random.next(below: 12) {
        case ..<5 where troubles > 0:
            let calls = random.next(below: [1, 30, 300][random.next(below: 3)])
            return .crash(
                SimulatedDisk.Crash.allCases[random.next(below: 2)],
                DiskTrouble.Death.allCases[random.next(below: 3)], calls: calls)
        case ..<7 where troubles > 1:
            let error = [EIO, ENOSPC, EROFS, EDQUOT][random.next(below: 4)]
            return .fail(error, calls: 1 + random.next(below: [1, 5, 100][random.next(below: 3)]))
        case ..<8 where troubles > 1: return .shortWrites(1 + random.next(below: 20))
        case ..<9 where troubles > 1: return .fill(room: random.next(below: 40_000))
        case ..<10 where troubles > 1: return .mend
        case ..<12 where troubles > 2:
            return .flip(job: random.next(below: 12), file: random.next(below: 30), bit: random.next(below: 1 << 20))
        default: return nil
        }
    }
}
