from . import access_pb2 as _access_pb2
from . import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Priority(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRIORITY_UNSPECIFIED: _ClassVar[Priority]
    PRIORITY_INTERACTIVE: _ClassVar[Priority]
    PRIORITY_BATCH: _ClassVar[Priority]
PRIORITY_UNSPECIFIED: Priority
PRIORITY_INTERACTIVE: Priority
PRIORITY_BATCH: Priority

class GenerateRequest(_message.Message):
    __slots__ = ("policy", "prompt", "sampling", "n", "detail", "echo", "capture", "priority", "request_id", "skip_special_tokens", "version")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    SAMPLING_FIELD_NUMBER: _ClassVar[int]
    N_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    ECHO_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SKIP_SPECIAL_TOKENS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    policy: str
    prompt: _common_pb2.Prompt
    sampling: _common_pb2.SamplingOptions
    n: int
    detail: _common_pb2.TokenDetail
    echo: bool
    capture: _common_pb2.CaptureOptions
    priority: Priority
    request_id: str
    skip_special_tokens: bool
    version: int
    def __init__(self, policy: _Optional[str] = ..., prompt: _Optional[_Union[_common_pb2.Prompt, _Mapping]] = ..., sampling: _Optional[_Union[_common_pb2.SamplingOptions, _Mapping]] = ..., n: _Optional[int] = ..., detail: _Optional[_Union[_common_pb2.TokenDetail, _Mapping]] = ..., echo: bool = ..., capture: _Optional[_Union[_common_pb2.CaptureOptions, _Mapping]] = ..., priority: _Optional[_Union[Priority, str]] = ..., request_id: _Optional[str] = ..., skip_special_tokens: bool = ..., version: _Optional[int] = ...) -> None: ...

class GenerateResponse(_message.Message):
    __slots__ = ("started", "prompt", "tokens", "step", "trace", "step_map", "raw_rows", "finished", "hidden_states")
    STARTED_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    TRACE_FIELD_NUMBER: _ClassVar[int]
    STEP_MAP_FIELD_NUMBER: _ClassVar[int]
    RAW_ROWS_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    HIDDEN_STATES_FIELD_NUMBER: _ClassVar[int]
    started: GenerationStarted
    prompt: GeneratedTokens
    tokens: GeneratedTokens
    step: StepClosed
    trace: GeneratedTrace
    step_map: GeneratedStepMap
    raw_rows: GeneratedRawRows
    finished: GenerationFinished
    hidden_states: GeneratedHiddenStates
    def __init__(self, started: _Optional[_Union[GenerationStarted, _Mapping]] = ..., prompt: _Optional[_Union[GeneratedTokens, _Mapping]] = ..., tokens: _Optional[_Union[GeneratedTokens, _Mapping]] = ..., step: _Optional[_Union[StepClosed, _Mapping]] = ..., trace: _Optional[_Union[GeneratedTrace, _Mapping]] = ..., step_map: _Optional[_Union[GeneratedStepMap, _Mapping]] = ..., raw_rows: _Optional[_Union[GeneratedRawRows, _Mapping]] = ..., finished: _Optional[_Union[GenerationFinished, _Mapping]] = ..., hidden_states: _Optional[_Union[GeneratedHiddenStates, _Mapping]] = ...) -> None: ...

class GenerationStarted(_message.Message):
    __slots__ = ("request_id", "policy", "version", "prompt_tokens", "cached_tokens", "sampling", "thinking")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    CACHED_TOKENS_FIELD_NUMBER: _ClassVar[int]
    SAMPLING_FIELD_NUMBER: _ClassVar[int]
    THINKING_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    policy: str
    version: int
    prompt_tokens: int
    cached_tokens: int
    sampling: _common_pb2.SamplingOptions
    thinking: bool
    def __init__(self, request_id: _Optional[str] = ..., policy: _Optional[str] = ..., version: _Optional[int] = ..., prompt_tokens: _Optional[int] = ..., cached_tokens: _Optional[int] = ..., sampling: _Optional[_Union[_common_pb2.SamplingOptions, _Mapping]] = ..., thinking: bool = ...) -> None: ...

class GeneratedTokens(_message.Message):
    __slots__ = ("index", "run")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    index: int
    run: _common_pb2.TokenRun
    def __init__(self, index: _Optional[int] = ..., run: _Optional[_Union[_common_pb2.TokenRun, _Mapping]] = ...) -> None: ...

class StepClosed(_message.Message):
    __slots__ = ("index", "step", "attention", "influence", "excess")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    ATTENTION_FIELD_NUMBER: _ClassVar[int]
    INFLUENCE_FIELD_NUMBER: _ClassVar[int]
    EXCESS_FIELD_NUMBER: _ClassVar[int]
    index: int
    step: _common_pb2.Step
    attention: _containers.RepeatedScalarFieldContainer[float]
    influence: _containers.RepeatedScalarFieldContainer[float]
    excess: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, index: _Optional[int] = ..., step: _Optional[_Union[_common_pb2.Step, _Mapping]] = ..., attention: _Optional[_Iterable[float]] = ..., influence: _Optional[_Iterable[float]] = ..., excess: _Optional[_Iterable[float]] = ...) -> None: ...

