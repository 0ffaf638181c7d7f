internal import Foundation

/// The policy-gradient loss of one token:
///
///     l = surrogate(A, log p, log p_old)            see `PolicySurrogate`
///       + kl (exp(d) - d - 1) - entropy H,          d = log p_reference - log p, clamped to [-20, 20]
///
/// Sources: Schulman's k3 estimator for the divergence. Departure from AttnRL's released code: d is clamped, whereas that
/// clamps the estimate itself to [-10, 10], which it reaches only if d is beyond 2.6.
public struct PolicyLoss: Sendable, Hashable {
    public var surrogate: PolicySurrogate
    public var clipLow: Double
    public var clipHigh: Double
    public var dualClip: Double
    public var klCoefficient: Double
    public var entropyCoefficient: Double

    public init(
        _ surrogate: PolicySurrogate = .clipped, clipLow: Double = 0.2, clipHigh: Double = 0.28, dualClip: Double = 3,
        klCoefficient: Double = 0.001, entropyCoefficient: Double = 0
    ) {
        self.surrogate = surrogate
        self.clipLow = clipLow
        self.clipHigh = clipHigh
        self.dualClip = dualClip
        self.klCoefficient = klCoefficient
        self.entropyCoefficient = entropyCoefficient
    }

    /// One token's loss and its components.
    public struct Value: Sendable, Equatable {
        public var loss: Double
        /// dl / d log p
        public var slope: Double
        /// The estimated divergence, before its coefficient; 0 without a reference.
        public var divergence: Double
        /// Whether a bound replaced the ratio.
        public var isClipped: Bool
    }

    /// - Parameters:
    ///   - logprob: log p under the weights being trained, in nats.
    ///   - old: log p under the weights that drew the token.
    ///   - reference: log p under the weights the divergence is taken from; nil leaves the divergence out.
    ///   - entropy: H, the entropy of the distribution before the token, in nats.
    public func callAsFunction(
        logprob: Double, old: Double, reference: Double?, advantage: Double, entropy: Double
    ) -> Value {
        var (loss, slope, isClipped) = surrogate.value(
            logprob: logprob, old: old, advantage: advantage, bounds: self)
        var divergence = 0.0
        if let reference {
            let distance = min(max(reference - logprob, -20), 20)
            divergence = exp(distance) - distance - 1
            loss += klCoefficient * divergence
            if distance == reference - logprob { slope += klCoefficient * (1 - exp(distance)) }
        }
        loss -= entropyCoefficient * entropy
        return Value(loss: loss, slope: slope, divergence: divergence, isClipped: isClipped)
    }
}
