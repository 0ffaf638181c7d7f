public import Basics
import Foundation
import Guarding

/// The processes that work on a job together, as one of them sees them: a world of ranks, numbered from 0.
///
/// All ranks call the same functions in the same order; each call says what it is about, which the others' calls must
/// agree with. A rank that is alone does the same, and nothing leaves it. Whatever is combined is combined in the order of
/// ranks or of groups, never in that in which it arrives.
///
/// After an error other than of `join`, ranks may be anywhere in the program, and the world is over, unless the error says
/// otherwise (`RankError.endsWorld`). `jointly` lets one rank's failure be all ranks'. It ends an epoch: messages of an earlier
/// one are never taken for those of a later one.
public struct Ranks: Sendable {
    private let link: (any RankLink)?
    /// How long the work of others may not go on while they are waited for.
    public var patience: Duration = .seconds(600)
    /// Told of each message that is exchanged, before it is.
    public var onExchange: (@Sendable (_ operation: String) -> Void)?
    /// How many numbers of a vector go at once: 4 MiB.
    package var floatsAtOnce = 1 << 20
    /// Whether nobody waits while ranks exchange something; see `aside`.
    private var isAside = false
    /// Messages so far, by channel, and the bytes sent: what two ranks have to agree on, and what is to be seen.
    private let state: Guarded<State>

    private struct State {
        var channels: [RankChannel: Progress] = [:]
        /// What this rank has done since the program began.
        var work = RankWork()
        /// How often ranks have given up what they were doing.
        var epoch = 0
        /// What others have announced of this epoch or, having left it before this rank, of later ones; the first of each.
        var failures: [Int: RankFailure] = [:]

        mutating func leaveEpoch() {
            failures[epoch] = nil
            epoch += 1
            for channel in channels.keys { channels[channel]!.serial = 0 }
        }
    }

    private struct Progress {
        var serial: UInt64 = 0
    }

    init(_ link: (any RankLink)?) {
        self.link = link
        state = Guarded(State())
    }

    /// A world of one.
    public static let alone = Ranks(nil)

    /// Whether a launcher started this process as one of several.
    public static func isLaunched(_ environment: [String: String]? = nil) -> Bool {
        let environment = environment ?? ProcessInfo.processInfo.environment
        // Open MPI's own launcher; any other that speaks PMIx, such as srun.
        return environment["OMPI_COMM_WORLD_SIZE"] != nil || environment["PMIX_RANK"] != nil
    }

    /// The launcher of another MPI that started this process as one of several: each would be a server of its own.
    static func foreignLauncher(_ environment: [String: String]) -> String? {
        // Slurm's first: with --mpi=pmi2 it gives MPICH's names, too.
        let sizes = [
            ("Slurm's", "SLURM_STEP_NUM_TASKS"), ("MPICH's or Intel's", "PMI_SIZE"),
            ("MVAPICH's", "MV2_COMM_WORLD_SIZE"),
        ]
        return sizes.first { Int(environment[$0.1] ?? "").map { $0 > 1 } ?? false }?.0
    }

    /// The world this process was launched into; without a launcher, a world of one.
    public static func join() throws(RankError) -> Ranks {
        guard isLaunched() else {
            if let launcher = foreignLauncher(ProcessInfo.processInfo.environment) {
                throw .foreign(library: "\(launcher) launcher", reason: "it started this process as one of several")
            }
            return alone
        }
        let ranks = Ranks(try MPILink())
        let started = ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_SIZE"].flatMap { Int($0) } ?? ranks.count
        guard started == ranks.count else {
            throw .foreign(
                library: try library(),
                reason: "mpirun started \(started) ranks, and the library, which is not that of mpirun, knows of "
                    + "\(ranks.count)")
        }
        return try ranks.named()
    }

    /// What can be said of MPI on this machine.
    public static func library() throws(RankError) -> String { try MPILink.library() }

    // MARK: Who

    public var index: Int { link?.index ?? 0 }
    public var count: Int { link?.hosts.count ?? 1 }
    public var isFirst: Bool { index == 0 }