class GeneratedTrace(_message.Message):
    __slots__ = ("index", "trace")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    TRACE_FIELD_NUMBER: _ClassVar[int]
    index: int
    trace: _common_pb2.Trace
    def __init__(self, index: _Optional[int] = ..., trace: _Optional[_Union[_common_pb2.Trace, _Mapping]] = ...) -> None: ...

class GeneratedStepMap(_message.Message):
    __slots__ = ("index", "rows")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    index: int
    rows: _common_pb2.StepMapRows
    def __init__(self, index: _Optional[int] = ..., rows: _Optional[_Union[_common_pb2.StepMapRows, _Mapping]] = ...) -> None: ...

class GeneratedRawRows(_message.Message):
    __slots__ = ("index", "rows")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    index: int
    rows: _common_pb2.RawAttentionRows
    def __init__(self, index: _Optional[int] = ..., rows: _Optional[_Union[_common_pb2.RawAttentionRows, _Mapping]] = ...) -> None: ...

class GeneratedHiddenStates(_message.Message):
    __slots__ = ("index", "states")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    index: int
    states: _common_pb2.HiddenStates
    def __init__(self, index: _Optional[int] = ..., states: _Optional[_Union[_common_pb2.HiddenStates, _Mapping]] = ...) -> None: ...

class GenerationFinished(_message.Message):
    __slots__ = ("index", "reason", "stop_text", "stop_token_id", "completion_tokens", "versions", "first_token_seconds", "total_seconds")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    STOP_TEXT_FIELD_NUMBER: _ClassVar[int]
    STOP_TOKEN_ID_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    FIRST_TOKEN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SECONDS_FIELD_NUMBER: _ClassVar[int]
    index: int
    reason: _common_pb2.FinishReason
    stop_text: str
    stop_token_id: int
    completion_tokens: int
    versions: _containers.RepeatedCompositeFieldContainer[_common_pb2.VersionRange]
    first_token_seconds: float
    total_seconds: float
    def __init__(self, index: _Optional[int] = ..., reason: _Optional[_Union[_common_pb2.FinishReason, str]] = ..., stop_text: _Optional[str] = ..., stop_token_id: _Optional[int] = ..., completion_tokens: _Optional[int] = ..., versions: _Optional[_Iterable[_Union[_common_pb2.VersionRange, _Mapping]]] = ..., first_token_seconds: _Optional[float] = ..., total_seconds: _Optional[float] = ...) -> None: ...

class ScoreRequest(_message.Message):
    __slots__ = ("policy", "prompt", "response_text", "response_ids", "detail", "priority")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_TEXT_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_IDS_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    policy: str
    prompt: _common_pb2.Prompt
    response_text: str
    response_ids: _common_pb2.TokenIds
    detail: _common_pb2.TokenDetail
    priority: Priority
    def __init__(self, policy: _Optional[str] = ..., prompt: _Optional[_Union[_common_pb2.Prompt, _Mapping]] = ..., response_text: _Optional[str] = ..., response_ids: _Optional[_Union[_common_pb2.TokenIds, _Mapping]] = ..., detail: _Optional[_Union[_common_pb2.TokenDetail, _Mapping]] = ..., priority: _Optional[_Union[Priority, str]] = ...) -> None: ...

class ScoreResponse(_message.Message):
    __slots__ = ("version", "run", "prompt_tokens")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    version: int
    run: _common_pb2.TokenRun
    prompt_tokens: int
    def __init__(self, version: _Optional[int] = ..., run: _Optional[_Union[_common_pb2.TokenRun, _Mapping]] = ..., prompt_tokens: _Optional[int] = ...) -> None: ...

class AbortRequest(_message.Message):
    __slots__ = ("request_ids",)
    REQUEST_IDS_FIELD_NUMBER: _ClassVar[int]
    request_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class AbortResponse(_message.Message):
    __slots__ = ("aborted",)
    ABORTED_FIELD_NUMBER: _ClassVar[int]
    aborted: int
    def __init__(self, aborted: _Optional[int] = ...) -> None: ...
