from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class JobSpecification(_message.Message):
    __slots__ = ("name", "kind", "policy", "seed", "steps", "epochs", "data", "feedback", "reward", "rollout", "sampling", "loss", "optimizer", "schedule", "batch", "compute", "checkpoints", "publish", "evaluation", "limits", "branching", "adaptive", "pipeline", "trees", "adapter", "curriculum", "warm_start", "reward_model", "abstraction", "critic")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    EPOCHS_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    FEEDBACK_FIELD_NUMBER: _ClassVar[int]
    REWARD_FIELD_NUMBER: _ClassVar[int]
    ROLLOUT_FIELD_NUMBER: _ClassVar[int]
    SAMPLING_FIELD_NUMBER: _ClassVar[int]
    LOSS_FIELD_NUMBER: _ClassVar[int]
    OPTIMIZER_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    COMPUTE_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINTS_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_FIELD_NUMBER: _ClassVar[int]
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    BRANCHING_FIELD_NUMBER: _ClassVar[int]
    ADAPTIVE_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_FIELD_NUMBER: _ClassVar[int]
    TREES_FIELD_NUMBER: _ClassVar[int]
    ADAPTER_FIELD_NUMBER: _ClassVar[int]
    CURRICULUM_FIELD_NUMBER: _ClassVar[int]
    WARM_START_FIELD_NUMBER: _ClassVar[int]
    REWARD_MODEL_FIELD_NUMBER: _ClassVar[int]
    ABSTRACTION_FIELD_NUMBER: _ClassVar[int]
    CRITIC_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: str
    policy: str
    seed: int
    steps: int
    epochs: float
    data: DataSpecification
    feedback: FeedbackSpecification
    reward: RewardSpecification
    rollout: RolloutSpecification
    sampling: DynamicSamplingSpecification
    loss: LossSpecification
    optimizer: OptimizerSpecification
    schedule: ScheduleSpecification
    batch: BatchSpecification
    compute: ComputeSpecification
    checkpoints: CheckpointSpecification
    publish: PublishSpecification
    evaluation: EvaluationSpecification
    limits: LimitSpecification
    branching: BranchingSpecification
    adaptive: AdaptiveSpecification
    pipeline: str
    trees: TreesSpecification
    adapter: AdapterSpecification
    curriculum: CurriculumSpecification
    warm_start: WarmStartSpecification
    reward_model: RewardModelSpecification
    abstraction: AbstractionSpecification
    critic: CriticSpecification
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[str] = ..., policy: _Optional[str] = ..., seed: _Optional[int] = ..., steps: _Optional[int] = ..., epochs: _Optional[float] = ..., data: _Optional[_Union[DataSpecification, _Mapping]] = ..., feedback: _Optional[_Union[FeedbackSpecification, _Mapping]] = ..., reward: _Optional[_Union[RewardSpecification, _Mapping]] = ..., rollout: _Optional[_Union[RolloutSpecification, _Mapping]] = ..., sampling: _Optional[_Union[DynamicSamplingSpecification, _Mapping]] = ..., loss: _Optional[_Union[LossSpecification, _Mapping]] = ..., optimizer: _Optional[_Union[OptimizerSpecification, _Mapping]] = ..., schedule: _Optional[_Union[ScheduleSpecification, _Mapping]] = ..., batch: _Optional[_Union[BatchSpecification, _Mapping]] = ..., compute: _Optional[_Union[ComputeSpecification, _Mapping]] = ..., checkpoints: _Optional[_Union[CheckpointSpecification, _Mapping]] = ..., publish: _Optional[_Union[PublishSpecification, _Mapping]] = ..., evaluation: _Optional[_Union[EvaluationSpecification, _Mapping]] = ..., limits: _Optional[_Union[LimitSpecification, _Mapping]] = ..., branching: _Optional[_Union[BranchingSpecification, _Mapping]] = ..., adaptive: _Optional[_Union[AdaptiveSpecification, _Mapping]] = ..., pipeline: _Optional[str] = ..., trees: _Optional[_Union[TreesSpecification, _Mapping]] = ..., adapter: _Optional[_Union[AdapterSpecification, _Mapping]] = ..., curriculum: _Optional[_Union[CurriculumSpecification, _Mapping]] = ..., warm_start: _Optional[_Union[WarmStartSpecification, _Mapping]] = ..., reward_model: _Optional[_Union[RewardModelSpecification, _Mapping]] = ..., abstraction: _Optional[_Union[AbstractionSpecification, _Mapping]] = ..., critic: _Optional[_Union[CriticSpecification, _Mapping]] = ...) -> None: ...

