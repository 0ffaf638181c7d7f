internal import Compute

/// A random order of 0..<count for each epoch, any element of which can be computed directly.
///
/// A Feistel network over 2b bits, 2^(2b) >= count, is a permutation whatever its round function: each round adds to
/// one half a function of the other. The function is `CounterRandom` keyed by the seed, with (epoch, round) as its
/// stream. Numbers mapped beyond `count` are mapped again until they fall inside, which gives a permutation of those
/// inside ("cycle walking"). This takes less than four applications on average, since 2^(2b) < 4 count.
///
/// Source: Black and Rogaway, "Ciphers with Arbitrary Finite Domains" (CT-RSA 2002). Six rounds; the order must look
/// random to a training run, not to an adversary.
///
/// - Complexity: O(1) on average, no memory.
public struct ShuffledOrder: Sendable, Hashable {
    public let count: Int
    public let seed: UInt64

    private let halfBits: UInt64
    private static let rounds: UInt64 = 6

    /// - Precondition: `count` is above 0.
    public init(count: Int, seed: UInt64) {
        precondition(count > 0, "no order of \(count) records")
        self.count = count
        self.seed = seed
        let bits = UInt64(Int.bitWidth - (count - 1).leadingZeroBitCount)
        halfBits = max(1, (bits + 1) / 2)
    }

    /// The element at a position counted through all epochs.
    public func index(at position: Int) -> Int {
        precondition(position >= 0, "position \(position)")
        return index(at: position % count, epoch: position / count)
    }

    /// The element at place `offset` of an epoch.
    ///
    /// - Precondition: `offset` is in 0..<count.
    public func index(at offset: Int, epoch: Int) -> Int {
        precondition((0..<count).contains(offset), "place \(offset) of \(count)")
        var value = UInt64(offset)
        repeat { value = permuted(value, epoch: UInt64(epoch)) } while value >= UInt64(count)
        return Int(value)
    }

    private func permuted(_ value: UInt64, epoch: UInt64) -> UInt64 {
        let mask = (1 << halfBits) - 1 as UInt64
        var (left, right) = (value >> halfBits, value & mask)
        for round in 0..<Self.rounds {
            let random = CounterRandom(seed: seed, stream: epoch * Self.rounds + round).words(at: right)
            (left, right) = (right, left ^ (UInt64(random[0]) << 32 | UInt64(random[1])) & mask)
        }
        return left << halfBits | right
    }
}
