internal import CMPI
import Foundation
import Guarding

/// The world that mpirun or srun made, over Open MPI, which is loaded when it is joined.
final class MPILink: RankLink {
    /// By Debian's name, by those of other versions, and by the one that comes with the headers.
    private static let libraries = ["libmpi.so.40", "libmpi.so.80", "libmpi.so.20", "libmpi.so"]
    /// The most bytes of one message; more go as several.
    private static let largest = 1 << 30

    let index: Int
    let hosts: [String]
    /// Held during every call: Open MPI need not be built for calls that overlap. It holds what was given up, too.
    private let calls: Guarded<[RankTransfer]>

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
        let (outcome, text) = Self.withText { attn_mpi_start(&rank, &count, $0, $1) }
        guard outcome == ATTN_MPI_OK else {
            throw outcome == ATTN_MPI_FOREIGN
                ? .foreign(library: library, reason: text) : .failed(operation: "joining the world", reason: text)
        }
        index = Int(rank)
        calls = Guarded([])
        let host = Self.withText { attn_mpi_host($0, $1) }.text
        // Theirs are told by them.
        hosts = (0..<count).map { $0 == rank ? host : "a machine unknown so far" }
    }

    private static func withText<Outcome>(
        _ body: (UnsafeMutablePointer<CChar>, Int) -> Outcome
    ) -> (outcome: Outcome, text: String) {
        var text = [CChar](repeating: 0, count: 1024)
        let outcome = text.withUnsafeMutableBufferPointer { body($0.baseAddress!, $0.count) }
        return (outcome, String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    /// A transfer that is going on.
    private struct Pending {
        let transfer: RankTransfer
        let bytes: Int
        var handle: OpaquePointer?
    }

    func carry(
        _ transfers: [RankTransfer], until end: ContinuousClock.Instant, for operation: String
    ) throws(RankError) -> [Int] {
        var pending: [Pending] = []
        for transfer in transfers { pending += try begin(transfer, operation) }
        var pause: UInt32 = 0
        while true {
            pending = try advance(pending, operation)
            if pending.isEmpty { return [] }
            if ContinuousClock.now >= end { break }
            // A rank on the same machine may need this processor to answer: give way at once, and soon for longer.
            if pause == 0 { sched_yield() } else { usleep(pause) }
            pause = min(pause + 5, 500)
        }
        calls.withLock { $0 += pending.map(\.transfer) }
        return Array(Set(pending.map(\.transfer.peer))).sorted()
    }

    private func begin(_ transfer: RankTransfer, _ operation: String) throws(RankError) -> [Pending] {
        var begun: [Pending] = []
        for start in stride(from: transfer.range.lowerBound, to: transfer.range.upperBound, by: Self.largest) {
            let part = start..<min(start + Self.largest, transfer.range.upperBound)
            let memory = UnsafeMutableRawBufferPointer(rebasing: transfer.bytes.buffer[part])
            var handle: OpaquePointer?
            try check(operation) {
                transfer.direction == .send
                    ? attn_mpi_send(
                        memory.baseAddress, part.count, Int32(transfer.peer), transfer.channel.rawValue, &handle)
                    : attn_mpi_receive(
                        memory.baseAddress, part.count, Int32(transfer.peer), transfer.channel.rawValue, &handle)
            }
            begun.append(Pending(transfer: transfer, bytes: part.count, handle: handle))
        }
        return begun
    }

    /// What is still going on of these.
    private func advance(_ pending: [Pending], _ operation: String) throws(RankError) -> [Pending] {
        var left: [Pending] = []
        for var item in pending {
            var count = item.bytes
            try check(operation) { attn_mpi_test(&item.handle, &count) }
            if item.handle != nil {
                left.append(item)
            } else if item.transfer.direction == .receive, count != item.bytes {
                throw .failed(operation: operation, reason: "\(count) bytes came for \(item.bytes)")
            }
        }
        return left
    }

    private func check(_ operation: String, _ call: () -> attn_mpi_outcome) throws(RankError) {
        let reason: String? = calls.withLock { _ in
            call() == ATTN_MPI_OK ? nil : Self.withText { attn_mpi_failure($0, $1) }.text
        }
        if let reason { throw .failed(operation: operation, reason: reason) }
    }

    func abort() -> Never {
        calls.withLock { _ in attn_mpi_abort(1) }
        exit(1)
    }

    func leave() { calls.withLock { _ in attn_mpi_finish() } }
}
