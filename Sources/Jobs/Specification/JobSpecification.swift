/// Everything that decides what a training job does.
///
/// Defaults depend on the kind, which is declared in `Kinds`. Every field is described once, in its section's `fields`:
/// name, range, meaning and the default's source. Reading and writing YAML, JSON and messages, and docs/jobs.md, all
/// derive from that.
public struct JobSpecification: Sendable, Equatable {
    /// A label for people; it need not be unique.
    public var name = ""
    public let kind: JobKind
    /// Name of the hosted policy to train; empty means the only one.
    public var policy = ""
    public var seed: UInt64 = 1
    /// The number of steps after which the job is done; nil leaves that to `epochs`.
    public var steps: Int?
    /// The number of passes over the training data after which the job is done; nil leaves that to `steps`.
    public var epochs: Double?
    public var data = DataSpecification()
    public var feedback = FeedbackSpecification()
    public var reward = RewardSpecification()
    public var rollout = RolloutSpecification()
    public var sampling = SamplingSpecification()
    public var curriculum = CurriculumSpecification()
    public var branching = BranchingSpecification()
    public var adaptive = AdaptiveSpecification()
    public var pipeline = Pipeline.twoPhase
    public var trees = TreesSpecification()
    public var loss = LossSpecification()
    public var abstraction = AbstractionSpecification()
    public var adapter = AdapterSpecification()
    public var optimizer = OptimizerSpecification()
    public var schedule = ScheduleSpecification()
    public var batch = BatchSpecification()
    public var compute = ComputeSpecification()
    public var checkpoints = CheckpointSpecification()
    public var publish = PublishSpecification()
    public var evaluation = EvaluationSpecification()
    public var limits = LimitSpecification()
    public var warmStart = WarmStartSpecification()
    public var rewardModel = RewardModelSpecification()
    public var critic = CriticSpecification()

    /// Creates a job of a kind with every field at its default.
    public init(kind: JobKind) {
        self.kind = kind
        kind.setDefaults(&self)
    }
}

extension JobSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value("name", \.name, .text(limit: 200), .program, "Label for people; several jobs may have the same."),
            .value(
                "kind", \.writtenKind, .optional(.choice), .required,
                "What the job does: " + JobKind.allCases.map { "`\($0)` \($0.meaning)" }.joined(separator: "; ") + "."),
            .value(
                "policy", \.policy, .text(limit: 200), .program,
                "Name of the hosted policy to train. Empty: the only one hosted."),
            .value("seed", \.seed, .seed, .program, "Seed of all random choices of the job."),
            .value(
                "steps", \.steps, .optional(.whole(1...100_000_000)), .program, kinds: .trained,
                "Steps after which the job is done. This or `epochs` is required; with both, the first reached ends it."
            ),
            .value(
                "epochs", \.epochs, .optional(.number(0...1_000_000, excludesLowerBound: true)), .program,
                kinds: .trained,
                "Passes over the training data after which the job is done. Needs data with an end: a file."),
            .section("data", \.data), .section("feedback", \.feedback), .section("reward", \.reward),
            .section("rollout", \.rollout), .section("sampling", \.sampling),
            .section("curriculum", \.curriculum), .section("branching", \.branching),
            .section("adaptive", \.adaptive),
            .value(
                "pipeline", \.pipeline, .choice, .paper, kinds: .pipelined,
                "`one_step_off_policy` draws the next step's first rollouts together with this step's branches, so that "
                    + "they are one step old when they are learnt; `two_phase` draws them one after the other."),
            .section("trees", \.trees), .section("warm_start", \.warmStart, kinds: .curating),
            .section("reward_model", \.rewardModel, kinds: .fitting),
            .section("loss", \.loss), .section("critic", \.critic, kinds: .regressed),
            .section("abstraction", \.abstraction),
            .section("adapter", \.adapter, kinds: .trained),
            .section("optimizer", \.optimizer, kinds: .trained), .section("schedule", \.schedule, kinds: .trained),
            .section("batch", \.batch),
            .section("compute", \.compute, kinds: .trained), .section("checkpoints", \.checkpoints),
            .section("publish", \.publish, kinds: .trained),
            .section("evaluation", \.evaluation, kinds: .evaluating), .section("limits", \.limits),
        ]
    }

    /// The kind as a field: it is read before all others, which depend on it.
    private var writtenKind: JobKind? {
        get { kind }
        set {}
    }
}
