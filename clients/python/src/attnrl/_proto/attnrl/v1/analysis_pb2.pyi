from . import access_pb2 as _access_pb2
from . import common_pb2 as _common_pb2
from . import reward_pb2 as _reward_pb2
from . import tree_pb2 as _tree_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AblationMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ABLATION_MODE_UNSPECIFIED: _ClassVar[AblationMode]
    ABLATION_MODE_HIDE: _ClassVar[AblationMode]
    ABLATION_MODE_RESAMPLE: _ClassVar[AblationMode]

class AnswerForm(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ANSWER_FORM_UNSPECIFIED: _ClassVar[AnswerForm]
    ANSWER_FORM_BOXED: _ClassVar[AnswerForm]
    ANSWER_FORM_LAST_LINE: _ClassVar[AnswerForm]

class BranchStrategy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BRANCH_STRATEGY_UNSPECIFIED: _ClassVar[BranchStrategy]
    BRANCH_STRATEGY_ATTENTION: _ClassVar[BranchStrategy]
    BRANCH_STRATEGY_FIRST_STEPS: _ClassVar[BranchStrategy]
    BRANCH_STRATEGY_FIXED_SEGMENT: _ClassVar[BranchStrategy]
    BRANCH_STRATEGY_TOKEN_ENTROPY: _ClassVar[BranchStrategy]
    BRANCH_STRATEGY_LOW_PROBABILITY: _ClassVar[BranchStrategy]
    BRANCH_STRATEGY_SENTENCE_ENTROPY: _ClassVar[BranchStrategy]
    BRANCH_STRATEGY_RANDOM: _ClassVar[BranchStrategy]
    BRANCH_STRATEGY_KURTOSIS: _ClassVar[BranchStrategy]
    BRANCH_STRATEGY_EXCESS: _ClassVar[BranchStrategy]
    BRANCH_STRATEGY_PIVOT: _ClassVar[BranchStrategy]
    BRANCH_STRATEGY_LATR: _ClassVar[BranchStrategy]

class VerifierKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERIFIER_KIND_UNSPECIFIED: _ClassVar[VerifierKind]
    VERIFIER_KIND_MATH: _ClassVar[VerifierKind]
    VERIFIER_KIND_EXACT: _ClassVar[VerifierKind]
    VERIFIER_KIND_REGEX: _ClassVar[VerifierKind]
    VERIFIER_KIND_TASK: _ClassVar[VerifierKind]
ABLATION_MODE_UNSPECIFIED: AblationMode
ABLATION_MODE_HIDE: AblationMode
ABLATION_MODE_RESAMPLE: AblationMode
ANSWER_FORM_UNSPECIFIED: AnswerForm
ANSWER_FORM_BOXED: AnswerForm
ANSWER_FORM_LAST_LINE: AnswerForm
BRANCH_STRATEGY_UNSPECIFIED: BranchStrategy
BRANCH_STRATEGY_ATTENTION: BranchStrategy
BRANCH_STRATEGY_FIRST_STEPS: BranchStrategy
BRANCH_STRATEGY_FIXED_SEGMENT: BranchStrategy
BRANCH_STRATEGY_TOKEN_ENTROPY: BranchStrategy
BRANCH_STRATEGY_LOW_PROBABILITY: BranchStrategy
BRANCH_STRATEGY_SENTENCE_ENTROPY: BranchStrategy
BRANCH_STRATEGY_RANDOM: BranchStrategy
BRANCH_STRATEGY_KURTOSIS: BranchStrategy
BRANCH_STRATEGY_EXCESS: BranchStrategy
BRANCH_STRATEGY_PIVOT: BranchStrategy
BRANCH_STRATEGY_LATR: BranchStrategy
VERIFIER_KIND_UNSPECIFIED: VerifierKind
VERIFIER_KIND_MATH: VerifierKind
VERIFIER_KIND_EXACT: VerifierKind
VERIFIER_KIND_REGEX: VerifierKind
VERIFIER_KIND_TASK: VerifierKind

class TraceInput(_message.Message):
    __slots__ = ("policy", "prompt", "text", "token_ids", "generate", "version")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TOKEN_IDS_FIELD_NUMBER: _ClassVar[int]
    GENERATE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    policy: str
    prompt: _common_pb2.Prompt
    text: str
    token_ids: _common_pb2.TokenIds
    generate: _common_pb2.SamplingOptions
    version: int
    def __init__(self, policy: _Optional[str] = ..., prompt: _Optional[_Union[_common_pb2.Prompt, _Mapping]] = ..., text: _Optional[str] = ..., token_ids: _Optional[_Union[_common_pb2.TokenIds, _Mapping]] = ..., generate: _Optional[_Union[_common_pb2.SamplingOptions, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class TraceRequest(_message.Message):
    __slots__ = ("input", "capture", "detail")
    INPUT_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    input: TraceInput
    capture: _common_pb2.CaptureOptions
    detail: _common_pb2.TokenDetail
    def __init__(self, input: _Optional[_Union[TraceInput, _Mapping]] = ..., capture: _Optional[_Union[_common_pb2.CaptureOptions, _Mapping]] = ..., detail: _Optional[_Union[_common_pb2.TokenDetail, _Mapping]] = ...) -> None: ...

class TraceResponse(_message.Message):
    __slots__ = ("tokens", "trace", "step_map", "raw_rows", "hidden_states")
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    TRACE_FIELD_NUMBER: _ClassVar[int]
    STEP_MAP_FIELD_NUMBER: _ClassVar[int]
    RAW_ROWS_FIELD_NUMBER: _ClassVar[int]
    HIDDEN_STATES_FIELD_NUMBER: _ClassVar[int]
    tokens: _common_pb2.TokenRun
    trace: _common_pb2.Trace
    step_map: _common_pb2.StepMapRows
    raw_rows: _common_pb2.RawAttentionRows
    hidden_states: _common_pb2.HiddenStates
    def __init__(self, tokens: _Optional[_Union[_common_pb2.TokenRun, _Mapping]] = ..., trace: _Optional[_Union[_common_pb2.Trace, _Mapping]] = ..., step_map: _Optional[_Union[_common_pb2.StepMapRows, _Mapping]] = ..., raw_rows: _Optional[_Union[_common_pb2.RawAttentionRows, _Mapping]] = ..., hidden_states: _Optional[_Union[_common_pb2.HiddenStates, _Mapping]] = ...) -> None: ...

class AblateRequest(_message.Message):
    __slots__ = ("input", "capture", "steps", "mode", "samples", "sampling", "answer")
    INPUT_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    SAMPLING_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    input: TraceInput
    capture: _common_pb2.CaptureOptions
    steps: _containers.RepeatedScalarFieldContainer[int]
    mode: AblationMode
    samples: int
    sampling: _common_pb2.SamplingOptions
    answer: AnswerForm
    def __init__(self, input: _Optional[_Union[TraceInput, _Mapping]] = ..., capture: _Optional[_Union[_common_pb2.CaptureOptions, _Mapping]] = ..., steps: _Optional[_Iterable[int]] = ..., mode: _Optional[_Union[AblationMode, str]] = ..., samples: _Optional[int] = ..., sampling: _Optional[_Union[_common_pb2.SamplingOptions, _Mapping]] = ..., answer: _Optional[_Union[AnswerForm, str]] = ...) -> None: ...

class AblateResponse(_message.Message):
    __slots__ = ("started", "step")
    STARTED_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    started: AblationStarted
    step: StepAblation
    def __init__(self, started: _Optional[_Union[AblationStarted, _Mapping]] = ..., step: _Optional[_Union[StepAblation, _Mapping]] = ...) -> None: ...

class AblationStarted(_message.Message):
    __slots__ = ("trace", "response_ids", "mode", "steps", "samples", "sampling", "answer_form", "answer", "answer_start", "answer_end")
    TRACE_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_IDS_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    SAMPLING_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FORM_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    ANSWER_START_FIELD_NUMBER: _ClassVar[int]
    ANSWER_END_FIELD_NUMBER: _ClassVar[int]
    trace: _common_pb2.Trace
    response_ids: _containers.RepeatedScalarFieldContainer[int]
    mode: AblationMode
    steps: _containers.RepeatedScalarFieldContainer[int]
    samples: int
    sampling: _common_pb2.SamplingOptions
    answer_form: AnswerForm
    answer: str
    answer_start: int
    answer_end: int
    def __init__(self, trace: _Optional[_Union[_common_pb2.Trace, _Mapping]] = ..., response_ids: _Optional[_Iterable[int]] = ..., mode: _Optional[_Union[AblationMode, str]] = ..., steps: _Optional[_Iterable[int]] = ..., samples: _Optional[int] = ..., sampling: _Optional[_Union[_common_pb2.SamplingOptions, _Mapping]] = ..., answer_form: _Optional[_Union[AnswerForm, str]] = ..., answer: _Optional[str] = ..., answer_start: _Optional[int] = ..., answer_end: _Optional[int] = ...) -> None: ...

class StepAblation(_message.Message):
    __slots__ = ("step", "influence", "forced", "sampled")
    STEP_FIELD_NUMBER: _ClassVar[int]
    INFLUENCE_FIELD_NUMBER: _ClassVar[int]
    FORCED_FIELD_NUMBER: _ClassVar[int]
    SAMPLED_FIELD_NUMBER: _ClassVar[int]
    step: int
    influence: float
    forced: ForcedEffect
    sampled: SampledEffect
    def __init__(self, step: _Optional[int] = ..., influence: _Optional[float] = ..., forced: _Optional[_Union[ForcedEffect, _Mapping]] = ..., sampled: _Optional[_Union[SampledEffect, _Mapping]] = ...) -> None: ...

class ForcedEffect(_message.Message):
    __slots__ = ("divergence", "tokens", "answer_divergence", "answer_logprob_change", "answer_tokens", "lower_bound")
    DIVERGENCE_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    ANSWER_DIVERGENCE_FIELD_NUMBER: _ClassVar[int]
    ANSWER_LOGPROB_CHANGE_FIELD_NUMBER: _ClassVar[int]
    ANSWER_TOKENS_FIELD_NUMBER: _ClassVar[int]
    LOWER_BOUND_FIELD_NUMBER: _ClassVar[int]
    divergence: float
    tokens: int
    answer_divergence: float
    answer_logprob_change: float
    answer_tokens: int
    lower_bound: bool
    def __init__(self, divergence: _Optional[float] = ..., tokens: _Optional[int] = ..., answer_divergence: _Optional[float] = ..., answer_logprob_change: _Optional[float] = ..., answer_tokens: _Optional[int] = ..., lower_bound: bool = ...) -> None: ...

class SampledEffect(_message.Message):
    __slots__ = ("answers", "total_variation", "divergence", "changed", "base_unfinished", "ablated_unfinished")
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_VARIATION_FIELD_NUMBER: _ClassVar[int]
    DIVERGENCE_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    BASE_UNFINISHED_FIELD_NUMBER: _ClassVar[int]
    ABLATED_UNFINISHED_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedCompositeFieldContainer[AnswerCount]
    total_variation: float
    divergence: float
    changed: float
    base_unfinished: int
    ablated_unfinished: int
    def __init__(self, answers: _Optional[_Iterable[_Union[AnswerCount, _Mapping]]] = ..., total_variation: _Optional[float] = ..., divergence: _Optional[float] = ..., changed: _Optional[float] = ..., base_unfinished: _Optional[int] = ..., ablated_unfinished: _Optional[int] = ...) -> None: ...

class AnswerCount(_message.Message):
    __slots__ = ("answer", "with_step", "without_step")
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    WITH_STEP_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_STEP_FIELD_NUMBER: _ClassVar[int]
    answer: str
    with_step: int
    without_step: int
    def __init__(self, answer: _Optional[str] = ..., with_step: _Optional[int] = ..., without_step: _Optional[int] = ...) -> None: ...

class BranchOptions(_message.Message):
    __slots__ = ("strategy", "count", "quantile", "min_gap_tokens", "min_gap_fraction", "seed")
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    QUANTILE_FIELD_NUMBER: _ClassVar[int]
    MIN_GAP_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MIN_GAP_FRACTION_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    strategy: BranchStrategy
    count: int
    quantile: float
    min_gap_tokens: int
    min_gap_fraction: float
    seed: int
    def __init__(self, strategy: _Optional[_Union[BranchStrategy, str]] = ..., count: _Optional[int] = ..., quantile: _Optional[float] = ..., min_gap_tokens: _Optional[int] = ..., min_gap_fraction: _Optional[float] = ..., seed: _Optional[int] = ...) -> None: ...

class SuggestBranchesRequest(_message.Message):
    __slots__ = ("input", "options", "capture")
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_FIELD_NUMBER: _ClassVar[int]
    input: TraceInput
    options: BranchOptions
    capture: _common_pb2.CaptureOptions
    def __init__(self, input: _Optional[_Union[TraceInput, _Mapping]] = ..., options: _Optional[_Union[BranchOptions, _Mapping]] = ..., capture: _Optional[_Union[_common_pb2.CaptureOptions, _Mapping]] = ...) -> None: ...

class SuggestBranchesResponse(_message.Message):
    __slots__ = ("points", "threshold", "min_gap_tokens", "note", "trace", "response_ids")
    POINTS_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    MIN_GAP_TOKENS_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    TRACE_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_IDS_FIELD_NUMBER: _ClassVar[int]
    points: _containers.RepeatedCompositeFieldContainer[BranchPoint]
    threshold: float
    min_gap_tokens: int
    note: str
    trace: _common_pb2.Trace
    response_ids: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, points: _Optional[_Iterable[_Union[BranchPoint, _Mapping]]] = ..., threshold: _Optional[float] = ..., min_gap_tokens: _Optional[int] = ..., note: _Optional[str] = ..., trace: _Optional[_Union[_common_pb2.Trace, _Mapping]] = ..., response_ids: _Optional[_Iterable[int]] = ...) -> None: ...

class BranchPoint(_message.Message):
    __slots__ = ("step", "token", "score", "fallback", "reason")
    STEP_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    step: int
    token: int
    score: float
    fallback: bool
    reason: str
    def __init__(self, step: _Optional[int] = ..., token: _Optional[int] = ..., score: _Optional[float] = ..., fallback: bool = ..., reason: _Optional[str] = ...) -> None: ...

class ExploreRequest(_message.Message):
    __slots__ = ("policy", "prompt", "sampling", "branches", "capture", "width", "continuations", "depth", "max_tokens_total", "verifier")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    SAMPLING_FIELD_NUMBER: _ClassVar[int]
    BRANCHES_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    CONTINUATIONS_FIELD_NUMBER: _ClassVar[int]
    DEPTH_FIELD_NUMBER: _ClassVar[int]
    MAX_TOKENS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    VERIFIER_FIELD_NUMBER: _ClassVar[int]
    policy: str
    prompt: _common_pb2.Prompt
    sampling: _common_pb2.SamplingOptions
    branches: BranchOptions
    capture: _common_pb2.CaptureOptions
    width: int
    continuations: int
    depth: int
    max_tokens_total: int
    verifier: Verifier
    def __init__(self, policy: _Optional[str] = ..., prompt: _Optional[_Union[_common_pb2.Prompt, _Mapping]] = ..., sampling: _Optional[_Union[_common_pb2.SamplingOptions, _Mapping]] = ..., branches: _Optional[_Union[BranchOptions, _Mapping]] = ..., capture: _Optional[_Union[_common_pb2.CaptureOptions, _Mapping]] = ..., width: _Optional[int] = ..., continuations: _Optional[int] = ..., depth: _Optional[int] = ..., max_tokens_total: _Optional[int] = ..., verifier: _Optional[_Union[Verifier, _Mapping]] = ...) -> None: ...

class Verifier(_message.Message):
    __slots__ = ("kind", "truth", "pattern", "ignore_case", "task")
    KIND_FIELD_NUMBER: _ClassVar[int]
    TRUTH_FIELD_NUMBER: _ClassVar[int]
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    IGNORE_CASE_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    kind: VerifierKind
    truth: str
    pattern: str
    ignore_case: bool
    task: str
    def __init__(self, kind: _Optional[_Union[VerifierKind, str]] = ..., truth: _Optional[str] = ..., pattern: _Optional[str] = ..., ignore_case: bool = ..., task: _Optional[str] = ...) -> None: ...

class VerifyRequest(_message.Message):
    __slots__ = ("prompt", "responses", "verifier")
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    RESPONSES_FIELD_NUMBER: _ClassVar[int]
    VERIFIER_FIELD_NUMBER: _ClassVar[int]
    prompt: str
    responses: _containers.RepeatedScalarFieldContainer[str]
    verifier: Verifier
    def __init__(self, prompt: _Optional[str] = ..., responses: _Optional[_Iterable[str]] = ..., verifier: _Optional[_Union[Verifier, _Mapping]] = ...) -> None: ...

class VerifyResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[Verified]
    def __init__(self, results: _Optional[_Iterable[_Union[Verified, _Mapping]]] = ...) -> None: ...

class Verified(_message.Message):
    __slots__ = ("reward", "verdict")
    REWARD_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    reward: float
    verdict: _reward_pb2.RewardVerdict
    def __init__(self, reward: _Optional[float] = ..., verdict: _Optional[_Union[_reward_pb2.RewardVerdict, str]] = ...) -> None: ...

class GetViewerRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Viewer(_message.Message):
    __slots__ = ("html",)
    HTML_FIELD_NUMBER: _ClassVar[int]
    html: str
    def __init__(self, html: _Optional[str] = ...) -> None: ...

class ExploreResponse(_message.Message):
    __slots__ = ("started", "rollout", "note", "nodes", "finished")
    STARTED_FIELD_NUMBER: _ClassVar[int]
    ROLLOUT_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    started: ExploreStarted
    rollout: _tree_pb2.TreeRollout
    note: ExploreNote
    nodes: TreeNodes
    finished: ExploreFinished
    def __init__(self, started: _Optional[_Union[ExploreStarted, _Mapping]] = ..., rollout: _Optional[_Union[_tree_pb2.TreeRollout, _Mapping]] = ..., note: _Optional[_Union[ExploreNote, _Mapping]] = ..., nodes: _Optional[_Union[TreeNodes, _Mapping]] = ..., finished: _Optional[_Union[ExploreFinished, _Mapping]] = ...) -> None: ...

class ExploreStarted(_message.Message):
    __slots__ = ("policy", "version", "prompt_ids", "prompt_text", "sampling", "width", "continuations", "depth", "max_tokens_total")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PROMPT_IDS_FIELD_NUMBER: _ClassVar[int]
    PROMPT_TEXT_FIELD_NUMBER: _ClassVar[int]
    SAMPLING_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    CONTINUATIONS_FIELD_NUMBER: _ClassVar[int]
    DEPTH_FIELD_NUMBER: _ClassVar[int]
    MAX_TOKENS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    policy: str
    version: int
    prompt_ids: _containers.RepeatedScalarFieldContainer[int]
    prompt_text: str
    sampling: _common_pb2.SamplingOptions
    width: int
    continuations: int
    depth: int
    max_tokens_total: int
    def __init__(self, policy: _Optional[str] = ..., version: _Optional[int] = ..., prompt_ids: _Optional[_Iterable[int]] = ..., prompt_text: _Optional[str] = ..., sampling: _Optional[_Union[_common_pb2.SamplingOptions, _Mapping]] = ..., width: _Optional[int] = ..., continuations: _Optional[int] = ..., depth: _Optional[int] = ..., max_tokens_total: _Optional[int] = ...) -> None: ...

class ExploreNote(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class TreeNodes(_message.Message):
    __slots__ = ("nodes",)
    NODES_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[_tree_pb2.TreeNode]
    def __init__(self, nodes: _Optional[_Iterable[_Union[_tree_pb2.TreeNode, _Mapping]]] = ...) -> None: ...

class ExploreFinished(_message.Message):
    __slots__ = ("rollout_count", "undrawn", "cut", "drawn_tokens", "computed_tokens", "total_seconds")
    ROLLOUT_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNDRAWN_FIELD_NUMBER: _ClassVar[int]
    CUT_FIELD_NUMBER: _ClassVar[int]
    DRAWN_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COMPUTED_TOKENS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SECONDS_FIELD_NUMBER: _ClassVar[int]
    rollout_count: int
    undrawn: int
    cut: int
    drawn_tokens: int
    computed_tokens: int
    total_seconds: float
    def __init__(self, rollout_count: _Optional[int] = ..., undrawn: _Optional[int] = ..., cut: _Optional[int] = ..., drawn_tokens: _Optional[int] = ..., computed_tokens: _Optional[int] = ..., total_seconds: _Optional[float] = ...) -> None: ...
