from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ControlTokens(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONTROL_TOKENS_UNSPECIFIED: _ClassVar[ControlTokens]
    CONTROL_TOKENS_RECOGNIZED: _ClassVar[ControlTokens]
    CONTROL_TOKENS_AS_TEXT: _ClassVar[ControlTokens]

class FinishReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FINISH_REASON_UNSPECIFIED: _ClassVar[FinishReason]
    FINISH_REASON_STOP: _ClassVar[FinishReason]
    FINISH_REASON_LENGTH: _ClassVar[FinishReason]
    FINISH_REASON_CANCELLED: _ClassVar[FinishReason]

class StepMapKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STEP_MAP_UNSPECIFIED: _ClassVar[StepMapKind]
    STEP_MAP_NONE: _ClassVar[StepMapKind]
    STEP_MAP_MEAN: _ClassVar[StepMapKind]
    STEP_MAP_MAX: _ClassVar[StepMapKind]
    STEP_MAP_HEADS: _ClassVar[StepMapKind]

class StepSeparator(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STEP_SEPARATOR_UNSPECIFIED: _ClassVar[StepSeparator]
    STEP_SEPARATOR_BLANK_LINE: _ClassVar[StepSeparator]
    STEP_SEPARATOR_LINE: _ClassVar[StepSeparator]
    STEP_SEPARATOR_TOKEN: _ClassVar[StepSeparator]
    STEP_SEPARATOR_SENTENCE: _ClassVar[StepSeparator]
    STEP_SEPARATOR_TEXT: _ClassVar[StepSeparator]
CONTROL_TOKENS_UNSPECIFIED: ControlTokens
CONTROL_TOKENS_RECOGNIZED: ControlTokens
CONTROL_TOKENS_AS_TEXT: ControlTokens
FINISH_REASON_UNSPECIFIED: FinishReason
FINISH_REASON_STOP: FinishReason
FINISH_REASON_LENGTH: FinishReason
FINISH_REASON_CANCELLED: FinishReason
STEP_MAP_UNSPECIFIED: StepMapKind
STEP_MAP_NONE: StepMapKind
STEP_MAP_MEAN: StepMapKind
STEP_MAP_MAX: StepMapKind
STEP_MAP_HEADS: StepMapKind
STEP_SEPARATOR_UNSPECIFIED: StepSeparator
STEP_SEPARATOR_BLANK_LINE: StepSeparator
STEP_SEPARATOR_LINE: StepSeparator
STEP_SEPARATOR_TOKEN: StepSeparator
STEP_SEPARATOR_SENTENCE: StepSeparator
STEP_SEPARATOR_TEXT: StepSeparator

class Prompt(_message.Message):
    __slots__ = ("text", "token_ids", "chat", "add_special_tokens", "control_tokens")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TOKEN_IDS_FIELD_NUMBER: _ClassVar[int]
    CHAT_FIELD_NUMBER: _ClassVar[int]
    ADD_SPECIAL_TOKENS_FIELD_NUMBER: _ClassVar[int]
    CONTROL_TOKENS_FIELD_NUMBER: _ClassVar[int]
    text: str
    token_ids: TokenIds
    chat: Chat
    add_special_tokens: bool
    control_tokens: ControlTokens
    def __init__(self, text: _Optional[str] = ..., token_ids: _Optional[_Union[TokenIds, _Mapping]] = ..., chat: _Optional[_Union[Chat, _Mapping]] = ..., add_special_tokens: bool = ..., control_tokens: _Optional[_Union[ControlTokens, str]] = ...) -> None: ...

class TokenIds(_message.Message):
    __slots__ = ("ids",)
    IDS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, ids: _Optional[_Iterable[int]] = ...) -> None: ...

class Chat(_message.Message):
    __slots__ = ("messages", "add_generation_prompt", "enable_thinking", "tools", "template_arguments", "continue_final_message")
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    ADD_GENERATION_PROMPT_FIELD_NUMBER: _ClassVar[int]
    ENABLE_THINKING_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    CONTINUE_FINAL_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    messages: _containers.RepeatedCompositeFieldContainer[ChatMessage]
    add_generation_prompt: bool
    enable_thinking: bool
    tools: str
    template_arguments: str
    continue_final_message: bool
    def __init__(self, messages: _Optional[_Iterable[_Union[ChatMessage, _Mapping]]] = ..., add_generation_prompt: bool = ..., enable_thinking: bool = ..., tools: _Optional[str] = ..., template_arguments: _Optional[str] = ..., continue_final_message: bool = ...) -> None: ...

class ChatMessage(_message.Message):
    __slots__ = ("role", "content", "reasoning_content", "tool_calls", "tool_call_id", "name")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    REASONING_CONTENT_FIELD_NUMBER: _ClassVar[int]
    TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    TOOL_CALL_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    role: str
    content: str
    reasoning_content: str
    tool_calls: str
    tool_call_id: str
    name: str
    def __init__(self, role: _Optional[str] = ..., content: _Optional[str] = ..., reasoning_content: _Optional[str] = ..., tool_calls: _Optional[str] = ..., tool_call_id: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class SamplingOptions(_message.Message):
    __slots__ = ("temperature", "top_p", "top_k", "min_p", "repetition_penalty", "max_tokens", "min_tokens", "stop", "stop_token_ids", "seed", "ignore_eos", "logit_bias", "frequency_penalty", "presence_penalty")
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    TOP_P_FIELD_NUMBER: _ClassVar[int]
    TOP_K_FIELD_NUMBER: _ClassVar[int]
    MIN_P_FIELD_NUMBER: _ClassVar[int]
    REPETITION_PENALTY_FIELD_NUMBER: _ClassVar[int]
    MAX_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MIN_TOKENS_FIELD_NUMBER: _ClassVar[int]
    STOP_FIELD_NUMBER: _ClassVar[int]
    STOP_TOKEN_IDS_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    IGNORE_EOS_FIELD_NUMBER: _ClassVar[int]
    LOGIT_BIAS_FIELD_NUMBER: _ClassVar[int]
    FREQUENCY_PENALTY_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_PENALTY_FIELD_NUMBER: _ClassVar[int]
    temperature: float
    top_p: float
    top_k: int
    min_p: float
    repetition_penalty: float
    max_tokens: int
    min_tokens: int
    stop: _containers.RepeatedScalarFieldContainer[str]
    stop_token_ids: _containers.RepeatedScalarFieldContainer[int]
    seed: int
    ignore_eos: bool
    logit_bias: _containers.RepeatedCompositeFieldContainer[LogitBias]
    frequency_penalty: float
    presence_penalty: float
    def __init__(self, temperature: _Optional[float] = ..., top_p: _Optional[float] = ..., top_k: _Optional[int] = ..., min_p: _Optional[float] = ..., repetition_penalty: _Optional[float] = ..., max_tokens: _Optional[int] = ..., min_tokens: _Optional[int] = ..., stop: _Optional[_Iterable[str]] = ..., stop_token_ids: _Optional[_Iterable[int]] = ..., seed: _Optional[int] = ..., ignore_eos: bool = ..., logit_bias: _Optional[_Iterable[_Union[LogitBias, _Mapping]]] = ..., frequency_penalty: _Optional[float] = ..., presence_penalty: _Optional[float] = ...) -> None: ...

class LogitBias(_message.Message):
    __slots__ = ("token_id", "bias")
    TOKEN_ID_FIELD_NUMBER: _ClassVar[int]
    BIAS_FIELD_NUMBER: _ClassVar[int]
    token_id: int
    bias: float
    def __init__(self, token_id: _Optional[int] = ..., bias: _Optional[float] = ...) -> None: ...

class TokenDetail(_message.Message):
    __slots__ = ("logprobs", "top_logprobs", "entropies", "texts")
    LOGPROBS_FIELD_NUMBER: _ClassVar[int]
    TOP_LOGPROBS_FIELD_NUMBER: _ClassVar[int]
    ENTROPIES_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    logprobs: bool
    top_logprobs: int
    entropies: bool
    texts: bool
    def __init__(self, logprobs: bool = ..., top_logprobs: _Optional[int] = ..., entropies: bool = ..., texts: bool = ...) -> None: ...

class TokenRun(_message.Message):
    __slots__ = ("start", "ids", "text", "logprobs", "entropies", "top", "texts")
    START_FIELD_NUMBER: _ClassVar[int]
    IDS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LOGPROBS_FIELD_NUMBER: _ClassVar[int]
    ENTROPIES_FIELD_NUMBER: _ClassVar[int]
    TOP_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    start: int
    ids: _containers.RepeatedScalarFieldContainer[int]
    text: str
    logprobs: _containers.RepeatedScalarFieldContainer[float]
    entropies: _containers.RepeatedScalarFieldContainer[float]
    top: _containers.RepeatedCompositeFieldContainer[TopLogprobs]
    texts: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, start: _Optional[int] = ..., ids: _Optional[_Iterable[int]] = ..., text: _Optional[str] = ..., logprobs: _Optional[_Iterable[float]] = ..., entropies: _Optional[_Iterable[float]] = ..., top: _Optional[_Iterable[_Union[TopLogprobs, _Mapping]]] = ..., texts: _Optional[_Iterable[bytes]] = ...) -> None: ...

class TopLogprobs(_message.Message):
    __slots__ = ("ids", "logprobs", "texts")
    IDS_FIELD_NUMBER: _ClassVar[int]
    LOGPROBS_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[int]
    logprobs: _containers.RepeatedScalarFieldContainer[float]
    texts: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, ids: _Optional[_Iterable[int]] = ..., logprobs: _Optional[_Iterable[float]] = ..., texts: _Optional[_Iterable[bytes]] = ...) -> None: ...

