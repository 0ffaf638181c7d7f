from . import access_pb2 as _access_pb2
from . import job_pb2 as _job_pb2
from . import tree_pb2 as _tree_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class JobState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    JOB_STATE_UNSPECIFIED: _ClassVar[JobState]
    JOB_STATE_QUEUED: _ClassVar[JobState]
    JOB_STATE_RUNNING: _ClassVar[JobState]
    JOB_STATE_PAUSED: _ClassVar[JobState]
    JOB_STATE_SUCCEEDED: _ClassVar[JobState]
    JOB_STATE_FAILED: _ClassVar[JobState]
    JOB_STATE_CANCELLED: _ClassVar[JobState]
JOB_STATE_UNSPECIFIED: JobState
JOB_STATE_QUEUED: JobState
JOB_STATE_RUNNING: JobState
JOB_STATE_PAUSED: JobState
JOB_STATE_SUCCEEDED: JobState
JOB_STATE_FAILED: JobState
JOB_STATE_CANCELLED: JobState

class Job(_message.Message):
    __slots__ = ("id", "state", "reason", "specification", "steps_done", "total_steps", "created_at", "started_at", "ended_at", "last_sequence", "published_version", "pending", "ranks")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SPECIFICATION_FIELD_NUMBER: _ClassVar[int]
    STEPS_DONE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_STEPS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_VERSION_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    RANKS_FIELD_NUMBER: _ClassVar[int]
    id: str
    state: JobState
    reason: str
    specification: _job_pb2.JobSpecification
    steps_done: int
    total_steps: int
    created_at: float
    started_at: float
    ended_at: float
    last_sequence: int
    published_version: int
    pending: str
    ranks: _containers.RepeatedCompositeFieldContainer[RankShare]
    def __init__(self, id: _Optional[str] = ..., state: _Optional[_Union[JobState, str]] = ..., reason: _Optional[str] = ..., specification: _Optional[_Union[_job_pb2.JobSpecification, _Mapping]] = ..., steps_done: _Optional[int] = ..., total_steps: _Optional[int] = ..., created_at: _Optional[float] = ..., started_at: _Optional[float] = ..., ended_at: _Optional[float] = ..., last_sequence: _Optional[int] = ..., published_version: _Optional[int] = ..., pending: _Optional[str] = ..., ranks: _Optional[_Iterable[_Union[RankShare, _Mapping]]] = ...) -> None: ...

class RankShare(_message.Message):
    __slots__ = ("rank", "host", "drawn_tokens", "learnt_tokens", "bytes_sent", "seconds_computing", "seconds_waiting", "seconds_aside")
    RANK_FIELD_NUMBER: _ClassVar[int]
    HOST_FIELD_NUMBER: _ClassVar[int]
    DRAWN_TOKENS_FIELD_NUMBER: _ClassVar[int]
    LEARNT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    BYTES_SENT_FIELD_NUMBER: _ClassVar[int]
    SECONDS_COMPUTING_FIELD_NUMBER: _ClassVar[int]
    SECONDS_WAITING_FIELD_NUMBER: _ClassVar[int]
    SECONDS_ASIDE_FIELD_NUMBER: _ClassVar[int]
    rank: int
    host: str
    drawn_tokens: int
    learnt_tokens: int
    bytes_sent: int
    seconds_computing: float
    seconds_waiting: float
    seconds_aside: float
    def __init__(self, rank: _Optional[int] = ..., host: _Optional[str] = ..., drawn_tokens: _Optional[int] = ..., learnt_tokens: _Optional[int] = ..., bytes_sent: _Optional[int] = ..., seconds_computing: _Optional[float] = ..., seconds_waiting: _Optional[float] = ..., seconds_aside: _Optional[float] = ...) -> None: ...

class CreateJobRequest(_message.Message):
    __slots__ = ("specification", "text", "validate_only", "request_id")
    SPECIFICATION_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    specification: _job_pb2.JobSpecification
    text: str
    validate_only: bool
    request_id: str
    def __init__(self, specification: _Optional[_Union[_job_pb2.JobSpecification, _Mapping]] = ..., text: _Optional[str] = ..., validate_only: bool = ..., request_id: _Optional[str] = ...) -> None: ...

class GetJobRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class ListJobsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "states")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    states: _containers.RepeatedScalarFieldContainer[JobState]
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., states: _Optional[_Iterable[_Union[JobState, str]]] = ...) -> None: ...

class ListJobsResponse(_message.Message):
    __slots__ = ("jobs", "next_page_token")
    JOBS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[Job]
    next_page_token: str
    def __init__(self, jobs: _Optional[_Iterable[_Union[Job, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CancelJobRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class PauseJobRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class ResumeJobRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class WatchJobRequest(_message.Message):
    __slots__ = ("id", "after_sequence", "past_only")
    ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PAST_ONLY_FIELD_NUMBER: _ClassVar[int]
    id: str
    after_sequence: int
    past_only: bool
    def __init__(self, id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., past_only: bool = ...) -> None: ...

class JobEvent(_message.Message):
    __slots__ = ("sequence", "time", "step", "message", "state_changed", "step_done", "evaluated", "checkpoint_saved", "policy_published", "note")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STATE_CHANGED_FIELD_NUMBER: _ClassVar[int]
    STEP_DONE_FIELD_NUMBER: _ClassVar[int]
    EVALUATED_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_SAVED_FIELD_NUMBER: _ClassVar[int]
    POLICY_PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    time: float
    step: int
    message: str
    state_changed: JobStateChanged
    step_done: JobStep
    evaluated: JobEvaluated
    checkpoint_saved: CheckpointSaved
    policy_published: PolicyPublished
    note: JobNote
    def __init__(self, sequence: _Optional[int] = ..., time: _Optional[float] = ..., step: _Optional[int] = ..., message: _Optional[str] = ..., state_changed: _Optional[_Union[JobStateChanged, _Mapping]] = ..., step_done: _Optional[_Union[JobStep, _Mapping]] = ..., evaluated: _Optional[_Union[JobEvaluated, _Mapping]] = ..., checkpoint_saved: _Optional[_Union[CheckpointSaved, _Mapping]] = ..., policy_published: _Optional[_Union[PolicyPublished, _Mapping]] = ..., note: _Optional[_Union[JobNote, _Mapping]] = ...) -> None: ...

class JobStateChanged(_message.Message):
    __slots__ = ("state", "reason", "resumed_from_step")
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    RESUMED_FROM_STEP_FIELD_NUMBER: _ClassVar[int]
    state: JobState
    reason: str
    resumed_from_step: int
    def __init__(self, state: _Optional[_Union[JobState, str]] = ..., reason: _Optional[str] = ..., resumed_from_step: _Optional[int] = ...) -> None: ...

class JobStep(_message.Message):
    __slots__ = ("metrics", "skipped", "total_steps")
    class MetricsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    METRICS_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    TOTAL_STEPS_FIELD_NUMBER: _ClassVar[int]
    metrics: _containers.ScalarMap[str, float]
    skipped: str
    total_steps: int
    def __init__(self, metrics: _Optional[_Mapping[str, float]] = ..., skipped: _Optional[str] = ..., total_steps: _Optional[int] = ...) -> None: ...

class JobEvaluated(_message.Message):
    __slots__ = ("metrics",)
    class MetricsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    METRICS_FIELD_NUMBER: _ClassVar[int]
    metrics: _containers.ScalarMap[str, float]
    def __init__(self, metrics: _Optional[_Mapping[str, float]] = ...) -> None: ...

class CheckpointSaved(_message.Message):
    __slots__ = ("path", "bytes")
    PATH_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    path: str
    bytes: int
    def __init__(self, path: _Optional[str] = ..., bytes: _Optional[int] = ...) -> None: ...

class PolicyPublished(_message.Message):
    __slots__ = ("policy", "version")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    policy: str
    version: int
    def __init__(self, policy: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class JobNote(_message.Message):
    __slots__ = ("warning",)
    WARNING_FIELD_NUMBER: _ClassVar[int]
    warning: bool
    def __init__(self, warning: bool = ...) -> None: ...

class ListCheckpointsRequest(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: str
    def __init__(self, job: _Optional[str] = ...) -> None: ...

class ListCheckpointsResponse(_message.Message):
    __slots__ = ("checkpoints",)
    CHECKPOINTS_FIELD_NUMBER: _ClassVar[int]
    checkpoints: _containers.RepeatedCompositeFieldContainer[Checkpoint]
    def __init__(self, checkpoints: _Optional[_Iterable[_Union[Checkpoint, _Mapping]]] = ...) -> None: ...

class Checkpoint(_message.Message):
    __slots__ = ("step", "path", "bytes", "created_at")
    STEP_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    step: int
    path: str
    bytes: int
    created_at: float
    def __init__(self, step: _Optional[int] = ..., path: _Optional[str] = ..., bytes: _Optional[int] = ..., created_at: _Optional[float] = ...) -> None: ...

class ExportCheckpointRequest(_message.Message):
    __slots__ = ("job", "step", "directory")
    JOB_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    DIRECTORY_FIELD_NUMBER: _ClassVar[int]
    job: str
    step: int
    directory: str
    def __init__(self, job: _Optional[str] = ..., step: _Optional[int] = ..., directory: _Optional[str] = ...) -> None: ...

class ExportCheckpointResponse(_message.Message):
    __slots__ = ("checkpoint", "directory", "bytes")
    CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    DIRECTORY_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    checkpoint: Checkpoint
    directory: str
    bytes: int
    def __init__(self, checkpoint: _Optional[_Union[Checkpoint, _Mapping]] = ..., directory: _Optional[str] = ..., bytes: _Optional[int] = ...) -> None: ...

class FeedbackRequest(_message.Message):
    __slots__ = ("job", "records", "request_id")
    JOB_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    job: str
    records: _containers.RepeatedCompositeFieldContainer[FeedbackRecord]
    request_id: str
    def __init__(self, job: _Optional[str] = ..., records: _Optional[_Iterable[_Union[FeedbackRecord, _Mapping]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class FeedbackRecord(_message.Message):
    __slots__ = ("prompt", "answer", "rewarded")
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    REWARDED_FIELD_NUMBER: _ClassVar[int]
    prompt: str
    answer: str
    rewarded: RewardedResponse
    def __init__(self, prompt: _Optional[str] = ..., answer: _Optional[str] = ..., rewarded: _Optional[_Union[RewardedResponse, _Mapping]] = ...) -> None: ...

class RewardedResponse(_message.Message):
    __slots__ = ("response", "reward")
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    REWARD_FIELD_NUMBER: _ClassVar[int]
    response: str
    reward: float
    def __init__(self, response: _Optional[str] = ..., reward: _Optional[float] = ...) -> None: ...

class FeedbackResponse(_message.Message):
    __slots__ = ("taken", "refused")
    TAKEN_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    taken: int
    refused: _containers.RepeatedCompositeFieldContainer[RefusedFeedback]
    def __init__(self, taken: _Optional[int] = ..., refused: _Optional[_Iterable[_Union[RefusedFeedback, _Mapping]]] = ...) -> None: ...

class RefusedFeedback(_message.Message):
    __slots__ = ("index", "reason")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    index: int
    reason: str
    def __init__(self, index: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class GetTreesRequest(_message.Message):
    __slots__ = ("job", "step")
    JOB_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    job: str
    step: int
    def __init__(self, job: _Optional[str] = ..., step: _Optional[int] = ...) -> None: ...

class GetTreesResponse(_message.Message):
    __slots__ = ("index", "tree")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    TREE_FIELD_NUMBER: _ClassVar[int]
    index: int
    tree: _tree_pb2.Tree
    def __init__(self, index: _Optional[int] = ..., tree: _Optional[_Union[_tree_pb2.Tree, _Mapping]] = ...) -> None: ...
