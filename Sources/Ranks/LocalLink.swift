import Threads

/// A world within one process, for tests: its ranks are threads.
struct LocalLink: RankLink {
    final class World: Sendable {
        struct Key: Hashable {
            let from: Int
            let to: Int
            let channel: RankChannel
            let epoch: Int
        }

        struct Mail {
            var messages: [Key: [[UInt8]]] = [:]
            /// By the rank that they are told.
            var failures: [Int: [RankFailure]] = [:]
            /// When each rank's work was last known to go on.
            var signs: [Int: ContinuousClock.Instant] = [:]
        }

        let hosts: [String]
        let mail = Condition(Mail())

        init(hosts: [String]) { self.hosts = hosts }
    }

    private enum Arrival {
        case message([UInt8])
        case failure
    }

    let index: Int
    let world: World
    let sideThread = SideThread("sums")

    var hosts: [String] { world.hosts }

    func carry(
        _ transfers: [RankTransfer], in epoch: Int, since begin: ContinuousClock.Instant, patience: Duration,
        for operation: String, unless isOver: ([RankFailure]) -> Bool
    ) throws(RankError) -> [Int] {
        for transfer in transfers where transfer.direction == .send {
            let message = Array(UnsafeRawBufferPointer(rebasing: transfer.bytes.buffer[transfer.range]))
            let key = World.Key(from: index, to: transfer.peer, channel: transfer.channel, epoch: epoch)
            world.mail.withLock { $0.messages[key, default: []].append(message) }
            world.mail.broadcast()
        }
        var late: [Int] = []
        for transfer in transfers where transfer.direction == .receive {
            let key = World.Key(from: transfer.peer, to: index, channel: transfer.channel, epoch: epoch)
            var (end, arrival): (ContinuousClock.Instant, Arrival?) = (begin + patience, nil)
            repeat {
                arrival = world.mail.wait(atMost: max(.zero, ContinuousClock.now.duration(to: end))) { mail in
                    if isOver(mail.failures.removeValue(forKey: index) ?? []) { return .failure }
                    return mail.messages[key]?.isEmpty == false ? .message(mail.messages[key]!.removeFirst()) : nil
                }
                end = max(end, world.mail.withLock { $0.signs[transfer.peer] ?? begin } + patience)
            } while arrival == nil && ContinuousClock.now < end
            if case .failure = arrival { return [] }
            guard case .message(let message) = arrival else {
                late.append(transfer.peer)
                continue
            }
            guard message.count == transfer.range.count else {
                throw .failed(operation: operation, reason: "\(message.count) bytes came for \(transfer.range.count)")
            }
            UnsafeMutableRawBufferPointer(rebasing: transfer.bytes.buffer[transfer.range]).copyBytes(from: message)
        }
        return late
    }

    func announce(_ failure: RankFailure, to rank: Int) {
        world.mail.withLock { $0.failures[rank, default: []].append(failure) }
        world.mail.broadcast()
    }

    func goesOn() { world.mail.withLock { $0.signs[index] = .now } }
    /// Threads do not end by themselves.
    func absent(after limit: Duration) -> [Int] { [] }

    func leave() {}

    func abort() -> Never { fatalError("A rank within a process ended its world.") }
}

extension Ranks {
    /// What each rank of a world of threads comes to.
    package static func together<Value: Sendable>(
        _ count: Int, configure: (inout Ranks) -> Void = { _ in },
        _ body: @escaping @Sendable (Ranks) throws -> Value
    ) -> [Result<Value, any Error>] {
        let results = Condition<[Int: Result<Value, any Error>]>([:])
        for var ranks in local(count) {
            configure(&ranks)
            let rank = ranks
            let isStarted = startThread("rank \(rank.index)") {
                let result = Result { try body(rank) }
                results.withLock { $0[rank.index] = result }
                results.broadcast()
            }
            precondition(isStarted, "no thread for rank \(rank.index)")
        }
        return results.wait { all in all.count == count ? (0..<count).map { all[$0]! } : nil }!
    }

    /// A world within this process, of which a thread each is a rank.
    private static func local(_ count: Int) -> [Ranks] {
        let world = LocalLink.World(hosts: (0..<count).map { "host\($0)" })
        return (0..<count).map { Ranks(LocalLink(index: $0, world: world)) }
    }
}
