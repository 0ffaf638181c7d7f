from . import reward_pb2 as _reward_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Tree(_message.Message):
    __slots__ = ("policy", "step", "prompt_ids", "prompt_text", "rollouts", "nodes")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    PROMPT_IDS_FIELD_NUMBER: _ClassVar[int]
    PROMPT_TEXT_FIELD_NUMBER: _ClassVar[int]
    ROLLOUTS_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    policy: str
    step: int
    prompt_ids: _containers.RepeatedScalarFieldContainer[int]
    prompt_text: str
    rollouts: _containers.RepeatedCompositeFieldContainer[TreeRollout]
    nodes: _containers.RepeatedCompositeFieldContainer[TreeNode]
    def __init__(self, policy: _Optional[str] = ..., step: _Optional[int] = ..., prompt_ids: _Optional[_Iterable[int]] = ..., prompt_text: _Optional[str] = ..., rollouts: _Optional[_Iterable[_Union[TreeRollout, _Mapping]]] = ..., nodes: _Optional[_Iterable[_Union[TreeNode, _Mapping]]] = ...) -> None: ...

class TreeRollout(_message.Message):
    __slots__ = ("index", "fork", "ids", "text", "logprobs", "entropies", "version", "complete", "reward", "verdict", "steps")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    FORK_FIELD_NUMBER: _ClassVar[int]
    IDS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LOGPROBS_FIELD_NUMBER: _ClassVar[int]
    ENTROPIES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    REWARD_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    index: int
    fork: TreeFork
    ids: _containers.RepeatedScalarFieldContainer[int]
    text: str
    logprobs: _containers.RepeatedScalarFieldContainer[float]
    entropies: _containers.RepeatedScalarFieldContainer[float]
    version: int
    complete: bool
    reward: float
    verdict: _reward_pb2.RewardVerdict
    steps: _containers.RepeatedCompositeFieldContainer[TreeStep]
    def __init__(self, index: _Optional[int] = ..., fork: _Optional[_Union[TreeFork, _Mapping]] = ..., ids: _Optional[_Iterable[int]] = ..., text: _Optional[str] = ..., logprobs: _Optional[_Iterable[float]] = ..., entropies: _Optional[_Iterable[float]] = ..., version: _Optional[int] = ..., complete: bool = ..., reward: _Optional[float] = ..., verdict: _Optional[_Union[_reward_pb2.RewardVerdict, str]] = ..., steps: _Optional[_Iterable[_Union[TreeStep, _Mapping]]] = ...) -> None: ...

class TreeFork(_message.Message):
    __slots__ = ("rollout", "offset")
    ROLLOUT_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    rollout: int
    offset: int
    def __init__(self, rollout: _Optional[int] = ..., offset: _Optional[int] = ...) -> None: ...

class TreeStep(_message.Message):
    __slots__ = ("start", "influence")
    START_FIELD_NUMBER: _ClassVar[int]
    INFLUENCE_FIELD_NUMBER: _ClassVar[int]
    start: int
    influence: float
    def __init__(self, start: _Optional[int] = ..., influence: _Optional[float] = ...) -> None: ...

class TreeNode(_message.Message):
    __slots__ = ("parent", "rollout", "start", "end", "leaves", "value", "text")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    ROLLOUT_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    LEAVES_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    parent: int
    rollout: int
    start: int
    end: int
    leaves: int
    value: float
    text: str
    def __init__(self, parent: _Optional[int] = ..., rollout: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., leaves: _Optional[int] = ..., value: _Optional[float] = ..., text: _Optional[str] = ...) -> None: ...
