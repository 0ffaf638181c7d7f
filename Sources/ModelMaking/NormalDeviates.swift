import Basics

/// A reproducible stream of normally distributed numbers.
///
/// Marsaglia's polar method over `SplitMix`. It uses only additions, multiplications, divisions and square roots, which
/// IEEE 754 defines to the last bit, and a logarithm made of them. So a seed gives the same numbers on every machine,
/// which the system's math library would not guarantee.
struct NormalDeviates {
    private var bits: SplitMix
    private var spare: Double?

    /// A stream for each (seed, stream) pair; different pairs give unrelated streams.
    init(seed: UInt64, stream: UInt64) {
        bits = SplitMix(state: SplitMix.mix(SplitMix.mix(seed) ^ stream))
    }

    /// The next number, with mean 0 and variance 1.
    mutating func next() -> Double {
        if let value = spare {
            spare = nil
            return value
        }
        while true {
            let bits = bits.next()
            // Two coordinates in [-1, 1), in steps of 2^-31.
            let x = Double(Int32(truncatingIfNeeded: bits)) * 0x1p-31
            let y = Double(Int32(truncatingIfNeeded: bits >> 32)) * 0x1p-31
            let square = x * x + y * y
            guard square < 1, square > 0 else { continue }
            let scale = (-2 * Self.logarithm(square) / square).squareRoot()
            spare = y * scale
            return x * scale
        }
    }

    /// Natural logarithm of a positive normal number, with an error of about 1e-13, relative or absolute.
    ///
    ///     ln(m 2^e) = e ln 2 + 2 artanh t,   t = (m - 1) / (m + 1),   m in [sqrt(1/2), sqrt(2)]
    ///
    /// There |t| < 0.172, so eight terms of artanh's series leave an error below t^17 / 8.
    static func logarithm(_ value: Double) -> Double {
        var mantissa = value.significand
        var exponent = Double(value.exponent)
        if mantissa > 1.414_213_562_373_095_1 {
            mantissa /= 2
            exponent += 1
        }
        let t = (mantissa - 1) / (mantissa + 1)
        let s = t * t
        var series = 1.0 / 15
        series = series * s + 1.0 / 13
        series = series * s + 1.0 / 11
        series = series * s + 1.0 / 9
        series = series * s + 1.0 / 7
        series = series * s + 1.0 / 5
        series = series * s + 1.0 / 3
        series = series * s + 1
        return exponent * 0.693_147_180_559_945_3 + 2 * t * series
    }
}
