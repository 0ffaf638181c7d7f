import Foundation
import Guarding
import Synchronization
import TestSupport
import Testing

@testable import Compute

@Suite("Thread team")
struct ThreadTeamTests {
    @Test("Every member runs once and the caller sees what all of them wrote", arguments: [1, 2, 3, 7])
    func run(_ count: Int) throws {
        let team = ThreadTeam(count: count)
        let buffer = try AlignedBuffer<Int>(count: count * 8)
        for round in 1...400 {
            // Plain writes: what makes them visible is the end of the run alone.
            team.run { member in buffer.pointer[member.index * 8] += member.count == count ? 1 : -1000 }
            for member in 0..<count where buffer.pointer[member * 8] != round {
                Issue.record("member \(member) ran \(buffer.pointer[member * 8]) times in \(round) runs")
                return
            }
        }
    }

    @Test("Nobody passes a barrier before all have come to it", arguments: [2, 3, 5])
    func barriers(_ count: Int) throws {
        let team = ThreadTeam(count: count)
        let rounds = 100
        let arrived = try AlignedBuffer<Int>(count: count * 8)
        let late = Atomic<Int>(0)
        for _ in 0..<4 {
            team.run { member in
                for round in 1...rounds {
                    arrived.pointer[member.index * 8] = round
                    member.barrier()
                    for other in 0..<count where arrived.pointer[other * 8] != round {
                        late.add(1, ordering: .relaxed)
                    }
                    member.barrier()
                }
            }
        }
        #expect(late.load(ordering: .relaxed) == 0)
    }

    @Test("Members that fell asleep wake up for the next run")
    func sleeping() {
        let team = ThreadTeam(count: 3)
        let runs = Atomic<Int>(0)
        for pause in [0, 1000, 20_000, 50, 0, 5000] as [UInt32] {
            usleep(pause)
            team.run { _ in runs.add(1, ordering: .relaxed) }
        }
        #expect(runs.load(ordering: .relaxed) == 18)
    }

    @Test("Teams come and go, used or not")
    func dropped() {
        for round in 0..<50 {
            let team = ThreadTeam(count: 4)
            if round % 2 == 0 { team.run { $0.barrier() } }
        }
    }

    @Test("Shares are adjacent, cover everything and differ by one at most", arguments: [0, 1, 5, 6, 1000])
    func shares(_ total: Int) {
        for count in 1...7 {
            let ranges = Guarded([Range<Int>](repeating: 0..<0, count: count))
            ThreadTeam(count: count).run { member in
                let share = member.share(of: total)
                ranges.withLock { $0[member.index] = share }
            }
            let shares = ranges.withLock { $0 }
            #expect(shares.flatMap { Array($0) } == Array(0..<total))
            #expect(shares.map(\.count).max()! - shares.map(\.count).min()! <= 1)
        }
    }

    @Test("A member alone is a team of one that waits for nobody")
    func alone() {
        ThreadTeam(count: 2).run { member in
            guard member.index == 1 else { return }
            member.alone.barrier()
            #expect(member.alone.count == 1 && member.alone.share(of: 5) == 0..<5)
        }
    }
}
