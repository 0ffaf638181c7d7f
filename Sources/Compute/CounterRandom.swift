internal import Foundation

/// Random numbers that are a function of (seed, stream, position), with no state to advance or to save.
///
/// Any position can be computed at any time, in any order, on any thread, and gives the same numbers: a sequence's
/// draws do not depend on what else is computed at the same time, and a resumed run needs only its positions.
///
/// The function is Philox4x32 with 10 rounds: a keyed bijection of 128-bit counters, built from 32-bit products. The
/// seed is the key; position and stream are the halves of the counter, so two streams of one seed never overlap.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011). `CounterRandomTests`
/// check it against the known answers published with the paper's library, Random123.
public struct CounterRandom: Hashable, Sendable {
    public let seed: UInt64
    public let stream: UInt64

    public init(seed: UInt64, stream: UInt64 = 0) {
        self.seed = seed
        self.stream = stream
    }

    /// Four independent uniform 32-bit words.
    public func words(at position: UInt64) -> SIMD4<UInt32> {
        let counter = SIMD4(
            UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32),
            UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
        let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        return Self.philox(counter: counter, key: key)
    }

    /// Uniform in [0, 1): a multiple of 2^-53, from the first two words.
    public func uniform(at position: UInt64) -> Double {
        let words = words(at: position)
        return Self.unitInterval(words[0], words[1])
    }

    /// Uniform in 0..<bound, without bias beyond 2^-64 of the bound: the high half of a 64-bit word times the bound.
    ///
    /// - Precondition: `bound` is greater than 0.
    public func integer(below bound: Int, at position: UInt64) -> Int {
        precondition(bound > 0, "no integer below \(bound)")
        let words = words(at: position)
        let word = UInt64(words[1]) << 32 | UInt64(words[0])
        return Int(UInt64(bound).multipliedFullWidth(by: word).high)
    }

    /// A normal deviate of mean 0 and variance 1, by the Box-Muller transform of all four words:
    ///
    ///     sqrt(-2 ln(1 - u)) * cos(2 pi v)
    ///
    /// u and v are uniform in [0, 1) with 53 bits, so that |deviate| stays below 8.6.
    public func normal(at position: UInt64) -> Double {
        let words = words(at: position)
        let radius = (-2 * log(1 - Self.unitInterval(words[0], words[1]))).squareRoot()
        return radius * cos(2 * .pi * Self.unitInterval(words[2], words[3]))
    }

    private static func unitInterval(_ low: UInt32, _ high: UInt32) -> Double {
        Double((UInt64(high) << 32 | UInt64(low)) >> 11) * 0x1p-53
    }

    /// The Philox4x32-10 function.
    ///
    /// A round multiplies words 0 and 2 by constants, and mixes the high halves of the products with the other two
    /// words and the key; the key is advanced by other constants between rounds.
    public static func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var (x, key) = (counter, key)
        for round in 0..<10 {
            if round > 0 { key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85) }
            let a = UInt64(x[0]) &* 0xD251_1F53
            let b = UInt64(x[2]) &* 0xCD9E_8D57
            x = SIMD4(
                UInt32(b >> 32) ^ x[1] ^ key[0], UInt32(truncatingIfNeeded: b),
                UInt32(a >> 32) ^ x[3] ^ key[1], UInt32(truncatingIfNeeded: a))
        }
        return x
    }
}