class VersionRange(_message.Message):
    __slots__ = ("start", "end", "version")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    start: int
    end: int
    version: int
    def __init__(self, start: _Optional[int] = ..., end: _Optional[int] = ..., version: _Optional[int] = ...) -> None: ...

class CaptureOptions(_message.Message):
    __slots__ = ("gap", "step_map", "heads", "top_heads", "include_after_thinking", "raw_rows", "separator", "separator_text", "hidden_states")
    GAP_FIELD_NUMBER: _ClassVar[int]
    STEP_MAP_FIELD_NUMBER: _ClassVar[int]
    HEADS_FIELD_NUMBER: _ClassVar[int]
    TOP_HEADS_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_AFTER_THINKING_FIELD_NUMBER: _ClassVar[int]
    RAW_ROWS_FIELD_NUMBER: _ClassVar[int]
    SEPARATOR_FIELD_NUMBER: _ClassVar[int]
    SEPARATOR_TEXT_FIELD_NUMBER: _ClassVar[int]
    HIDDEN_STATES_FIELD_NUMBER: _ClassVar[int]
    gap: int
    step_map: StepMapKind
    heads: _containers.RepeatedCompositeFieldContainer[LayerHead]
    top_heads: int
    include_after_thinking: bool
    raw_rows: _containers.RepeatedCompositeFieldContainer[RawRowsSelection]
    separator: StepSeparator
    separator_text: str
    hidden_states: HiddenStateOptions
    def __init__(self, gap: _Optional[int] = ..., step_map: _Optional[_Union[StepMapKind, str]] = ..., heads: _Optional[_Iterable[_Union[LayerHead, _Mapping]]] = ..., top_heads: _Optional[int] = ..., include_after_thinking: bool = ..., raw_rows: _Optional[_Iterable[_Union[RawRowsSelection, _Mapping]]] = ..., separator: _Optional[_Union[StepSeparator, str]] = ..., separator_text: _Optional[str] = ..., hidden_states: _Optional[_Union[HiddenStateOptions, _Mapping]] = ...) -> None: ...

