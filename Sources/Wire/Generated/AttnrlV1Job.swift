// swift-format-ignore-file
// Made by protos/generate from attnrl/v1/job.proto. Changes belong there.

package import CProtos

extension V1 {
    /// Everything that decides what a training job does. Fields that are not set
    /// have the defaults that docs/jobs.md lists, with their sources.
    public struct JobSpecification: ProtobufMessage {
        /// Label for people; several jobs may have the same. Up to 200 bytes.
        public var name: String?
        /// What the job does: "sft" learns given responses;
        /// "action_abstraction" learns given responses with short thinks of its own
        /// before steps that they help; "grpo" learns from groups of rewarded
        /// responses; "treerl" learns from rewarded trees that branch where the policy
        /// is uncertain; "attnrl" learns from rewarded trees that branch where
        /// attention says reasoning turns; "direct_advantage" fits the policy to the
        /// advantages that trees drawn from its first weights give to their branches;
        /// "warm_start" learns its own right responses to several templates, those that
        /// lie farthest apart; "reward_model" fits a linear reward to pairs of responses
        /// of which one was preferred, and trains no policy; "evaluate" measures how
        /// well the policy answers held-out prompts, and trains nothing. Required.
        public var kind: String?
        /// Name of the hosted policy to train. Empty: the only one hosted. Up to 200
        /// bytes.
        public var policy: String?
        /// Seed of all random choices of the job. 0 to 2^64 - 1. Default: 1.
        public var seed: UInt64?
        /// Steps after which the job is done. This or "epochs" is required; with
        /// both, the first reached ends it. 1 to 100000000. Only for jobs that train.
        public var steps: Int64?
        /// Passes over the training data after which the job is done. Needs data with
        /// an end: a file. Above 0, up to 1000000. Only for jobs that train.
        public var epochs: Double?
        public var data: V1.DataSpecification?
        public var feedback: V1.FeedbackSpecification?
        public var reward: V1.RewardSpecification?
        public var rollout: V1.RolloutSpecification?
        public var sampling: V1.DynamicSamplingSpecification?
        public var loss: V1.LossSpecification?
        public var optimizer: V1.OptimizerSpecification?
        public var schedule: V1.ScheduleSpecification?
        public var batch: V1.BatchSpecification?
        public var compute: V1.ComputeSpecification?
        public var checkpoints: V1.CheckpointSpecification?
        public var publish: V1.PublishSpecification?
        public var evaluation: V1.EvaluationSpecification?
        public var limits: V1.LimitSpecification?
        public var branching: V1.BranchingSpecification?
        public var adaptive: V1.AdaptiveSpecification?
        /// "one_step_off_policy" draws the next step's first rollouts together with
        /// this step's branches, so that they are one step old when they are
        /// learnt; "two_phase" draws them one after the other. Default:
        /// "one_step_off_policy" (attnrl), "two_phase" (treerl). Only for jobs of
        /// kinds "treerl" and "attnrl".
        public var pipeline: String?
        public var trees: V1.TreesSpecification?
        public var adapter: V1.AdapterSpecification?
        public var curriculum: V1.CurriculumSpecification?
        public var warmStart: V1.WarmStartSpecification?
        public var rewardModel: V1.RewardModelSpecification?
        public var abstraction: V1.AbstractionSpecification?
        public var critic: V1.CriticSpecification?

        public init() {}
    }
}

extension V1.JobSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.JobSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__job_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__JobSpecification>) throws(ProtobufError) {
        if c.pointee._name_case.rawValue != 0 { name = try CRead.string(c.pointee.name, "name") }
        if c.pointee._kind_case.rawValue != 0 { kind = try CRead.string(c.pointee.kind, "kind") }
        if c.pointee._policy_case.rawValue != 0 { policy = try CRead.string(c.pointee.policy, "policy") }
        if c.pointee._seed_case.rawValue != 0 { seed = c.pointee.seed }
        if c.pointee._steps_case.rawValue != 0 { steps = c.pointee.steps }
        if c.pointee._epochs_case.rawValue != 0 { epochs = c.pointee.epochs }
        data = try CRead.optionalMessage(c.pointee.data, "data")
        feedback = try CRead.optionalMessage(c.pointee.feedback, "feedback")
        reward = try CRead.optionalMessage(c.pointee.reward, "reward")
        rollout = try CRead.optionalMessage(c.pointee.rollout, "rollout")
        sampling = try CRead.optionalMessage(c.pointee.sampling, "sampling")
        loss = try CRead.optionalMessage(c.pointee.loss, "loss")
        optimizer = try CRead.optionalMessage(c.pointee.optimizer, "optimizer")
        schedule = try CRead.optionalMessage(c.pointee.schedule, "schedule")
        batch = try CRead.optionalMessage(c.pointee.batch, "batch")
        compute = try CRead.optionalMessage(c.pointee.compute, "compute")
        checkpoints = try CRead.optionalMessage(c.pointee.checkpoints, "checkpoints")
        publish = try CRead.optionalMessage(c.pointee.publish, "publish")
        evaluation = try CRead.optionalMessage(c.pointee.evaluation, "evaluation")
        limits = try CRead.optionalMessage(c.pointee.limits, "limits")
        branching = try CRead.optionalMessage(c.pointee.branching, "branching")
        adaptive = try CRead.optionalMessage(c.pointee.adaptive, "adaptive")
        if c.pointee._pipeline_case.rawValue != 0 { pipeline = try CRead.string(c.pointee.pipeline, "pipeline") }
        trees = try CRead.optionalMessage(c.pointee.trees, "trees")
        adapter = try CRead.optionalMessage(c.pointee.adapter, "adapter")
        curriculum = try CRead.optionalMessage(c.pointee.curriculum, "curriculum")
        warmStart = try CRead.optionalMessage(c.pointee.warm_start, "warm_start")
        rewardModel = try CRead.optionalMessage(c.pointee.reward_model, "reward_model")
        abstraction = try CRead.optionalMessage(c.pointee.abstraction, "abstraction")
        critic = try CRead.optionalMessage(c.pointee.critic, "critic")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__JobSpecification>, _ arena: MessageArena) {
        if let value = name {
            c.pointee._name_case = ATTNRL__V1__JOB_SPECIFICATION___NAME_NAME
            c.pointee.name = arena.string(value)
        }
        if let value = kind {
            c.pointee._kind_case = ATTNRL__V1__JOB_SPECIFICATION___KIND_KIND
            c.pointee.kind = arena.string(value)
        }
        if let value = policy {
            c.pointee._policy_case = ATTNRL__V1__JOB_SPECIFICATION___POLICY_POLICY
            c.pointee.policy = arena.string(value)
        }
        if let value = seed {
            c.pointee._seed_case = ATTNRL__V1__JOB_SPECIFICATION___SEED_SEED
            c.pointee.seed = value
        }
        if let value = steps {
            c.pointee._steps_case = ATTNRL__V1__JOB_SPECIFICATION___STEPS_STEPS
            c.pointee.steps = value
        }
        if let value = epochs {
            c.pointee._epochs_case = ATTNRL__V1__JOB_SPECIFICATION___EPOCHS_EPOCHS
            c.pointee.epochs = value
        }
        if let value = data { c.pointee.data = arena.message(value) }
        if let value = feedback { c.pointee.feedback = arena.message(value) }
        if let value = reward { c.pointee.reward = arena.message(value) }
        if let value = rollout { c.pointee.rollout = arena.message(value) }
        if let value = sampling { c.pointee.sampling = arena.message(value) }
        if let value = loss { c.pointee.loss = arena.message(value) }
        if let value = optimizer { c.pointee.optimizer = arena.message(value) }
        if let value = schedule { c.pointee.schedule = arena.message(value) }
        if let value = batch { c.pointee.batch = arena.message(value) }
        if let value = compute { c.pointee.compute = arena.message(value) }
        if let value = checkpoints { c.pointee.checkpoints = arena.message(value) }
        if let value = publish { c.pointee.publish = arena.message(value) }
        if let value = evaluation { c.pointee.evaluation = arena.message(value) }
        if let value = limits { c.pointee.limits = arena.message(value) }
        if let value = branching { c.pointee.branching = arena.message(value) }
        if let value = adaptive { c.pointee.adaptive = arena.message(value) }
        if let value = pipeline {
            c.pointee._pipeline_case = ATTNRL__V1__JOB_SPECIFICATION___PIPELINE_PIPELINE
            c.pointee.pipeline = arena.string(value)
        }
        if let value = trees { c.pointee.trees = arena.message(value) }
        if let value = adapter { c.pointee.adapter = arena.message(value) }
        if let value = curriculum { c.pointee.curriculum = arena.message(value) }
        if let value = warmStart { c.pointee.warm_start = arena.message(value) }
        if let value = rewardModel { c.pointee.reward_model = arena.message(value) }
        if let value = abstraction { c.pointee.abstraction = arena.message(value) }
        if let value = critic { c.pointee.critic = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("name", &name)
        visitor.optional("kind", &kind)
        visitor.optional("policy", &policy)
        visitor.optional("seed", &seed)
        visitor.optional("steps", &steps)
        visitor.optional("epochs", &epochs)
        visitor.optional("data", &data)
        visitor.optional("feedback", &feedback)
        visitor.optional("reward", &reward)
        visitor.optional("rollout", &rollout)
        visitor.optional("sampling", &sampling)
        visitor.optional("loss", &loss)
        visitor.optional("optimizer", &optimizer)
        visitor.optional("schedule", &schedule)
        visitor.optional("batch", &batch)
        visitor.optional("compute", &compute)
        visitor.optional("checkpoints", &checkpoints)
        visitor.optional("publish", &publish)
        visitor.optional("evaluation", &evaluation)
        visitor.optional("limits", &limits)
        visitor.optional("branching", &branching)
        visitor.optional("adaptive", &adaptive)
        visitor.optional("pipeline", &pipeline)
        visitor.optional("trees", &trees)
        visitor.optional("adapter", &adapter)
        visitor.optional("curriculum", &curriculum)
        visitor.optional(.init("warmStart", "warm_start"), &warmStart)
        visitor.optional(.init("rewardModel", "reward_model"), &rewardModel)
        visitor.optional("abstraction", &abstraction)
        visitor.optional("critic", &critic)
    }
}

extension V1 {
    /// What is learnt from.
    public struct DataSpecification: ProtobufMessage {
        /// Training data: a JSONL file on the server's machine, or a built-in task
        /// with its settings, "graph:need=3-5"; of "reward_model", a file or
        /// "preferences:NAME", a set of comparisons. Up to 4096 bytes. Required. Only
        /// for jobs that train, or fit a reward.
        public var train: String?
        /// Data of the evaluations, written like "train"; required for them. Up to
        /// 4096 bytes.
        public var heldOut: String?
        /// What the policy is given; "{prompt}" stands for the record's prompt. Up
        /// to 65536 bytes. Default: "{prompt}".
        public var promptTemplate: String?
        /// Put the prompt into the policy's chat template, as a user's message.
        /// Default: false.
        public var chat: Bool?
        /// System message of the chat. Up to 65536 bytes.
        public var system: String?
        /// Go through the data in another random order in each epoch. Default: true.
        /// Only for jobs that train.
        public var shuffle: Bool?
        /// Longest prompt in tokens, after template. 1 to 1048576. Default: 1024.
        public var maxPromptTokens: Int64?
        /// What happens to longer prompts: "skip" leaves them out and counts them,
        /// "refuse" fails the job. Default: "skip". Only for jobs that train.
        public var longPrompts: String?
        /// Learn the prompt's tokens as well as the response's. Default: false. Only
        /// for jobs that learn given responses.
        public var trainOnPrompt: Bool?
        /// Put the tokenizer's special tokens, such as a beginning of text, around
        /// prompts that are no chats. Default: true.
        public var addSpecialTokens: Bool?
        /// What special tokens are that are written out in a prompt or its messages:
        /// "recognized" makes them these tokens, "as_text" the characters they consist
        /// of. Default: "recognized".
        public var controlTokens: String?
        /// Passed to the chat template as "enable_thinking" where set.
        public var enableThinking: Bool?
        /// The functions that the model may call, as a JSON array in OpenAI's form. A
        /// record's own `tools` replace them.
        public var tools: String?
        /// What the chat template is given beside, as a JSON object: chat_template_kwargs
        /// elsewhere.
        public var templateArguments: String?
        /// Responses continue a conversation's last message where that is the
        /// assistant's, instead of beginning a turn of their own. Default: false.
        public var continueFinalMessage: Bool?
        /// What becomes of solutions of built-in tasks before they are learnt:
        /// "behavior_injection" has them attempt what has to wait, and compute in
        /// smaller steps. "none" or "behavior_injection". Default: "none". Only for
        /// jobs of kind "sft".
        public var augment: String?
        /// For "behavior_injection": how often a step is preceded by an attempt at one
        /// that has to wait. 0 to 1. Default: 0.1. Only for jobs of kind "sft".
        public var explore: Double?
        /// For "behavior_injection": how often a step repeats the values that it
        /// depends on. 0 to 1. Default: 0.1. Only for jobs of kind "sft".
        public var restate: Double?

        public init() {}
    }
}

