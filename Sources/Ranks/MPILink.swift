internal import CMPI
import Foundation
import Guarding

/// The world that mpirun or srun made, over Open MPI, which is loaded when it is joined.
final class MPILink: RankLink {
    /// By Debian's name, by those of other versions, and by the one that comes with the headers.
    private static let libraries = ["libmpi.so.40", "libmpi.so.80", "libmpi.so.20", "libmpi.so"]
    /// The most bytes of one message; more go as several.
    private static let largest = 1 << 30
    /// The most bytes of what is told of a failure.
    private static let longestReason = 2048
    /// What failures go under; other tags are made of channel and epoch.
    private static let failureTag: Int32 = 0
    /// What signs of life go under. MPI promises tags up to this one at least.
    private static let signTag: Int32 = 32_767
    private static let epochs = 8192
    /// How long joining the world and leaving it may take: launchers start ranks at nearly the same time.
    private static let patience = Duration.seconds(300)
    /// How long ending it may take.
    private static let shortPatience = Duration.seconds(10)

    let index: Int
    let hosts: [String]
    let sideThread = SideThread("attnrl-sums")
    /// Held during every call: Open MPI need not be built for calls that overlap. It holds transfers that have begun, whether
    /// or not anybody still waits for them, until they are over.
    private let calls: Guarded<[UInt64: Pending]>
    /// Held while what has come without being waited for is received.
    private let arriving = Guarded(())
    /// The number of transfers begun.
    private let begun = Guarded<UInt64>(0)
    private let begunSigns = Guarded<SignsOfLife?>(nil)
    private var signs: SignsOfLife? { begunSigns.withLock { $0 } }
    /// Signs on their way, by the rank that they go to.
    private let signsSent = Guarded<[Int: [UInt64]]>([:])

    /// The library, for people.
    static func library() throws(RankError) -> String {
        let names = libraries.map { strdup($0) }
        defer { for name in names { free(name) } }
        let (outcome, text) = withText { text, count in
            attn_mpi_open(names.map { UnsafePointer($0) }, names.count, text, count)
        }
        switch outcome {
        case ATTN_MPI_OK: return text
        case ATTN_MPI_FOREIGN: throw .foreign(library: "The MPI library found", reason: text)
        default: throw .missing(reason: text)
        }
    }

    /// Joins the world.
    init() throws(RankError) {
        let library = try Self.library()
        // Its handlers of SIGSEGV and the like would take the place of our own, of SIGBUS.
        setenv("OMPI_MCA_opal_signal", "", 0)
        var (rank, count): (Int32, Int32) = (0, 0)
        let (outcome, text) = Deadline.within(
            Self.patience, "joining the world",
            "Look whether the launcher started all ranks, and whether their machines reach each other on any port."
        ) {
            Self.withText { attn_mpi_start(&rank, &count, $0, $1) }
        }
        guard outcome == ATTN_MPI_OK else {
            throw outcome == ATTN_MPI_FOREIGN
                ? .foreign(library: library, reason: text) : .failed(operation: "joining the world", reason: text)
        }
        index = Int(rank)
        calls = Guarded([:])
        let host = Self.withText { attn_mpi_host($0, $1) }.text
        // Theirs are told by them.
        hosts = (0..<count).map { $0 == rank ? host : "a machine unknown so far" }
        let others = hosts.indices.filter { $0 != index }
        begunSigns.withLock { $0 = SignsOfLife(others: others, post: self) }
    }