    public func name(of rank: Int) -> RankName { RankName(index: rank, host: hosts[rank]) }
    private var hosts: [String] { link?.hosts ?? [ProcessInfo.processInfo.hostName] }
    private var others: [Int] { (0..<count).filter { $0 != index } }

    /// What this rank has done since the program began.
    public var work: RankWork { state.withLock(\.work) }

    /// Counts what this rank did of all ranks' work.
    public func count(_ body: (inout RankWork) -> Void) {
        state.withLock { body(&$0.work) }
        goesOn()
    }

    /// Called now and then by what takes long, so that others go on waiting for it.
    public func goesOn() { link?.goesOn() }

    /// The other ranks that do not say in time that they are there: those that ended or hang, or that cannot be reached.
    public func absent(after limit: Duration = .milliseconds(600)) -> [RankName] {
        link?.absent(after: limit).map(name) ?? []
    }

    /// Leaves the world, as every rank does at its end. Nothing can be called afterwards.
    public func leave() { link?.leave() }

    /// Ends all ranks, which cannot go on without each other.
    public func abort() -> Never {
        guard let link else { exit(1) }
        link.abort()
    }

    // MARK: Together

    /// Waits until every rank is here.
    public func barrier(_ operation: String) throws(RankError) { _ = try gather([], operation) }

    /// What each rank gives, by rank, on all of them.
    public func gather(_ bytes: [UInt8], _ operation: String) throws(RankError) -> [[UInt8]] {
        guard count > 1 else { return [bytes] }
        let own = RankBytes(bytes)
        let received = try exchange(
            sending: Dictionary(uniqueKeysWithValues: others.map { ($0, own) }), receiving: Set(others), .control,
            operation)
        return (0..<count).map { $0 == index ? bytes : received[$0]!.array }
    }

    /// What one rank gives, on all of them.
    ///
    /// - Parameter bytes: Used on that rank alone.
    public func broadcast(_ bytes: [UInt8], from root: Int = 0, _ operation: String) throws(RankError) -> [UInt8] {
        guard count > 1 else { return bytes }
        guard index == root else {
            return try exchange(sending: [:], receiving: [root], .control, operation)[root]!.array
        }
        let own = RankBytes(bytes)
        _ = try exchange(
            sending: Dictionary(uniqueKeysWithValues: others.map { ($0, own) }), receiving: [], .control, operation)
        return bytes
    }

    /// What one rank gives, on another one; nothing on the rest, which call it, too.
    public func pass(
        _ bytes: [UInt8], from source: Int, to target: Int, _ operation: String
    ) throws(RankError) -> [UInt8] {
        if source == target { return index == target ? bytes : [] }
        let received = try exchange(
            sending: index == source ? [target: RankBytes(bytes)] : [:], receiving: index == target ? [source] : [],
            .control, operation)
        return received[source]?.array ?? []
    }

    /// Makes sure that all ranks have the same.
    ///
    /// - Parameter what: What it is, for the error: "has other weights".
    /// - Throws: `RankError.different`, on every rank, of the first that has something else than rank 0.
    public func agree(on bytes: [UInt8], _ operation: String, otherwise what: String) throws(RankError) {
        let all = try gather(bytes, operation)
        guard let other = all.indices.first(where: { all[$0] != all[0] }) else { return }
        throw .different(operation: operation, rank: name(of: other), what: what)
    }

    // MARK: Sums

    /// Adds up the gradients of all ranks' groups; each rank gets its own shard of the sum.
    ///
    /// - Parameters:
    ///   - nodes: This rank's vectors, all as long as the gradients, one for each of `tree.nodes(within:)` its share.
    ///   - shards: Which part of the vectors each rank sums up, of all or of those that are added up now.
    ///   - tree: The order of summation.
    ///   - result: A vector as long, whose part of this rank's shard becomes the sum. It may be one of the nodes.
    ///
    /// A part of the shards at a time: a rank holds `floatsAtOnce` numbers of each of the tree's nodes beside its own.
    public func sum(
        _ nodes: [Range<Int>: FlatVector], shards: [Range<Int>], in tree: SumTree, into result: FlatVector,
        _ operation: String
    ) throws(RankError) {
        precondition(shards.count == count, "shards of another world")
        for parts in rounds(of: shards) { try sum(nodes, parts: parts, in: tree, into: result, operation) }
    }

