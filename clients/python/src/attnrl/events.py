"""Events of a streamed generation. `index` says which of the n responses an event belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from .options import Sampling
from .results import FinishReason, Step, TokenRun, Trace, VersionRange


@dataclass(frozen=True)
class Started:
    """The request was accepted."""

    request_id: str
    policy: str
    version: int
    prompt_tokens: int
    cached_tokens: int
    """Prompt tokens found in the server's key/value cache."""
    sampling: Sampling
    """Every field as resolved, the seed included."""
    thinking: bool = False
    """Whether the prompt ends inside a <think> block, so that responses begin with reasoning."""


@dataclass(frozen=True)
class PromptTokens:
    """Tokens of the prompt, with `echo`."""

    index: int
    run: TokenRun


@dataclass(frozen=True)
class Tokens:
    """Tokens of a response."""

    index: int
    run: TokenRun

    @property
    def text(self) -> str:
        """Text these tokens complete: never half a character."""
        return self.run.text


@dataclass(frozen=True)
class StepClosed:
    """A step ended; with `capture`."""

    index: int
    step: Step
    attention: list[float]
    """Mean attention over all layers and heads from this step to steps 0...itself."""
    influence: list[float]
    """Influence of every step so far, index 0 the prompt. Later steps can only raise it."""


@dataclass(frozen=True)
class TraceReady:
    """The whole trace of a response, its maps included; with `capture`, before `Finished`."""

    index: int
    trace: Trace


@dataclass(frozen=True)
class Finished:
    """A response ended."""

    index: int
    reason: FinishReason
    stop_text: str
    stop_token_id: int | None
    completion_tokens: int
    versions: list[VersionRange]
    first_token_seconds: float
    total_seconds: float


Event: TypeAlias = Started | PromptTokens | Tokens | StepClosed | TraceReady | Finished
