internal import Basics

/// How responses are sampled.
public struct RolloutSpecification: Sendable, Equatable {
    /// How many responses each prompt is given first.
    public enum Allocation: String, SpecificationChoice {
        /// The same number.
        case uniform
        /// In proportion to how much the rewards of a prompt's responses differ.
        case cures
        /// In proportion to how much their gradients vary.
        case curesGradient = "cures_gradient"
        /// The fewer, the better the policy does on a prompt.
        case esrl

        /// Whether it follows from how often each prompt is solved.
        public var usesPosteriors: Bool { self == .cures || self == .curesGradient }
    }

    public var groupSize = 8
    public var maxTokens = 512
    public var temperature = 1.0
    public var topP = 1.0
    public var topK = 0
    public var minP = 0.0
    public var stop: [String] = []
    public var allocation = Allocation.uniform
    public var minRollouts: Int?
    public var maxRollouts: Int?
    public var abilitySmoothing = 0.9
    public var temperatureLow: Double?
    public var temperatureHigh: Double?
    public var sampleDrop = 0.0

    public init() {}

    /// The fewest and the most responses that an allocation gives a prompt first, as they are set.
    var allocationLimits: (least: Int, most: Int) {
        (minRollouts ?? max(2, groupSize / 2), maxRollouts ?? min(2 * groupSize, ResponseLimits.count.upperBound))
    }

    /// The same as a range, of a specification without contradictions.
    public var allocationBounds: ClosedRange<Int> {
        allocationLimits.least...max(allocationLimits.least, allocationLimits.most)
    }

    /// The temperatures that `esrl` draws at; nil where it draws all at one.
    public var abilityTemperatures: ClosedRange<Double>? {
        guard let temperatureLow, let temperatureHigh else { return nil }
        return temperatureLow...max(temperatureLow, temperatureHigh)
    }

    /// The most responses that a step's prompts are given first, on average.
    public var mostPerPrompt: Int { allocation == .esrl ? allocationBounds.upperBound : groupSize }
}

extension RolloutSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "group_size", \.groupSize, .whole(2...ResponseLimits.count.upperBound), .releasedCode,
                kinds: .reinforced,
                "Responses drawn for each prompt, in a warm start with each template; of trees, those that begin at the prompt "
                    + "(the paper's G)."),
            .value(
                "max_tokens", \.maxTokens, .whole(1...1_048_576), .program, kinds: .reinforced,
                "Longest response in tokens."),
            .value(
                "temperature", \.temperature, .number(0...100, excludesLowerBound: true), .paper, kinds: .reinforced,
                "Divides the logits before a token is drawn."),
            .value(
                "top_p", \.topP, .number(0...1, excludesLowerBound: true), .releasedCode, kinds: .reinforced,
                "Draw from the smallest set of tokens with this probability."),
            .value(
                "top_k", \.topK, .whole(0...1_000_000), .releasedCode, kinds: .reinforced,
                "Draw from this many most probable tokens; 0 from all."),
            .value(
                "min_p", \.minP, .number(0...1), .convention, kinds: .reinforced,
                "Draw from tokens this fraction as probable as the best."),
            .value(
                "stop", \.stop, .texts(count: 16, limit: 256), .convention, kinds: .reinforced,
                "Texts that end a response."),
            .value(
                "allocation", \.allocation, .choice, .program, kinds: .rewarded,
                "How many responses each prompt is given first: `uniform` gives all `group_size`, `cures` as many in all, "
                    + "more where rewards differ more, `cures_gradient` more where gradients of the head do, `esrl` fewer the "
                    + "better the policy does."),
            .value(
                "min_rollouts", \.minRollouts, .optional(.whole(ResponseLimits.count)), .program, kinds: .rewarded,
                onlyWith: .allocation { $0 != .uniform },
                "The fewest that a prompt is given. Not set: half of `group_size`, at least 2."),
            .value(
                "max_rollouts", \.maxRollouts, .optional(.whole(ResponseLimits.count)), .program, kinds: .rewarded,
                onlyWith: .allocation { $0 != .uniform },
                "The most that a prompt is given. Not set: twice `group_size`."),
            .value(
                "ability_smoothing", \.abilitySmoothing, .number(0...1), .program, kinds: .rewarded,
                onlyWith: .allocation { $0 == .esrl },
                "How much of what was known of the policy's ability stays when it sees new answers."),
            .value(
                "temperature_low", \.temperatureLow, .optional(.number(0...100, excludesLowerBound: true)), .program,
                kinds: .rewarded, onlyWith: .allocation { $0 == .esrl },
                "Temperature to draw at where the policy is always wrong. Not set: `temperature`."),
            .value(
                "temperature_high", \.temperatureHigh, .optional(.number(0...100, excludesLowerBound: true)), .program,
                kinds: .rewarded, onlyWith: .allocation { $0 == .esrl },
                "The same where the policy is always right. Set both or none."),
            .value(
                "sample_drop", \.sampleDrop, .number(0...0.9), .program, kinds: .grouped,
                "Share of a step's responses that are judged but not learnt: those that the policy was surest of. The code "
                    + "that follows ESRL has 0.3."),
        ]
    }
}