class DataSpecification(_message.Message):
    __slots__ = ("train", "held_out", "prompt_template", "chat", "system", "shuffle", "max_prompt_tokens", "long_prompts", "train_on_prompt", "add_special_tokens", "control_tokens", "enable_thinking", "tools", "template_arguments", "continue_final_message", "augment", "explore", "restate")
    TRAIN_FIELD_NUMBER: _ClassVar[int]
    HELD_OUT_FIELD_NUMBER: _ClassVar[int]
    PROMPT_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    CHAT_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    SHUFFLE_FIELD_NUMBER: _ClassVar[int]
    MAX_PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    LONG_PROMPTS_FIELD_NUMBER: _ClassVar[int]
    TRAIN_ON_PROMPT_FIELD_NUMBER: _ClassVar[int]
    ADD_SPECIAL_TOKENS_FIELD_NUMBER: _ClassVar[int]
    CONTROL_TOKENS_FIELD_NUMBER: _ClassVar[int]
    ENABLE_THINKING_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    CONTINUE_FINAL_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    AUGMENT_FIELD_NUMBER: _ClassVar[int]
    EXPLORE_FIELD_NUMBER: _ClassVar[int]
    RESTATE_FIELD_NUMBER: _ClassVar[int]
    train: str
    held_out: str
    prompt_template: str
    chat: bool
    system: str
    shuffle: bool
    max_prompt_tokens: int
    long_prompts: str
    train_on_prompt: bool
    add_special_tokens: bool
    control_tokens: str
    enable_thinking: bool
    tools: str
    template_arguments: str
    continue_final_message: bool
    augment: str
    explore: float
    restate: float
    def __init__(self, train: _Optional[str] = ..., held_out: _Optional[str] = ..., prompt_template: _Optional[str] = ..., chat: bool = ..., system: _Optional[str] = ..., shuffle: bool = ..., max_prompt_tokens: _Optional[int] = ..., long_prompts: _Optional[str] = ..., train_on_prompt: bool = ..., add_special_tokens: bool = ..., control_tokens: _Optional[str] = ..., enable_thinking: bool = ..., tools: _Optional[str] = ..., template_arguments: _Optional[str] = ..., continue_final_message: bool = ..., augment: _Optional[str] = ..., explore: _Optional[float] = ..., restate: _Optional[float] = ...) -> None: ...

class FeedbackSpecification(_message.Message):
    __slots__ = ("enabled", "capacity")
    ENABLED_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    enabled: bool
    capacity: int
    def __init__(self, enabled: bool = ..., capacity: _Optional[int] = ...) -> None: ...

class RewardSpecification(_message.Message):
    __slots__ = ("kind", "pattern", "external", "scores", "requires_sound_steps", "length", "normalisation", "window", "model")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    REQUIRES_SOUND_STEPS_FIELD_NUMBER: _ClassVar[int]
    LENGTH_FIELD_NUMBER: _ClassVar[int]
    NORMALISATION_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    kind: str
    pattern: str
    external: ExternalRewardSpecification
    scores: ScoreSpecification
    requires_sound_steps: bool
    length: LengthRewardSpecification
    normalisation: str
    window: int
    model: str
    def __init__(self, kind: _Optional[str] = ..., pattern: _Optional[str] = ..., external: _Optional[_Union[ExternalRewardSpecification, _Mapping]] = ..., scores: _Optional[_Union[ScoreSpecification, _Mapping]] = ..., requires_sound_steps: bool = ..., length: _Optional[_Union[LengthRewardSpecification, _Mapping]] = ..., normalisation: _Optional[str] = ..., window: _Optional[int] = ..., model: _Optional[str] = ...) -> None: ...

class LengthRewardSpecification(_message.Message):
    __slots__ = ("overlong_buffer", "overlong_factor", "penalty")
    OVERLONG_BUFFER_FIELD_NUMBER: _ClassVar[int]
    OVERLONG_FACTOR_FIELD_NUMBER: _ClassVar[int]
    PENALTY_FIELD_NUMBER: _ClassVar[int]
    overlong_buffer: int
    overlong_factor: float
    penalty: float
    def __init__(self, overlong_buffer: _Optional[int] = ..., overlong_factor: _Optional[float] = ..., penalty: _Optional[float] = ...) -> None: ...

