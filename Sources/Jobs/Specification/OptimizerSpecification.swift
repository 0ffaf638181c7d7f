/// How gradients update the parameters.
public struct OptimizerSpecification: Sendable, Equatable {
    public enum Kind: String, SpecificationChoice {
        case adamw
        /// Muon for the layers' matrices, AdamW for everything else.
        case muon
    }

    public var kind = Kind.adamw
    public var learningRate = 1e-6
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var epsilon = 1e-8
    public var weightDecay = 0.01
    public var momentum = 0.95
    public var clipNorm = 1.0

    public init() {}
}

extension OptimizerSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        // Steps are computed in single precision, where these bounds keep decays below 1 and epsilon above 0.
        [
            .value(
                "kind", \.kind, .choice, .releasedCode,
                "`adamw`, or `muon` for the layers' matrices with AdamW for all else: faster from random weights."),
            .value(
                "learning_rate", \.learningRate, .number(0...10, excludesLowerBound: true), .paper,
                "Step size at its highest, after the warm-up. The default for `sft` is a convention."),
            .value(
                "beta1", \.beta1, .number(0...0.999999), .releasedCode, "Decay of the gradients' running mean."),
            .value(
                "beta2", \.beta2, .number(0...0.999_999_9), .releasedCode,
                "Decay of the squared gradients' running mean."),
            .value(
                "epsilon", \.epsilon, .number(1e-30...1), .convention,
                "Added to the root of the squared gradients' mean."),
            .value(
                "weight_decay", \.weightDecay, .number(0...10), .releasedCode,
                "Share of a matrix's weights, times the step size, taken off in each step."),
            .value(
                "momentum", \.momentum, .number(0...0.999999), .convention,
                onlyWith: .choice("optimizer.kind", \.optimizer.kind, [.muon]),
                "Decay of Muon's running sum of gradients."),
            .value(
                "clip_norm", \.clipNorm, .number(0...1_000_000, excludesLowerBound: true), .paper,
                "Largest norm of all gradients together; longer ones are scaled down to it."),
        ]
    }
}

/// How the learning rate changes over the job.
public struct ScheduleSpecification: Sendable, Equatable {
    public enum Decay: String, SpecificationChoice {
        case constant, linear, cosine
    }

    public var warmupSteps = 0
    public var decay = Decay.constant
    public var floor = 0.0

    public init() {}
}

extension ScheduleSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "warmup_steps", \.warmupSteps, .whole(0...10_000_000), .releasedCode,
                "Steps over which the step size rises from 0 to `optimizer.learning_rate`."),
            .value(
                "decay", \.decay, .choice, .releasedCode,
                "How it falls from there to the job's last step; `linear` and `cosine` need `steps`."),
            .value(
                "floor", \.floor, .number(0...1), .convention,
                onlyWith: .choice("schedule.decay", \.schedule.decay, [.linear, .cosine]),
                "Where it ends, as a share of `optimizer.learning_rate`."),
        ]
    }
}

/// How much data one step learns from.
public struct BatchSpecification: Sendable, Equatable {
    public var promptsPerStep = 8
    public var minibatches = 1
    public var sequencesPerStep = 32
    public var microbatchTokens = 4096

    public init() {}
}

extension BatchSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "prompts_per_step", \.promptsPerStep, .whole(1...65536), .program, kinds: .goingByPrompts,
                "Prompts of one step, or pairs; each prompt has `rollout.group_size` responses, in an evaluation `evaluation.samples`."
            ),
            .value(
                "minibatches", \.minibatches, .whole(1...1024), .convention, kinds: .rewarded,
                "Updates made from one step's responses."),
            .value(
                "sequences_per_step", \.sequencesPerStep, .whole(1...1_048_576), .program,
                kinds: .learningSequences, "Records of one step; of a warm start, responses."),
            .value(
                "microbatch_tokens", \.microbatchTokens, .whole(1...16_777_216), .program, kinds: .trained,
                "Tokens computed at a time; bounds memory and changes no result beyond rounding."),
        ]
    }
}
