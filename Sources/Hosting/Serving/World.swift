import Compute
import Console
import Foundation
import Jobs
import Logging
import Ranks
import Training
import WireUV

/// The ranks that mpirun or srun started, of which this process is one; without either, this process alone.
struct World {
    private let ranks: Ranks

    /// Joins the world, and makes sure that all ranks are this program on processors that compute the same.
    static func join(_ logger: Logger) throws -> World {
        do {
            var ranks = try Ranks.join()
            let name = ranks.name(of: ranks.index)
            if logger.logLevel <= .debug { ranks.onExchange = { logger.debug("\(name): \($0)") } }
            if ranks.count > 1 {
                logger.info("this is \(name), of \(ranks.count)")
                try ranks.agree(
                    on: try Self.program(), "comparing programs",
                    otherwise: "is another build of the program, or runs with another C library")
                try ranks.agree(
                    on: Array(InstructionSet.current.description.utf8), "comparing processors",
                    otherwise:
                        "has a processor with other instructions, which round otherwise. Start ranks on machines of one kind"
                )
            }
            return World(ranks: ranks)
        } catch {
            throw Failure("\(error)")
        }
    }

    /// Identifies what this rank runs: the program's bytes, and the C library, whose exp and pow decide the last bits.
    private static func program() throws -> [UInt8] {
        let (checksum, _) = try Checksum.reading(URL(fileURLWithPath: "/proc/self/exe"))
        var library = [CChar](repeating: 0, count: 128)
        confstr(Int32(_CS_GNU_LIBC_VERSION), &library, library.count)
        return Array("\(attnrlVersion) \(checksum.value) \(String(cString: library))".utf8)
    }

    var isFirst: Bool { ranks.isFirst }

    /// Where this rank listens: those of one machine on ports next to each other.
    func ownAddress(_ options: ServerOptions) throws -> ServerOptions {
        guard options.port != 0 else { return options }
        let own = ranks.name(of: ranks.index)
        var options = options
        options.port += (0..<ranks.index).count { ranks.name(of: $0).host == own.host }
        guard options.port <= 65535 else {
            throw Failure("\(own) would listen on port \(options.port), and the last is 65535. Give a lower --port.")
        }
        return options
    }

    /// A file that each rank writes its own of.
    func ownFile(_ path: String) -> String { isFirst ? path : "\(path).rank\(ranks.index)" }

    /// This rank as one that serves beside the first.
    func follower(_ programs: [JobKind: JobProgramFactory], _ logger: Logger) -> Follower {
        Follower(name: ranks.name(of: ranks.index), first: ranks.name(of: 0)) {
            try await follow(programs, logger)
        }
    }

    /// The programs of the first rank's jobs.
    func leading(_ programs: [JobKind: JobProgramFactory]) -> [JobKind: JobProgramFactory] {
        ranks.count > 1 ? TrainingPrograms.leading(programs, ranks) : programs
    }

    /// Names ranks that do not say that they are there.
    @Sendable func lost() -> String? {
        guard ranks.count > 1 else { return nil }
        let absent = ranks.absent()
        return absent.isEmpty ? nil : "Lost \(absent.names), which did not answer when this rank was told to stop."
    }

    /// Ends the others with this rank, which ends in the middle of something.
    @Sendable func end() { if ranks.count > 1 { ranks.abort() } }

    /// All ranks work on one job at a time.
    var configuration: JobRunner.Configuration {
        var configuration = JobRunner.Configuration()
        if ranks.count > 1 { configuration.runningJobs = 1 }
        return configuration
    }

    /// Does what the first rank tells, until that leaves, and serves nobody.
    func followOnly(_ programs: [JobKind: JobProgramFactory], _ logger: Logger) async throws {
        // A launcher passes signals on to all ranks; the first one decides what becomes of the others.
        let watcher = SignalWatcher { logger.info("\($0.name): the first rank decides") }
        defer { watcher.stop() }
        Output.data.line("attnrl: \(ranks.name(of: ranks.index)) follows")
        try await follow(programs, logger)
    }

    private func follow(_ programs: [JobKind: JobProgramFactory], _ logger: Logger) async throws {
        do {
            try await RankFollower(ranks, programs: programs) { logger.info("\($0)") }.run()
        } catch {
            logger.critical("\(error)")
            ranks.abort()
        }
        ranks.leave()
    }

    /// Lets the others go, if this is the first.
    func leave(_ logger: Logger) {
        guard ranks.count > 1, isFirst else { return }
        do {
            try TrainingPrograms.dismiss(ranks)
            ranks.leave()
        } catch {
            logger.critical("\(error)")
            ranks.abort()
        }
    }
}