class ExternalRewardSpecification(_message.Message):
    __slots__ = ("address", "deadline_seconds", "retries", "on_failure")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    RETRIES_FIELD_NUMBER: _ClassVar[int]
    ON_FAILURE_FIELD_NUMBER: _ClassVar[int]
    address: str
    deadline_seconds: float
    retries: int
    on_failure: str
    def __init__(self, address: _Optional[str] = ..., deadline_seconds: _Optional[float] = ..., retries: _Optional[int] = ..., on_failure: _Optional[str] = ...) -> None: ...

class ScoreSpecification(_message.Message):
    __slots__ = ("correct", "incorrect", "no_answer", "parse_error", "timeout", "internal", "undecided")
    CORRECT_FIELD_NUMBER: _ClassVar[int]
    INCORRECT_FIELD_NUMBER: _ClassVar[int]
    NO_ANSWER_FIELD_NUMBER: _ClassVar[int]
    PARSE_ERROR_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    INTERNAL_FIELD_NUMBER: _ClassVar[int]
    UNDECIDED_FIELD_NUMBER: _ClassVar[int]
    correct: float
    incorrect: float
    no_answer: float
    parse_error: float
    timeout: float
    internal: float
    undecided: float
    def __init__(self, correct: _Optional[float] = ..., incorrect: _Optional[float] = ..., no_answer: _Optional[float] = ..., parse_error: _Optional[float] = ..., timeout: _Optional[float] = ..., internal: _Optional[float] = ..., undecided: _Optional[float] = ...) -> None: ...

class RolloutSpecification(_message.Message):
    __slots__ = ("group_size", "max_tokens", "temperature", "top_p", "top_k", "min_p", "stop", "allocation", "min_rollouts", "max_rollouts", "ability_smoothing", "temperature_low", "temperature_high", "sample_drop")
    GROUP_SIZE_FIELD_NUMBER: _ClassVar[int]
    MAX_TOKENS_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    TOP_P_FIELD_NUMBER: _ClassVar[int]
    TOP_K_FIELD_NUMBER: _ClassVar[int]
    MIN_P_FIELD_NUMBER: _ClassVar[int]
    STOP_FIELD_NUMBER: _ClassVar[int]
    ALLOCATION_FIELD_NUMBER: _ClassVar[int]
    MIN_ROLLOUTS_FIELD_NUMBER: _ClassVar[int]
    MAX_ROLLOUTS_FIELD_NUMBER: _ClassVar[int]
    ABILITY_SMOOTHING_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_LOW_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_HIGH_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_DROP_FIELD_NUMBER: _ClassVar[int]
    group_size: int
    max_tokens: int
    temperature: float
    top_p: float
    top_k: int
    min_p: float
    stop: _containers.RepeatedScalarFieldContainer[str]
    allocation: str
    min_rollouts: int
    max_rollouts: int
    ability_smoothing: float
    temperature_low: float
    temperature_high: float
    sample_drop: float
    def __init__(self, group_size: _Optional[int] = ..., max_tokens: _Optional[int] = ..., temperature: _Optional[float] = ..., top_p: _Optional[float] = ..., top_k: _Optional[int] = ..., min_p: _Optional[float] = ..., stop: _Optional[_Iterable[str]] = ..., allocation: _Optional[str] = ..., min_rollouts: _Optional[int] = ..., max_rollouts: _Optional[int] = ..., ability_smoothing: _Optional[float] = ..., temperature_low: _Optional[float] = ..., temperature_high: _Optional[float] = ..., sample_drop: _Optional[float] = ...) -> None: ...

class DynamicSamplingSpecification(_message.Message):
    __slots__ = ("dynamic", "max_rounds", "prompts", "tau", "pool", "pre_rollouts", "refresh_steps", "prior", "decay")
    DYNAMIC_FIELD_NUMBER: _ClassVar[int]
    MAX_ROUNDS_FIELD_NUMBER: _ClassVar[int]
    PROMPTS_FIELD_NUMBER: _ClassVar[int]
    TAU_FIELD_NUMBER: _ClassVar[int]
    POOL_FIELD_NUMBER: _ClassVar[int]
    PRE_ROLLOUTS_FIELD_NUMBER: _ClassVar[int]
    REFRESH_STEPS_FIELD_NUMBER: _ClassVar[int]
    PRIOR_FIELD_NUMBER: _ClassVar[int]
    DECAY_FIELD_NUMBER: _ClassVar[int]
    dynamic: bool
    max_rounds: int
    prompts: str
    tau: float
    pool: int
    pre_rollouts: int
    refresh_steps: int
    prior: float
    decay: float
    def __init__(self, dynamic: bool = ..., max_rounds: _Optional[int] = ..., prompts: _Optional[str] = ..., tau: _Optional[float] = ..., pool: _Optional[int] = ..., pre_rollouts: _Optional[int] = ..., refresh_steps: _Optional[int] = ..., prior: _Optional[float] = ..., decay: _Optional[float] = ...) -> None: ...

