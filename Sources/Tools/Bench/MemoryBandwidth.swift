import Compute
import Foundation

/// How fast this machine reads memory: the limit of decode speed, since every weight is read once per token.
enum MemoryBandwidth {
    /// Bytes per second that `threads` threads read together from a buffer far larger than the caches.
    static func measure(threads: Int) throws -> Double {
        let team = ThreadTeam(count: threads)
        let words = try AlignedBuffer<UInt64>(count: (1 << 30) / 8)
        let sums = try AlignedBuffer<UInt64>(count: threads * 8)
        team.run { member in
            for i in member.share(of: words.count) { words.pointer[i] = UInt64(i) }
        }
        var best = Double.infinity
        for _ in 0..<5 {
            let start = ContinuousClock.now
            team.run { member in
                sums.pointer[member.index * 8] = sum(words.pointer, member.share(of: words.count))
            }
            best = min(best, start.duration(to: .now) / .seconds(1))
        }
        return Double(words.count * 8) / best
    }

    /// Eight parallel sums: a single one would wait for its own last addition.
    private static func sum(_ words: UnsafeMutablePointer<UInt64>, _ range: Range<Int>) -> UInt64 {
        var lanes = SIMD8<UInt64>(), more = SIMD8<UInt64>()
        let raw = UnsafeRawPointer(words + range.lowerBound)
        for offset in stride(from: 0, to: (range.count - 15) * 8, by: 128) {
            lanes &+= raw.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self)
            more &+= raw.loadUnaligned(fromByteOffset: offset + 64, as: SIMD8<UInt64>.self)
        }
        return (lanes &+ more).wrappedSum()
    }
}