extension V1.DataSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.DataSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__data_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__DataSpecification>) throws(ProtobufError) {
        if c.pointee._train_case.rawValue != 0 { train = try CRead.string(c.pointee.train, "train") }
        if c.pointee._held_out_case.rawValue != 0 { heldOut = try CRead.string(c.pointee.held_out, "held_out") }
        if c.pointee._prompt_template_case.rawValue != 0 { promptTemplate = try CRead.string(c.pointee.prompt_template, "prompt_template") }
        if c.pointee._chat_case.rawValue != 0 { chat = c.pointee.chat != 0 }
        if c.pointee._system_case.rawValue != 0 { system = try CRead.string(c.pointee.system, "system") }
        if c.pointee._shuffle_case.rawValue != 0 { shuffle = c.pointee.shuffle != 0 }
        if c.pointee._max_prompt_tokens_case.rawValue != 0 { maxPromptTokens = c.pointee.max_prompt_tokens }
        if c.pointee._long_prompts_case.rawValue != 0 { longPrompts = try CRead.string(c.pointee.long_prompts, "long_prompts") }
        if c.pointee._train_on_prompt_case.rawValue != 0 { trainOnPrompt = c.pointee.train_on_prompt != 0 }
        if c.pointee._add_special_tokens_case.rawValue != 0 { addSpecialTokens = c.pointee.add_special_tokens != 0 }
        if c.pointee._control_tokens_case.rawValue != 0 { controlTokens = try CRead.string(c.pointee.control_tokens, "control_tokens") }
        if c.pointee._enable_thinking_case.rawValue != 0 { enableThinking = c.pointee.enable_thinking != 0 }
        if c.pointee._tools_case.rawValue != 0 { tools = try CRead.string(c.pointee.tools, "tools") }
        if c.pointee._template_arguments_case.rawValue != 0 { templateArguments = try CRead.string(c.pointee.template_arguments, "template_arguments") }
        if c.pointee._continue_final_message_case.rawValue != 0 { continueFinalMessage = c.pointee.continue_final_message != 0 }
        if c.pointee._augment_case.rawValue != 0 { augment = try CRead.string(c.pointee.augment, "augment") }
        if c.pointee._explore_case.rawValue != 0 { explore = c.pointee.explore }
        if c.pointee._restate_case.rawValue != 0 { restate = c.pointee.restate }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__DataSpecification>, _ arena: MessageArena) {
        if let value = train {
            c.pointee._train_case = ATTNRL__V1__DATA_SPECIFICATION___TRAIN_TRAIN
            c.pointee.train = arena.string(value)
        }
        if let value = heldOut {
            c.pointee._held_out_case = ATTNRL__V1__DATA_SPECIFICATION___HELD_OUT_HELD_OUT
            c.pointee.held_out = arena.string(value)
        }
        if let value = promptTemplate {
            c.pointee._prompt_template_case = ATTNRL__V1__DATA_SPECIFICATION___PROMPT_TEMPLATE_PROMPT_TEMPLATE
            c.pointee.prompt_template = arena.string(value)
        }
        if let value = chat {
            c.pointee._chat_case = ATTNRL__V1__DATA_SPECIFICATION___CHAT_CHAT
            c.pointee.chat = value ? 1 : 0
        }
        if let value = system {
            c.pointee._system_case = ATTNRL__V1__DATA_SPECIFICATION___SYSTEM_SYSTEM
            c.pointee.system = arena.string(value)
        }
        if let value = shuffle {
            c.pointee._shuffle_case = ATTNRL__V1__DATA_SPECIFICATION___SHUFFLE_SHUFFLE
            c.pointee.shuffle = value ? 1 : 0
        }
        if let value = maxPromptTokens {
            c.pointee._max_prompt_tokens_case = ATTNRL__V1__DATA_SPECIFICATION___MAX_PROMPT_TOKENS_MAX_PROMPT_TOKENS
            c.pointee.max_prompt_tokens = value
        }
        if let value = longPrompts {
            c.pointee._long_prompts_case = ATTNRL__V1__DATA_SPECIFICATION___LONG_PROMPTS_LONG_PROMPTS
            c.pointee.long_prompts = arena.string(value)
        }
        if let value = trainOnPrompt {
            c.pointee._train_on_prompt_case = ATTNRL__V1__DATA_SPECIFICATION___TRAIN_ON_PROMPT_TRAIN_ON_PROMPT
            c.pointee.train_on_prompt = value ? 1 : 0
        }
        if let value = addSpecialTokens {
            c.pointee._add_special_tokens_case = ATTNRL__V1__DATA_SPECIFICATION___ADD_SPECIAL_TOKENS_ADD_SPECIAL_TOKENS
            c.pointee.add_special_tokens = value ? 1 : 0
        }
        if let value = controlTokens {
            c.pointee._control_tokens_case = ATTNRL__V1__DATA_SPECIFICATION___CONTROL_TOKENS_CONTROL_TOKENS
            c.pointee.control_tokens = arena.string(value)
        }
        if let value = enableThinking {
            c.pointee._enable_thinking_case = ATTNRL__V1__DATA_SPECIFICATION___ENABLE_THINKING_ENABLE_THINKING
            c.pointee.enable_thinking = value ? 1 : 0
        }
        if let value = tools {
            c.pointee._tools_case = ATTNRL__V1__DATA_SPECIFICATION___TOOLS_TOOLS
            c.pointee.tools = arena.string(value)
        }
        if let value = templateArguments {
            c.pointee._template_arguments_case = ATTNRL__V1__DATA_SPECIFICATION___TEMPLATE_ARGUMENTS_TEMPLATE_ARGUMENTS
            c.pointee.template_arguments = arena.string(value)
        }
        if let value = continueFinalMessage {
            c.pointee._continue_final_message_case = ATTNRL__V1__DATA_SPECIFICATION___CONTINUE_FINAL_MESSAGE_CONTINUE_FINAL_MESSAGE
            c.pointee.continue_final_message = value ? 1 : 0
        }
        if let value = augment {
            c.pointee._augment_case = ATTNRL__V1__DATA_SPECIFICATION___AUGMENT_AUGMENT
            c.pointee.augment = arena.string(value)
        }
        if let value = explore {
            c.pointee._explore_case = ATTNRL__V1__DATA_SPECIFICATION___EXPLORE_EXPLORE
            c.pointee.explore = value
        }
        if let value = restate {
            c.pointee._restate_case = ATTNRL__V1__DATA_SPECIFICATION___RESTATE_RESTATE
            c.pointee.restate = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("train", &train)
        visitor.optional(.init("heldOut", "held_out"), &heldOut)
        visitor.optional(.init("promptTemplate", "prompt_template"), &promptTemplate)
        visitor.optional("chat", &chat)
        visitor.optional("system", &system)
        visitor.optional("shuffle", &shuffle)
        visitor.optional(.init("maxPromptTokens", "max_prompt_tokens"), &maxPromptTokens)
        visitor.optional(.init("longPrompts", "long_prompts"), &longPrompts)
        visitor.optional(.init("trainOnPrompt", "train_on_prompt"), &trainOnPrompt)
        visitor.optional(.init("addSpecialTokens", "add_special_tokens"), &addSpecialTokens)
        visitor.optional(.init("controlTokens", "control_tokens"), &controlTokens)
        visitor.optional(.init("enableThinking", "enable_thinking"), &enableThinking)
        visitor.optional("tools", &tools)
        visitor.optional(.init("templateArguments", "template_arguments"), &templateArguments)
        visitor.optional(.init("continueFinalMessage", "continue_final_message"), &continueFinalMessage)
        visitor.optional("augment", &augment)
        visitor.optional("explore", &explore)
        visitor.optional("restate", &restate)
    }
}

extension V1 {
    /// Records that callers send while the job runs.
    public struct FeedbackSpecification: ProtobufMessage {
        /// Take records from "TrainingService.Feedback"; they go before the training
        /// data. Default: false. Only for jobs of kinds "sft" and "grpo".
        public var enabled: Bool?
        /// Records that may wait to be used; more are refused. 1 to 1000000. Default:
        /// 1024. Only for jobs of kinds "sft" and "grpo".
        public var capacity: Int64?

        public init() {}
    }
}

extension V1.FeedbackSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.FeedbackSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__feedback_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__FeedbackSpecification>) throws(ProtobufError) {
        if c.pointee._enabled_case.rawValue != 0 { enabled = c.pointee.enabled != 0 }
        if c.pointee._capacity_case.rawValue != 0 { capacity = c.pointee.capacity }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__FeedbackSpecification>, _ arena: MessageArena) {
        if let value = enabled {
            c.pointee._enabled_case = ATTNRL__V1__FEEDBACK_SPECIFICATION___ENABLED_ENABLED
            c.pointee.enabled = value ? 1 : 0
        }
        if let value = capacity {
            c.pointee._capacity_case = ATTNRL__V1__FEEDBACK_SPECIFICATION___CAPACITY_CAPACITY
            c.pointee.capacity = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("enabled", &enabled)
        visitor.optional("capacity", &capacity)
    }
}

extension V1 {
    /// How a response is judged.
    public struct RewardSpecification: ProtobufMessage {
        /// How a response is judged: "math" compares the last \boxed{} as
        /// mathematics, "exact" the text, "regex" what a pattern finds; "task" asks
        /// the built-in task, "external" a RewardService; "learned" is a reward that a
        /// "reward_model" job fitted to comparisons. Default: "math". Only for
        /// jobs that draw responses.
        public var kind: String?
        /// For "regex": a pattern (PCRE2) whose first group is compared with the
        /// answer. Up to 4096 bytes. Only for jobs that draw responses.
        public var pattern: String?
        public var external: V1.ExternalRewardSpecification?
        public var scores: V1.ScoreSpecification?
        /// For "task": a right answer counts only if every step before it checks out.
        /// Default: false. Only for jobs that learn from rewards.
        public var requiresSoundSteps: Bool?
        /// What the length of a response takes off its reward.
        public var length: V1.LengthRewardSpecification?
        /// What a reward is measured by: "none", the prompt's other responses;
        /// "fifo", the mean and deviation of the job's last "window" rewards, which
        /// then are the advantages. Default: "none". Only for jobs of kind "grpo".
        public var normalisation: String?
        /// Rewards that "fifo" measures by. 2 to 1000000. Default: 1000. Only for
        /// jobs of kind "grpo".
        public var window: Int64?
        /// For "learned": the "reward_model" job that fitted it, "job-3", or the path of
        /// its reward_model.json on the server's machine. Up to 4096 bytes. Only for jobs
        /// that draw responses.
        public var model: String?

        public init() {}
    }
}

extension V1.RewardSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.RewardSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__reward_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__RewardSpecification>) throws(ProtobufError) {
        if c.pointee._kind_case.rawValue != 0 { kind = try CRead.string(c.pointee.kind, "kind") }
        if c.pointee._pattern_case.rawValue != 0 { pattern = try CRead.string(c.pointee.pattern, "pattern") }
        external = try CRead.optionalMessage(c.pointee.external, "external")
        scores = try CRead.optionalMessage(c.pointee.scores, "scores")
        if c.pointee._requires_sound_steps_case.rawValue != 0 { requiresSoundSteps = c.pointee.requires_sound_steps != 0 }
        length = try CRead.optionalMessage(c.pointee.length, "length")
        if c.pointee._normalisation_case.rawValue != 0 { normalisation = try CRead.string(c.pointee.normalisation, "normalisation") }
        if c.pointee._window_case.rawValue != 0 { window = c.pointee.window }
        if c.pointee._model_case.rawValue != 0 { model = try CRead.string(c.pointee.model, "model") }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__RewardSpecification>, _ arena: MessageArena) {
        if let value = kind {
            c.pointee._kind_case = ATTNRL__V1__REWARD_SPECIFICATION___KIND_KIND
            c.pointee.kind = arena.string(value)
        }
        if let value = pattern {
            c.pointee._pattern_case = ATTNRL__V1__REWARD_SPECIFICATION___PATTERN_PATTERN
            c.pointee.pattern = arena.string(value)
        }
        if let value = external { c.pointee.external = arena.message(value) }
        if let value = scores { c.pointee.scores = arena.message(value) }
        if let value = requiresSoundSteps {
            c.pointee._requires_sound_steps_case = ATTNRL__V1__REWARD_SPECIFICATION___REQUIRES_SOUND_STEPS_REQUIRES_SOUND_STEPS
            c.pointee.requires_sound_steps = value ? 1 : 0
        }
        if let value = length { c.pointee.length = arena.message(value) }
        if let value = normalisation {
            c.pointee._normalisation_case = ATTNRL__V1__REWARD_SPECIFICATION___NORMALISATION_NORMALISATION
            c.pointee.normalisation = arena.string(value)
        }
        if let value = window {
            c.pointee._window_case = ATTNRL__V1__REWARD_SPECIFICATION___WINDOW_WINDOW
            c.pointee.window = value
        }
        if let value = model {
            c.pointee._model_case = ATTNRL__V1__REWARD_SPECIFICATION___MODEL_MODEL
            c.pointee.model = arena.string(value)
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("kind", &kind)
        visitor.optional("pattern", &pattern)
        visitor.optional("external", &external)
        visitor.optional("scores", &scores)
        visitor.optional(.init("requiresSoundSteps", "requires_sound_steps"), &requiresSoundSteps)
        visitor.optional("length", &length)
        visitor.optional("normalisation", &normalisation)
        visitor.optional("window", &window)
        visitor.optional("model", &model)
    }
}

extension V1 {
    /// What the length of a response takes off its reward.
    public struct LengthRewardSpecification: ProtobufMessage {
        /// Tokens before "rollout.max_tokens" over which the reward falls by
        /// "overlong_factor", evenly (DAPO's soft overlong penalty). Not set: length
        /// takes nothing off. 1 to 1048576. Only for jobs that learn from rewards.
        public var overlongBuffer: Int64?
        /// What a response that reaches "rollout.max_tokens" loses. 0 to 1000.
        /// Default: 1. Only for jobs that learn from rewards.
        public var overlongFactor: Double?
        /// What a right response of "rollout.max_tokens" loses; a shorter one loses
        /// its share of it. 0 to 1000. Default: 0. Only for jobs that learn from
        /// rewards.
        public var penalty: Double?

        public init() {}
    }
}

extension V1.LengthRewardSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.LengthRewardSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__length_reward_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__LengthRewardSpecification>) throws(ProtobufError) {
        if c.pointee._overlong_buffer_case.rawValue != 0 { overlongBuffer = c.pointee.overlong_buffer }
        if c.pointee._overlong_factor_case.rawValue != 0 { overlongFactor = c.pointee.overlong_factor }
        if c.pointee._penalty_case.rawValue != 0 { penalty = c.pointee.penalty }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__LengthRewardSpecification>, _ arena: MessageArena) {
        if let value = overlongBuffer {
            c.pointee._overlong_buffer_case = ATTNRL__V1__LENGTH_REWARD_SPECIFICATION___OVERLONG_BUFFER_OVERLONG_BUFFER
            c.pointee.overlong_buffer = value
        }
        if let value = overlongFactor {
            c.pointee._overlong_factor_case = ATTNRL__V1__LENGTH_REWARD_SPECIFICATION___OVERLONG_FACTOR_OVERLONG_FACTOR
            c.pointee.overlong_factor = value
        }
        if let value = penalty {
            c.pointee._penalty_case = ATTNRL__V1__LENGTH_REWARD_SPECIFICATION___PENALTY_PENALTY
            c.pointee.penalty = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("overlongBuffer", "overlong_buffer"), &overlongBuffer)
        visitor.optional(.init("overlongFactor", "overlong_factor"), &overlongFactor)
        visitor.optional("penalty", &penalty)
    }
}

extension V1 {
    /// The service that judges, for rewards of kind "external".
    public struct ExternalRewardSpecification: ProtobufMessage {
        /// "host:port" of a RewardService, as the server reaches it. Up to 300 bytes.
        /// Only for jobs that draw responses.
        public var address: String?
        /// How long one batch may take to be judged. Above 0, up to 86400. Default:
        /// 30. Only for jobs that draw responses.
        public var deadlineSeconds: Double?
        /// Further attempts after one that failed or took too long. 0 to 100.
        /// Default: 2. Only for jobs that draw responses.
        public var retries: Int64?
        /// After the last attempt: "skip" leaves the responses out, "score" counts
        /// them as "scores.internal", "fail" fails the job. Default: "skip". Only for
        /// jobs that draw responses.
        public var onFailure: String?

        public init() {}
    }
}