class CurriculumSpecification(_message.Message):
    __slots__ = ("kind", "blocks", "attempts", "pool", "others")
    KIND_FIELD_NUMBER: _ClassVar[int]
    BLOCKS_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    POOL_FIELD_NUMBER: _ClassVar[int]
    OTHERS_FIELD_NUMBER: _ClassVar[int]
    kind: str
    blocks: int
    attempts: int
    pool: int
    others: str
    def __init__(self, kind: _Optional[str] = ..., blocks: _Optional[int] = ..., attempts: _Optional[int] = ..., pool: _Optional[int] = ..., others: _Optional[str] = ...) -> None: ...

class BranchingSpecification(_message.Message):
    __slots__ = ("strategy", "points", "continuations", "quantile", "influence_gap", "min_gap_tokens", "min_gap_fraction", "include_after_thinking", "separator", "separator_text", "depth_exponent", "tie_gap", "lookahead", "least_divergence", "bonus", "bonus_use", "bonus_weight", "bonus_steps")
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    CONTINUATIONS_FIELD_NUMBER: _ClassVar[int]
    QUANTILE_FIELD_NUMBER: _ClassVar[int]
    INFLUENCE_GAP_FIELD_NUMBER: _ClassVar[int]
    MIN_GAP_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MIN_GAP_FRACTION_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_AFTER_THINKING_FIELD_NUMBER: _ClassVar[int]
    SEPARATOR_FIELD_NUMBER: _ClassVar[int]
    SEPARATOR_TEXT_FIELD_NUMBER: _ClassVar[int]
    DEPTH_EXPONENT_FIELD_NUMBER: _ClassVar[int]
    TIE_GAP_FIELD_NUMBER: _ClassVar[int]
    LOOKAHEAD_FIELD_NUMBER: _ClassVar[int]
    LEAST_DIVERGENCE_FIELD_NUMBER: _ClassVar[int]
    BONUS_FIELD_NUMBER: _ClassVar[int]
    BONUS_USE_FIELD_NUMBER: _ClassVar[int]
    BONUS_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    BONUS_STEPS_FIELD_NUMBER: _ClassVar[int]
    strategy: str
    points: int
    continuations: int
    quantile: float
    influence_gap: int
    min_gap_tokens: int
    min_gap_fraction: float
    include_after_thinking: bool
    separator: str
    separator_text: str
    depth_exponent: float
    tie_gap: float
    lookahead: int
    least_divergence: float
    bonus: str
    bonus_use: str
    bonus_weight: float
    bonus_steps: int
    def __init__(self, strategy: _Optional[str] = ..., points: _Optional[int] = ..., continuations: _Optional[int] = ..., quantile: _Optional[float] = ..., influence_gap: _Optional[int] = ..., min_gap_tokens: _Optional[int] = ..., min_gap_fraction: _Optional[float] = ..., include_after_thinking: bool = ..., separator: _Optional[str] = ..., separator_text: _Optional[str] = ..., depth_exponent: _Optional[float] = ..., tie_gap: _Optional[float] = ..., lookahead: _Optional[int] = ..., least_divergence: _Optional[float] = ..., bonus: _Optional[str] = ..., bonus_use: _Optional[str] = ..., bonus_weight: _Optional[float] = ..., bonus_steps: _Optional[int] = ...) -> None: ...