    private func sum(
        _ nodes: [Range<Int>: FlatVector], parts: [Range<Int>], in tree: SumTree, into result: FlatVector,
        _ operation: String
    ) throws(RankError) {
        let shares = (0..<count).map { tree.nodes(within: tree.share(of: $0, among: count)) }
        /// This rank's part of a shard: the vectors of its nodes, one after the other.
        func laidOut(_ part: Range<Int>) -> RankBytes {
            let bytes = RankBytes(count: shares[index].count * part.count * MemoryLayout<Float>.size)
            for (position, node) in shares[index].enumerated() {
                guard let vector = nodes[node] else { preconditionFailure("no gradients of groups \(node)") }
                vector.copy(part, to: bytes.floats(position, of: part.count))
            }
            return bytes
        }
        let own = parts[index]
        var vectors = try exchange(
            sending: Dictionary(uniqueKeysWithValues: others.map { ($0, laidOut(parts[$0])) }), receiving: Set(others),
            .gradients, operation)
        vectors[index] = laidOut(own)
        var given: [Range<Int>: UnsafeMutableBufferPointer<Float>] = [:]
        for (rank, bytes) in vectors {
            try check(bytes, of: rank, floats: shares[rank].count * own.count, operation)
            for (position, node) in shares[rank].enumerated() { given[node] = bytes.floats(position, of: own.count) }
        }
        withExtendedLifetime(vectors) { result.update(own, from: tree.sum(given)) }
    }

    /// Does something on a thread of the world's own, beside what the caller goes on with; one thing at a time. Nothing but
    /// `sum` may be called there, and that not by the caller before it is over.
    ///
    /// - Precondition: There are several ranks.
    public func aside(_ body: @escaping @Sendable (Ranks) -> Void) {
        guard let link else { preconditionFailure("nothing is sent by one rank alone") }
        var ranks = self
        ranks.isAside = true
        link.sideThread.run { [ranks] in body(ranks) }
    }

    /// Completes a vector of which each rank has its shard.
    public func share(_ vector: FlatVector, shards: [Range<Int>], _ operation: String) throws(RankError) {
        guard count > 1 else { return }
        for parts in rounds(of: shards) {
            let own = RankBytes(count: parts[index].count * MemoryLayout<Float>.size)
            vector.copy(parts[index], to: own.floats(0, of: parts[index].count))
            let received = try exchange(
                sending: Dictionary(uniqueKeysWithValues: others.map { ($0, own) }), receiving: Set(others),
                .gradients, operation)
            for (rank, bytes) in received {
                try check(bytes, of: rank, floats: parts[rank].count, operation)
                vector.update(parts[rank], from: bytes.floats(0, of: parts[rank].count))
            }
        }
    }

    /// Parts of all shards that go together, of at most `floatsAtOnce` each, in order.
    private func rounds(of shards: [Range<Int>]) -> [[Range<Int>]] {
        stride(from: 0, to: shards.map(\.count).max() ?? 0, by: floatsAtOnce).map { offset in
            shards.map { shard in
                let start = min(shard.lowerBound + offset, shard.upperBound)
                return start..<min(start + floatsAtOnce, shard.upperBound)
            }
        }
    }

    private func check(
        _ bytes: RankBytes, of rank: Int, floats: Int, _ operation: String
    ) throws(RankError) {
        guard bytes.count == floats * MemoryLayout<Float>.size else {
            throw .disagreement(
                operation: operation, rank: name(of: rank), reason: "sent \(bytes.count) bytes for \(floats) numbers")
        }
    }

    // MARK: Messages

    /// The most bytes of one message.
    private static let most = 1 << 36

