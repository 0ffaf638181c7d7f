from . import access_pb2 as _access_pb2
from . import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PauseMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAUSE_MODE_UNSPECIFIED: _ClassVar[PauseMode]
    PAUSE_MODE_KEEP: _ClassVar[PauseMode]
    PAUSE_MODE_WAIT: _ClassVar[PauseMode]
    PAUSE_MODE_ABORT: _ClassVar[PauseMode]
PAUSE_MODE_UNSPECIFIED: PauseMode
PAUSE_MODE_KEEP: PauseMode
PAUSE_MODE_WAIT: PauseMode
PAUSE_MODE_ABORT: PauseMode

class Policy(_message.Message):
    __slots__ = ("name", "version", "versions", "family", "precision", "parameters", "layers", "heads", "key_value_heads", "hidden_size", "head_size", "feed_forward_size", "vocabulary", "context", "has_chat_template", "untrained", "end_of_sequence", "weights", "base_policy")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    FAMILY_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    LAYERS_FIELD_NUMBER: _ClassVar[int]
    HEADS_FIELD_NUMBER: _ClassVar[int]
    KEY_VALUE_HEADS_FIELD_NUMBER: _ClassVar[int]
    HIDDEN_SIZE_FIELD_NUMBER: _ClassVar[int]
    HEAD_SIZE_FIELD_NUMBER: _ClassVar[int]
    FEED_FORWARD_SIZE_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    HAS_CHAT_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    UNTRAINED_FIELD_NUMBER: _ClassVar[int]
    END_OF_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    BASE_POLICY_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: int
    versions: _containers.RepeatedCompositeFieldContainer[PolicyVersion]
    family: str
    precision: str
    parameters: int
    layers: int
    heads: int
    key_value_heads: int
    hidden_size: int
    head_size: int
    feed_forward_size: int
    vocabulary: int
    context: int
    has_chat_template: bool
    untrained: bool
    end_of_sequence: _containers.RepeatedScalarFieldContainer[int]
    weights: str
    base_policy: str
    def __init__(self, name: _Optional[str] = ..., version: _Optional[int] = ..., versions: _Optional[_Iterable[_Union[PolicyVersion, _Mapping]]] = ..., family: _Optional[str] = ..., precision: _Optional[str] = ..., parameters: _Optional[int] = ..., layers: _Optional[int] = ..., heads: _Optional[int] = ..., key_value_heads: _Optional[int] = ..., hidden_size: _Optional[int] = ..., head_size: _Optional[int] = ..., feed_forward_size: _Optional[int] = ..., vocabulary: _Optional[int] = ..., context: _Optional[int] = ..., has_chat_template: bool = ..., untrained: bool = ..., end_of_sequence: _Optional[_Iterable[int]] = ..., weights: _Optional[str] = ..., base_policy: _Optional[str] = ...) -> None: ...

class PolicyVersion(_message.Message):
    __slots__ = ("version", "directory", "loaded_at", "weight_bytes", "adapter")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DIRECTORY_FIELD_NUMBER: _ClassVar[int]
    LOADED_AT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_BYTES_FIELD_NUMBER: _ClassVar[int]
    ADAPTER_FIELD_NUMBER: _ClassVar[int]
    version: int
    directory: str
    loaded_at: float
    weight_bytes: int
    adapter: AdapterInfo
    def __init__(self, version: _Optional[int] = ..., directory: _Optional[str] = ..., loaded_at: _Optional[float] = ..., weight_bytes: _Optional[int] = ..., adapter: _Optional[_Union[AdapterInfo, _Mapping]] = ...) -> None: ...

class AdapterInfo(_message.Message):
    __slots__ = ("rank", "alpha", "scale", "targets", "base_directory")
    RANK_FIELD_NUMBER: _ClassVar[int]
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    SCALE_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    BASE_DIRECTORY_FIELD_NUMBER: _ClassVar[int]
    rank: int
    alpha: float
    scale: float
    targets: _containers.RepeatedScalarFieldContainer[str]
    base_directory: str
    def __init__(self, rank: _Optional[int] = ..., alpha: _Optional[float] = ..., scale: _Optional[float] = ..., targets: _Optional[_Iterable[str]] = ..., base_directory: _Optional[str] = ...) -> None: ...

class ListPoliciesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPoliciesResponse(_message.Message):
    __slots__ = ("policies", "next_page_token")
    POLICIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    policies: _containers.RepeatedCompositeFieldContainer[Policy]
    next_page_token: str
    def __init__(self, policies: _Optional[_Iterable[_Union[Policy, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetPolicyRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class LoadPolicyRequest(_message.Message):
    __slots__ = ("directory", "name", "precision", "as_new_version", "weights", "base_policy")
    DIRECTORY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    AS_NEW_VERSION_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    BASE_POLICY_FIELD_NUMBER: _ClassVar[int]
    directory: str
    name: str
    precision: str
    as_new_version: bool
    weights: str
    base_policy: str
    def __init__(self, directory: _Optional[str] = ..., name: _Optional[str] = ..., precision: _Optional[str] = ..., as_new_version: bool = ..., weights: _Optional[str] = ..., base_policy: _Optional[str] = ...) -> None: ...

class UnloadPolicyRequest(_message.Message):
    __slots__ = ("name", "drain")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DRAIN_FIELD_NUMBER: _ClassVar[int]
    name: str
    drain: bool
    def __init__(self, name: _Optional[str] = ..., drain: bool = ...) -> None: ...

class UnloadPolicyResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SwitchVersionRequest(_message.Message):
    __slots__ = ("name", "version")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: int
    def __init__(self, name: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class TokenizeRequest(_message.Message):
    __slots__ = ("policy", "prompt", "with_texts", "continues")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    WITH_TEXTS_FIELD_NUMBER: _ClassVar[int]
    CONTINUES_FIELD_NUMBER: _ClassVar[int]
    policy: str
    prompt: _common_pb2.Prompt
    with_texts: bool
    continues: bool
    def __init__(self, policy: _Optional[str] = ..., prompt: _Optional[_Union[_common_pb2.Prompt, _Mapping]] = ..., with_texts: bool = ..., continues: bool = ...) -> None: ...

class TokenizeResponse(_message.Message):
    __slots__ = ("ids", "texts", "rendered", "context")
    IDS_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    RENDERED_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[int]
    texts: _containers.RepeatedScalarFieldContainer[bytes]
    rendered: str
    context: int
    def __init__(self, ids: _Optional[_Iterable[int]] = ..., texts: _Optional[_Iterable[bytes]] = ..., rendered: _Optional[str] = ..., context: _Optional[int] = ...) -> None: ...

class DetokenizeRequest(_message.Message):
    __slots__ = ("policy", "ids", "skip_special_tokens", "continues")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    IDS_FIELD_NUMBER: _ClassVar[int]
    SKIP_SPECIAL_TOKENS_FIELD_NUMBER: _ClassVar[int]
    CONTINUES_FIELD_NUMBER: _ClassVar[int]
    policy: str
    ids: _containers.RepeatedScalarFieldContainer[int]
    skip_special_tokens: bool
    continues: bool
    def __init__(self, policy: _Optional[str] = ..., ids: _Optional[_Iterable[int]] = ..., skip_special_tokens: bool = ..., continues: bool = ...) -> None: ...

class DetokenizeResponse(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class GetTokenizerRequest(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: str
    def __init__(self, policy: _Optional[str] = ...) -> None: ...

class TokenizerInfo(_message.Message):
    __slots__ = ("vocabulary", "bos_token", "eos_token", "pad_token", "unk_token", "adds_bos_token", "chat_template", "template_knows_tools")
    VOCABULARY_FIELD_NUMBER: _ClassVar[int]
    BOS_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EOS_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PAD_TOKEN_FIELD_NUMBER: _ClassVar[int]
    UNK_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ADDS_BOS_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CHAT_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_KNOWS_TOOLS_FIELD_NUMBER: _ClassVar[int]
    vocabulary: int
    bos_token: str
    eos_token: str
    pad_token: str
    unk_token: str
    adds_bos_token: bool
    chat_template: str
    template_knows_tools: bool
    def __init__(self, vocabulary: _Optional[int] = ..., bos_token: _Optional[str] = ..., eos_token: _Optional[str] = ..., pad_token: _Optional[str] = ..., unk_token: _Optional[str] = ..., adds_bos_token: bool = ..., chat_template: _Optional[str] = ..., template_knows_tools: bool = ...) -> None: ...

class PauseRequest(_message.Message):
    __slots__ = ("mode",)
    MODE_FIELD_NUMBER: _ClassVar[int]
    mode: PauseMode
    def __init__(self, mode: _Optional[_Union[PauseMode, str]] = ...) -> None: ...

class ResumeRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetPauseStateRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PauseState(_message.Message):
    __slots__ = ("paused",)
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    paused: bool
    def __init__(self, paused: bool = ...) -> None: ...