class AdaptiveSpecification(_message.Message):
    __slots__ = ("easy_prompts", "expansion", "branched_rollouts", "batch", "smoothing", "target_rows", "max_prompts")
    EASY_PROMPTS_FIELD_NUMBER: _ClassVar[int]
    EXPANSION_FIELD_NUMBER: _ClassVar[int]
    BRANCHED_ROLLOUTS_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    SMOOTHING_FIELD_NUMBER: _ClassVar[int]
    TARGET_ROWS_FIELD_NUMBER: _ClassVar[int]
    MAX_PROMPTS_FIELD_NUMBER: _ClassVar[int]
    easy_prompts: str
    expansion: str
    branched_rollouts: int
    batch: bool
    smoothing: float
    target_rows: int
    max_prompts: int
    def __init__(self, easy_prompts: _Optional[str] = ..., expansion: _Optional[str] = ..., branched_rollouts: _Optional[int] = ..., batch: bool = ..., smoothing: _Optional[float] = ..., target_rows: _Optional[int] = ..., max_prompts: _Optional[int] = ...) -> None: ...

class TreesSpecification(_message.Message):
    __slots__ = ("every_steps", "per_step")
    EVERY_STEPS_FIELD_NUMBER: _ClassVar[int]
    PER_STEP_FIELD_NUMBER: _ClassVar[int]
    every_steps: int
    per_step: int
    def __init__(self, every_steps: _Optional[int] = ..., per_step: _Optional[int] = ...) -> None: ...

class WarmStartSpecification(_message.Message):
    __slots__ = ("templates", "prompts", "per_prompt", "select", "layer")
    TEMPLATES_FIELD_NUMBER: _ClassVar[int]
    PROMPTS_FIELD_NUMBER: _ClassVar[int]
    PER_PROMPT_FIELD_NUMBER: _ClassVar[int]
    SELECT_FIELD_NUMBER: _ClassVar[int]
    LAYER_FIELD_NUMBER: _ClassVar[int]
    templates: _containers.RepeatedScalarFieldContainer[str]
    prompts: int
    per_prompt: int
    select: str
    layer: int
    def __init__(self, templates: _Optional[_Iterable[str]] = ..., prompts: _Optional[int] = ..., per_prompt: _Optional[int] = ..., select: _Optional[str] = ..., layer: _Optional[int] = ...) -> None: ...

class RewardModelSpecification(_message.Message):
    __slots__ = ("layer", "ridge", "pairs", "held_out_share")
    LAYER_FIELD_NUMBER: _ClassVar[int]
    RIDGE_FIELD_NUMBER: _ClassVar[int]
    PAIRS_FIELD_NUMBER: _ClassVar[int]
    HELD_OUT_SHARE_FIELD_NUMBER: _ClassVar[int]
    layer: int
    ridge: float
    pairs: int
    held_out_share: float
    def __init__(self, layer: _Optional[int] = ..., ridge: _Optional[float] = ..., pairs: _Optional[int] = ..., held_out_share: _Optional[float] = ...) -> None: ...

class LossSpecification(_message.Message):
    __slots__ = ("clip_low", "clip_high", "dual_clip", "kl_coefficient", "kl_estimator", "entropy_coefficient", "aggregation", "advantage_normalisation", "beta", "min_advantage_gap", "kind", "advantage", "entropy_target", "entropy_step", "values")
    CLIP_LOW_FIELD_NUMBER: _ClassVar[int]
    CLIP_HIGH_FIELD_NUMBER: _ClassVar[int]
    DUAL_CLIP_FIELD_NUMBER: _ClassVar[int]
    KL_COEFFICIENT_FIELD_NUMBER: _ClassVar[int]
    KL_ESTIMATOR_FIELD_NUMBER: _ClassVar[int]
    ENTROPY_COEFFICIENT_FIELD_NUMBER: _ClassVar[int]
    AGGREGATION_FIELD_NUMBER: _ClassVar[int]
    ADVANTAGE_NORMALISATION_FIELD_NUMBER: _ClassVar[int]
    BETA_FIELD_NUMBER: _ClassVar[int]
    MIN_ADVANTAGE_GAP_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ADVANTAGE_FIELD_NUMBER: _ClassVar[int]
    ENTROPY_TARGET_FIELD_NUMBER: _ClassVar[int]
    ENTROPY_STEP_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    clip_low: float
    clip_high: float
    dual_clip: float
    kl_coefficient: float
    kl_estimator: str
    entropy_coefficient: float
    aggregation: str
    advantage_normalisation: str
    beta: float
    min_advantage_gap: float
    kind: str
    advantage: str
    entropy_target: float
    entropy_step: float
    values: str
    def __init__(self, clip_low: _Optional[float] = ..., clip_high: _Optional[float] = ..., dual_clip: _Optional[float] = ..., kl_coefficient: _Optional[float] = ..., kl_estimator: _Optional[str] = ..., entropy_coefficient: _Optional[float] = ..., aggregation: _Optional[str] = ..., advantage_normalisation: _Optional[str] = ..., beta: _Optional[float] = ..., min_advantage_gap: _Optional[float] = ..., kind: _Optional[str] = ..., advantage: _Optional[str] = ..., entropy_target: _Optional[float] = ..., entropy_step: _Optional[float] = ..., values: _Optional[str] = ...) -> None: ...