extension V1.ExternalRewardSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.ExternalRewardSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__external_reward_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ExternalRewardSpecification>) throws(ProtobufError) {
        if c.pointee._address_case.rawValue != 0 { address = try CRead.string(c.pointee.address, "address") }
        if c.pointee._deadline_seconds_case.rawValue != 0 { deadlineSeconds = c.pointee.deadline_seconds }
        if c.pointee._retries_case.rawValue != 0 { retries = c.pointee.retries }
        if c.pointee._on_failure_case.rawValue != 0 { onFailure = try CRead.string(c.pointee.on_failure, "on_failure") }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ExternalRewardSpecification>, _ arena: MessageArena) {
        if let value = address {
            c.pointee._address_case = ATTNRL__V1__EXTERNAL_REWARD_SPECIFICATION___ADDRESS_ADDRESS
            c.pointee.address = arena.string(value)
        }
        if let value = deadlineSeconds {
            c.pointee._deadline_seconds_case = ATTNRL__V1__EXTERNAL_REWARD_SPECIFICATION___DEADLINE_SECONDS_DEADLINE_SECONDS
            c.pointee.deadline_seconds = value
        }
        if let value = retries {
            c.pointee._retries_case = ATTNRL__V1__EXTERNAL_REWARD_SPECIFICATION___RETRIES_RETRIES
            c.pointee.retries = value
        }
        if let value = onFailure {
            c.pointee._on_failure_case = ATTNRL__V1__EXTERNAL_REWARD_SPECIFICATION___ON_FAILURE_ON_FAILURE
            c.pointee.on_failure = arena.string(value)
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("address", &address)
        visitor.optional(.init("deadlineSeconds", "deadline_seconds"), &deadlineSeconds)
        visitor.optional("retries", &retries)
        visitor.optional(.init("onFailure", "on_failure"), &onFailure)
    }
}

extension V1 {
    /// What each verdict is worth.
    public struct ScoreSpecification: ProtobufMessage {
        /// Reward of a right answer. -1000 to 1000. Default: 1. Only for jobs that
        /// learn from rewards.
        public var correct: Double?
        /// Reward of a wrong answer. -1000 to 1000. Default: 0. Only for jobs that
        /// learn from rewards.
        public var incorrect: Double?
        /// Reward of a response without an answer. -1000 to 1000. Default: 0. Only
        /// for jobs that learn from rewards.
        public var noAnswer: Double?
        /// Reward of an answer that cannot be read. -1000 to 1000. Default: 0. Only
        /// for jobs that learn from rewards.
        public var parseError: Double?
        /// Reward of an answer that took too much work to compare. -1000 to 1000.
        /// Default: 0. Only for jobs that learn from rewards.
        public var timeout: Double?
        /// Reward of a response that could not be judged, by no fault of its own.
        /// -1000 to 1000. Default: 0. Only for jobs that learn from rewards.
        public var `internal`: Double?
        /// Reward of an answer of which no means tells whether it is right. -1000 to
        /// 1000. Default: 0. Only for jobs that learn from rewards.
        public var undecided: Double?

        public init() {}
    }
}

extension V1.ScoreSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.ScoreSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__score_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ScoreSpecification>) throws(ProtobufError) {
        if c.pointee._correct_case.rawValue != 0 { correct = c.pointee.correct }
        if c.pointee._incorrect_case.rawValue != 0 { incorrect = c.pointee.incorrect }
        if c.pointee._no_answer_case.rawValue != 0 { noAnswer = c.pointee.no_answer }
        if c.pointee._parse_error_case.rawValue != 0 { parseError = c.pointee.parse_error }
        if c.pointee._timeout_case.rawValue != 0 { timeout = c.pointee.timeout }
        if c.pointee._internal_case.rawValue != 0 { `internal` = c.pointee.internal }
        if c.pointee._undecided_case.rawValue != 0 { undecided = c.pointee.undecided }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ScoreSpecification>, _ arena: MessageArena) {
        if let value = correct {
            c.pointee._correct_case = ATTNRL__V1__SCORE_SPECIFICATION___CORRECT_CORRECT
            c.pointee.correct = value
        }
        if let value = incorrect {
            c.pointee._incorrect_case = ATTNRL__V1__SCORE_SPECIFICATION___INCORRECT_INCORRECT
            c.pointee.incorrect = value
        }
        if let value = noAnswer {
            c.pointee._no_answer_case = ATTNRL__V1__SCORE_SPECIFICATION___NO_ANSWER_NO_ANSWER
            c.pointee.no_answer = value
        }
        if let value = parseError {
            c.pointee._parse_error_case = ATTNRL__V1__SCORE_SPECIFICATION___PARSE_ERROR_PARSE_ERROR
            c.pointee.parse_error = value
        }
        if let value = timeout {
            c.pointee._timeout_case = ATTNRL__V1__SCORE_SPECIFICATION___TIMEOUT_TIMEOUT
            c.pointee.timeout = value
        }
        if let value = `internal` {
            c.pointee._internal_case = ATTNRL__V1__SCORE_SPECIFICATION___INTERNAL_INTERNAL
            c.pointee.internal = value
        }
        if let value = undecided {
            c.pointee._undecided_case = ATTNRL__V1__SCORE_SPECIFICATION___UNDECIDED_UNDECIDED
            c.pointee.undecided = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("correct", &correct)
        visitor.optional("incorrect", &incorrect)
        visitor.optional(.init("noAnswer", "no_answer"), &noAnswer)
        visitor.optional(.init("parseError", "parse_error"), &parseError)
        visitor.optional("timeout", &timeout)
        visitor.optional("internal", &`internal`)
        visitor.optional("undecided", &undecided)
    }
}

extension V1 {
    /// How responses are drawn.
    public struct RolloutSpecification: ProtobufMessage {
        /// Responses drawn for each prompt; of trees, those that begin at the prompt
        /// (the paper's G). 2 to 1024. Default: 8 (grpo), 6 (others). Only
        /// for jobs that learn from rewards.
        public var groupSize: Int64?
        /// Longest response in tokens. 1 to 1048576. Default: 512. Only for jobs that
        /// learn from rewards.
        public var maxTokens: Int64?
        /// Divides the logits before a token is drawn. Above 0, up to 100. Default:
        /// 1. Only for jobs that learn from rewards.
        public var temperature: Double?
        /// Draw from the smallest set of tokens with this probability. Above 0, up to
        /// 1. Default: 1. Only for jobs that learn from rewards.
        public var topP: Double?
        /// Draw from this many most probable tokens; 0 from all. 0 to 1000000.
        /// Default: 0. Only for jobs that learn from rewards.
        public var topK: Int64?
        /// Draw from tokens this fraction as probable as the best. 0 to 1. Default:
        /// 0. Only for jobs that learn from rewards.
        public var minP: Double?
        /// Texts that end a response. Up to 16, each 1 to 256 bytes. Only for jobs
        /// that learn from rewards.
        public var stop: [String] = []
        /// How many responses each prompt is given first: "uniform" gives all
        /// "group_size", "cures" as many in all, more where rewards differ more,
        /// "cures_gradient" more where gradients of the head do, "esrl" fewer the
        /// better the policy does. Default: "uniform". Only for jobs that learn from
        /// rewards.
        public var allocation: String?
        /// The fewest that "cures" and "esrl" give a prompt. Not set: half of
        /// "group_size", at least 2. 1 to 256. Only for jobs that learn from rewards.
        public var minRollouts: Int64?
        /// The most that they give a prompt. Not set: twice "group_size". 1 to 256.
        /// Only for jobs that learn from rewards.
        public var maxRollouts: Int64?
        /// How much of what "esrl" knew of the policy's ability stays when it sees new
        /// answers. 0 to 1. Default: 0.9. Only for jobs that learn from rewards.
        public var abilitySmoothing: Double?
        /// Temperature at which "esrl" draws where the policy is always wrong. Not
        /// set: "temperature". Above 0, up to 100. Only for jobs that learn from
        /// rewards.
        public var temperatureLow: Double?
        /// The same where the policy is always right. Set both or none. Above 0, up to
        /// 100. Only for jobs that learn from rewards.
        public var temperatureHigh: Double?
        /// Share of a step's responses that are judged but not learnt: those that the
        /// policy was surest of. The code that follows ESRL has 0.3. 0 to 0.9.
        /// Default: 0. Only for jobs of kind "grpo".
        public var sampleDrop: Double?

        public init() {}
    }
}

extension V1.RolloutSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.RolloutSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__rollout_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__RolloutSpecification>) throws(ProtobufError) {
        if c.pointee._group_size_case.rawValue != 0 { groupSize = c.pointee.group_size }
        if c.pointee._max_tokens_case.rawValue != 0 { maxTokens = c.pointee.max_tokens }
        if c.pointee._temperature_case.rawValue != 0 { temperature = c.pointee.temperature }
        if c.pointee._top_p_case.rawValue != 0 { topP = c.pointee.top_p }
        if c.pointee._top_k_case.rawValue != 0 { topK = c.pointee.top_k }
        if c.pointee._min_p_case.rawValue != 0 { minP = c.pointee.min_p }
        stop = try CRead.strings(c.pointee.stop, c.pointee.n_stop, "stop")
        if c.pointee._allocation_case.rawValue != 0 { allocation = try CRead.string(c.pointee.allocation, "allocation") }
        if c.pointee._min_rollouts_case.rawValue != 0 { minRollouts = c.pointee.min_rollouts }
        if c.pointee._max_rollouts_case.rawValue != 0 { maxRollouts = c.pointee.max_rollouts }
        if c.pointee._ability_smoothing_case.rawValue != 0 { abilitySmoothing = c.pointee.ability_smoothing }
        if c.pointee._temperature_low_case.rawValue != 0 { temperatureLow = c.pointee.temperature_low }
        if c.pointee._temperature_high_case.rawValue != 0 { temperatureHigh = c.pointee.temperature_high }
        if c.pointee._sample_drop_case.rawValue != 0 { sampleDrop = c.pointee.sample_drop }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__RolloutSpecification>, _ arena: MessageArena) {
        if let value = groupSize {
            c.pointee._group_size_case = ATTNRL__V1__ROLLOUT_SPECIFICATION___GROUP_SIZE_GROUP_SIZE
            c.pointee.group_size = value
        }
        if let value = maxTokens {
            c.pointee._max_tokens_case = ATTNRL__V1__ROLLOUT_SPECIFICATION___MAX_TOKENS_MAX_TOKENS
            c.pointee.max_tokens = value
        }
        if let value = temperature {
            c.pointee._temperature_case = ATTNRL__V1__ROLLOUT_SPECIFICATION___TEMPERATURE_TEMPERATURE
            c.pointee.temperature = value
        }
        if let value = topP {
            c.pointee._top_p_case = ATTNRL__V1__ROLLOUT_SPECIFICATION___TOP_P_TOP_P
            c.pointee.top_p = value
        }
        if let value = topK {
            c.pointee._top_k_case = ATTNRL__V1__ROLLOUT_SPECIFICATION___TOP_K_TOP_K
            c.pointee.top_k = value
        }
        if let value = minP {
            c.pointee._min_p_case = ATTNRL__V1__ROLLOUT_SPECIFICATION___MIN_P_MIN_P
            c.pointee.min_p = value
        }
        (c.pointee.n_stop, c.pointee.stop) = arena.strings(stop)
        if let value = allocation {
            c.pointee._allocation_case = ATTNRL__V1__ROLLOUT_SPECIFICATION___ALLOCATION_ALLOCATION
            c.pointee.allocation = arena.string(value)
        }
        if let value = minRollouts {
            c.pointee._min_rollouts_case = ATTNRL__V1__ROLLOUT_SPECIFICATION___MIN_ROLLOUTS_MIN_ROLLOUTS
            c.pointee.min_rollouts = value
        }
        if let value = maxRollouts {
            c.pointee._max_rollouts_case = ATTNRL__V1__ROLLOUT_SPECIFICATION___MAX_ROLLOUTS_MAX_ROLLOUTS
            c.pointee.max_rollouts = value
        }
        if let value = abilitySmoothing {
            c.pointee._ability_smoothing_case = ATTNRL__V1__ROLLOUT_SPECIFICATION___ABILITY_SMOOTHING_ABILITY_SMOOTHING
            c.pointee.ability_smoothing = value
        }
        if let value = temperatureLow {
            c.pointee._temperature_low_case = ATTNRL__V1__ROLLOUT_SPECIFICATION___TEMPERATURE_LOW_TEMPERATURE_LOW
            c.pointee.temperature_low = value
        }
        if let value = temperatureHigh {
            c.pointee._temperature_high_case = ATTNRL__V1__ROLLOUT_SPECIFICATION___TEMPERATURE_HIGH_TEMPERATURE_HIGH
            c.pointee.temperature_high = value
        }
        if let value = sampleDrop {
            c.pointee._sample_drop_case = ATTNRL__V1__ROLLOUT_SPECIFICATION___SAMPLE_DROP_SAMPLE_DROP
            c.pointee.sample_drop = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("groupSize", "group_size"), &groupSize)
        visitor.optional(.init("maxTokens", "max_tokens"), &maxTokens)
        visitor.optional("temperature", &temperature)
        visitor.optional(.init("topP", "top_p"), &topP)
        visitor.optional(.init("topK", "top_k"), &topK)
        visitor.optional(.init("minP", "min_p"), &minP)
        visitor.repeated("stop", &stop)
        visitor.optional("allocation", &allocation)
        visitor.optional(.init("minRollouts", "min_rollouts"), &minRollouts)
        visitor.optional(.init("maxRollouts", "max_rollouts"), &maxRollouts)
        visitor.optional(.init("abilitySmoothing", "ability_smoothing"), &abilitySmoothing)
        visitor.optional(.init("temperatureLow", "temperature_low"), &temperatureLow)
        visitor.optional(.init("temperatureHigh", "temperature_high"), &temperatureHigh)
        visitor.optional(.init("sampleDrop", "sample_drop"), &sampleDrop)
    }
}

