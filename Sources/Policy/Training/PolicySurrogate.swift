internal import Foundation

/// What a policy loss has of a token's advantage A and its ratio r = exp(log p - log p_old), before divergence and entropy.
public enum PolicySurrogate: Sendable, Hashable {
    /// The clipped ratio:
    ///
    ///     l = max(-A r, -A clip(r, 1 - low, 1 + high)),     where A < 0 at most -A dual
    ///
    /// Sources: PPO (arXiv:1707.06347), DAPO (arXiv:2503.14476) for a higher upper bound, dual clip (arXiv:1912.09729).
    case clipped
    /// The bounded ratio as a weight, so that every token has a slope:
    ///
    ///     l = -sg(min(r, 1 + high)) A log p
    ///
    /// Source: CISPO, MiniMax-M1 (arXiv:2506.13585), which uses no lower bound either.
    case cispo
    /// l = -A r
    case importanceSampling
    /// The advantage with a square that keeps the policy near the one that drew:
    ///
    ///     l = -(A log p - beta / 2 (log p - log p_old)^2)
    ///
    /// Source: the loss `dro` of Tinker's documentation, after Direct Reward Optimisation (arXiv:2405.19107), which learns a
    /// value where A is given here.
    case dro(beta: Double)
    /// l = -A (log p - log p_old): a slope of -A, whatever the ratio is.
    case linear

    /// - Parameters:
    ///   - logprob: log p under the weights being trained, in nats.
    ///   - old: log p under the weights that drew the token.
    /// - Returns: l, dl / d log p, and whether a bound replaced the ratio.
    func value(
        logprob: Double, old: Double, advantage: Double, bounds: PolicyLoss
    ) -> (loss: Double, slope: Double, isClipped: Bool) {
        let change = logprob - old
        switch self {
        case .clipped: return Self.clipped(exp(change), advantage, bounds)
        case .cispo:
            let ratio = exp(change), bound = 1 + bounds.clipHigh, weight = min(ratio, bound)
            return (-weight * advantage * logprob, -weight * advantage, ratio > bound)
        case .importanceSampling:
            let loss = -advantage * exp(change)
            return (loss, loss, false)
        case .dro(let beta):
            return (beta / 2 * change * change - advantage * logprob, beta * change - advantage, false)
        case .linear: return (-advantage * change, -advantage, false)
        }
    }

    private static func clipped(
        _ ratio: Double, _ advantage: Double, _ bounds: PolicyLoss
    ) -> (loss: Double, slope: Double, isClipped: Bool) {
        var loss = -advantage * ratio, slope = loss
        var isClipped = false
        let bounded = -advantage * min(max(ratio, 1 - bounds.clipLow), 1 + bounds.clipHigh)
        if bounded > loss { (loss, slope, isClipped) = (bounded, 0, true) }
        if advantage < 0, -advantage * bounds.dualClip < loss {
            (loss, slope, isClipped) = (-advantage * bounds.dualClip, 0, true)
        }
        return (loss, slope, isClipped)
    }
}
