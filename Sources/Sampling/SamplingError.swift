/// Why no token can be drawn from a row of logits.
public enum SamplingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A logit is NaN or positive infinity: the policy's weights or the arithmetic went wrong.
    case notFinite
    /// Every logit is negative infinity: policy, bias and masked stop tokens together leave nothing.
    case nothingLeft

    public var description: String {
        switch self {
        case .notFinite: "A logit is not a number or infinite. The policy's weights are damaged or overflow."
        case .nothingLeft: "Every token is ruled out. Loosen logitBias or minTokens, or check the policy's weights."
        }
    }
}