extension V1 {
    /// Which prompts a step takes, and which groups of responses are learnt from.
    public struct DynamicSamplingSpecification: ProtobufMessage {
        /// Replace groups whose responses all have the same reward by groups of
        /// further prompts (DAPO). Default: false. Only for jobs of kind "grpo".
        public var dynamic: Bool?
        /// Rounds of drawing in one step, its first prompts' among them; then the
        /// step goes on with the groups it has. 1 to 1000. Default: 10. Only for jobs
        /// of kind "grpo".
        public var maxRounds: Int64?
        /// Which prompts a step takes: "in_order" the data's records one after
        /// another, "cures" those of a pool, drawn with replacement, prompts of middle
        /// difficulty more often. Default: "in_order". Only for jobs that learn from
        /// rewards.
        public var prompts: String?
        /// For "cures": the smaller, the more often prompts of middle difficulty; 0.25
        /// draws them up to 7.4 times as often as others. Above 0, up to 1000.
        /// Default: 0.25. Only for jobs that learn from rewards.
        public var tau: Double?
        /// For "cures": records of the data that steps draw from until others take
        /// their place. Not set: 4 "batch.prompts_per_step"; never more than the data
        /// has. 1 to 1000000. Only for jobs that learn from rewards.
        public var pool: Int64?
        /// Responses to a prompt of which nothing is known, drawn to learn how hard it
        /// is, for "cures" here and in "rollout.allocation"; they are not learnt from.
        /// 0 to 256. Default: 4. Only for jobs that learn from rewards.
        public var preRollouts: Int64?
        /// For both "cures": steps after which the pool is renewed and what was known
        /// of its prompts is forgotten. 1 to 10000000. Default: 10. Only for jobs that
        /// learn from rewards.
        public var refreshSteps: Int64?
        /// For both "cures": right and wrong answers that a prompt is taken to have
        /// had before any; the paper has 0. 0 to 1000. Default: 1. Only for jobs that
        /// learn from rewards.
        public var prior: Double?
        /// For both "cures": how much of its earlier answers counts when a prompt has
        /// new ones. 0 to 1. Default: 1. Only for jobs that learn from rewards.
        public var decay: Double?

        public init() {}
    }
}

extension V1.DynamicSamplingSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.DynamicSamplingSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__dynamic_sampling_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__DynamicSamplingSpecification>) throws(ProtobufError) {
        if c.pointee._dynamic_case.rawValue != 0 { dynamic = c.pointee.dynamic != 0 }
        if c.pointee._max_rounds_case.rawValue != 0 { maxRounds = c.pointee.max_rounds }
        if c.pointee._prompts_case.rawValue != 0 { prompts = try CRead.string(c.pointee.prompts, "prompts") }
        if c.pointee._tau_case.rawValue != 0 { tau = c.pointee.tau }
        if c.pointee._pool_case.rawValue != 0 { pool = c.pointee.pool }
        if c.pointee._pre_rollouts_case.rawValue != 0 { preRollouts = c.pointee.pre_rollouts }
        if c.pointee._refresh_steps_case.rawValue != 0 { refreshSteps = c.pointee.refresh_steps }
        if c.pointee._prior_case.rawValue != 0 { prior = c.pointee.prior }
        if c.pointee._decay_case.rawValue != 0 { decay = c.pointee.decay }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__DynamicSamplingSpecification>, _ arena: MessageArena) {
        if let value = dynamic {
            c.pointee._dynamic_case = ATTNRL__V1__DYNAMIC_SAMPLING_SPECIFICATION___DYNAMIC_DYNAMIC
            c.pointee.dynamic = value ? 1 : 0
        }
        if let value = maxRounds {
            c.pointee._max_rounds_case = ATTNRL__V1__DYNAMIC_SAMPLING_SPECIFICATION___MAX_ROUNDS_MAX_ROUNDS
            c.pointee.max_rounds = value
        }
        if let value = prompts {
            c.pointee._prompts_case = ATTNRL__V1__DYNAMIC_SAMPLING_SPECIFICATION___PROMPTS_PROMPTS
            c.pointee.prompts = arena.string(value)
        }
        if let value = tau {
            c.pointee._tau_case = ATTNRL__V1__DYNAMIC_SAMPLING_SPECIFICATION___TAU_TAU
            c.pointee.tau = value
        }
        if let value = pool {
            c.pointee._pool_case = ATTNRL__V1__DYNAMIC_SAMPLING_SPECIFICATION___POOL_POOL
            c.pointee.pool = value
        }
        if let value = preRollouts {
            c.pointee._pre_rollouts_case = ATTNRL__V1__DYNAMIC_SAMPLING_SPECIFICATION___PRE_ROLLOUTS_PRE_ROLLOUTS
            c.pointee.pre_rollouts = value
        }
        if let value = refreshSteps {
            c.pointee._refresh_steps_case = ATTNRL__V1__DYNAMIC_SAMPLING_SPECIFICATION___REFRESH_STEPS_REFRESH_STEPS
            c.pointee.refresh_steps = value
        }
        if let value = prior {
            c.pointee._prior_case = ATTNRL__V1__DYNAMIC_SAMPLING_SPECIFICATION___PRIOR_PRIOR
            c.pointee.prior = value
        }
        if let value = decay {
            c.pointee._decay_case = ATTNRL__V1__DYNAMIC_SAMPLING_SPECIFICATION___DECAY_DECAY
            c.pointee.decay = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("dynamic", &dynamic)
        visitor.optional(.init("maxRounds", "max_rounds"), &maxRounds)
        visitor.optional("prompts", &prompts)
        visitor.optional("tau", &tau)
        visitor.optional("pool", &pool)
        visitor.optional(.init("preRollouts", "pre_rollouts"), &preRollouts)
        visitor.optional(.init("refreshSteps", "refresh_steps"), &refreshSteps)
        visitor.optional("prior", &prior)
        visitor.optional("decay", &decay)
    }
}

extension V1 {
    /// How prompts that are too hard become learnable.
    public struct CurriculumSpecification: ProtobufMessage {
        /// "hint_scaffold" gives prompts that the policy always fails with the
        /// beginning of their solution, the record's response; "none" gives prompts as
        /// they are. Default: "none". Only for jobs that learn from rewards.
        public var kind: String?
        /// Blocks that a solution is cut into; hints have 0 to one less of them. 2 to
        /// 64. Default: 4. Only for jobs that learn from rewards.
        public var blocks: Int64?
        /// Responses that tell whether a prompt is always failed; they are not learnt
        /// from. 1 to 256. Default: 20. Only for jobs that learn from rewards.
        public var attempts: Int64?
        /// Records that are tried at a time. Not set: 2 "batch.prompts_per_step"; never
        /// more than the data has. 1 to 1000000. Only for jobs that learn from rewards.
        public var pool: Int64?
        /// Prompts that are not always failed: "keep" takes them as they are, "drop"
        /// leaves them out, as the paper's second stage does. Default: "keep". Only for
        /// jobs that learn from rewards.
        public var others: String?

        public init() {}
    }
}

extension V1.CurriculumSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.CurriculumSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__curriculum_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__CurriculumSpecification>) throws(ProtobufError) {
        if c.pointee._kind_case.rawValue != 0 { kind = try CRead.string(c.pointee.kind, "kind") }
        if c.pointee._blocks_case.rawValue != 0 { blocks = c.pointee.blocks }
        if c.pointee._attempts_case.rawValue != 0 { attempts = c.pointee.attempts }
        if c.pointee._pool_case.rawValue != 0 { pool = c.pointee.pool }
        if c.pointee._others_case.rawValue != 0 { others = try CRead.string(c.pointee.others, "others") }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__CurriculumSpecification>, _ arena: MessageArena) {
        if let value = kind {
            c.pointee._kind_case = ATTNRL__V1__CURRICULUM_SPECIFICATION___KIND_KIND
            c.pointee.kind = arena.string(value)
        }
        if let value = blocks {
            c.pointee._blocks_case = ATTNRL__V1__CURRICULUM_SPECIFICATION___BLOCKS_BLOCKS
            c.pointee.blocks = value
        }
        if let value = attempts {
            c.pointee._attempts_case = ATTNRL__V1__CURRICULUM_SPECIFICATION___ATTEMPTS_ATTEMPTS
            c.pointee.attempts = value
        }
        if let value = pool {
            c.pointee._pool_case = ATTNRL__V1__CURRICULUM_SPECIFICATION___POOL_POOL
            c.pointee.pool = value
        }
        if let value = others {
            c.pointee._others_case = ATTNRL__V1__CURRICULUM_SPECIFICATION___OTHERS_OTHERS
            c.pointee.others = arena.string(value)
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("kind", &kind)
        visitor.optional("blocks", &blocks)
        visitor.optional("attempts", &attempts)
        visitor.optional("pool", &pool)
        visitor.optional("others", &others)
    }
}

extension V1 {
    /// Where responses are branched, and how often.
    public struct BranchingSpecification: ProtobufMessage {
        /// How the steps to branch at are chosen: "attention" is the method's,
        /// "token_entropy" TreeRL's. "attention", "excess", "first_steps",
        /// "fixed_segment", "token_entropy", "low_probability", "sentence_entropy",
        /// "kurtosis", "latr", "pivot" or "random". Default: "token_entropy"
        /// (treerl), "attention" (others). Only for jobs that grow trees.
        public var strategy: String?
        /// N: steps of a response that are branched at. 1 to 1024. Default: 2. Only
        /// for jobs that grow trees.
        public var points: Int64?
        /// T: responses drawn from each of these steps. 1 to 1024. Default: 2. Only
        /// for jobs that grow trees.
        public var continuations: Int64?
        /// Influence that a step must reach for "attention", or excess for "excess",
        /// as a quantile over the response's steps. 0 to 1. Default: 0.8. Only for
        /// jobs that grow trees.
        public var quantile: Double?
        /// D: attention counts from this many steps behind a step on. 1 to 10000.
        /// Default: 4. Only for jobs that grow trees.
        public var influenceGap: Int64?
        /// Least distance in tokens from the response's start and between branch
        /// points. The released code has 512; not set: 512, or an eighth of the
        /// response where that is less. 0 to 1048576. Only for jobs that grow trees.
        public var minGapTokens: Int64?
        /// The same as a share of the response's length. Only one of the two can be
        /// set. 0 to 1. Only for jobs that grow trees.
        public var minGapFraction: Double?
        /// Branch at steps from the one with </think> on, too. Default: false. Only
        /// for jobs that grow trees.
        public var includeAfterThinking: Bool?
        /// Where steps end: "auto" at blank lines, or at newlines if none separates
        /// anything, or else after every token. "auto", "blank_line", "line",
        /// "sentence", "token" or "text". Default: "auto". Only for jobs that grow
        /// trees.
        public var separator: String?
        /// The text of the separator "text". Only for jobs that grow trees.
        public var separatorText: String?
        /// For "pivot": how far the depth of a step counts, as an exponent. 0 to 100.
        /// Default: 2. Only for jobs that grow trees.
        public var depthExponent: Double?
        /// For "latr": how much less probable than the most probable first token of a
        /// step another may be. 0 to 1. Default: 0.15. Only for jobs that grow trees.
        public var tieGap: Double?
        /// For "latr": tokens drawn ahead of each continuation, to compare them with
        /// the response's. 1 to 1024. Default: 20. Only for jobs that grow trees.
        public var lookahead: Int64?
        /// For "latr": continuations stay if this share of these tokens has to be
        /// changed to make one from the other. 0 to 1. Default: 0.4. Only for jobs that
        /// grow trees.
        public var leastDivergence: Double?
        /// What is favoured beside rewards: "latent_novelty" steps whose hidden state
        /// the one before does not let expect, by a small linear head that learns in the
        /// job. "none" or "latent_novelty". Default: "none". Only for jobs that grow
        /// trees.
        public var bonus: String?
        /// How: "branching" takes the most novel of the steps that reach "quantile"
        /// rather than the earliest, for "attention" and "excess"; "reward" adds to the
        /// rewards of right responses that branch. Default: "branching". Only for jobs
        /// that grow trees.
        public var bonusUse: String?
        /// For "reward": the bonus is below this in the first step. Above 0, up to 1000.
        /// Default: 0.1. Only for jobs that grow trees.
        public var bonusWeight: Double?
        /// For "reward": steps over which the bonus falls to 0. 1 to 100000000. Default:
        /// 100. Only for jobs that grow trees.
        public var bonusSteps: Int64?

        public init() {}
    }
}

