import Basics
import Foundation
import Ranks
import Testing

/// Run by `Tests/Ranks/run` under mpirun, on every rank: the world is a real one.
@Suite(.serialized, .enabled(if: Ranks.isLaunched(), "they are run by mpirun"))
struct MPITests {
    private static let ranks = Result { try Ranks.join() }

    @Test func joins() throws {
        let ranks = try Self.ranks.get()
        #expect(ranks.count > 1)
        #expect(try Ranks.library().contains("Open MPI"))
        let indices = try ranks.gather([UInt8(ranks.index)], "numbering")
        #expect(indices == (0..<ranks.count).map { [UInt8($0)] })
    }

    @Test func sumsAreThoseOfThreads() throws {
        var ranks = try Self.ranks.get()
        ranks.floatsAtOnce = 1000
        let tree = SumTree(groups: 8), length = 10_007
        func value(_ group: Int, _ position: Int) -> Float { 1 / Float(group * 31 + position % 97 + 1) }
        func total(_ node: Range<Int>, _ position: Int) -> Float {
            node.count == 1
                ? value(node.lowerBound, position)
                : total(node.lowerBound..<SumTree.middle(of: node), position)
                    + total(SumTree.middle(of: node)..<node.upperBound, position)
        }
        let own = tree.nodes(within: tree.share(of: ranks.index, among: ranks.count))
        let vectors = own.map { range in FlatVector((0..<length).map { total(range, $0) }) }
        let shards = (0..<ranks.count).map { length * $0 / ranks.count..<length * ($0 + 1) / ranks.count }
        let sum = FlatVector([Float](repeating: 0, count: length))
        try ranks.sum(
            Dictionary(uniqueKeysWithValues: zip(own, vectors)), shards: shards, in: tree, into: sum,
            "adding")
        try ranks.share(sum, shards: shards, "sharing")
        #expect(sum.numbers == (0..<length).map { total(0..<8, $0) })
    }

    @Test func largeMessagesArrive() throws {
        let ranks = try Self.ranks.get()
        let count = 5_000_000
        let told = try ranks.broadcast(
            ranks.isFirst ? (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) } : [], "telling much")
        #expect(told.count == count)
        #expect(told[4_999_999] == UInt8(truncatingIfNeeded: 4_999_999 &* 31))
    }

    @Test func oneRanksFailureIsAllRanks() throws {
        struct Failure: Error {}
        let ranks = try Self.ranks.get()
        for round in 0..<4 {
            do {
                try ranks.jointly {
                    _ = try ranks.gather([UInt8(round)], "gathering")
                    if ranks.index == round % ranks.count { throw Failure() }
                    // Too large to be on its way before anybody receives it.
                    _ = try ranks.gather([UInt8](repeating: 7, count: 1 << 20), "gathering more")
                }
                Issue.record("nobody failed")
            } catch let error as RankError {
                #expect(error.message.contains("rank \(round % ranks.count)"), "\(error)")
            } catch { #expect(error is Failure) }
        }
        #expect(try ranks.gather([UInt8(ranks.index)], "going on") == (0..<ranks.count).map { [UInt8($0)] })
    }

    /// They are seen by ranks that wait longer than they have patience for silence.
    @Test func signsOfLifeArrive() throws {
        var ranks = try Self.ranks.get()
        ranks.patience = .seconds(8)
        let begin = ContinuousClock.now
        while !ranks.isFirst, begin.duration(to: .now) < .seconds(12) {
            Thread.sleep(forTimeInterval: 0.1)
            ranks.goesOn()
        }
        try ranks.barrier("waiting for what goes on")
        #expect(begin.duration(to: .now) >= .seconds(12))
        #expect(ranks.absent(after: .seconds(5)).isEmpty)
        try ranks.barrier("answering")
    }

    @Test func zLeaves() throws {
        let ranks = try Self.ranks.get()
        try ranks.barrier("leaving")
        ranks.leave()
    }
}
