internal import Basics

/// How the machine is used.
public struct ComputeSpecification: Sendable, Equatable {
    public enum Precision: String, SpecificationChoice {
        /// What the policy is served in: its precision, and its weights as they are kept.
        case auto
        case float32, bfloat16
    }

    public var precision = Precision.auto
    public var recompute = false
    public var threads: Int?
    public var gradientGroups = 1

    public init() {}
}

extension ComputeSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "precision", \.precision, .choice, .program,
                "What passes are computed in; `auto` takes what the policy is served in, with weights as they are kept there "
                    + "(q8_0). Master weights are float32."),
            .value(
                "recompute", \.recompute, .flag, .convention,
                "Compute activations again in the backward pass rather than keep them: less memory, more time."),
            .value(
                "threads", \.threads, .optional(.whole(1...1024)), .program,
                "Compute threads of the job. Not set: as many as processors."),
            .value(
                "gradient_groups", \.gradientGroups, .whole(1...1024), .program,
                "Groups that the trees of an update are divided into; their gradients are added up in an order that does not "
                    + "depend on who computes them. At least as many as ranks; beyond 1 they take memory."),
        ]
    }
}

/// When the job's state is saved.
public struct CheckpointSpecification: Sendable, Equatable {
    public var everySteps = 50
    public var keep = 3

    public init() {}
}

extension CheckpointSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "every_steps", \.everySteps, .whole(0...10_000_000), .program,
                "Save after this many steps; 0 saves only when the job pauses and ends."),
            .value(
                "keep", \.keep, .whole(1...10_000), .program,
                "Newest checkpoints to keep; older ones are deleted."),
        ]
    }
}

/// When the policy's new weights are served.
public struct PublishSpecification: Sendable, Equatable {
    public var everySteps = 10

    public init() {}
}

extension PublishSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "every_steps", \.everySteps, .whole(0...10_000_000), .program,
                "Serve the new weights as a version after this many steps; 0 serves them only at the end.")
        ]
    }
}

/// How the policy is evaluated while it learns.
public struct EvaluationSpecification: Sendable, Equatable {
    /// What is asked beside the prompts themselves, to find out what the policy lacks.
    public enum Axis: String, SpecificationChoice {
        /// The prompt with a plan.
        case plan
        /// The prompt with facts.
        case facts
        /// The problem's parts, one after another.
        case subproblems
    }

    public var everySteps = 0
    public var prompts = 100
    public var samples = 1
    public var temperature = 0.0
    public var maxTokens = 512
    public var axes: [Axis] = []
    public var planTemplate = "{prompt}\n\nPlan:\n{plan}"
    public var factsTemplate = "{prompt}\n\nFacts:\n{facts}"
    public var gradientPrompts = 0
    public var gradientRank = 8

    public init() {}
}

extension EvaluationSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "every_steps", \.everySteps, .whole(0...10_000_000), .program, kinds: .trained,
                "Examine the policy on `data.held_out` after this many steps; 0 never."),
            .value(
                "prompts", \.prompts, .whole(1...1_000_000), .program, "Records used, from the first on."),
            .value(
                "samples", \.samples, .whole(ResponseLimits.count), .convention, "Responses drawn for each prompt."),
            .value(
                "temperature", \.temperature, .number(0...100), .convention,
                "As in `rollout`; 0 takes the most probable token."),
            .value("max_tokens", \.maxTokens, .whole(1...1_048_576), .program, "Longest response in tokens."),
            .value(
                "axes", \.axes, .choices(), .program,
                "What is asked beside: the prompts with a `plan`, with `facts`, or the problems' `subproblems`, as the data or "
                    + "its built-in task has them. `eval/plan/gain` and others say what each is worth."),
            .value(
                "plan_template", \.planTemplate, .text(limit: 65536), .program,
                onlyWith: .listed("evaluation.axes", \.evaluation.axes, .plan),
                "Of data in files: how a record's `plan` goes with its prompt."),
            .value(
                "facts_template", \.factsTemplate, .text(limit: 65536), .program,
                onlyWith: .listed("evaluation.axes", \.evaluation.axes, .facts),
                "Of data in files: how a record's `facts` go with its prompt."),
            .value(
                "gradient_prompts", \.gradientPrompts, .whole(0...10_000), .program, kinds: .examined,
                "Prompts, the first ones, of which the gradients of all responses are compared when the rest is done; "
                    + "0 compares none."),
            .value(
                "gradient_rank", \.gradientRank, .whole(1...256), .program, kinds: .examined,
                onlyWith: .positive("evaluation.gradient_prompts", \.evaluation.gradientPrompts),
                "Rank of the adapter with respect to which they are taken."),
        ]
    }
}

/// When the job gives up.
public struct LimitSpecification: Sendable, Equatable {
    public var badSteps = 5
    public var waitSeconds = 600.0

    public init() {}
}

extension LimitSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "bad_steps", \.badSteps, .whole(1...10_000), .program, kinds: .trained,
                "Steps in a row with a loss or gradient that is not finite, before the job fails; each is skipped."),
            .value(
                "wait_seconds", \.waitSeconds, .number(0...86400, excludesLowerBound: true), .program,
                "How long the job waits for anything (responses, feedback) before it fails and names it."),
        ]
    }
}
