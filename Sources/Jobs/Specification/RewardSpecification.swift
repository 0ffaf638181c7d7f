public import Rewards

/// How a response is judged.
public struct RewardSpecification: Sendable, Equatable {
    /// How to handle responses that an external service did not judge in time.
    public enum Failure: String, SpecificationChoice {
        /// Leave them out of the step, and count them.
        case skip
        /// Give them the score of the verdict `internal`.
        case score
        /// Stop the job.
        case fail
    }

    /// What a reward is measured by.
    public enum Normalisation: String, SpecificationChoice {
        /// The rewards of the prompt's other responses.
        case none
        /// The last rewards of the job, first in, first out.
        case fifo
    }

    public var kind = RewardKind.math
    public var pattern = ""
    public var requiresSoundSteps = false
    public var external = ExternalRewardSpecification()
    public var model = ""
    public var scores = ScoreSpecification()
    public var normalisation = Normalisation.none
    public var window = 1000
    public var length = LengthRewardSpecification()

    public init() {}
}

extension RewardKind: SpecificationChoice {}

extension RewardSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "kind", \.kind, .choice, .paper, kinds: .judged,
                "How a response is judged: `math` compares the last \\boxed{} as mathematics, `exact` the text, `regex` "
                    + "what a pattern finds; `task` asks the built-in task, `external` a RewardService; `learned` is a reward that a "
                    + "`reward_model` job fitted to comparisons."),
            .value(
                "pattern", \.pattern, .text(), .program, kinds: .judged, onlyWith: .reward(.regex),
                "A pattern (PCRE2) whose first group is compared with the answer."),
            .value(
                "requires_sound_steps", \.requiresSoundSteps, .flag, .program, kinds: .reinforced,
                onlyWith: .reward(.task),
                "A right answer counts only if every step before it checks out."),
            .value(
                "normalisation", \.normalisation, .choice, .program, kinds: .grouped,
                "What a reward is measured by: `none`, the prompt's other responses; `fifo`, the mean and deviation of the "
                    + "job's last `window` rewards, which then are the advantages."),
            .value(
                "window", \.window, .whole(2...1_000_000), .program, kinds: .grouped,
                onlyWith: .choice("reward.normalisation", \.reward.normalisation, [.fifo]),
                "Rewards that `fifo` measures by."),
            .value(
                "model", \.model, .text(), .program, kinds: .judged, onlyWith: .reward(.learned),
                "The `reward_model` job that fitted it, `job-3`, or the path of its `reward_model.json` on the "
                    + "server's machine."
            ),
            .section("external", \.external), .section("scores", \.scores),
            .section("length", \.length),
        ]
    }
}

/// The service that judges responses, for rewards of kind `external`.
public struct ExternalRewardSpecification: Sendable, Equatable {
    public var address = ""
    public var deadlineSeconds = 30.0
    public var retries = 2
    public var onFailure = RewardSpecification.Failure.skip

    public init() {}
}

extension ExternalRewardSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "address", \.address, .text(limit: 300), .program, kinds: .judged, onlyWith: .reward(.external),
                "`host:port` of a RewardService, as the server reaches it."),
            .value(
                "deadline_seconds", \.deadlineSeconds, .number(0...86400, excludesLowerBound: true), .program,
                kinds: .judged, onlyWith: .reward(.external), "How long one batch may take to be judged."),
            .value(
                "retries", \.retries, .whole(0...100), .program, kinds: .judged, onlyWith: .reward(.external),
                "Further attempts after one that failed or took too long."),
            .value(
                "on_failure", \.onFailure, .choice, .program, kinds: .judged, onlyWith: .reward(.external),
                "After the last attempt: `skip` leaves the responses out, `score` counts them as `scores.internal`, "
                    + "`fail` fails the job."),
        ]
    }
}

/// What each verdict is worth.
public struct ScoreSpecification: Sendable, Equatable {
    public var correct = 1.0
    public var incorrect = 0.0
    public var undecided = 0.0
    public var noAnswer = 0.0
    public var parseError = 0.0
    public var timeout = 0.0
    public var `internal` = 0.0

    public init() {}
}

extension ScoreSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        func score(
            _ name: String, _ property: SpecificationProperty<Self, Double>, _ meaning: String,
            onlyWith use: FieldUse? = .rewardWithVerdicts
        ) -> SpecificationField<Self> {
            .value(
                name, property, .number(-1000...1000), .paper, kinds: .rewarded, onlyWith: use, "Reward of " + meaning)
        }
        return [
            score("correct", \.correct, "a right answer."),
            score("incorrect", \.incorrect, "a wrong answer."),
            score("undecided", \.undecided, "an answer of which no means tells whether it is right."),
            score("no_answer", \.noAnswer, "a response without an answer."),
            score("parse_error", \.parseError, "an answer that cannot be read."),
            score("timeout", \.timeout, "an answer that took too much work to compare."),
            score(
                "internal", \.internal, "a response that could not be judged, by no fault of its own.", onlyWith: nil),
        ]
    }
}
