"""Comparisons of responses: pairs that are handed out, and what was chosen of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class PreferencePair:
    """Two responses to a prompt."""

    id: str
    """Names the pair within its set."""
    prompt: str
    first: str
    second: str


class Preferred(str, Enum):
    """What was chosen of a pair."""

    FIRST = "first"
    SECOND = "second"
    NEITHER = "neither"
    """The two are equally good, or cannot be compared."""


@dataclass(frozen=True)
class ComparedPair:
    """A pair of a set, and what was chosen of it."""

    pair: PreferencePair
    preferred: Preferred | None
    """None while nobody has chosen."""
    labeller: str = ""


@dataclass(frozen=True)
class PreferenceSet:
    """How far the comparisons of a set are."""

    name: str
    pairs: int
    chosen: int
    """Pairs that something was chosen of; the others are open."""


@dataclass(frozen=True)
class RefusedPair:
    """A pair that was not added, by its place among those given."""

    index: int
    reason: str


@dataclass(frozen=True)
class AddedPairs:
    """What became of pairs that were to be added."""

    taken: int
    """Pairs that are in the set now, whether they were before or not."""
    refused: list[RefusedPair]