extension V1.BranchingSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.BranchingSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__branching_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__BranchingSpecification>) throws(ProtobufError) {
        if c.pointee._strategy_case.rawValue != 0 { strategy = try CRead.string(c.pointee.strategy, "strategy") }
        if c.pointee._points_case.rawValue != 0 { points = c.pointee.points }
        if c.pointee._continuations_case.rawValue != 0 { continuations = c.pointee.continuations }
        if c.pointee._quantile_case.rawValue != 0 { quantile = c.pointee.quantile }
        if c.pointee._influence_gap_case.rawValue != 0 { influenceGap = c.pointee.influence_gap }
        if c.pointee._min_gap_tokens_case.rawValue != 0 { minGapTokens = c.pointee.min_gap_tokens }
        if c.pointee._min_gap_fraction_case.rawValue != 0 { minGapFraction = c.pointee.min_gap_fraction }
        if c.pointee._include_after_thinking_case.rawValue != 0 { includeAfterThinking = c.pointee.include_after_thinking != 0 }
        if c.pointee._separator_case.rawValue != 0 { separator = try CRead.string(c.pointee.separator, "separator") }
        if c.pointee._separator_text_case.rawValue != 0 { separatorText = try CRead.string(c.pointee.separator_text, "separator_text") }
        if c.pointee._depth_exponent_case.rawValue != 0 { depthExponent = c.pointee.depth_exponent }
        if c.pointee._tie_gap_case.rawValue != 0 { tieGap = c.pointee.tie_gap }
        if c.pointee._lookahead_case.rawValue != 0 { lookahead = c.pointee.lookahead }
        if c.pointee._least_divergence_case.rawValue != 0 { leastDivergence = c.pointee.least_divergence }
        if c.pointee._bonus_case.rawValue != 0 { bonus = try CRead.string(c.pointee.bonus, "bonus") }
        if c.pointee._bonus_use_case.rawValue != 0 { bonusUse = try CRead.string(c.pointee.bonus_use, "bonus_use") }
        if c.pointee._bonus_weight_case.rawValue != 0 { bonusWeight = c.pointee.bonus_weight }
        if c.pointee._bonus_steps_case.rawValue != 0 { bonusSteps = c.pointee.bonus_steps }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__BranchingSpecification>, _ arena: MessageArena) {
        if let value = strategy {
            c.pointee._strategy_case = ATTNRL__V1__BRANCHING_SPECIFICATION___STRATEGY_STRATEGY
            c.pointee.strategy = arena.string(value)
        }
        if let value = points {
            c.pointee._points_case = ATTNRL__V1__BRANCHING_SPECIFICATION___POINTS_POINTS
            c.pointee.points = value
        }
        if let value = continuations {
            c.pointee._continuations_case = ATTNRL__V1__BRANCHING_SPECIFICATION___CONTINUATIONS_CONTINUATIONS
            c.pointee.continuations = value
        }
        if let value = quantile {
            c.pointee._quantile_case = ATTNRL__V1__BRANCHING_SPECIFICATION___QUANTILE_QUANTILE
            c.pointee.quantile = value
        }
        if let value = influenceGap {
            c.pointee._influence_gap_case = ATTNRL__V1__BRANCHING_SPECIFICATION___INFLUENCE_GAP_INFLUENCE_GAP
            c.pointee.influence_gap = value
        }
        if let value = minGapTokens {
            c.pointee._min_gap_tokens_case = ATTNRL__V1__BRANCHING_SPECIFICATION___MIN_GAP_TOKENS_MIN_GAP_TOKENS
            c.pointee.min_gap_tokens = value
        }
        if let value = minGapFraction {
            c.pointee._min_gap_fraction_case = ATTNRL__V1__BRANCHING_SPECIFICATION___MIN_GAP_FRACTION_MIN_GAP_FRACTION
            c.pointee.min_gap_fraction = value
        }
        if let value = includeAfterThinking {
            c.pointee._include_after_thinking_case = ATTNRL__V1__BRANCHING_SPECIFICATION___INCLUDE_AFTER_THINKING_INCLUDE_AFTER_THINKING
            c.pointee.include_after_thinking = value ? 1 : 0
        }
        if let value = separator {
            c.pointee._separator_case = ATTNRL__V1__BRANCHING_SPECIFICATION___SEPARATOR_SEPARATOR
            c.pointee.separator = arena.string(value)
        }
        if let value = separatorText {
            c.pointee._separator_text_case = ATTNRL__V1__BRANCHING_SPECIFICATION___SEPARATOR_TEXT_SEPARATOR_TEXT
            c.pointee.separator_text = arena.string(value)
        }
        if let value = depthExponent {
            c.pointee._depth_exponent_case = ATTNRL__V1__BRANCHING_SPECIFICATION___DEPTH_EXPONENT_DEPTH_EXPONENT
            c.pointee.depth_exponent = value
        }
        if let value = tieGap {
            c.pointee._tie_gap_case = ATTNRL__V1__BRANCHING_SPECIFICATION___TIE_GAP_TIE_GAP
            c.pointee.tie_gap = value
        }
        if let value = lookahead {
            c.pointee._lookahead_case = ATTNRL__V1__BRANCHING_SPECIFICATION___LOOKAHEAD_LOOKAHEAD
            c.pointee.lookahead = value
        }
        if let value = leastDivergence {
            c.pointee._least_divergence_case = ATTNRL__V1__BRANCHING_SPECIFICATION___LEAST_DIVERGENCE_LEAST_DIVERGENCE
            c.pointee.least_divergence = value
        }
        if let value = bonus {
            c.pointee._bonus_case = ATTNRL__V1__BRANCHING_SPECIFICATION___BONUS_BONUS
            c.pointee.bonus = arena.string(value)
        }
        if let value = bonusUse {
            c.pointee._bonus_use_case = ATTNRL__V1__BRANCHING_SPECIFICATION___BONUS_USE_BONUS_USE
            c.pointee.bonus_use = arena.string(value)
        }
        if let value = bonusWeight {
            c.pointee._bonus_weight_case = ATTNRL__V1__BRANCHING_SPECIFICATION___BONUS_WEIGHT_BONUS_WEIGHT
            c.pointee.bonus_weight = value
        }
        if let value = bonusSteps {
            c.pointee._bonus_steps_case = ATTNRL__V1__BRANCHING_SPECIFICATION___BONUS_STEPS_BONUS_STEPS
            c.pointee.bonus_steps = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("strategy", &strategy)
        visitor.optional("points", &points)
        visitor.optional("continuations", &continuations)
        visitor.optional("quantile", &quantile)
        visitor.optional(.init("influenceGap", "influence_gap"), &influenceGap)
        visitor.optional(.init("minGapTokens", "min_gap_tokens"), &minGapTokens)
        visitor.optional(.init("minGapFraction", "min_gap_fraction"), &minGapFraction)
        visitor.optional(.init("includeAfterThinking", "include_after_thinking"), &includeAfterThinking)
        visitor.optional("separator", &separator)
        visitor.optional(.init("separatorText", "separator_text"), &separatorText)
        visitor.optional(.init("depthExponent", "depth_exponent"), &depthExponent)
        visitor.optional(.init("tieGap", "tie_gap"), &tieGap)
        visitor.optional("lookahead", &lookahead)
        visitor.optional(.init("leastDivergence", "least_divergence"), &leastDivergence)
        visitor.optional("bonus", &bonus)
        visitor.optional(.init("bonusUse", "bonus_use"), &bonusUse)
        visitor.optional(.init("bonusWeight", "bonus_weight"), &bonusWeight)
        visitor.optional(.init("bonusSteps", "bonus_steps"), &bonusSteps)
    }
}

extension V1 {
    /// Which prompts are sampled further, and how many a step takes.
    public struct AdaptiveSpecification: ProtobufMessage {
        /// Which prompts that every first rollout solved are branched:
        /// "attention_mean" those of influence above the running mean, "drop" none,
        /// "keep" all. Default: "attention_mean" (attnrl), "keep" (others). Only for
        /// jobs that grow trees.
        public var easyPrompts: String?
        /// How many of a prompt's rollouts are branched, z being the share of right
        /// ones: "round" and "ceil" of exp(-z) "branched_rollouts" (the paper's and
        /// its released code's), or "all" of these. Default: "round" (attnrl), "all"
        /// (others). Only for jobs that grow trees.
        public var expansion: String?
        /// M': rollouts of a prompt that are branched where none is right. 1 to 1024.
        /// Default: 6. Only for jobs that grow trees.
        public var branchedRollouts: Int64?
        /// Take as many prompts in the next step as give "target_rows" rows to learn
        /// from. Default: true (attnrl), false (others). Only for jobs that grow
        /// trees.
        public var batch: Bool?
        /// Lambda: how far the number of prompts stays what it was. 0 to 1. Default:
        /// 0.9. Only for jobs that grow trees.
        public var smoothing: Double?
        /// Rows with an advantage wanted in a step. Not set: 5
        /// "batch.prompts_per_step" "rollout.group_size". 1 to 16777216. Only for jobs
        /// that grow trees.
        public var targetRows: Int64?
        /// Prompts that a step takes at most. Not set: 4 "batch.prompts_per_step". 1
        /// to 65536. Only for jobs that grow trees.
        public var maxPrompts: Int64?

        public init() {}
    }
}

extension V1.AdaptiveSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.AdaptiveSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__adaptive_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__AdaptiveSpecification>) throws(ProtobufError) {
        if c.pointee._easy_prompts_case.rawValue != 0 { easyPrompts = try CRead.string(c.pointee.easy_prompts, "easy_prompts") }
        if c.pointee._expansion_case.rawValue != 0 { expansion = try CRead.string(c.pointee.expansion, "expansion") }
        if c.pointee._branched_rollouts_case.rawValue != 0 { branchedRollouts = c.pointee.branched_rollouts }
        if c.pointee._batch_case.rawValue != 0 { batch = c.pointee.batch != 0 }
        if c.pointee._smoothing_case.rawValue != 0 { smoothing = c.pointee.smoothing }
        if c.pointee._target_rows_case.rawValue != 0 { targetRows = c.pointee.target_rows }
        if c.pointee._max_prompts_case.rawValue != 0 { maxPrompts = c.pointee.max_prompts }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__AdaptiveSpecification>, _ arena: MessageArena) {
        if let value = easyPrompts {
            c.pointee._easy_prompts_case = ATTNRL__V1__ADAPTIVE_SPECIFICATION___EASY_PROMPTS_EASY_PROMPTS
            c.pointee.easy_prompts = arena.string(value)
        }
        if let value = expansion {
            c.pointee._expansion_case = ATTNRL__V1__ADAPTIVE_SPECIFICATION___EXPANSION_EXPANSION
            c.pointee.expansion = arena.string(value)
        }
        if let value = branchedRollouts {
            c.pointee._branched_rollouts_case = ATTNRL__V1__ADAPTIVE_SPECIFICATION___BRANCHED_ROLLOUTS_BRANCHED_ROLLOUTS
            c.pointee.branched_rollouts = value
        }
        if let value = batch {
            c.pointee._batch_case = ATTNRL__V1__ADAPTIVE_SPECIFICATION___BATCH_BATCH
            c.pointee.batch = value ? 1 : 0
        }
        if let value = smoothing {
            c.pointee._smoothing_case = ATTNRL__V1__ADAPTIVE_SPECIFICATION___SMOOTHING_SMOOTHING
            c.pointee.smoothing = value
        }
        if let value = targetRows {
            c.pointee._target_rows_case = ATTNRL__V1__ADAPTIVE_SPECIFICATION___TARGET_ROWS_TARGET_ROWS
            c.pointee.target_rows = value
        }
        if let value = maxPrompts {
            c.pointee._max_prompts_case = ATTNRL__V1__ADAPTIVE_SPECIFICATION___MAX_PROMPTS_MAX_PROMPTS
            c.pointee.max_prompts = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("easyPrompts", "easy_prompts"), &easyPrompts)
        visitor.optional("expansion", &expansion)
        visitor.optional(.init("branchedRollouts", "branched_rollouts"), &branchedRollouts)
        visitor.optional("batch", &batch)
        visitor.optional("smoothing", &smoothing)
        visitor.optional(.init("targetRows", "target_rows"), &targetRows)
        visitor.optional(.init("maxPrompts", "max_prompts"), &maxPrompts)
    }
}

extension V1 {
    /// Which rollout trees are kept to look at.
    public struct TreesSpecification: ProtobufMessage {
        /// Keep trees of every so many steps, in the job's folder; 0 keeps none. 0 to
        /// 10000000. Default: 10. Only for jobs that grow trees.
        public var everySteps: Int64?
        /// Trees kept of one step. 1 to 65536. Default: 4. Only for jobs that grow
        /// trees.
        public var perStep: Int64?

        public init() {}
    }
}

extension V1.TreesSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.TreesSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__trees_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TreesSpecification>) throws(ProtobufError) {
        if c.pointee._every_steps_case.rawValue != 0 { everySteps = c.pointee.every_steps }
        if c.pointee._per_step_case.rawValue != 0 { perStep = c.pointee.per_step }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TreesSpecification>, _ arena: MessageArena) {
        if let value = everySteps {
            c.pointee._every_steps_case = ATTNRL__V1__TREES_SPECIFICATION___EVERY_STEPS_EVERY_STEPS
            c.pointee.every_steps = value
        }
        if let value = perStep {
            c.pointee._per_step_case = ATTNRL__V1__TREES_SPECIFICATION___PER_STEP_PER_STEP
            c.pointee.per_step = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("everySteps", "every_steps"), &everySteps)
        visitor.optional(.init("perStep", "per_step"), &perStep)
    }
}

extension V1 {
    /// What a warm start draws, and what it keeps of it.
    public struct WarmStartSpecification: ProtobufMessage {
        /// What asks for different ways to reason, one after the other: system messages
        /// with `data.chat`, otherwise prompts in which "{prompt}" stands for the
        /// record's. Each has "rollout.group_size" responses. What is learnt follows the
        /// prompt as "data" has it. Up to 64, each 1 to 16384 bytes. Only for jobs of
        /// kind "warm_start".
        public var templates: [String] = []
        /// Records that responses are collected from, in the job's first steps; those
        /// after them learn. 1 to 1000000. Default: 64. Only for jobs of kind
        /// "warm_start".
        public var prompts: Int64?
        /// Right responses to one prompt that are kept at most. 1 to 1024. Default: 2.
        /// Only for jobs of kind "warm_start".
        public var perPrompt: Int64?
        /// Which right responses are kept: "max_min" those whose mean hidden states lie
        /// farthest apart, "random" any. Default: "max_min". Only for jobs of kind
        /// "warm_start".
        public var select: String?
        /// The layer of these hidden states: 0 is the embedding. Not set: the last,
        /// after the final norm. 0 to 1000. Only for jobs of kind "warm_start".
        public var layer: Int64?

        public init() {}
    }
}

extension V1.WarmStartSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.WarmStartSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__warm_start_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__WarmStartSpecification>) throws(ProtobufError) {
        templates = try CRead.strings(c.pointee.templates, c.pointee.n_templates, "templates")
        if c.pointee._prompts_case.rawValue != 0 { prompts = c.pointee.prompts }
        if c.pointee._per_prompt_case.rawValue != 0 { perPrompt = c.pointee.per_prompt }
        if c.pointee._select_case.rawValue != 0 { select = try CRead.string(c.pointee.select, "select") }
        if c.pointee._layer_case.rawValue != 0 { layer = c.pointee.layer }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__WarmStartSpecification>, _ arena: MessageArena) {
        (c.pointee.n_templates, c.pointee.templates) = arena.strings(templates)
        if let value = prompts {
            c.pointee._prompts_case = ATTNRL__V1__WARM_START_SPECIFICATION___PROMPTS_PROMPTS
            c.pointee.prompts = value
        }
        if let value = perPrompt {
            c.pointee._per_prompt_case = ATTNRL__V1__WARM_START_SPECIFICATION___PER_PROMPT_PER_PROMPT
            c.pointee.per_prompt = value
        }
        if let value = select {
            c.pointee._select_case = ATTNRL__V1__WARM_START_SPECIFICATION___SELECT_SELECT
            c.pointee.select = arena.string(value)
        }
        if let value = layer {
            c.pointee._layer_case = ATTNRL__V1__WARM_START_SPECIFICATION___LAYER_LAYER
            c.pointee.layer = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("templates", &templates)
        visitor.optional("prompts", &prompts)
        visitor.optional(.init("perPrompt", "per_prompt"), &perPrompt)
        visitor.optional("select", &select)
        visitor.optional("layer", &layer)
    }
}

extension V1 {
    /// How a linear reward is fitted to comparisons.
    public struct RewardModelSpecification: ProtobufMessage {
        /// The layer whose mean hidden states the reward is linear in: 0 is the
        /// embedding. Not set: the last, after the final norm. 0 to 1000. Only for jobs
        /// of kind "reward_model".
        public var layer: Int64?
        /// Lambda: weight of the squared norm of the reward's weights, which keeps few
        /// pairs from saying too much. Above 0, up to 1000000. Default: 1. Only for jobs
        /// of kind "reward_model".
        public var ridge: Double?
        /// Pairs used, from the first on. 1 to 100000. Default: 2000. Only for jobs of
        /// kind "reward_model".
        public var pairs: Int64?
        /// Share of the pairs that the reward is not fitted to, but examined on. 0 to
        /// 0.9. Default: 0.2. Only for jobs of kind "reward_model".
        public var heldOutShare: Double?

        public init() {}
    }
}