class HiddenStateOptions(_message.Message):
    __slots__ = ("layer",)
    LAYER_FIELD_NUMBER: _ClassVar[int]
    layer: int
    def __init__(self, layer: _Optional[int] = ...) -> None: ...

class LayerHead(_message.Message):
    __slots__ = ("layer", "head")
    LAYER_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    layer: int
    head: int
    def __init__(self, layer: _Optional[int] = ..., head: _Optional[int] = ...) -> None: ...

class RawRowsSelection(_message.Message):
    __slots__ = ("head", "query_start", "query_end")
    HEAD_FIELD_NUMBER: _ClassVar[int]
    QUERY_START_FIELD_NUMBER: _ClassVar[int]
    QUERY_END_FIELD_NUMBER: _ClassVar[int]
    head: LayerHead
    query_start: int
    query_end: int
    def __init__(self, head: _Optional[_Union[LayerHead, _Mapping]] = ..., query_start: _Optional[int] = ..., query_end: _Optional[int] = ...) -> None: ...

class Step(_message.Message):
    __slots__ = ("index", "start", "end", "text", "influence", "top_heads", "mean_logprob", "mean_entropy", "after_thinking", "excess")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    INFLUENCE_FIELD_NUMBER: _ClassVar[int]
    TOP_HEADS_FIELD_NUMBER: _ClassVar[int]
    MEAN_LOGPROB_FIELD_NUMBER: _ClassVar[int]
    MEAN_ENTROPY_FIELD_NUMBER: _ClassVar[int]
    AFTER_THINKING_FIELD_NUMBER: _ClassVar[int]
    EXCESS_FIELD_NUMBER: _ClassVar[int]
    index: int
    start: int
    end: int
    text: str
    influence: float
    top_heads: _containers.RepeatedCompositeFieldContainer[HeadInfluence]
    mean_logprob: float
    mean_entropy: float
    after_thinking: bool
    excess: float
    def __init__(self, index: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., text: _Optional[str] = ..., influence: _Optional[float] = ..., top_heads: _Optional[_Iterable[_Union[HeadInfluence, _Mapping]]] = ..., mean_logprob: _Optional[float] = ..., mean_entropy: _Optional[float] = ..., after_thinking: bool = ..., excess: _Optional[float] = ...) -> None: ...

