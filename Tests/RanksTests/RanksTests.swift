import Basics
import Foundation
import Testing
import Threads

@testable import Ranks

struct RanksTests {
    private static func together<Value: Sendable>(
        _ count: Int, patience: Duration = .seconds(30), _ body: @escaping @Sendable (Ranks) throws -> Value
    ) -> [Result<Value, any Error>] {
        Ranks.together(
            count,
            configure: {
                $0.patience = patience
                // Vectors go in many parts.
                $0.floatsAtOnce = 5
            }, body)
    }

    @Test(arguments: 1...5) func gathersByRank(count: Int) throws {
        for result in Self.together(
            count,
            { ranks in
                try ranks.barrier("beginning")
                return try ranks.gather([UInt8](repeating: UInt8(ranks.index), count: ranks.index), "gathering")
            })
        {
            #expect(try result.get() == (0..<count).map { [UInt8](repeating: UInt8($0), count: $0) })
        }
    }

    @Test(arguments: 1...4) func broadcastsFromAnyRank(count: Int) throws {
        for result in Self.together(
            count,
            { ranks in
                try (0..<ranks.count).map { root in
                    try ranks.broadcast(ranks.index == root ? [UInt8(root), 7] : [], from: root, "telling")
                }
            })
        {
            #expect(try result.get() == (0..<count).map { [UInt8($0), 7] })
        }
    }

    /// Sums are the same bits for every number of ranks, with shards of several lengths, and with fewer groups than ranks.
    @Test(arguments: [1, 2, 3, 5, 8]) func sumsDoNotDependOnTheRanks(groups: Int) throws {
        let length = 43
        var random = SplitMix(state: 7)
        let gradients = (0..<groups).map { _ in
            (0..<length).map { _ in
                Float.random(in: -1...1, using: &random) * Float(1 << Int.random(in: 0..<20, using: &random))
            }
        }
        @Sendable func vector(_ node: Range<Int>) -> [Float] {
            guard node.count > 1 else { return gradients[node.lowerBound] }
            var half = 1
            while half * 2 < node.count { half *= 2 }
            let middle = node.lowerBound + half
            return zip(vector(node.lowerBound..<middle), vector(middle..<node.upperBound)).map { $0 + $1 }
        }
        let whole = vector(0..<groups)
        for count in 1...6 {
            let results = Self.together(count) { ranks in
                let tree = SumTree(groups: groups)
                let own = tree.nodes(within: tree.share(of: ranks.index, among: ranks.count))
                let shards = (0..<count).map {
                    length * $0 * $0 / (count * count)..<length * ($0 + 1) * ($0 + 1) / (count * count)
                }
                let parameters = FlatVector([Float](repeating: 0, count: length))
                let vectors = own.map { FlatVector(vector($0)) }
                try ranks.sum(
                    Dictionary(uniqueKeysWithValues: zip(own, vectors)), shards: shards, in: tree,
                    into: parameters, "adding gradients")
                try ranks.share(parameters, shards: shards, "sharing parameters")
                return parameters.numbers
            }
            for result in results { #expect(try result.get().map(\.bitPattern) == whole.map(\.bitPattern)) }
        }
    }

    @Test func aRankThatDoesNothingIsNamed() {
        let results = Self.together(3, patience: .milliseconds(200)) { ranks in
            if ranks.index != 1 { try ranks.barrier("drawing") }
        }
        for rank in [0, 2] {
            #expect(
                throws: RankError.late(
                    operation: "drawing", ranks: [RankName(index: 1, host: "host1")], seconds: 0.2)
            ) { try results[rank].get() }
        }
    }

    @Test func aRankThatGoesOnIsWaitedFor() throws {
        let patience = Duration.milliseconds(400)
        let results = Self.together(2, patience: patience) { ranks in
            let begin = ContinuousClock.now
            while ranks.index == 1, begin.duration(to: .now) < patience * 3 {
                Thread.sleep(forTimeInterval: 0.02)
                ranks.goesOn()
            }
            try ranks.barrier("drawing")
            return begin.duration(to: .now)
        }
        for result in results { #expect(try result.get() >= patience * 3) }
    }

    @Test func aRankElsewhereIsNamed() {
        let results = Self.together(2) { ranks in
            try ranks.barrier(ranks.index == 0 ? "drawing" : "judging")
        }
        for (rank, result) in results.enumerated() {
            guard case .failure(RankError.disagreement(_, let other, _)) = result else {
                Issue.record("\(result)")
                continue
            }
            #expect(other.index == 1 - rank)
        }
    }

    @Test func whatDiffersIsNamed() {
        for result in Self.together(
            4,
            { ranks in
                try ranks.agree(on: [ranks.index == 2 ? 1 : 0], "comparing weights", otherwise: "has other weights")
            })
        {
            #expect(
                throws: RankError.different(
                    operation: "comparing weights", rank: RankName(index: 2, host: "host2"), what: "has other weights"
                )
            ) { try result.get() }
        }
    }