extension V1.RewardModelSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.RewardModelSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__reward_model_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__RewardModelSpecification>) throws(ProtobufError) {
        if c.pointee._layer_case.rawValue != 0 { layer = c.pointee.layer }
        if c.pointee._ridge_case.rawValue != 0 { ridge = c.pointee.ridge }
        if c.pointee._pairs_case.rawValue != 0 { pairs = c.pointee.pairs }
        if c.pointee._held_out_share_case.rawValue != 0 { heldOutShare = c.pointee.held_out_share }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__RewardModelSpecification>, _ arena: MessageArena) {
        if let value = layer {
            c.pointee._layer_case = ATTNRL__V1__REWARD_MODEL_SPECIFICATION___LAYER_LAYER
            c.pointee.layer = value
        }
        if let value = ridge {
            c.pointee._ridge_case = ATTNRL__V1__REWARD_MODEL_SPECIFICATION___RIDGE_RIDGE
            c.pointee.ridge = value
        }
        if let value = pairs {
            c.pointee._pairs_case = ATTNRL__V1__REWARD_MODEL_SPECIFICATION___PAIRS_PAIRS
            c.pointee.pairs = value
        }
        if let value = heldOutShare {
            c.pointee._held_out_share_case = ATTNRL__V1__REWARD_MODEL_SPECIFICATION___HELD_OUT_SHARE_HELD_OUT_SHARE
            c.pointee.held_out_share = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("layer", &layer)
        visitor.optional("ridge", &ridge)
        visitor.optional("pairs", &pairs)
        visitor.optional(.init("heldOutShare", "held_out_share"), &heldOutShare)
    }
}

extension V1 {
    /// What the policy's parameters are moved to lower.
    public struct LossSpecification: ProtobufMessage {
        /// For "clipped" and "gspo": probability ratios below 1 minus this are
        /// clipped. GSPO's paper has 3e-4. 0 to 1. Default: 0.2. Only for jobs of
        /// kinds "grpo", "treerl" and "attnrl".
        public var clipLow: Double?
        /// For "clipped", "gspo" and "cispo": probability ratios above 1 plus this are
        /// clipped. GSPO's paper has 4e-4; with "cispo" 3 is usual. 0 to 100. Default:
        /// 0.28. Only for jobs of kinds "grpo", "treerl" and "attnrl".
        public var clipHigh: Double?
        /// For "clipped": bound on the ratio where the advantage is negative. Above 1,
        /// up to 1000. Default: 3. Only for jobs of kinds "grpo", "treerl" and
        /// "attnrl".
        public var dualClip: Double?
        /// Weight of the divergence from the policy the job began with; 0 leaves it
        /// out. "dpo" has none: its pairs are measured against that policy. 0 to 100.
        /// Default: 0.001. Only for jobs of kinds "grpo", "treerl" and "attnrl".
        public var klCoefficient: Double?
        /// How the divergence is estimated from drawn tokens. "k3". Default: "k3".
        /// Only for jobs of kinds "grpo", "treerl" and "attnrl".
        public var klEstimator: String?
        /// Weight of the entropy that is rewarded; 0 leaves it out. 0 to 100. Default:
        /// 0. Only for jobs of kinds "grpo", "treerl" and "attnrl".
        public var entropyCoefficient: Double?
        /// How tokens add up: "token_mean" is the mean over all tokens of the step, of
        /// trees over those of all rows; "response_mean" that over responses of each
        /// one's mean; "constant_length" the sum by the number of responses and
        /// "rollout.max_tokens". Not set: "constant_length" for "dr_grpo",
        /// "response_mean" for "gspo", else "token_mean". Only for jobs of kinds
        /// "grpo", "treerl" and "attnrl".
        public var aggregation: String?
        /// For "group_mean": whether advantages are divided by the group's standard
        /// deviation. "std" or "none". Default: "std". Only for jobs of kind "grpo".
        public var advantageNormalisation: String?
        /// Beta. Of "direct_advantage": the log-ratio of a branch, against the policy
        /// the job began with, is fitted to its advantage divided by this. Of the loss
        /// "dpo": factor of log-ratios; not set: 0.1. Of "dro": weight of their
        /// squares; not set: 0.05. Above 0, up to 1000. Default: 0.01
        /// (direct_advantage). Only for jobs that learn from rewards.
        public var beta: Double?
        /// Branches of one place are learnt from if the best and the worst are worth
        /// at least so much apart. 0 to 1000. Default: 0.1. Only for jobs of kind
        /// "direct_advantage".
        public var minAdvantageGap: Double?
        /// What is minimised: "clipped" (PPO's), "cispo", "gspo",
        /// "importance_sampling" (unbounded), "dro", or "dpo", which learns from pairs
        /// of a better and a worse response. Default: "clipped". Only for jobs of
        /// kinds "grpo", "treerl" and "attnrl".
        public var kind: String?
        /// What a response is compared with: its group's mean ("group_mean"; "dr_grpo"
        /// never divides by the deviation) or the others ("leave_one_out"). In trees a
        /// stretch with prompt and parent ("global_local"), "parent" alone (SPO), all
        /// groups around it ("subgroup_mean", TreePO), values of its places ("vine"),
        /// or its place, scaled ("fr3e_scale"). Default: "group_mean" (grpo),
        /// "global_local" (treerl, attnrl). Only for jobs of kinds "grpo", "treerl"
        /// and "attnrl".
        public var advantage: String?
        /// Adapt that weight to this entropy, in nats per token, from step to step: it
        /// rises while the policy's is lower, falls while it is higher, and counts
        /// only while it is not higher (Skywork-OR1). Not set: it stays. Above 0, up
        /// to 100. Only for jobs of kinds "grpo", "treerl" and "attnrl".
        public var entropyTarget: Double?
        /// How far it moves in a step. Above 0, up to 1. Default: 0.005. Only for
        /// jobs of kinds "grpo", "treerl" and "attnrl".
        public var entropyStep: Double?
        /// What says what a branch is worth: "tree" the mean reward of the responses
        /// below it; "critic" a head on hidden states, fitted to the trees of earlier
        /// steps, for the first reasoning step of each branch, which is then all that
        /// is learnt of it. Default: "tree". Only for jobs of kind "direct_advantage".
        public var values: String?

        public init() {}
    }
}

extension V1.LossSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.LossSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__loss_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__LossSpecification>) throws(ProtobufError) {
        if c.pointee._clip_low_case.rawValue != 0 { clipLow = c.pointee.clip_low }
        if c.pointee._clip_high_case.rawValue != 0 { clipHigh = c.pointee.clip_high }
        if c.pointee._dual_clip_case.rawValue != 0 { dualClip = c.pointee.dual_clip }
        if c.pointee._kl_coefficient_case.rawValue != 0 { klCoefficient = c.pointee.kl_coefficient }
        if c.pointee._kl_estimator_case.rawValue != 0 { klEstimator = try CRead.string(c.pointee.kl_estimator, "kl_estimator") }
        if c.pointee._entropy_coefficient_case.rawValue != 0 { entropyCoefficient = c.pointee.entropy_coefficient }
        if c.pointee._aggregation_case.rawValue != 0 { aggregation = try CRead.string(c.pointee.aggregation, "aggregation") }
        if c.pointee._advantage_normalisation_case.rawValue != 0 { advantageNormalisation = try CRead.string(c.pointee.advantage_normalisation, "advantage_normalisation") }
        if c.pointee._beta_case.rawValue != 0 { beta = c.pointee.beta }
        if c.pointee._min_advantage_gap_case.rawValue != 0 { minAdvantageGap = c.pointee.min_advantage_gap }
        if c.pointee._kind_case.rawValue != 0 { kind = try CRead.string(c.pointee.kind, "kind") }
        if c.pointee._advantage_case.rawValue != 0 { advantage = try CRead.string(c.pointee.advantage, "advantage") }
        if c.pointee._entropy_target_case.rawValue != 0 { entropyTarget = c.pointee.entropy_target }
        if c.pointee._entropy_step_case.rawValue != 0 { entropyStep = c.pointee.entropy_step }
        if c.pointee._values_case.rawValue != 0 { values = try CRead.string(c.pointee.values, "values") }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__LossSpecification>, _ arena: MessageArena) {
        if let value = clipLow {
            c.pointee._clip_low_case = ATTNRL__V1__LOSS_SPECIFICATION___CLIP_LOW_CLIP_LOW
            c.pointee.clip_low = value
        }
        if let value = clipHigh {
            c.pointee._clip_high_case = ATTNRL__V1__LOSS_SPECIFICATION___CLIP_HIGH_CLIP_HIGH
            c.pointee.clip_high = value
        }
        if let value = dualClip {
            c.pointee._dual_clip_case = ATTNRL__V1__LOSS_SPECIFICATION___DUAL_CLIP_DUAL_CLIP
            c.pointee.dual_clip = value
        }
        if let value = klCoefficient {
            c.pointee._kl_coefficient_case = ATTNRL__V1__LOSS_SPECIFICATION___KL_COEFFICIENT_KL_COEFFICIENT
            c.pointee.kl_coefficient = value
        }
        if let value = klEstimator {
            c.pointee._kl_estimator_case = ATTNRL__V1__LOSS_SPECIFICATION___KL_ESTIMATOR_KL_ESTIMATOR
            c.pointee.kl_estimator = arena.string(value)
        }
        if let value = entropyCoefficient {
            c.pointee._entropy_coefficient_case = ATTNRL__V1__LOSS_SPECIFICATION___ENTROPY_COEFFICIENT_ENTROPY_COEFFICIENT
            c.pointee.entropy_coefficient = value
        }
        if let value = aggregation {
            c.pointee._aggregation_case = ATTNRL__V1__LOSS_SPECIFICATION___AGGREGATION_AGGREGATION
            c.pointee.aggregation = arena.string(value)
        }
        if let value = advantageNormalisation {
            c.pointee._advantage_normalisation_case = ATTNRL__V1__LOSS_SPECIFICATION___ADVANTAGE_NORMALISATION_ADVANTAGE_NORMALISATION
            c.pointee.advantage_normalisation = arena.string(value)
        }
        if let value = beta {
            c.pointee._beta_case = ATTNRL__V1__LOSS_SPECIFICATION___BETA_BETA
            c.pointee.beta = value
        }
        if let value = minAdvantageGap {
            c.pointee._min_advantage_gap_case = ATTNRL__V1__LOSS_SPECIFICATION___MIN_ADVANTAGE_GAP_MIN_ADVANTAGE_GAP
            c.pointee.min_advantage_gap = value
        }
        if let value = kind {
            c.pointee._kind_case = ATTNRL__V1__LOSS_SPECIFICATION___KIND_KIND
            c.pointee.kind = arena.string(value)
        }
        if let value = advantage {
            c.pointee._advantage_case = ATTNRL__V1__LOSS_SPECIFICATION___ADVANTAGE_ADVANTAGE
            c.pointee.advantage = arena.string(value)
        }
        if let value = entropyTarget {
            c.pointee._entropy_target_case = ATTNRL__V1__LOSS_SPECIFICATION___ENTROPY_TARGET_ENTROPY_TARGET
            c.pointee.entropy_target = value
        }
        if let value = entropyStep {
            c.pointee._entropy_step_case = ATTNRL__V1__LOSS_SPECIFICATION___ENTROPY_STEP_ENTROPY_STEP
            c.pointee.entropy_step = value
        }
        if let value = values {
            c.pointee._values_case = ATTNRL__V1__LOSS_SPECIFICATION___VALUES_VALUES
            c.pointee.values = arena.string(value)
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("clipLow", "clip_low"), &clipLow)
        visitor.optional(.init("clipHigh", "clip_high"), &clipHigh)
        visitor.optional(.init("dualClip", "dual_clip"), &dualClip)
        visitor.optional(.init("klCoefficient", "kl_coefficient"), &klCoefficient)
        visitor.optional(.init("klEstimator", "kl_estimator"), &klEstimator)
        visitor.optional(.init("entropyCoefficient", "entropy_coefficient"), &entropyCoefficient)
        visitor.optional("aggregation", &aggregation)
        visitor.optional(.init("advantageNormalisation", "advantage_normalisation"), &advantageNormalisation)
        visitor.optional("beta", &beta)
        visitor.optional(.init("minAdvantageGap", "min_advantage_gap"), &minAdvantageGap)
        visitor.optional("kind", &kind)
        visitor.optional("advantage", &advantage)
        visitor.optional(.init("entropyTarget", "entropy_target"), &entropyTarget)
        visitor.optional(.init("entropyStep", "entropy_step"), &entropyStep)
        visitor.optional("values", &values)
    }
}

extension V1 {
    /// What foresees the rewards of what has only begun. All of it only for jobs of
    /// kind "direct_advantage" whose "loss.values" is "critic".
    public struct CriticSpecification: ProtobufMessage {
        /// Steps at the job's beginning that teach the critic alone. 1 to 1000000.
        /// Default: 5.
        public var warmupSteps: Int64?
        /// Lambda: weight of the squared norm of the critic's weights, which keeps few
        /// trees from saying too much. Above 0, up to 1000000. Default: 1.
        public var ridge: Double?
        /// Branches that it is fitted to, the newest. 16 to 1000000. Default: 4096.
        public var branches: Int64?
        /// What happens while the critic foresees rewards worse than their mean does,
        /// over the last steps' trees before it was fitted to them: "wait" teaches
        /// the critic alone, "go_on" learns from it. Default: "wait".
        public var whenWorse: String?

        public init() {}
    }
}

extension V1.CriticSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.CriticSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__critic_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__CriticSpecification>) throws(ProtobufError) {
        if c.pointee._warmup_steps_case.rawValue != 0 { warmupSteps = c.pointee.warmup_steps }
        if c.pointee._ridge_case.rawValue != 0 { ridge = c.pointee.ridge }
        if c.pointee._branches_case.rawValue != 0 { branches = c.pointee.branches }
        if c.pointee._when_worse_case.rawValue != 0 { whenWorse = try CRead.string(c.pointee.when_worse, "when_worse") }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__CriticSpecification>, _ arena: MessageArena) {
        if let value = warmupSteps {
            c.pointee._warmup_steps_case = ATTNRL__V1__CRITIC_SPECIFICATION___WARMUP_STEPS_WARMUP_STEPS
            c.pointee.warmup_steps = value
        }
        if let value = ridge {
            c.pointee._ridge_case = ATTNRL__V1__CRITIC_SPECIFICATION___RIDGE_RIDGE
            c.pointee.ridge = value
        }
        if let value = branches {
            c.pointee._branches_case = ATTNRL__V1__CRITIC_SPECIFICATION___BRANCHES_BRANCHES
            c.pointee.branches = value
        }
        if let value = whenWorse {
            c.pointee._when_worse_case = ATTNRL__V1__CRITIC_SPECIFICATION___WHEN_WORSE_WHEN_WORSE
            c.pointee.when_worse = arena.string(value)
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("warmupSteps", "warmup_steps"), &warmupSteps)
        visitor.optional("ridge", &ridge)
        visitor.optional("branches", &branches)
        visitor.optional(.init("whenWorse", "when_worse"), &whenWorse)
    }
}

