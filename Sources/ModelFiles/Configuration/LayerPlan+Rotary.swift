#if canImport(Glibc)
import Glibc
#endif

extension LayerPlan.Rotary {
    /// How fast each rotated pair of a head rotates, in radians per token, [size / 2], and the factor applied to its
    /// cosines and sines.
    ///
    /// Source: RoFormer (arXiv:2104.09864); scalings as in Hugging Face configurations: `linear` divides all frequencies,
    /// `llama3` divides low ones and blends (Llama 3.1), `yarn` interpolates by parts and scales by an attention factor
    /// (arXiv:2309.00071), `longrope` divides each by a number of its own and scales by an attention factor
    /// (arXiv:2402.13753).
    package func frequencies() -> (perToken: [Double], attentionFactor: Double) {
        let d = size
        let plain = (0..<d / 2).map { pow(theta, -2 * Double($0) / Double(d)) }
        switch scaling {
        case .none:
            return (plain, 1)
        case .linear(let factor):
            return (plain.map { $0 / factor }, 1)
        case .llama3(let factor, let low, let high, let original):
            return (plain.map { Self.blended($0, factor: factor, low: low, high: high, original: Double(original)) }, 1)
        case .yarn(let factor, let original, let fast, let slow, let attention):
            // Pairs that rotate more than `fast` times within the original context keep their frequency; those that
            // rotate less than `slow` times are interpolated; between the two is a linear ramp.
            func pair(turning turns: Double) -> Double {
                Double(d) * log(Double(original) / (turns * 2 * .pi)) / (2 * log(theta))
            }
            let first = max(pair(turning: fast).rounded(.down), 0)
            let last = min(pair(turning: slow).rounded(.up), Double(d - 1))
            let width = max(last - first, 0.001)
            let scaled = plain.enumerated().map { i, frequency in
                let interpolated = min(max((Double(i) - first) / width, 0), 1)
                return frequency / factor * interpolated + frequency * (1 - interpolated)
            }
            return (scaled, attention ?? (factor > 1 ? 0.1 * log(factor) + 1 : 1))
        case .longRope(let short, let long, let original, let attention):
            let factors = contextLength > original ? long : short
            let stretched = Double(contextLength) / Double(original)
            return (zip(plain, factors).map { $0 / $1 }, attention ?? Self.longAttentionFactor(stretched, original))
        }
    }

    /// The factor of cosines and sines of LongRoPE, for a context `stretched` times as long as the original one.
    static func longAttentionFactor(_ stretched: Double, _ original: Int) -> Double {
        stretched <= 1 ? 1 : (1 + log(stretched) / log(Double(original))).squareRoot()
    }

    private static func blended(
        _ frequency: Double, factor: Double, low: Double, high: Double, original: Double
    ) -> Double {
        let turns = original * frequency / (2 * .pi)
        if turns > high { return frequency }
        if turns < low { return frequency / factor }
        let kept = (turns - low) / (high - low)
        return frequency * kept + frequency / factor * (1 - kept)
    }
}