    @Test func otherLaunchersAreFound() {
        #expect(Ranks.foreignLauncher(["PMI_SIZE": "4"]) == "MPICH's or Intel's")
        #expect(Ranks.foreignLauncher(["SLURM_STEP_NUM_TASKS": "2"]) == "Slurm's")
        #expect(Ranks.foreignLauncher(["SLURM_STEP_NUM_TASKS": "2", "PMI_SIZE": "2"]) == "Slurm's")
        #expect(Ranks.foreignLauncher(["PMI_SIZE": "1"]) == nil && Ranks.foreignLauncher([:]) == nil)
    }

    @Test func aloneNothingIsSent() throws {
        let alone = Ranks.alone
        #expect(try alone.gather([1, 2], "gathering") == [[1, 2]])
        try alone.agree(on: [3], "agreeing", otherwise: "differs")
        #expect(alone.work.bytesSent == 0)
        #expect(alone.count == 1 && alone.isFirst)
    }

    @Test func sumsGoOnBesideOtherMessages() throws {
        let tree = SumTree(groups: 4), length = 12
        for result in Self.together(
            4,
            { ranks in
                let own = FlatVector([Float](repeating: Float(1 << ranks.index), count: length))
                let shards = (0..<4).map { 3 * $0..<3 * ($0 + 1) }
                let sums = Condition<Result<Void, any Error>?>(nil)
                ranks.aside { ranks in
                    let outcome = Result {
                        try ranks.sum(
                            [ranks.index..<ranks.index + 1: own], shards: shards, in: tree, into: own, "adding")
                    }
                    sums.withLock { $0 = outcome }
                    sums.broadcast()
                }
                for _ in 0..<20 { try ranks.barrier("drawing") }
                try sums.wait { $0 }!.get()
                return (Array(own.numbers[shards[ranks.index]]), ranks.work)
            })
        {
            let (sum, work) = try result.get()
            #expect(sum == [15, 15, 15])
            #expect(work.bytesSent == 3 * 3 * 4 && work.aside > .zero)
        }
    }

    @Test func bytesAreCounted() throws {
        for result in Self.together(
            2,
            { ranks in
                _ = try ranks.gather([UInt8](repeating: 1, count: 100), "gathering")
                return ranks.work.bytesSent
            })
        { #expect(try result.get() == 100) }
    }

    /// The rank that fails says so; the others are told at their next call of each other, whatever that is, and all then go on.
    @Test(arguments: [0, 1, 2]) func oneRanksFailureIsAllRanks(failing: Int) async throws {
        struct Failure: Error, CustomStringConvertible { let description = "The disk is full." }
        for (index, result) in Self.together(
            3,
            { ranks -> [String] in
                var met: [String] = []
                for round in 0..<3 {
                    do {
                        try ranks.jointly {
                            _ = try ranks.gather([UInt8(round)], "gathering")
                            if ranks.index == failing, round == 1 { throw Failure() }
                            // As many messages as are never received by the one that fails.
                            _ = try ranks.gather([UInt8](repeating: 1, count: 100_000), "gathering more")
                            _ = try ranks.broadcast([9], "telling")
                        }
                        met.append("")
                    } catch { met.append("\(error)") }
                }
                return met
            }
        ).enumerated() {
            let met = try result.get()
            #expect(met.count == 3 && met[0].isEmpty && met[2].isEmpty, "\(met)")
            let reason =
                index == failing ? "The disk is full." : "rank \(failing) on host\(failing) stopped: The disk is full."
            #expect(met[1].hasSuffix(reason), "\(met)")
        }
    }

    /// What a rank announces after others have gone on is met where they are then.
    @Test func aLateFailureIsMetInTheNextCall() async throws {
        struct Failure: Error {}
        let results = Self.together(2) { ranks -> [String] in
            var met: [String] = []
            for round in 0..<3 {
                do {
                    try ranks.jointly {
                        _ = try ranks.broadcast([UInt8(round)], "telling what to do")
                        try ranks.barrier("being told what to do")
                        if ranks.index == 1, round == 0 { throw Failure() }
                    }
                    met.append("")
                } catch { met.append(error is Failure ? "own" : "other's") }
                if round > 0, met.last == "", met[round - 1] != "" { break }
            }
            return met
        }
        let all = try results.map { try $0.get() }
        // The first may have gone on, and then tells in vain what to do next.
        #expect(all[1] == ["own", ""] && all[0].suffix(2) == ["other's", ""], "\(all)")
    }

    @Test func failuresOfSeveralRanksAreOne() async throws {
        struct Failure: Error {}
        for result in Self.together(
            4,
            { ranks -> [UInt8] in
                _ = try? ranks.jointly {
                    _ = try ranks.gather([], "beginning")
                    if ranks.index != 2 { throw Failure() }
                    _ = try ranks.gather([], "waiting in vain")
                }
                return try ranks.gather([UInt8(ranks.index)], "going on").map { $0[0] }
            })
        {
            #expect(try result.get() == [0, 1, 2, 3])
        }
    }
}