    /// Sends to some ranks and receives from some. A message goes behind a header, which tells how long it is and what it
    /// is about.
    private func exchange(
        sending: [Int: RankBytes], receiving: Set<Int>, _ channel: RankChannel, _ operation: String
    ) throws(RankError) -> [Int: RankBytes] {
        let (serial, epoch) = state.withLock { state in
            state.channels[channel, default: Progress()].serial += 1
            return (state.channels[channel]!.serial, state.epoch)
        }
        onExchange?(operation)
        let begin = ContinuousClock.now
        var headers: [Int: RankBytes] = [:]
        for rank in receiving { headers[rank] = RankBytes(count: Header.byteCount) }
        try carry(
            sending.map { rank, bytes in
                RankTransfer(.send, rank, channel, Header(operation, serial, count: bytes.count).bytes)
            } + headers.map { RankTransfer(.receive, $0, channel, $1) }, epoch, begin, operation)
        var received: [Int: RankBytes] = [:]
        for (rank, bytes) in headers.sorted(by: { $0.key < $1.key }) {
            let header = Header(bytes), own = Header(operation, serial, count: header.count)
            guard header == own else {
                throw .disagreement(
                    operation: operation, rank: name(of: rank),
                    reason: "is at another place of the program (message \(header.serial), here \(serial))")
            }
            guard header.count <= Self.most else {
                throw .tooLarge(
                    operation: operation, rank: name(of: rank), bytes: Int(clamping: header.count), most: Self.most)
            }
            received[rank] = RankBytes(count: Int(header.count))
        }
        try carry(
            sending.filter { $1.count > 0 }.map { RankTransfer(.send, $0, channel, $1) }
                + received.filter { $1.count > 0 }.map { RankTransfer(.receive, $0, channel, $1) }, epoch, begin,
            operation)
        let sent = sending.values.reduce(0) { $0 + $1.count }
        let time = begin.duration(to: .now)
        count { work in
            work.bytesSent += sent
            if isAside { work.aside += time } else { work.waiting += time }
        }
        return received
    }

    private func carry(
        _ transfers: [RankTransfer], _ epoch: Int, _ begin: ContinuousClock.Instant, _ operation: String
    ) throws(RankError) {
        guard let link, !transfers.isEmpty else { return }
        let late = try link.carry(
            transfers, in: epoch, since: begin, patience: patience, for: operation
        ) { failures in
            state.withLock { state in
                for failure in failures where state.failures[failure.epoch] == nil {
                    state.failures[failure.epoch] = failure
                }
                return state.failures[epoch] != nil
            }
        }
        if let failure = state.withLock({ $0.failures[epoch] }) {
            state.withLock { $0.leaveEpoch() }
            throw .elsewhere(operation: operation, rank: name(of: failure.rank), reason: failure.reason)
        }
        guard late.isEmpty else {
            throw .late(operation: operation, ranks: late.map(name), seconds: patience / .seconds(1))
        }
    }

    // MARK: Failures

    var epoch: Int { state.withLock { $0.epoch } }

    /// Gives up what all are doing, and lets them know.
    func leaveEpoch(because reason: String) {
        let failure = RankFailure(rank: index, epoch: epoch, reason: reason)
        for rank in others { link?.announce(failure, to: rank) }
        state.withLock { $0.leaveEpoch() }
    }

    /// These ranks with the machine of each.
    private func named() throws(RankError) -> Ranks {
        guard let link = link as? MPILink, count > 1 else { return self }
        let hosts = try gather(Array(link.hosts[index].utf8), "joining the world").map {
            String(decoding: $0, as: UTF8.self)
        }
        return Ranks(NamedLink(link: link, hosts: hosts))
    }
}

/// A link that knows the machines of the others.
private struct NamedLink: RankLink {
    let link: MPILink
    let hosts: [String]

    var index: Int { link.index }
    var sideThread: SideThread { link.sideThread }

    func carry(
        _ transfers: [RankTransfer], in epoch: Int, since begin: ContinuousClock.Instant, patience: Duration,
        for operation: String, unless isOver: ([RankFailure]) -> Bool
    ) throws(RankError) -> [Int] {
        try link.carry(transfers, in: epoch, since: begin, patience: patience, for: operation, unless: isOver)
    }

    func announce(_ failure: RankFailure, to rank: Int) { link.announce(failure, to: rank) }

    func goesOn() { link.goesOn() }
    func absent(after limit: Duration) -> [Int] { link.absent(after: limit) }
    func leave() { link.leave() }
    func abort() -> Never { link.abort() }
}
