/// The loss that training minimises.
public struct LossSpecification: Sendable, Equatable {
    public enum Estimator: String, SpecificationChoice {
        /// exp(d) - d - 1 with d = log reference - log policy: never negative, unbiased.
        case k3
    }

    public enum Aggregation: String, SpecificationChoice {
        /// The mean over all of the step's tokens, so that long responses weigh more.
        case tokenMean = "token_mean"
    }

    public enum Normalisation: String, SpecificationChoice {
        /// Divide by the group's standard deviation.
        case std
        case none
    }

    public var clipLow = 0.2
    public var clipHigh = 0.28
    public var dualClip = 3.0
    public var klCoefficient = 0.001
    public var klEstimator = Estimator.k3
    public var entropyCoefficient = 0.0
    public var aggregation = Aggregation.tokenMean
    public var advantageNormalisation = Normalisation.std
    public var beta = 0.01
    public var minAdvantageGap = 0.1

    public init() {}
}

extension LossSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "clip_low", \.clipLow, .number(0...1), .paper, kinds: .clipped,
                "Probability ratios below 1 minus this are clipped."),
            .value(
                "clip_high", \.clipHigh, .number(0...100), .paper, kinds: .clipped,
                "Probability ratios above 1 plus this are clipped."),
            .value(
                "dual_clip", \.dualClip, .number(1...1000, excludesLowerBound: true), .releasedCode, kinds: .clipped,
                "Bound on the ratio where the advantage is negative."),
            .value(
                "kl_coefficient", \.klCoefficient, .number(0...100), .releasedCode, kinds: .clipped,
                "Weight of the divergence from the policy the job began with; 0 leaves it out."),
            .value(
                "kl_estimator", \.klEstimator, .choice, .releasedCode, kinds: .clipped,
                "How the divergence is estimated from drawn tokens."),
            .value(
                "entropy_coefficient", \.entropyCoefficient, .number(0...100), .releasedCode, kinds: .clipped,
                "Weight of the entropy that is rewarded; 0 leaves it out."),
            .value(
                "aggregation", \.aggregation, .choice, .paper, kinds: .clipped,
                "How tokens add up: `token_mean` is the mean over all tokens of the step; of trees, over those of all rows."
            ),
            .value(
                "advantage_normalisation", \.advantageNormalisation, .choice, .convention, kinds: .grouped,
                "Whether advantages are divided by the group's standard deviation."),
            .value(
                "beta", \.beta, .number(0...1000, excludesLowerBound: true), .paper, kinds: .regressed,
                "Beta: the log-ratio of a branch, against the policy the job began with, is fitted to its advantage divided "
                    + "by this."),
            .value(
                "min_advantage_gap", \.minAdvantageGap, .number(0...1000), .paper, kinds: .regressed,
                "Branches of one place are learnt from if the best and the worst are worth at least so much apart."),
        ]
    }
}