class HeadInfluence(_message.Message):
    __slots__ = ("head", "influence")
    HEAD_FIELD_NUMBER: _ClassVar[int]
    INFLUENCE_FIELD_NUMBER: _ClassVar[int]
    head: LayerHead
    influence: float
    def __init__(self, head: _Optional[_Union[LayerHead, _Mapping]] = ..., influence: _Optional[float] = ...) -> None: ...

class Trace(_message.Message):
    __slots__ = ("policy", "version", "prompt_tokens", "total_tokens", "separator", "gap", "steps", "layers", "heads", "maps_dropped", "finish_reason", "stop_text", "stop_token_id")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_TOKENS_FIELD_NUMBER: _ClassVar[int]
    SEPARATOR_FIELD_NUMBER: _ClassVar[int]
    GAP_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    LAYERS_FIELD_NUMBER: _ClassVar[int]
    HEADS_FIELD_NUMBER: _ClassVar[int]
    MAPS_DROPPED_FIELD_NUMBER: _ClassVar[int]
    FINISH_REASON_FIELD_NUMBER: _ClassVar[int]
    STOP_TEXT_FIELD_NUMBER: _ClassVar[int]
    STOP_TOKEN_ID_FIELD_NUMBER: _ClassVar[int]
    policy: str
    version: int
    prompt_tokens: int
    total_tokens: int
    separator: StepSeparator
    gap: int
    steps: _containers.RepeatedCompositeFieldContainer[Step]
    layers: int
    heads: int
    maps_dropped: bool
    finish_reason: FinishReason
    stop_text: str
    stop_token_id: int
    def __init__(self, policy: _Optional[str] = ..., version: _Optional[int] = ..., prompt_tokens: _Optional[int] = ..., total_tokens: _Optional[int] = ..., separator: _Optional[_Union[StepSeparator, str]] = ..., gap: _Optional[int] = ..., steps: _Optional[_Iterable[_Union[Step, _Mapping]]] = ..., layers: _Optional[int] = ..., heads: _Optional[int] = ..., maps_dropped: bool = ..., finish_reason: _Optional[_Union[FinishReason, str]] = ..., stop_text: _Optional[str] = ..., stop_token_id: _Optional[int] = ...) -> None: ...

class StepMapRows(_message.Message):
    __slots__ = ("kind", "head", "first_row", "row_count", "values")
    KIND_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    FIRST_ROW_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    kind: StepMapKind
    head: LayerHead
    first_row: int
    row_count: int
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, kind: _Optional[_Union[StepMapKind, str]] = ..., head: _Optional[_Union[LayerHead, _Mapping]] = ..., first_row: _Optional[int] = ..., row_count: _Optional[int] = ..., values: _Optional[_Iterable[float]] = ...) -> None: ...

class HiddenStates(_message.Message):
    __slots__ = ("layer", "width", "response", "first_step", "row_count", "values", "steps_dropped")
    LAYER_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    FIRST_STEP_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    STEPS_DROPPED_FIELD_NUMBER: _ClassVar[int]
    layer: int
    width: int
    response: _containers.RepeatedScalarFieldContainer[float]
    first_step: int
    row_count: int
    values: _containers.RepeatedScalarFieldContainer[float]
    steps_dropped: bool
    def __init__(self, layer: _Optional[int] = ..., width: _Optional[int] = ..., response: _Optional[_Iterable[float]] = ..., first_step: _Optional[int] = ..., row_count: _Optional[int] = ..., values: _Optional[_Iterable[float]] = ..., steps_dropped: bool = ...) -> None: ...

class RawAttentionRows(_message.Message):
    __slots__ = ("head", "first_query", "row_count", "values")
    HEAD_FIELD_NUMBER: _ClassVar[int]
    FIRST_QUERY_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    head: LayerHead
    first_query: int
    row_count: int
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, head: _Optional[_Union[LayerHead, _Mapping]] = ..., first_query: _Optional[int] = ..., row_count: _Optional[int] = ..., values: _Optional[_Iterable[float]] = ...) -> None: ...