    private static func withText<Outcome>(
        _ body: (UnsafeMutablePointer<CChar>, Int) -> Outcome
    ) -> (outcome: Outcome, text: String) {
        var text = [CChar](repeating: 0, count: 1024)
        let outcome = text.withUnsafeMutableBufferPointer { body($0.baseAddress!, $0.count) }
        return (outcome, String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    /// A transfer that is going on, whose bytes MPI may read or write.
    private struct Pending: @unchecked Sendable {  // used with the lock held
        let transfer: RankTransfer
        let bytes: Int
        var handle: OpaquePointer?
    }

    private static func tag(_ channel: RankChannel, _ epoch: Int) -> Int32 {
        let channels = RankChannel.allCases
        return 1 + Int32(epoch % epochs * channels.count + channels.firstIndex(of: channel)!)
    }

    func carry(
        _ transfers: [RankTransfer], in epoch: Int, since begin: ContinuousClock.Instant, patience: Duration,
        for operation: String, unless isOver: ([RankFailure]) -> Bool
    ) throws(RankError) -> [Int] {
        var pending: [UInt64] = []
        for transfer in transfers { pending += try self.begin(transfer, epoch, operation) }
        var pause: UInt32 = 0
        while true {
            pending = try advance(pending, operation)
            if pending.isEmpty { return [] }
            if isOver(try failures(operation)) { return [] }
            let now = ContinuousClock.now
            if now >= begin + patience {
                let late = peers(of: pending).filter { max(begin, signs?.heard(of: $0) ?? begin) + patience <= now }
                if !late.isEmpty { return late }
            }
            // A rank on the same machine may need this processor to answer: give way at once, and soon for longer.
            if pause == 0 { sched_yield() } else { usleep(pause) }
            pause = min(pause + 5, 500)
        }
    }

    private func peers(of numbers: [UInt64]) -> [Int] {
        calls.withLock { calls in Set(numbers.compactMap { calls[$0]?.transfer.peer }).sorted() }
    }

    func announce(_ failure: RankFailure, to rank: Int) {
        var bytes = withUnsafeBytes(of: UInt64(failure.epoch)) { Array($0) }
        bytes += failure.reason.utf8.prefix(Self.longestReason - bytes.count)
        let transfer = RankTransfer(.send, rank, .control, RankBytes(bytes))
        // What fails here ends the world soon, for the other one goes on waiting.
        _ = try? begin(transfer, "telling of a failure", tag: Self.failureTag)
    }

    /// Failures that others have announced.
    private func failures(_ operation: String) throws(RankError) -> [RankFailure] {
        try arrived(under: Self.failureTag, operation).compactMap { rank, bytes in
            guard bytes.count >= MemoryLayout<UInt64>.size else { return nil }
            return RankFailure(
                rank: rank, epoch: Int(bytes.buffer.loadUnaligned(as: UInt64.self)),
                reason: String(decoding: bytes.array.dropFirst(MemoryLayout<UInt64>.size), as: UTF8.self))
        }
    }

    /// What has come under a tag, without waiting for more.
    private func arrived(under tag: Int32, _ operation: String) throws(RankError) -> [(rank: Int, bytes: RankBytes)] {
        // Of two threads that see the same message, one would wait for another one.
        try arriving.withLock { _ in
            Result { () throws(RankError) -> [(rank: Int, bytes: RankBytes)] in
                var found: [(rank: Int, bytes: RankBytes)] = []
                while true {
                    var (from, count): (Int32, Int) = (-1, 0)
                    try check(operation) { _ in attn_mpi_probe(tag, &from, &count) }
                    guard from >= 0 else { return found }
                    let bytes = RankBytes(count: count)
                    var pending = try begin(RankTransfer(.receive, Int(from), .control, bytes), operation, tag: tag)
                    // It is there already.
                    while !pending.isEmpty { pending = try advance(pending, operation) }
                    found.append((Int(from), bytes))
                }
            }
        }.get()
    }

    private func begin(_ transfer: RankTransfer, _ epoch: Int, _ operation: String) throws(RankError) -> [UInt64] {
        try begin(transfer, operation, tag: Self.tag(transfer.channel, epoch))
    }

    /// Begins a transfer, in as many parts as it takes; returns their numbers.
    private func begin(_ transfer: RankTransfer, _ operation: String, tag: Int32) throws(RankError) -> [UInt64] {
        var numbers: [UInt64] = []
        for start in stride(from: transfer.range.lowerBound, to: transfer.range.upperBound, by: Self.largest) {
            let part = start..<min(start + Self.largest, transfer.range.upperBound)
            let memory = UnsafeMutableRawBufferPointer(rebasing: transfer.bytes.buffer[part])
            let number = begun.withLock { number in
                number += 1
                return number
            }
            try check(operation) { calls in
                var handle: OpaquePointer?
                let outcome =
                    transfer.direction == .send
                    ? attn_mpi_send(memory.baseAddress, part.count, Int32(transfer.peer), tag, &handle)
                    : attn_mpi_receive(memory.baseAddress, part.count, Int32(transfer.peer), tag, &handle)
                if outcome == ATTN_MPI_OK {
                    calls[number] = Pending(transfer: transfer, bytes: part.count, handle: handle)
                }
                return outcome
            }
            numbers.append(number)
        }
        return numbers
    }

    /// Which of these are still going on.
    private func advance(_ numbers: [UInt64], _ operation: String) throws(RankError) -> [UInt64] {
        var left: [UInt64] = []
        for number in numbers {
            var wrong: (count: Int, wanted: Int)?
            try check(operation) { calls in
                guard var item = calls[number] else { return ATTN_MPI_OK }
                var count = item.bytes
                let outcome = attn_mpi_test(&item.handle, &count)
                guard outcome == ATTN_MPI_OK else { return outcome }
                calls[number] = item.handle == nil ? nil : item
                if item.handle != nil { left.append(number) }
                if item.handle == nil, item.transfer.direction == .receive, count != item.bytes {
                    wrong = (count, item.bytes)
                }
                return outcome
            }
            if let wrong {
                throw .failed(operation: operation, reason: "\(wrong.count) bytes came for \(wrong.wanted)")
            }
        }
        return left
    }

    private func check(
        _ operation: String, _ call: (inout [UInt64: Pending]) -> attn_mpi_outcome
    ) throws(RankError) {
        let reason: String? = calls.withLock { calls in
            call(&calls) == ATTN_MPI_OK ? nil : Self.withText { attn_mpi_failure($0, $1) }.text
        }
        if let reason { throw .failed(operation: operation, reason: reason) }
    }

    func goesOn() { signs?.goesOn() }
    func absent(after limit: Duration) -> [Int] { signs?.absent(after: limit) ?? [] }

    func abort() -> Never {
        Deadline.within(Self.shortPatience, "ending the world", "Its launcher ends the others.") {
            calls.withLock { _ in attn_mpi_abort(1) }
        }
        exit(1)
    }

    func leave() {
        signs?.end()
        Deadline.within(Self.patience, "leaving the world", "What was done is stored.") {
            _ = shown()
            calls.withLock { _ in attn_mpi_finish() }
        }
    }
}

extension MPILink: SignsOfLife.Post {
    private static let showing = "showing signs of life"

    /// To a rank that does not take the last sign no more are sent.
    func show(_ sign: RankSign, to rank: Int) {
        let before = signsSent.withLock { $0[rank] ?? [] }
        // Whatever fails here shows in what ranks wait for.
        guard let unsent = try? advance(before, Self.showing), unsent.isEmpty,
            let numbers = try? begin(
                RankTransfer(.send, rank, .control, RankBytes([sign.rawValue])), Self.showing, tag: Self.signTag)
        else { return }
        signsSent.withLock { $0[rank] = numbers }
    }

    func shown() -> [(rank: Int, sign: RankSign)] {
        let signs = try? arrived(under: Self.signTag, Self.showing)
        return signs?.compactMap { rank, bytes in
            bytes.array.first.flatMap(RankSign.init).map { (rank, $0) }
        } ?? []
    }
}
