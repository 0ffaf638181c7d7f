"""Checks of arguments, by the annotations that they have anyway.

What is wrong is said by the argument's name before any message is made: a TypeError for a value of the wrong kind, a
ValueError for one that its kind does not allow. Numbers and flags of NumPy and the like become Python's own.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import inspect
import operator
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from os import PathLike, fspath
from typing import Any, Literal, NoReturn, ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")

_INT32 = (-(2**31), 2**31 - 1)
_INT64 = (-(2**63), 2**63 - 1)
_UINT64 = (0, 2**64 - 1)
_RANGES = {"seed": _UINT64, "branch_seed": _UINT64, "after": _INT64, "step": _INT64, "version": _INT64}
"""What the contract can carry, by the argument's name; 32 bits for all others."""

_DURATIONS = ("timeout", "keepalive")

_AS_THEY_COME = ("records",)
"""Lists that may be long in coming: their items are checked when they are read."""


class _Unpack:
    """Stands for `Unpack`, which only type checkers import: `Unpack[Sampling]` is `Sampling` here."""

    def __class_getitem__(cls, item: Any) -> Any:
        return item


def checked(function: Callable[P, Result]) -> Callable[P, Result]:
    """A function whose arguments are checked, and made Python's own, before it is called."""
    signature = inspect.signature(function)
    hints = functools.lru_cache(maxsize=1)(lambda: _hints(function, signature))

    def bound(args: tuple[Any, ...], options: dict[str, Any]) -> inspect.BoundArguments:
        try:
            arguments = signature.bind(*args, **options)
        except TypeError as error:
            raise TypeError(f"{function.__name__}: {error}") from None
        for name, value in arguments.arguments.items():
            if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
                arguments.arguments[name] = _members(function.__name__, value, hints()[name], signature)
            elif name in hints():
                arguments.arguments[name] = own(name, value, hints()[name])
        return arguments

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaited(*args: P.args, **options: P.kwargs) -> Any:
            arguments = bound(args, options)
            return await function(*arguments.args, **arguments.kwargs)

        return typing.cast("Callable[P, Result]", awaited)

    @functools.wraps(function)
    def called(*args: P.args, **options: P.kwargs) -> Result:
        arguments = bound(args, options)
        return function(*arguments.args, **arguments.kwargs)

    return called


def own(name: str, value: Any, hint: Any) -> Any:
    """A value as its hint has it; raises what names it where it is of no such kind."""
    if hint is Any:
        return value
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _one_of(name, value, typing.get_args(hint))
    if origin is Literal:
        return _choice(name, value, typing.get_args(hint))
    if origin is tuple:
        return _tuple(name, value, typing.get_args(hint))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(name, value, typing.get_args(hint))
    if isinstance(origin, type) and issubclass(origin, Iterable):
        return _items(name, value, typing.get_args(hint)[0])
    if origin is Callable or hint is Callable:
        return value if callable(value) else _refuse(name, value, "a function")
    kind = origin or hint
    return _plain(name, value, kind) if isinstance(kind, type) else value


def _plain(name: str, value: Any, kind: type) -> Any:
    if kind in _READERS:
        return _READERS[kind](name, value)
    if issubclass(kind, Enum):
        return _member(name, value, kind)
    if issubclass(kind, PathLike):
        return value if isinstance(value, PathLike) else _refuse(name, value, "a path")
    if not isinstance(value, kind):
        return _refuse(name, value, f"a {kind.__name__}")
    return _fields(name, value) if dataclasses.is_dataclass(value) else value


# Kinds


def _integer(name: str, value: Any) -> int:
    if isinstance(value, bool):
        return _refuse(name, value, "an integer")
    try:
        number = operator.index(value)
    except TypeError:
        return _refuse(name, value, "an integer")
    least, most = _RANGES.get(name, _INT32)
    if not least <= number <= most:
        raise ValueError(f"{name} must be from {least} to {most}, not {number}")
    return number


def _number(name: str, value: Any) -> float:
    # Texts can be made numbers too, and are meant to be something else.
    if isinstance(value, bool | str | bytes | bytearray):
        return _refuse(name, value, "a number")
    try:
        number = float(value)
    except (TypeError, ValueError):
        return _refuse(name, value, "a number")
    except OverflowError:
        raise ValueError(f"{name} is larger than any float") from None
    if name in _DURATIONS and not number >= 0:
        raise ValueError(f"{name} must be at least 0 seconds, or math.inf for no limit, not {number}")
    return number


