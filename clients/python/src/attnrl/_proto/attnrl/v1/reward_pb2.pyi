from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RewardVerdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REWARD_VERDICT_UNSPECIFIED: _ClassVar[RewardVerdict]
    REWARD_VERDICT_CORRECT: _ClassVar[RewardVerdict]
    REWARD_VERDICT_INCORRECT: _ClassVar[RewardVerdict]
    REWARD_VERDICT_NO_ANSWER: _ClassVar[RewardVerdict]
    REWARD_VERDICT_PARSE_ERROR: _ClassVar[RewardVerdict]
    REWARD_VERDICT_TIMEOUT: _ClassVar[RewardVerdict]
    REWARD_VERDICT_INTERNAL: _ClassVar[RewardVerdict]
    REWARD_VERDICT_UNDECIDED: _ClassVar[RewardVerdict]
REWARD_VERDICT_UNSPECIFIED: RewardVerdict
REWARD_VERDICT_CORRECT: RewardVerdict
REWARD_VERDICT_INCORRECT: RewardVerdict
REWARD_VERDICT_NO_ANSWER: RewardVerdict
REWARD_VERDICT_PARSE_ERROR: RewardVerdict
REWARD_VERDICT_TIMEOUT: RewardVerdict
REWARD_VERDICT_INTERNAL: RewardVerdict
REWARD_VERDICT_UNDECIDED: RewardVerdict

class JudgeRequest(_message.Message):
    __slots__ = ("job", "step", "batch_id", "items")
    JOB_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    job: str
    step: int
    batch_id: str
    items: _containers.RepeatedCompositeFieldContainer[JudgeItem]
    def __init__(self, job: _Optional[str] = ..., step: _Optional[int] = ..., batch_id: _Optional[str] = ..., items: _Optional[_Iterable[_Union[JudgeItem, _Mapping]]] = ...) -> None: ...

class JudgeItem(_message.Message):
    __slots__ = ("prompt", "response", "truth")
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    TRUTH_FIELD_NUMBER: _ClassVar[int]
    prompt: str
    response: str
    truth: str
    def __init__(self, prompt: _Optional[str] = ..., response: _Optional[str] = ..., truth: _Optional[str] = ...) -> None: ...

class JudgeResponse(_message.Message):
    __slots__ = ("judgements",)
    JUDGEMENTS_FIELD_NUMBER: _ClassVar[int]
    judgements: _containers.RepeatedCompositeFieldContainer[Judgement]
    def __init__(self, judgements: _Optional[_Iterable[_Union[Judgement, _Mapping]]] = ...) -> None: ...

class Judgement(_message.Message):
    __slots__ = ("verdict", "score", "answer", "detail")
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    verdict: RewardVerdict
    score: float
    answer: str
    detail: str
    def __init__(self, verdict: _Optional[_Union[RewardVerdict, str]] = ..., score: _Optional[float] = ..., answer: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...
