import Influence
import Jobs
import Rewards
import Wire

// A specification as a message, with every value that its kind has. Fields of other kinds stay unset.

extension V1.JobSpecification {
    init(_ specification: JobSpecification) {
        self.init()
        name = specification.name
        kind = specification.kind.rawValue
        policy = specification.policy
        seed = specification.seed
        steps = specification.steps.map(Int64.init)
        epochs = specification.epochs
        data = .init(specification.data, specification.kind)
        let kind = specification.kind
        feedback = kind.isBranching ? nil : .init(specification.feedback)
        reward = kind.isReinforced ? .init(specification.reward) : nil
        rollout = kind.isReinforced ? .init(specification.rollout) : nil
        sampling = kind == .grpo ? .init(specification.sampling) : nil
        branching = kind.isBranching ? .init(specification.branching) : nil
        adaptive = kind.isBranching ? .init(specification.adaptive) : nil
        pipeline = kind.isBranching ? specification.pipeline.rawValue : nil
        trees = kind.isBranching ? .init(specification.trees) : nil
        loss = kind.isReinforced ? .init(specification.loss, kind) : nil
        optimizer = .init(specification.optimizer)
        schedule = .init(specification.schedule)
        batch = .init(specification.batch, specification.kind)
        compute = .init(specification.compute)
        checkpoints = .init(specification.checkpoints)
        publish = .init(specification.publish)
        evaluation = .init(specification.evaluation)
        limits = .init(specification.limits)
    }
}

extension V1.DataSpecification {
    init(_ specification: DataSpecification, _ kind: JobKind) {
        self.init()
        train = specification.train
        heldOut = specification.heldOut
        promptTemplate = specification.promptTemplate
        chat = specification.chat
        system = specification.system
        shuffle = specification.shuffle
        maxPromptTokens = Int64(specification.maxPromptTokens)
        longPrompts = specification.longPrompts.rawValue
        if kind == .sft { trainOnPrompt = specification.trainOnPrompt }
        addSpecialTokens = specification.addSpecialTokens
        controlTokens = specification.controlTokens.rawValue
        enableThinking = specification.enableThinking
    }
}

extension V1.FeedbackSpecification {
    init(_ specification: FeedbackSpecification) {
        self.init()
        enabled = specification.enabled
        capacity = Int64(specification.capacity)
    }
}

extension V1.RewardSpecification {
    init(_ specification: RewardSpecification) {
        self.init()
        kind = specification.kind.rawValue
        pattern = specification.pattern
        requiresSoundSteps = specification.requiresSoundSteps
        external = .init(specification.external)
        scores = .init(specification.scores)
    }
}

extension V1.ExternalRewardSpecification {
    init(_ specification: ExternalRewardSpecification) {
        self.init()
        address = specification.address
        deadlineSeconds = specification.deadlineSeconds
        retries = Int64(specification.retries)
        onFailure = specification.onFailure.rawValue
    }
}

extension V1.ScoreSpecification {
    init(_ specification: ScoreSpecification) {
        self.init()
        correct = specification.correct
        incorrect = specification.incorrect
        noAnswer = specification.noAnswer
        parseError = specification.parseError
        timeout = specification.timeout
        `internal` = specification.internal
        undecided = specification.undecided
    }
}

extension V1.RolloutSpecification {
    init(_ specification: RolloutSpecification) {
        self.init()
        groupSize = Int64(specification.groupSize)
        maxTokens = Int64(specification.maxTokens)
        temperature = specification.temperature
        topP = specification.topP
        topK = Int64(specification.topK)
        minP = specification.minP
        stop = specification.stop
    }
}

extension V1.DynamicSamplingSpecification {
    init(_ specification: SamplingSpecification) {
        self.init()
        dynamic = specification.dynamic
        maxRounds = Int64(specification.maxRounds)
    }
}

extension V1.BranchingSpecification {
    init(_ specification: BranchingSpecification) {
        self.init()
        strategy = specification.strategy.rawValue
        points = Int64(specification.points)
        continuations = Int64(specification.continuations)
        quantile = specification.quantile
        influenceGap = Int64(specification.influenceGap)
        minGapTokens = specification.minGapTokens.map(Int64.init)
        minGapFraction = specification.minGapFraction
        includeAfterThinking = specification.includeAfterThinking
    }
}

extension V1.AdaptiveSpecification {
    init(_ specification: AdaptiveSpecification) {
        self.init()
        easyPrompts = specification.easyPrompts.rawValue
        expansion = specification.expansion.rawValue
        branchedRollouts = Int64(specification.branchedRollouts)
        batch = specification.batch
        smoothing = specification.smoothing
        targetRows = specification.targetRows.map(Int64.init)
        maxPrompts = specification.maxPrompts.map(Int64.init)
    }
}

extension V1.TreesSpecification {
    init(_ specification: TreesSpecification) {
        self.init()
        everySteps = Int64(specification.everySteps)
        perStep = Int64(specification.perStep)
    }
}

extension V1.LossSpecification {
    init(_ specification: LossSpecification, _ kind: JobKind) {
        self.init()
        clipLow = specification.clipLow
        clipHigh = specification.clipHigh
        dualClip = specification.dualClip
        klCoefficient = specification.klCoefficient
        klEstimator = specification.klEstimator.rawValue
        entropyCoefficient = specification.entropyCoefficient
        aggregation = specification.aggregation.rawValue
        if kind == .grpo { advantageNormalisation = specification.advantageNormalisation.rawValue }
    }
}

extension V1.OptimizerSpecification {
    init(_ specification: OptimizerSpecification) {
        self.init()
        learningRate = specification.learningRate
        beta1 = specification.beta1
        beta2 = specification.beta2
        epsilon = specification.epsilon
        weightDecay = specification.weightDecay
        clipNorm = specification.clipNorm
        kind = specification.kind.rawValue
        momentum = specification.momentum
    }
}

extension V1.ScheduleSpecification {
    init(_ specification: ScheduleSpecification) {
        self.init()
        warmupSteps = Int64(specification.warmupSteps)
        decay = specification.decay.rawValue
        floor = specification.floor
    }
}

extension V1.BatchSpecification {
    init(_ specification: BatchSpecification, _ kind: JobKind) {
        self.init()
        if kind.isReinforced { promptsPerStep = Int64(specification.promptsPerStep) }
        if kind.isReinforced { minibatches = Int64(specification.minibatches) }
        if kind == .sft { sequencesPerStep = Int64(specification.sequencesPerStep) }
        microbatchTokens = Int64(specification.microbatchTokens)
    }
}

extension V1.ComputeSpecification {
    init(_ specification: ComputeSpecification) {
        self.init()
        precision = specification.precision.rawValue
        recompute = specification.recompute
        threads = specification.threads.map(Int64.init)
    }
}

extension V1.CheckpointSpecification {
    init(_ specification: CheckpointSpecification) {
        self.init()
        everySteps = Int64(specification.everySteps)
        keep = Int64(specification.keep)
    }
}

extension V1.PublishSpecification {
    init(_ specification: PublishSpecification) {
        self.init()
        everySteps = Int64(specification.everySteps)
    }
}

extension V1.EvaluationSpecification {
    init(_ specification: EvaluationSpecification) {
        self.init()
        everySteps = Int64(specification.everySteps)
        prompts = Int64(specification.prompts)
        samples = Int64(specification.samples)
        temperature = specification.temperature
        maxTokens = Int64(specification.maxTokens)
    }
}

extension V1.LimitSpecification {
    init(_ specification: LimitSpecification) {
        self.init()
        badSteps = Int64(specification.badSteps)
        waitSeconds = specification.waitSeconds
    }
}