def _flag(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    # NumPy's, and 0 and 1.
    if getattr(getattr(value, "dtype", None), "kind", "") == "b" and getattr(value, "ndim", 1) == 0:
        return bool(value)
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    return _refuse(name, value, "True or False")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        return _refuse(name, value, "a text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{name} is not valid Unicode: half a surrogate pair stands at {error.start}") from None
    return value


def _nothing(name: str, value: Any) -> None:
    if value is not None:
        _refuse(name, value, "None")


_READERS: dict[type, Callable[[str, Any], Any]] = {
    int: _integer, float: _number, bool: _flag, str: _text, types.NoneType: _nothing,
}  # fmt: skip


def _member(name: str, value: Any, kind: type[Enum]) -> Enum:
    if isinstance(value, kind):
        return value
    if not isinstance(value, str):
        return _refuse(name, value, "a text")
    return kind(_choice(name, value, [member.value for member in kind]))


def _choice(name: str, value: Any, choices: Iterable[Any]) -> Any:
    known = list(choices)
    if value in known:
        return value
    raise ValueError(f"{name} must be one of {', '.join(map(repr, known))}, not {value!r}")


# Kinds made of others


def _one_of(name: str, value: Any, hints: Sequence[Any]) -> Any:
    """The first kind that fits. What is wrong is said of the kind that comes nearest."""
    if value is None and types.NoneType in hints:
        return None
    possible = [hint for hint in hints if hint is not types.NoneType]
    # Where a choice is meant, any text that is none of it would pass for a text.
    if any(isinstance(hint, type) and issubclass(hint, Enum) for hint in possible):
        possible = [hint for hint in possible if hint is not str]
    likely = [hint for hint in possible if _looks_like(value, hint)]
    problem: Exception | None = None
    for hint in likely:
        try:
            return own(name, value, hint)
        except (TypeError, ValueError) as error:  # noqa: PERF203
            problem = problem or error
    if problem is not None:
        raise problem
    return _refuse(name, value, " or ".join(dict.fromkeys(_described(hint) for hint in possible)))


def _looks_like(value: Any, hint: Any) -> bool:
    kind = typing.get_origin(hint) or hint
    if not isinstance(kind, type):
        return True
    if issubclass(kind, Enum):
        return isinstance(value, str)
    if kind in (int, float):
        return not isinstance(value, str | bytes | Mapping | bool) and not isinstance(value, Sequence)
    if kind is bool:
        return isinstance(value, bool | int) or hasattr(value, "dtype")
    if kind is str or issubclass(kind, Mapping) or not issubclass(kind, Iterable):
        return isinstance(value, kind)
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return False
    # Lists of different things are told apart by their first one.
    if kind is Sequence and isinstance(value, Sequence) and value:
        return any(_looks_like(value[0], item) for item in _alternatives(typing.get_args(hint)[0]))
    return True


def _alternatives(hint: Any) -> Sequence[Any]:
    return typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)


def _items(name: str, value: Any, hint: Any) -> Any:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return _refuse(name, value, f"a list of {_described(hint, many=True)}")
    if name in _AS_THEY_COME:
        return value
    items = list(value)
    return (hint is int and _integers(items)) or [own(f"{name}[{i}]", item, hint) for i, item in enumerate(items)]


def _integers(items: list[Any]) -> list[int] | None:
    """Token ids at once, as there may be many; None where one of them is none, which is then found one by one."""
    try:
        numbers = [operator.index(item) for item in items]
    except TypeError:
        return None
    return numbers if numbers and _INT32[0] <= min(numbers) and max(numbers) <= _INT32[1] else None


def _tuple(name: str, value: Any, hints: Sequence[Any]) -> tuple[Any, ...]:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence) or len(value) != len(hints):
        return _refuse(name, value, f"{len(hints)} values: {', '.join(map(_described, hints))}")
    return tuple(own(f"{name}[{index}]", item, hints[index]) for index, item in enumerate(value))


def _mapping(name: str, value: Any, hints: Sequence[Any]) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        return _refuse(name, value, "a dictionary")
    key, item = hints
    return {own(f"a key of {name}", k, key): own(f"{name}[{k!r}]", v, item) for k, v in value.items()}


def _members(function: str, values: Mapping[str, Any], hint: Any, signature: inspect.Signature) -> dict[str, Any]:
    """What was given beyond the named arguments, as a TypedDict allows it."""
    hints = typing.get_type_hints(hint)
    for name in values:
        if name not in hints:
            near = difflib.get_close_matches(name, [*hints, *signature.parameters], n=1)
            meant = f"; did you mean {near[0]}?" if near else f"; beside its own it takes {', '.join(hints)}"
            raise TypeError(f"{function} has no argument {name}{meant}")
    return {name: own(name, value, hints[name]) for name, value in values.items()}


def _fields(name: str, value: Any) -> Any:
    """A dataclass that a caller made, its fields checked."""
    if not type(value).__module__.startswith("attnrl.options"):
        return value  # An answer of the server: right, and large.
    hints = typing.get_type_hints(type(value))
    fields = {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
    return dataclasses.replace(value, **{key: own(f"{name}.{key}", item, hints[key]) for key, item in fields.items()})


# Words


def _refuse(name: str, value: Any, wanted: str) -> NoReturn:
    raise TypeError(f"{name} must be {wanted}, not {type(value).__name__}")


_NAMES = {int: ("an integer", "integers"), float: ("a number", "numbers"), str: ("a text", "texts")}


def _described(hint: Any, many: bool = False) -> str:
    kind = typing.get_origin(hint) or hint
    if kind in _NAMES:
        return _NAMES[kind][1 if many else 0]
    if kind in (typing.Union, types.UnionType):
        return " or ".join(_described(item, many) for item in typing.get_args(hint) if item is not types.NoneType)
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return "dictionaries" if many else "a dictionary"
    if isinstance(kind, type) and issubclass(kind, Iterable) and typing.get_args(hint):
        return f"{'lists' if many else 'a list'} of {_described(typing.get_args(hint)[0], many=True)}"
    name = getattr(kind, "__name__", str(kind))
    return f"{name}s" if many else f"a {name}"


def _hints(function: Callable[..., Any], signature: inspect.Signature) -> dict[str, Any]:
    """Annotations by the argument's name; those that only type checkers can read are left out."""
    names = {**inspect.unwrap(function).__globals__, "Unpack": _Unpack}
    hints: dict[str, Any] = {}
    for name, parameter in signature.parameters.items():
        annotation = parameter.annotation
        if isinstance(annotation, str):
            try:
                annotation = eval(annotation, names)  # Ours, as `typing.get_type_hints` would.
            except NameError:
                continue
        if annotation is not inspect.Parameter.empty:
            hints[name] = annotation
    return hints


def path_text(path: str | PathLike[str]) -> str:
    """A path as text, in which no half characters stand."""
    return _text("directory", fspath(path))
