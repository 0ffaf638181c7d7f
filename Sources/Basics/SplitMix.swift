/// SplitMix64: pseudorandom 64-bit words, the same in every run and on every machine.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014). If numbers must not
/// depend on those drawn before them, use Compute's `CounterRandom`.
public struct SplitMix: RandomNumberGenerator, Sendable {
    /// Added to the state before each number: 2^64 divided by the golden ratio, rounded to an odd number.
    public static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    public var state: UInt64

    public init(state: UInt64) { self.state = state }

    public mutating func next() -> UInt64 {
        state &+= Self.increment
        return Self.mix(state)
    }

    /// The output function: every bit of the result depends on every bit of the input.
    public static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// 64-bit FNV-1a: a hash that is the same in every run. Its low bits depend only on the bytes' low bits; mix it if that
/// matters.
public func fingerprint(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
}