/// Which prompts a step takes, and which groups of responses are learnt from.
public struct SamplingSpecification: Sendable, Equatable {
    /// Which prompts a step takes.
    public enum Prompts: String, SpecificationChoice {
        /// The data's records one after another.
        case inOrder = "in_order"
        /// Drawn with replacement, those of middle difficulty more often.
        case cures
    }

    public var dynamic = false
    public var maxRounds = 10
    public var prompts = Prompts.inOrder
    public var tau = 0.25
    public var pool: Int?
    public var preRollouts = 4
    public var refreshSteps = 10
    public var prior = 1.0
    public var decay = 1.0

    public init() {}
}

extension SamplingSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "dynamic", \.dynamic, .flag, .convention, kinds: .grouped,
                "Replace groups whose responses all have the same reward by groups of further prompts (DAPO)."),
            .value(
                "max_rounds", \.maxRounds, .whole(1...1000), .convention, kinds: .grouped,
                onlyWith: .flag("sampling.dynamic", \.sampling.dynamic),
                "Rounds of drawing in one step, its first prompts' among them; then the step goes on with the groups it has."
            ),
            .value(
                "prompts", \.prompts, .choice, .program, kinds: .rewarded,
                "Which prompts a step takes: `in_order` the data's records one after another, `cures` those of a pool, drawn "
                    + "with replacement, prompts of middle difficulty more often."),
            .value(
                "tau", \.tau, .number(0...1000, excludesLowerBound: true), .program, kinds: .rewarded,
                onlyWith: .drawnPrompts,
                "The smaller, the more often prompts of middle difficulty; 0.25 draws them up to 7.4 times as "
                    + "often as others."),
            .value(
                "pool", \.pool, .optional(.whole(1...1_000_000)), .program, kinds: .rewarded, onlyWith: .drawnPrompts,
                "Records of the data that steps draw from until others take their place. Not set: 4 "
                    + "`batch.prompts_per_step`; never more than the data has."),
            .value(
                "pre_rollouts", \.preRollouts, .whole(0...ResponseLimits.count.upperBound), .paper, kinds: .rewarded,
                onlyWith: .posteriors,
                "Responses to a prompt of which nothing is known, drawn to learn how hard it is; they are not learnt from."
            ),
            .value(
                "refresh_steps", \.refreshSteps, .whole(1...10_000_000), .paper, kinds: .rewarded,
                onlyWith: .posteriors,
                "Steps after which the pool is renewed and what was known of its prompts is forgotten."
            ),
            .value(
                "prior", \.prior, .number(0...1000), .program, kinds: .rewarded, onlyWith: .posteriors,
                "Right and wrong answers that a prompt is taken to have had before any; the paper has 0."
            ),
            .value(
                "decay", \.decay, .number(0...1), .paper, kinds: .rewarded, onlyWith: .posteriors,
                "How much of its earlier answers counts when a prompt has new ones."),
        ]
    }
}