extension V1 {
    /// Latent thinks before the steps of given responses. All of it only for jobs of
    /// kind "action_abstraction".
    public struct AbstractionSpecification: ProtobufMessage {
        /// c: what a think costs, in nats of the step behind it. 0 to 1000. Default:
        /// 0.05.
        public var penalty: Double?
        /// Decisions drawn before each step, to think or to act; their rewards are
        /// compared. 2 to 256. Default: 4.
        public var groupSize: Int64?
        /// Longest think in tokens, without its marks. 0: no thinks, which is plain
        /// next-token training. 0 to 1024. Default: 8.
        public var maxLatentTokens: Int64?
        /// Share of decisions, but for the first of a group, that think whatever the
        /// policy would do. Without it, a policy that never writes the mark never
        /// comes to it. 0 to 1. Default: 0.25.
        public var explore: Double?
        /// Text that begins a think. Up to 64 bytes. Default: "# ".
        public var thinkOpen: String?
        /// Text that ends a think. Up to 64 bytes. Default: a newline.
        public var thinkClose: String?
        /// Steps in a row that learn which thinks help, by their rewards. 0 to
        /// 1000000. Default: 1.
        public var eSteps: Int64?
        /// Steps in a row behind these that learn the responses with the thinks that
        /// were drawn. 1 to 1000000. Default: 1.
        public var mSteps: Int64?
        /// Divides the logits before a think's tokens are drawn. Above 0, up to 100.
        /// Default: 1.
        public var temperature: Double?
        /// Where steps end: "auto" at blank lines, or at newlines if none separates
        /// anything, or else after every token. "auto", "blank_line", "line",
        /// "sentence", "token" or "text". Default: "auto".
        public var separator: String?
        /// The text of the separator "text". Up to 64 bytes.
        public var separatorText: String?

        public init() {}
    }
}

extension V1.AbstractionSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.AbstractionSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__abstraction_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__AbstractionSpecification>) throws(ProtobufError) {
        if c.pointee._penalty_case.rawValue != 0 { penalty = c.pointee.penalty }
        if c.pointee._group_size_case.rawValue != 0 { groupSize = c.pointee.group_size }
        if c.pointee._max_latent_tokens_case.rawValue != 0 { maxLatentTokens = c.pointee.max_latent_tokens }
        if c.pointee._explore_case.rawValue != 0 { explore = c.pointee.explore }
        if c.pointee._think_open_case.rawValue != 0 { thinkOpen = try CRead.string(c.pointee.think_open, "think_open") }
        if c.pointee._think_close_case.rawValue != 0 { thinkClose = try CRead.string(c.pointee.think_close, "think_close") }
        if c.pointee._e_steps_case.rawValue != 0 { eSteps = c.pointee.e_steps }
        if c.pointee._m_steps_case.rawValue != 0 { mSteps = c.pointee.m_steps }
        if c.pointee._temperature_case.rawValue != 0 { temperature = c.pointee.temperature }
        if c.pointee._separator_case.rawValue != 0 { separator = try CRead.string(c.pointee.separator, "separator") }
        if c.pointee._separator_text_case.rawValue != 0 { separatorText = try CRead.string(c.pointee.separator_text, "separator_text") }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__AbstractionSpecification>, _ arena: MessageArena) {
        if let value = penalty {
            c.pointee._penalty_case = ATTNRL__V1__ABSTRACTION_SPECIFICATION___PENALTY_PENALTY
            c.pointee.penalty = value
        }
        if let value = groupSize {
            c.pointee._group_size_case = ATTNRL__V1__ABSTRACTION_SPECIFICATION___GROUP_SIZE_GROUP_SIZE
            c.pointee.group_size = value
        }
        if let value = maxLatentTokens {
            c.pointee._max_latent_tokens_case = ATTNRL__V1__ABSTRACTION_SPECIFICATION___MAX_LATENT_TOKENS_MAX_LATENT_TOKENS
            c.pointee.max_latent_tokens = value
        }
        if let value = explore {
            c.pointee._explore_case = ATTNRL__V1__ABSTRACTION_SPECIFICATION___EXPLORE_EXPLORE
            c.pointee.explore = value
        }
        if let value = thinkOpen {
            c.pointee._think_open_case = ATTNRL__V1__ABSTRACTION_SPECIFICATION___THINK_OPEN_THINK_OPEN
            c.pointee.think_open = arena.string(value)
        }
        if let value = thinkClose {
            c.pointee._think_close_case = ATTNRL__V1__ABSTRACTION_SPECIFICATION___THINK_CLOSE_THINK_CLOSE
            c.pointee.think_close = arena.string(value)
        }
        if let value = eSteps {
            c.pointee._e_steps_case = ATTNRL__V1__ABSTRACTION_SPECIFICATION___E_STEPS_E_STEPS
            c.pointee.e_steps = value
        }
        if let value = mSteps {
            c.pointee._m_steps_case = ATTNRL__V1__ABSTRACTION_SPECIFICATION___M_STEPS_M_STEPS
            c.pointee.m_steps = value
        }
        if let value = temperature {
            c.pointee._temperature_case = ATTNRL__V1__ABSTRACTION_SPECIFICATION___TEMPERATURE_TEMPERATURE
            c.pointee.temperature = value
        }
        if let value = separator {
            c.pointee._separator_case = ATTNRL__V1__ABSTRACTION_SPECIFICATION___SEPARATOR_SEPARATOR
            c.pointee.separator = arena.string(value)
        }
        if let value = separatorText {
            c.pointee._separator_text_case = ATTNRL__V1__ABSTRACTION_SPECIFICATION___SEPARATOR_TEXT_SEPARATOR_TEXT
            c.pointee.separator_text = arena.string(value)
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("penalty", &penalty)
        visitor.optional(.init("groupSize", "group_size"), &groupSize)
        visitor.optional(.init("maxLatentTokens", "max_latent_tokens"), &maxLatentTokens)
        visitor.optional("explore", &explore)
        visitor.optional(.init("thinkOpen", "think_open"), &thinkOpen)
        visitor.optional(.init("thinkClose", "think_close"), &thinkClose)
        visitor.optional(.init("eSteps", "e_steps"), &eSteps)
        visitor.optional(.init("mSteps", "m_steps"), &mSteps)
        visitor.optional("temperature", &temperature)
        visitor.optional("separator", &separator)
        visitor.optional(.init("separatorText", "separator_text"), &separatorText)
    }
}

extension V1 {
    /// Whether an adapter (LoRA) is trained in place of all weights, and which.
    public struct AdapterSpecification: ProtobufMessage {
        /// Train an adapter (LoRA) of this rank and leave the policy's weights as they
        /// are. Not set: train all weights. 1 to 256. Only for jobs that train.
        public var rank: Int64?
        /// The adapter's part counts alpha / rank times. Not set: twice the rank.
        /// Above 0, up to 1000000. Only for jobs that train.
        public var alpha: Double?
        /// Let it count alpha / sqrt(rank) times instead, so that high ranks learn as
        /// fast as low ones. Default: false. Only for jobs that train.
        public var rslora: Bool?
        /// Projections of each layer that the adapter changes: "q_proj", "k_proj",
        /// "v_proj", "o_proj", "gate_proj", "up_proj" or "down_proj". Default: all.
        /// Only for jobs that train.
        public var targets: [String] = []

        public init() {}
    }
}

extension V1.AdapterSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.AdapterSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__adapter_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__AdapterSpecification>) throws(ProtobufError) {
        if c.pointee._rank_case.rawValue != 0 { rank = c.pointee.rank }
        if c.pointee._alpha_case.rawValue != 0 { alpha = c.pointee.alpha }
        if c.pointee._rslora_case.rawValue != 0 { rslora = c.pointee.rslora != 0 }
        targets = try CRead.strings(c.pointee.targets, c.pointee.n_targets, "targets")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__AdapterSpecification>, _ arena: MessageArena) {
        if let value = rank {
            c.pointee._rank_case = ATTNRL__V1__ADAPTER_SPECIFICATION___RANK_RANK
            c.pointee.rank = value
        }
        if let value = alpha {
            c.pointee._alpha_case = ATTNRL__V1__ADAPTER_SPECIFICATION___ALPHA_ALPHA
            c.pointee.alpha = value
        }
        if let value = rslora {
            c.pointee._rslora_case = ATTNRL__V1__ADAPTER_SPECIFICATION___RSLORA_RSLORA
            c.pointee.rslora = value ? 1 : 0
        }
        (c.pointee.n_targets, c.pointee.targets) = arena.strings(targets)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("rank", &rank)
        visitor.optional("alpha", &alpha)
        visitor.optional("rslora", &rslora)
        visitor.repeated("targets", &targets)
    }
}

extension V1 {
    /// How gradients move the parameters: AdamW.
    public struct OptimizerSpecification: ProtobufMessage {
        /// Step size at its highest, after the warm-up. The default for "sft" is a
        /// convention. Above 0, up to 10. Default: 1e-05 (sft), 5e-07
        /// (direct_advantage), 1e-06 (others). Only for jobs that train.
        public var learningRate: Double?
        /// Decay of the gradients' running mean. 0 to 0.999999. Default: 0.9. Only
        /// for jobs that train.
        public var beta1: Double?
        /// Decay of the squared gradients' running mean. 0 to 0.9999999. Default:
        /// 0.999. Only for jobs that train.
        public var beta2: Double?
        /// Added to the root of the squared gradients' mean. 1e-30 to 1.
        /// Default: 1e-08. Only for jobs that train.
        public var epsilon: Double?
        /// Share of a matrix's weights, times the step size, taken off in each step.
        /// 0 to 10. Default: 0.01. Only for jobs that train.
        public var weightDecay: Double?
        /// Largest norm of all gradients together; longer ones are scaled down to it.
        /// Above 0, up to 1000000. Default: 1. Only for jobs that train.
        public var clipNorm: Double?
        /// "adamw", or "muon" for the layers' matrices with AdamW for all else:
        /// faster from random weights. "adamw" or "muon". Default: "adamw". Only for
        /// jobs that train.
        public var kind: String?
        /// Decay of Muon's running sum of gradients. 0 to 0.999999. Default: 0.95.
        /// Only for jobs that train.
        public var momentum: Double?

        public init() {}
    }
}

extension V1.OptimizerSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.OptimizerSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__optimizer_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__OptimizerSpecification>) throws(ProtobufError) {
        if c.pointee._learning_rate_case.rawValue != 0 { learningRate = c.pointee.learning_rate }
        if c.pointee._beta1_case.rawValue != 0 { beta1 = c.pointee.beta1 }
        if c.pointee._beta2_case.rawValue != 0 { beta2 = c.pointee.beta2 }
        if c.pointee._epsilon_case.rawValue != 0 { epsilon = c.pointee.epsilon }
        if c.pointee._weight_decay_case.rawValue != 0 { weightDecay = c.pointee.weight_decay }
        if c.pointee._clip_norm_case.rawValue != 0 { clipNorm = c.pointee.clip_norm }
        if c.pointee._kind_case.rawValue != 0 { kind = try CRead.string(c.pointee.kind, "kind") }
        if c.pointee._momentum_case.rawValue != 0 { momentum = c.pointee.momentum }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__OptimizerSpecification>, _ arena: MessageArena) {
        if let value = learningRate {
            c.pointee._learning_rate_case = ATTNRL__V1__OPTIMIZER_SPECIFICATION___LEARNING_RATE_LEARNING_RATE
            c.pointee.learning_rate = value
        }
        if let value = beta1 {
            c.pointee._beta1_case = ATTNRL__V1__OPTIMIZER_SPECIFICATION___BETA1_BETA1
            c.pointee.beta1 = value
        }
        if let value = beta2 {
            c.pointee._beta2_case = ATTNRL__V1__OPTIMIZER_SPECIFICATION___BETA2_BETA2
            c.pointee.beta2 = value
        }
        if let value = epsilon {
            c.pointee._epsilon_case = ATTNRL__V1__OPTIMIZER_SPECIFICATION___EPSILON_EPSILON
            c.pointee.epsilon = value
        }
        if let value = weightDecay {
            c.pointee._weight_decay_case = ATTNRL__V1__OPTIMIZER_SPECIFICATION___WEIGHT_DECAY_WEIGHT_DECAY
            c.pointee.weight_decay = value
        }
        if let value = clipNorm {
            c.pointee._clip_norm_case = ATTNRL__V1__OPTIMIZER_SPECIFICATION___CLIP_NORM_CLIP_NORM
            c.pointee.clip_norm = value
        }
        if let value = kind {
            c.pointee._kind_case = ATTNRL__V1__OPTIMIZER_SPECIFICATION___KIND_KIND
            c.pointee.kind = arena.string(value)
        }
        if let value = momentum {
            c.pointee._momentum_case = ATTNRL__V1__OPTIMIZER_SPECIFICATION___MOMENTUM_MOMENTUM
            c.pointee.momentum = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("learningRate", "learning_rate"), &learningRate)
        visitor.optional("beta1", &beta1)
        visitor.optional("beta2", &beta2)
        visitor.optional("epsilon", &epsilon)
        visitor.optional(.init("weightDecay", "weight_decay"), &weightDecay)
        visitor.optional(.init("clipNorm", "clip_norm"), &clipNorm)
        visitor.optional("kind", &kind)
        visitor.optional("momentum", &momentum)
    }
}

extension V1 {
    /// How the step size changes over the job.
    public struct ScheduleSpecification: ProtobufMessage {
        /// Steps over which the step size rises from 0 to "optimizer.learning_rate".
        /// 0 to 10000000. Default: 0. Only for jobs that train.
        public var warmupSteps: Int64?
        /// How it falls from there to the job's last step; "linear" and "cosine" need
        /// "steps". "constant", "linear" or "cosine". Default: "constant". Only for
        /// jobs that train.
        public var decay: String?
        /// Where it ends, as a share of "optimizer.learning_rate". 0 to 1. Default:
        /// 0. Only for jobs that train.
        public var floor: Double?

        public init() {}
    }
}

extension V1.ScheduleSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.ScheduleSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__schedule_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ScheduleSpecification>) throws(ProtobufError) {
        if c.pointee._warmup_steps_case.rawValue != 0 { warmupSteps = c.pointee.warmup_steps }
        if c.pointee._decay_case.rawValue != 0 { decay = try CRead.string(c.pointee.decay, "decay") }
        if c.pointee._floor_case.rawValue != 0 { floor = c.pointee.floor }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ScheduleSpecification>, _ arena: MessageArena) {
        if let value = warmupSteps {
            c.pointee._warmup_steps_case = ATTNRL__V1__SCHEDULE_SPECIFICATION___WARMUP_STEPS_WARMUP_STEPS
            c.pointee.warmup_steps = value
        }
        if let value = decay {
            c.pointee._decay_case = ATTNRL__V1__SCHEDULE_SPECIFICATION___DECAY_DECAY
            c.pointee.decay = arena.string(value)
        }
        if let value = floor {
            c.pointee._floor_case = ATTNRL__V1__SCHEDULE_SPECIFICATION___FLOOR_FLOOR
            c.pointee.floor = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("warmupSteps", "warmup_steps"), &warmupSteps)
        visitor.optional("decay", &decay)
        visitor.optional("floor", &floor)
    }
}

