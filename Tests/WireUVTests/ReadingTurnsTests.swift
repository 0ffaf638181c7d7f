import Testing

@testable import WireUV

@Suite("Turns of reading")
struct ReadingTurnsTests {
    private final class Socket {}

    private static let share = Duration.milliseconds(10)

    /// Turns in which every socket always has something to read, in the same order, and each read takes the whole share.
    ///
    /// - Returns: Who was read in each turn.
    private func floods(_ sockets: [Socket], turns count: Int) -> [[Int]] {
        var turns = ReadingTurns(share: Self.share), now = ContinuousClock.now
        return (0..<count).map { _ in
            defer { turns.endTurn() }
            return sockets.indices.filter { index in
                guard turns.mayRead(ObjectIdentifier(sockets[index]), at: now) else { return false }
                now += Self.share
                return true
            }
        }
    }

    @Test("Sockets that always have more take turns, one at a time; none waits for two rounds", arguments: 1...9)
    func fair(_ count: Int) {
        let sockets = (0..<count).map { _ in Socket() }
        let read = floods(sockets, turns: 20 * count)
        #expect(read.allSatisfy { $0.count == 1 })
        for start in read.indices.dropLast(2 * count) {
            #expect(Set(read[start..<start + 2 * count].joined()).count == count)
        }
    }

    @Test("Within the share all are read, as often as they come")
    func unhurried() {
        var turns = ReadingTurns(share: Self.share)
        let sockets = (0..<3).map { _ in Socket() }, now = ContinuousClock.now
        for _ in 0..<5 {
            for socket in sockets + sockets {
                let mayRead = turns.mayRead(ObjectIdentifier(socket), at: now)
                #expect(mayRead)
            }
            turns.endTurn()
        }
    }

    @Test("One that was put off and closed holds up nobody")
    func closed() {
        var turns = ReadingTurns(share: Self.share)
        let busy = Socket(), gone = Socket(), now = ContinuousClock.now
        var seen: [Bool] = []
        seen.append(turns.mayRead(ObjectIdentifier(busy), at: now))
        seen.append(turns.mayRead(ObjectIdentifier(gone), at: now + Self.share))
        turns.endTurn()
        // The closed one's turn passes unused, and after it the other is read in each.
        for _ in 0..<4 {
            seen.append(turns.mayRead(ObjectIdentifier(busy), at: now))
            turns.endTurn()
        }
        #expect(seen == [true, false, false, true, true, true])
    }
}