class CriticSpecification(_message.Message):
    __slots__ = ("warmup_steps", "ridge", "branches", "when_worse")
    WARMUP_STEPS_FIELD_NUMBER: _ClassVar[int]
    RIDGE_FIELD_NUMBER: _ClassVar[int]
    BRANCHES_FIELD_NUMBER: _ClassVar[int]
    WHEN_WORSE_FIELD_NUMBER: _ClassVar[int]
    warmup_steps: int
    ridge: float
    branches: int
    when_worse: str
    def __init__(self, warmup_steps: _Optional[int] = ..., ridge: _Optional[float] = ..., branches: _Optional[int] = ..., when_worse: _Optional[str] = ...) -> None: ...

class AbstractionSpecification(_message.Message):
    __slots__ = ("penalty", "group_size", "max_latent_tokens", "explore", "think_open", "think_close", "e_steps", "m_steps", "temperature", "separator", "separator_text")
    PENALTY_FIELD_NUMBER: _ClassVar[int]
    GROUP_SIZE_FIELD_NUMBER: _ClassVar[int]
    MAX_LATENT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    EXPLORE_FIELD_NUMBER: _ClassVar[int]
    THINK_OPEN_FIELD_NUMBER: _ClassVar[int]
    THINK_CLOSE_FIELD_NUMBER: _ClassVar[int]
    E_STEPS_FIELD_NUMBER: _ClassVar[int]
    M_STEPS_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    SEPARATOR_FIELD_NUMBER: _ClassVar[int]
    SEPARATOR_TEXT_FIELD_NUMBER: _ClassVar[int]
    penalty: float
    group_size: int
    max_latent_tokens: int
    explore: float
    think_open: str
    think_close: str
    e_steps: int
    m_steps: int
    temperature: float
    separator: str
    separator_text: str
    def __init__(self, penalty: _Optional[float] = ..., group_size: _Optional[int] = ..., max_latent_tokens: _Optional[int] = ..., explore: _Optional[float] = ..., think_open: _Optional[str] = ..., think_close: _Optional[str] = ..., e_steps: _Optional[int] = ..., m_steps: _Optional[int] = ..., temperature: _Optional[float] = ..., separator: _Optional[str] = ..., separator_text: _Optional[str] = ...) -> None: ...

class AdapterSpecification(_message.Message):
    __slots__ = ("rank", "alpha", "rslora", "targets")
    RANK_FIELD_NUMBER: _ClassVar[int]
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    RSLORA_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    rank: int
    alpha: float
    rslora: bool
    targets: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, rank: _Optional[int] = ..., alpha: _Optional[float] = ..., rslora: bool = ..., targets: _Optional[_Iterable[str]] = ...) -> None: ...

class OptimizerSpecification(_message.Message):
    __slots__ = ("learning_rate", "beta1", "beta2", "epsilon", "weight_decay", "clip_norm", "kind", "momentum")
    LEARNING_RATE_FIELD_NUMBER: _ClassVar[int]
    BETA1_FIELD_NUMBER: _ClassVar[int]
    BETA2_FIELD_NUMBER: _ClassVar[int]
    EPSILON_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_DECAY_FIELD_NUMBER: _ClassVar[int]
    CLIP_NORM_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MOMENTUM_FIELD_NUMBER: _ClassVar[int]
    learning_rate: float
    beta1: float
    beta2: float
    epsilon: float
    weight_decay: float
    clip_norm: float
    kind: str
    momentum: float
    def __init__(self, learning_rate: _Optional[float] = ..., beta1: _Optional[float] = ..., beta2: _Optional[float] = ..., epsilon: _Optional[float] = ..., weight_decay: _Optional[float] = ..., clip_norm: _Optional[float] = ..., kind: _Optional[str] = ..., momentum: _Optional[float] = ...) -> None: ...