extension V1 {
    /// How much is learnt from in one step.
    public struct BatchSpecification: ProtobufMessage {
        /// Prompts of one step, or pairs; each prompt has "rollout.group_size"
        /// responses, in an evaluation "evaluation.samples". 1 to 65536. Default: 8, 32
        /// (reward_model, evaluate). Only for jobs that draw responses, or fit a reward.
        public var promptsPerStep: Int64?
        /// Updates made from one step's responses. 1 to 1024. Default: 1. Only for
        /// jobs that learn from rewards.
        public var minibatches: Int64?
        /// Records of one step; of a warm start, responses. 1 to 1048576. Default: 32.
        /// Only for jobs of kinds "sft" and "warm_start".
        public var sequencesPerStep: Int64?
        /// Tokens computed at a time; bounds memory and changes no result beyond
        /// rounding. 1 to 16777216. Default: 4096. Only for jobs that train.
        public var microbatchTokens: Int64?

        public init() {}
    }
}

extension V1.BatchSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.BatchSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__batch_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__BatchSpecification>) throws(ProtobufError) {
        if c.pointee._prompts_per_step_case.rawValue != 0 { promptsPerStep = c.pointee.prompts_per_step }
        if c.pointee._minibatches_case.rawValue != 0 { minibatches = c.pointee.minibatches }
        if c.pointee._sequences_per_step_case.rawValue != 0 { sequencesPerStep = c.pointee.sequences_per_step }
        if c.pointee._microbatch_tokens_case.rawValue != 0 { microbatchTokens = c.pointee.microbatch_tokens }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__BatchSpecification>, _ arena: MessageArena) {
        if let value = promptsPerStep {
            c.pointee._prompts_per_step_case = ATTNRL__V1__BATCH_SPECIFICATION___PROMPTS_PER_STEP_PROMPTS_PER_STEP
            c.pointee.prompts_per_step = value
        }
        if let value = minibatches {
            c.pointee._minibatches_case = ATTNRL__V1__BATCH_SPECIFICATION___MINIBATCHES_MINIBATCHES
            c.pointee.minibatches = value
        }
        if let value = sequencesPerStep {
            c.pointee._sequences_per_step_case = ATTNRL__V1__BATCH_SPECIFICATION___SEQUENCES_PER_STEP_SEQUENCES_PER_STEP
            c.pointee.sequences_per_step = value
        }
        if let value = microbatchTokens {
            c.pointee._microbatch_tokens_case = ATTNRL__V1__BATCH_SPECIFICATION___MICROBATCH_TOKENS_MICROBATCH_TOKENS
            c.pointee.microbatch_tokens = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("promptsPerStep", "prompts_per_step"), &promptsPerStep)
        visitor.optional("minibatches", &minibatches)
        visitor.optional(.init("sequencesPerStep", "sequences_per_step"), &sequencesPerStep)
        visitor.optional(.init("microbatchTokens", "microbatch_tokens"), &microbatchTokens)
    }
}

extension V1 {
    /// How the machine is used.
    public struct ComputeSpecification: ProtobufMessage {
        /// What passes are computed in; "auto" takes what the policy is served in, with
        /// weights as they are kept there (q8_0). Master weights are float32. "auto",
        /// "float32" or "bfloat16". Default: "auto". Only for jobs that train.
        public var precision: String?
        /// Compute activations again in the backward pass rather than keep them: less
        /// memory, more time. Default: false. Only for jobs that train.
        public var recompute: Bool?
        /// Compute threads of the job. Not set: as many as processors. 1 to 1024.
        /// Only for jobs that train.
        public var threads: Int64?
        /// Groups that the trees of an update are divided into; their gradients are
        /// added up in an order that does not depend on who computes them. At least as
        /// many as ranks; beyond 1 they take memory. 1 to 1024. Default: 1. Only for
        /// jobs that train.
        public var gradientGroups: Int64?

        public init() {}
    }
}

extension V1.ComputeSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.ComputeSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__compute_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ComputeSpecification>) throws(ProtobufError) {
        if c.pointee._precision_case.rawValue != 0 { precision = try CRead.string(c.pointee.precision, "precision") }
        if c.pointee._recompute_case.rawValue != 0 { recompute = c.pointee.recompute != 0 }
        if c.pointee._threads_case.rawValue != 0 { threads = c.pointee.threads }
        if c.pointee._gradient_groups_case.rawValue != 0 { gradientGroups = c.pointee.gradient_groups }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ComputeSpecification>, _ arena: MessageArena) {
        if let value = precision {
            c.pointee._precision_case = ATTNRL__V1__COMPUTE_SPECIFICATION___PRECISION_PRECISION
            c.pointee.precision = arena.string(value)
        }
        if let value = recompute {
            c.pointee._recompute_case = ATTNRL__V1__COMPUTE_SPECIFICATION___RECOMPUTE_RECOMPUTE
            c.pointee.recompute = value ? 1 : 0
        }
        if let value = threads {
            c.pointee._threads_case = ATTNRL__V1__COMPUTE_SPECIFICATION___THREADS_THREADS
            c.pointee.threads = value
        }
        if let value = gradientGroups {
            c.pointee._gradient_groups_case = ATTNRL__V1__COMPUTE_SPECIFICATION___GRADIENT_GROUPS_GRADIENT_GROUPS
            c.pointee.gradient_groups = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("precision", &precision)
        visitor.optional("recompute", &recompute)
        visitor.optional("threads", &threads)
        visitor.optional(.init("gradientGroups", "gradient_groups"), &gradientGroups)
    }
}

extension V1 {
    /// When the job's state is saved.
    public struct CheckpointSpecification: ProtobufMessage {
        /// Save after this many steps; 0 saves only when the job pauses and ends. 0
        /// to 10000000. Default: 50, 1 (evaluate).
        public var everySteps: Int64?
        /// Newest checkpoints to keep; older ones are deleted. 1 to 10000. Default:
        /// 3.
        public var keep: Int64?

        public init() {}
    }
}

extension V1.CheckpointSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.CheckpointSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__checkpoint_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__CheckpointSpecification>) throws(ProtobufError) {
        if c.pointee._every_steps_case.rawValue != 0 { everySteps = c.pointee.every_steps }
        if c.pointee._keep_case.rawValue != 0 { keep = c.pointee.keep }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__CheckpointSpecification>, _ arena: MessageArena) {
        if let value = everySteps {
            c.pointee._every_steps_case = ATTNRL__V1__CHECKPOINT_SPECIFICATION___EVERY_STEPS_EVERY_STEPS
            c.pointee.every_steps = value
        }
        if let value = keep {
            c.pointee._keep_case = ATTNRL__V1__CHECKPOINT_SPECIFICATION___KEEP_KEEP
            c.pointee.keep = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("everySteps", "every_steps"), &everySteps)
        visitor.optional("keep", &keep)
    }
}

extension V1 {
    /// When the policy's new weights are served.
    public struct PublishSpecification: ProtobufMessage {
        /// Serve the new weights as a version after this many steps; 0 serves them
        /// only at the end. 0 to 10000000. Default: 10. Only for jobs that train.
        public var everySteps: Int64?

        public init() {}
    }
}

extension V1.PublishSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.PublishSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__publish_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__PublishSpecification>) throws(ProtobufError) {
        if c.pointee._every_steps_case.rawValue != 0 { everySteps = c.pointee.every_steps }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__PublishSpecification>, _ arena: MessageArena) {
        if let value = everySteps {
            c.pointee._every_steps_case = ATTNRL__V1__PUBLISH_SPECIFICATION___EVERY_STEPS_EVERY_STEPS
            c.pointee.every_steps = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("everySteps", "every_steps"), &everySteps)
    }
}

extension V1 {
    /// How the policy is examined while it learns.
    public struct EvaluationSpecification: ProtobufMessage {
        /// Examine the policy on "data.held_out" after this many steps; 0 never. 0 to
        /// 10000000. Default: 0. Only for jobs that train.
        public var everySteps: Int64?
        /// Records used, from the first on. 1 to 1000000. Default: 100.
        public var prompts: Int64?
        /// Responses drawn for each prompt. 1 to 1024. Default: 1.
        public var samples: Int64?
        /// As in "rollout"; 0 takes the most probable token. 0 to 100. Default: 0.
        public var temperature: Double?
        /// Longest response in tokens. 1 to 1048576. Default: 512.
        public var maxTokens: Int64?
        /// What is asked beside: the prompts with a "plan", with "facts", or the
        /// problems' "subproblems", as the data or its built-in task has them.
        /// "eval/plan/gain" and others say what each is worth.
        public var axes: [String] = []
        /// Of data in files: how a record's "plan" goes with its prompt. Up to 65536
        /// bytes. Default: "{prompt}\n\nPlan:\n{plan}".
        public var planTemplate: String?
        /// Of data in files: how a record's "facts" go with its prompt. Up to 65536
        /// bytes. Default: "{prompt}\n\nFacts:\n{facts}".
        public var factsTemplate: String?
        /// Prompts, the first ones, of which the gradients of all responses are
        /// compared when the rest is done; 0 compares none. 0 to 10000. Default: 0.
        /// Only for jobs of kind "evaluate".
        public var gradientPrompts: Int64?
        /// Rank of the adapter with respect to which they are taken. 1 to 256.
        /// Default: 8. Only for jobs of kind "evaluate".
        public var gradientRank: Int64?

        public init() {}
    }
}

extension V1.EvaluationSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.EvaluationSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__evaluation_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__EvaluationSpecification>) throws(ProtobufError) {
        if c.pointee._every_steps_case.rawValue != 0 { everySteps = c.pointee.every_steps }
        if c.pointee._prompts_case.rawValue != 0 { prompts = c.pointee.prompts }
        if c.pointee._samples_case.rawValue != 0 { samples = c.pointee.samples }
        if c.pointee._temperature_case.rawValue != 0 { temperature = c.pointee.temperature }
        if c.pointee._max_tokens_case.rawValue != 0 { maxTokens = c.pointee.max_tokens }
        axes = try CRead.strings(c.pointee.axes, c.pointee.n_axes, "axes")
        if c.pointee._plan_template_case.rawValue != 0 { planTemplate = try CRead.string(c.pointee.plan_template, "plan_template") }
        if c.pointee._facts_template_case.rawValue != 0 { factsTemplate = try CRead.string(c.pointee.facts_template, "facts_template") }
        if c.pointee._gradient_prompts_case.rawValue != 0 { gradientPrompts = c.pointee.gradient_prompts }
        if c.pointee._gradient_rank_case.rawValue != 0 { gradientRank = c.pointee.gradient_rank }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__EvaluationSpecification>, _ arena: MessageArena) {
        if let value = everySteps {
            c.pointee._every_steps_case = ATTNRL__V1__EVALUATION_SPECIFICATION___EVERY_STEPS_EVERY_STEPS
            c.pointee.every_steps = value
        }
        if let value = prompts {
            c.pointee._prompts_case = ATTNRL__V1__EVALUATION_SPECIFICATION___PROMPTS_PROMPTS
            c.pointee.prompts = value
        }
        if let value = samples {
            c.pointee._samples_case = ATTNRL__V1__EVALUATION_SPECIFICATION___SAMPLES_SAMPLES
            c.pointee.samples = value
        }
        if let value = temperature {
            c.pointee._temperature_case = ATTNRL__V1__EVALUATION_SPECIFICATION___TEMPERATURE_TEMPERATURE
            c.pointee.temperature = value
        }
        if let value = maxTokens {
            c.pointee._max_tokens_case = ATTNRL__V1__EVALUATION_SPECIFICATION___MAX_TOKENS_MAX_TOKENS
            c.pointee.max_tokens = value
        }
        (c.pointee.n_axes, c.pointee.axes) = arena.strings(axes)
        if let value = planTemplate {
            c.pointee._plan_template_case = ATTNRL__V1__EVALUATION_SPECIFICATION___PLAN_TEMPLATE_PLAN_TEMPLATE
            c.pointee.plan_template = arena.string(value)
        }
        if let value = factsTemplate {
            c.pointee._facts_template_case = ATTNRL__V1__EVALUATION_SPECIFICATION___FACTS_TEMPLATE_FACTS_TEMPLATE
            c.pointee.facts_template = arena.string(value)
        }
        if let value = gradientPrompts {
            c.pointee._gradient_prompts_case = ATTNRL__V1__EVALUATION_SPECIFICATION___GRADIENT_PROMPTS_GRADIENT_PROMPTS
            c.pointee.gradient_prompts = value
        }
        if let value = gradientRank {
            c.pointee._gradient_rank_case = ATTNRL__V1__EVALUATION_SPECIFICATION___GRADIENT_RANK_GRADIENT_RANK
            c.pointee.gradient_rank = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("everySteps", "every_steps"), &everySteps)
        visitor.optional("prompts", &prompts)
        visitor.optional("samples", &samples)
        visitor.optional("temperature", &temperature)
        visitor.optional(.init("maxTokens", "max_tokens"), &maxTokens)
        visitor.repeated("axes", &axes)
        visitor.optional(.init("planTemplate", "plan_template"), &planTemplate)
        visitor.optional(.init("factsTemplate", "facts_template"), &factsTemplate)
        visitor.optional(.init("gradientPrompts", "gradient_prompts"), &gradientPrompts)
        visitor.optional(.init("gradientRank", "gradient_rank"), &gradientRank)
    }
}

extension V1 {
    /// When the job gives up.
    public struct LimitSpecification: ProtobufMessage {
        /// Steps in a row with a loss or gradient that is not finite, before the job
        /// fails; each is skipped. 1 to 10000. Default: 5. Only for jobs that train.
        public var badSteps: Int64?
        /// How long the job waits for anything (responses, feedback) before it fails
        /// and names it. Above 0, up to 86400. Default: 600.
        public var waitSeconds: Double?

        public init() {}
    }
}

extension V1.LimitSpecification: CMessage {
    public static var fullName: String { "attnrl.v1.LimitSpecification" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__limit_specification__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__LimitSpecification>) throws(ProtobufError) {
        if c.pointee._bad_steps_case.rawValue != 0 { badSteps = c.pointee.bad_steps }
        if c.pointee._wait_seconds_case.rawValue != 0 { waitSeconds = c.pointee.wait_seconds }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__LimitSpecification>, _ arena: MessageArena) {
        if let value = badSteps {
            c.pointee._bad_steps_case = ATTNRL__V1__LIMIT_SPECIFICATION___BAD_STEPS_BAD_STEPS
            c.pointee.bad_steps = value
        }
        if let value = waitSeconds {
            c.pointee._wait_seconds_case = ATTNRL__V1__LIMIT_SPECIFICATION___WAIT_SECONDS_WAIT_SECONDS
            c.pointee.wait_seconds = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional(.init("badSteps", "bad_steps"), &badSteps)
        visitor.optional(.init("waitSeconds", "wait_seconds"), &waitSeconds)
    }
}
