/// What training minimises over the tokens of a pass, as data that a back end evaluates where it computes:
///
///     L = sum over tokens i of scale_i l_i + entropyScale_i H_i
///
/// where H_i is the entropy of the distribution before the token, in nats. All lists have one value for each row of the
/// pass.
public struct TrainingLoss: Sendable {
    /// The definition of l.
    public enum Rule: Sendable {
        /// l = -log p
        case likelihood
        /// See `PolicyLoss`.
        case policy(PolicyLoss, PolicyTargets)
    }

    public let rule: Rule
    /// 0 for rows that are not trained on.
    public let scale: [Double]
    /// Empty for 0.
    public let entropyScale: [Float]

    public init(_ rule: Rule, scale: [Double], entropyScale: [Float] = []) {
        precondition(entropyScale.isEmpty || entropyScale.count == scale.count, "one scale of entropy for each row")
        self.rule = rule
        self.scale = scale
        self.entropyScale = entropyScale
    }

    /// What one row's token adds to L, given its logprob and the entropy before it.
    func value(at row: TrainingBatch.Row, logprob: Float, entropy: Float) -> TokenLoss {
        var result = TokenLoss()
        let scale = scale[row.index]
        if scale != 0 {
            switch rule {
            case .likelihood:
                result.value = -logprob * Float(scale)
                result.dLogprob = -Float(scale)
            case .policy(let loss, let targets):
                let value = targets.value(at: row, logprob: logprob, entropy: entropy, loss)
                result.value = Float(value.loss * scale)
                result.dLogprob = Float(value.slope * scale)
                result.dEntropy = Float(-loss.entropyCoefficient * scale)
                (result.divergence, result.isClipped) = (value.divergence, value.isClipped)
            }
        }
        if !entropyScale.isEmpty {
            result.value += entropyScale[row.index] * entropy
            result.dEntropy += entropyScale[row.index]
        }
        return result
    }
}

/// What a policy loss needs for each row's token besides the results of the pass.
public struct PolicyTargets: Sendable {
    /// Log-probabilities under the weights that drew the tokens, in nats.
    public let old: [Float]
    public let advantages: [Float]
    /// Log-probabilities under the weights that the divergence is taken from; empty for no divergence.
    public let reference: [Float]

    public init(old: [Float], advantages: [Float], reference: [Float] = []) {
        self.old = old
        self.advantages = advantages
        self.reference = reference
    }

    fileprivate func value(
        at row: TrainingBatch.Row, logprob: Float, entropy: Float, _ loss: PolicyLoss
    ) -> PolicyLoss.Value {
        loss(
            logprob: Double(logprob), old: Double(old[row.index]),
            reference: reference.isEmpty ? nil : Double(reference[row.index]), advantage: Double(advantages[row.index]),
            entropy: Double(entropy))
    }
}

/// The loss of one token: its value, its derivatives, and the components of a policy loss.
struct TokenLoss: Sendable, Equatable {
    var value: Float = 0
    /// With respect to the token's log-probability.
    var dLogprob: Float = 0
    /// With respect to the entropy of the distribution before the token.
    var dEntropy: Float = 0
    /// See `PolicyLoss.Value`.
    var divergence = 0.0
    var isClipped = false
}