class ScheduleSpecification(_message.Message):
    __slots__ = ("warmup_steps", "decay", "floor")
    WARMUP_STEPS_FIELD_NUMBER: _ClassVar[int]
    DECAY_FIELD_NUMBER: _ClassVar[int]
    FLOOR_FIELD_NUMBER: _ClassVar[int]
    warmup_steps: int
    decay: str
    floor: float
    def __init__(self, warmup_steps: _Optional[int] = ..., decay: _Optional[str] = ..., floor: _Optional[float] = ...) -> None: ...

class BatchSpecification(_message.Message):
    __slots__ = ("prompts_per_step", "minibatches", "sequences_per_step", "microbatch_tokens")
    PROMPTS_PER_STEP_FIELD_NUMBER: _ClassVar[int]
    MINIBATCHES_FIELD_NUMBER: _ClassVar[int]
    SEQUENCES_PER_STEP_FIELD_NUMBER: _ClassVar[int]
    MICROBATCH_TOKENS_FIELD_NUMBER: _ClassVar[int]
    prompts_per_step: int
    minibatches: int
    sequences_per_step: int
    microbatch_tokens: int
    def __init__(self, prompts_per_step: _Optional[int] = ..., minibatches: _Optional[int] = ..., sequences_per_step: _Optional[int] = ..., microbatch_tokens: _Optional[int] = ...) -> None: ...

class ComputeSpecification(_message.Message):
    __slots__ = ("precision", "recompute", "threads", "gradient_groups")
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    RECOMPUTE_FIELD_NUMBER: _ClassVar[int]
    THREADS_FIELD_NUMBER: _ClassVar[int]
    GRADIENT_GROUPS_FIELD_NUMBER: _ClassVar[int]
    precision: str
    recompute: bool
    threads: int
    gradient_groups: int
    def __init__(self, precision: _Optional[str] = ..., recompute: bool = ..., threads: _Optional[int] = ..., gradient_groups: _Optional[int] = ...) -> None: ...

class CheckpointSpecification(_message.Message):
    __slots__ = ("every_steps", "keep")
    EVERY_STEPS_FIELD_NUMBER: _ClassVar[int]
    KEEP_FIELD_NUMBER: _ClassVar[int]
    every_steps: int
    keep: int
    def __init__(self, every_steps: _Optional[int] = ..., keep: _Optional[int] = ...) -> None: ...

class PublishSpecification(_message.Message):
    __slots__ = ("every_steps",)
    EVERY_STEPS_FIELD_NUMBER: _ClassVar[int]
    every_steps: int
    def __init__(self, every_steps: _Optional[int] = ...) -> None: ...

class EvaluationSpecification(_message.Message):
    __slots__ = ("every_steps", "prompts", "samples", "temperature", "max_tokens", "axes", "plan_template", "facts_template", "gradient_prompts", "gradient_rank")
    EVERY_STEPS_FIELD_NUMBER: _ClassVar[int]
    PROMPTS_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    MAX_TOKENS_FIELD_NUMBER: _ClassVar[int]
    AXES_FIELD_NUMBER: _ClassVar[int]
    PLAN_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    FACTS_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    GRADIENT_PROMPTS_FIELD_NUMBER: _ClassVar[int]
    GRADIENT_RANK_FIELD_NUMBER: _ClassVar[int]
    every_steps: int
    prompts: int
    samples: int
    temperature: float
    max_tokens: int
    axes: _containers.RepeatedScalarFieldContainer[str]
    plan_template: str
    facts_template: str
    gradient_prompts: int
    gradient_rank: int
    def __init__(self, every_steps: _Optional[int] = ..., prompts: _Optional[int] = ..., samples: _Optional[int] = ..., temperature: _Optional[float] = ..., max_tokens: _Optional[int] = ..., axes: _Optional[_Iterable[str]] = ..., plan_template: _Optional[str] = ..., facts_template: _Optional[str] = ..., gradient_prompts: _Optional[int] = ..., gradient_rank: _Optional[int] = ...) -> None: ...

class LimitSpecification(_message.Message):
    __slots__ = ("bad_steps", "wait_seconds")
    BAD_STEPS_FIELD_NUMBER: _ClassVar[int]
    WAIT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    bad_steps: int
    wait_seconds: float
    def __init__(self, bad_steps: _Optional[int] = ..., wait_seconds: _Optional[float] = ...) -> None: ...
