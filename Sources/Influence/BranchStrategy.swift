/// How branch points are chosen among the steps of a response. The raw value is its name in files and messages.
public enum BranchStrategy: String, CaseIterable, Hashable, Sendable {
    /// Steps whose influence reaches a quantile of all response steps' influence, earliest first.
    case attention
    /// The same by excess, which does not favour short steps; see `excessOfAttention`.
    case excess
    /// The earliest steps after the first.
    case firstSteps = "first_steps"
    /// Steps that start nearest to equal distances.
    case fixedSegment = "fixed_segment"
    /// Steps that contain the tokens of highest entropy.
    case tokenEntropy = "token_entropy"
    /// Steps that contain the tokens of lowest probability.
    case lowProbability = "low_probability"
    /// Steps of highest mean token entropy.
    case sentenceEntropy = "sentence_entropy"
    /// Steps that receiver heads, those with the most concentrated attention, attend back to most.
    case kurtosis
    /// Steps whose first token was nearly a tie with another, earliest first; what goes on as the response does is pruned.
    /// See `NearTie`. Only jobs have it: they draw ahead to see what goes on alike.
    case latr
    /// Steps drawn by depth and by what is known of the chance to recover; the same seed gives the same steps. See
    /// `PivotUtility`.
    case pivot
    /// Steps drawn uniformly; the same seed gives the same steps.
    case random

    /// The measurements of a response that it needs.
    public var needs: Needs {
        switch self {
        case .attention, .excess, .kurtosis: .attention
        case .tokenEntropy, .sentenceEntropy: .entropies
        case .lowProbability: .logprobs
        case .latr: .leaders
        case .firstSteps, .fixedSegment, .pivot, .random: []
        }
    }

    /// Whether candidates are the steps that reach a quantile.
    public var hasQuantile: Bool { self == .attention || self == .excess }

    /// Whether a few tokens of a continuation are drawn ahead, and it is dropped if they are much like the response's.
    public var looksAhead: Bool { self == .latr }

    /// Whether jobs branch only responses that are wrong.
    public var branchesFailures: Bool { self == .pivot }

    /// Whether the minimum gap applies. `firstSteps` and `fixedSegment` fix their positions themselves.
    public var keepsGap: Bool { self != .firstSteps && self != .fixedSegment }

    public struct Needs: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// Captured attention.
        public static let attention = Needs(rawValue: 1)
        /// The entropy before each token.
        public static let entropies = Needs(rawValue: 2)
        /// The log-probability of each token.
        public static let logprobs = Needs(rawValue: 4)
        /// The log-probabilities of the two most probable tokens in place of each.
        public static let leaders = Needs(rawValue: 8)
    }
}
