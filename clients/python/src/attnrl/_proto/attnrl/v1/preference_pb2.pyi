from . import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Preferred(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PREFERRED_UNSPECIFIED: _ClassVar[Preferred]
    PREFERRED_FIRST: _ClassVar[Preferred]
    PREFERRED_SECOND: _ClassVar[Preferred]
    PREFERRED_NEITHER: _ClassVar[Preferred]
PREFERRED_UNSPECIFIED: Preferred
PREFERRED_FIRST: Preferred
PREFERRED_SECOND: Preferred
PREFERRED_NEITHER: Preferred

class PreferencePair(_message.Message):
    __slots__ = ("id", "prompt", "first", "second")
    ID_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    SECOND_FIELD_NUMBER: _ClassVar[int]
    id: str
    prompt: str
    first: str
    second: str
    def __init__(self, id: _Optional[str] = ..., prompt: _Optional[str] = ..., first: _Optional[str] = ..., second: _Optional[str] = ...) -> None: ...

class AddPairsRequest(_message.Message):
    __slots__ = ("set", "pairs")
    SET_FIELD_NUMBER: _ClassVar[int]
    PAIRS_FIELD_NUMBER: _ClassVar[int]
    set: str
    pairs: _containers.RepeatedCompositeFieldContainer[PreferencePair]
    def __init__(self, set: _Optional[str] = ..., pairs: _Optional[_Iterable[_Union[PreferencePair, _Mapping]]] = ...) -> None: ...

class AddPairsResponse(_message.Message):
    __slots__ = ("taken", "refused")
    TAKEN_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    taken: int
    refused: _containers.RepeatedCompositeFieldContainer[RefusedPair]
    def __init__(self, taken: _Optional[int] = ..., refused: _Optional[_Iterable[_Union[RefusedPair, _Mapping]]] = ...) -> None: ...

class RefusedPair(_message.Message):
    __slots__ = ("index", "reason")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    index: int
    reason: str
    def __init__(self, index: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class CompareRequest(_message.Message):
    __slots__ = ("set", "labeller", "window", "choices")
    SET_FIELD_NUMBER: _ClassVar[int]
    LABELLER_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    set: str
    labeller: str
    window: int
    choices: _containers.RepeatedCompositeFieldContainer[PreferenceChoice]
    def __init__(self, set: _Optional[str] = ..., labeller: _Optional[str] = ..., window: _Optional[int] = ..., choices: _Optional[_Iterable[_Union[PreferenceChoice, _Mapping]]] = ...) -> None: ...

class PreferenceChoice(_message.Message):
    __slots__ = ("pair", "preferred", "replace")
    PAIR_FIELD_NUMBER: _ClassVar[int]
    PREFERRED_FIELD_NUMBER: _ClassVar[int]
    REPLACE_FIELD_NUMBER: _ClassVar[int]
    pair: str
    preferred: Preferred
    replace: bool
    def __init__(self, pair: _Optional[str] = ..., preferred: _Optional[_Union[Preferred, str]] = ..., replace: bool = ...) -> None: ...

class CompareResponse(_message.Message):
    __slots__ = ("pair", "taken")
    PAIR_FIELD_NUMBER: _ClassVar[int]
    TAKEN_FIELD_NUMBER: _ClassVar[int]
    pair: PreferencePair
    taken: ChoiceTaken
    def __init__(self, pair: _Optional[_Union[PreferencePair, _Mapping]] = ..., taken: _Optional[_Union[ChoiceTaken, _Mapping]] = ...) -> None: ...

class ChoiceTaken(_message.Message):
    __slots__ = ("pair", "refused")
    PAIR_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    pair: str
    refused: str
    def __init__(self, pair: _Optional[str] = ..., refused: _Optional[str] = ...) -> None: ...

class GetPreferencesRequest(_message.Message):
    __slots__ = ("set",)
    SET_FIELD_NUMBER: _ClassVar[int]
    set: str
    def __init__(self, set: _Optional[str] = ...) -> None: ...

class ComparedPair(_message.Message):
    __slots__ = ("pair", "preferred", "labeller")
    PAIR_FIELD_NUMBER: _ClassVar[int]
    PREFERRED_FIELD_NUMBER: _ClassVar[int]
    LABELLER_FIELD_NUMBER: _ClassVar[int]
    pair: PreferencePair
    preferred: Preferred
    labeller: str
    def __init__(self, pair: _Optional[_Union[PreferencePair, _Mapping]] = ..., preferred: _Optional[_Union[Preferred, str]] = ..., labeller: _Optional[str] = ...) -> None: ...

class ListSetsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListSetsResponse(_message.Message):
    __slots__ = ("sets",)
    SETS_FIELD_NUMBER: _ClassVar[int]
    sets: _containers.RepeatedCompositeFieldContainer[PreferenceSet]
    def __init__(self, sets: _Optional[_Iterable[_Union[PreferenceSet, _Mapping]]] = ...) -> None: ...

class PreferenceSet(_message.Message):
    __slots__ = ("name", "pairs", "chosen")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PAIRS_FIELD_NUMBER: _ClassVar[int]
    CHOSEN_FIELD_NUMBER: _ClassVar[int]
    name: str
    pairs: int
    chosen: int
    def __init__(self, name: _Optional[str] = ..., pairs: _Optional[int] = ..., chosen: _Optional[int] = ...) -> None: ...

class DeleteSetRequest(_message.Message):
    __slots__ = ("set",)
    SET_FIELD_NUMBER: _ClassVar[int]
    set: str
    def __init__(self, set: _Optional[str] = ...) -> None: ...

class DeleteSetResponse(_message.Message):
    __slots__ = ("pairs",)
    PAIRS_FIELD_NUMBER: _ClassVar[int]
    pairs: int
    def __init__(self, pairs: _Optional[int] = ...) -> None: ...
