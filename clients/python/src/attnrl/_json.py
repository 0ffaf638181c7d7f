"""Values as JSON text, for what the contract carries in that form."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from os import PathLike, fspath


def json_text(name: str, value: object) -> str:
    """The text of a value; what JSON does not have is refused by its place in what has this name."""
    return json.dumps(_plain(name, value))


def _plain(name: str, value: object) -> object:
    """A value as JSON has it; an error names where in the whole it is."""
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"a key of {name} must be a text, not {type(key).__name__}")
        return {key: _plain(f"{name}[{key!r}]", item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(f"{name}[{index}]", item) for index, item in enumerate(value)]
    if isinstance(value, PathLike):
        return fspath(value)
    if hasattr(value, "item"):  # A number of NumPy or PyTorch.
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, not {value}")
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{name} must be a text, a number, a list or a dictionary, not {type(value).__name__}")
