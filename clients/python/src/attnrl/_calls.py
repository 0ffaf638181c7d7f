"""What blocking and asyncio calls share: settings, deadlines, and when to try again."""

from __future__ import annotations

import inspect
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc

from .errors import AttnRLError, from_rpc

_RETRYABLE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED)


@dataclass(frozen=True)
class RetryPolicy:
    """When a call is made again.

    Only where the server says that trying again may help (UNAVAILABLE or RESOURCE_EXHAUSTED with a RetryInfo), only
    before its first message, and never past the call's deadline.
    """

    attempts: int = 4
    """Attempts in all; 1 never tries again."""
    longest_delay: float = 30.0
    """Where the server asks for a longer wait in seconds than this, the call fails at once."""


@dataclass(frozen=True)
class Settings:
    """How a client connects and calls."""

    timeout: float
    keepalive: float
    retry: RetryPolicy

    def channel_options(self) -> list[tuple[str, Any]]:
        """Keepalive pings for as long as calls are open, however quiet they are."""
        milliseconds = int(self.keepalive * 1000)
        return [
            ("grpc.keepalive_time_ms", milliseconds),
            ("grpc.keepalive_timeout_ms", milliseconds),
            ("grpc.http2.max_pings_without_data", 0),
        ]


class Attempts:
    """Counts the attempts of one call against its deadline."""

    def __init__(self, settings: Settings, timeout: float | None) -> None:
        """Takes the client's timeout unless the call has its own."""
        self._seconds = settings.timeout if timeout is None else timeout
        self._deadline = math.inf
        self._retry = settings.retry
        self._made = 0
        self.answered = False
        """Whether a message came: from then on nothing is tried again."""

    def begin(self) -> float | None:
        """Counts an attempt and returns the seconds it has, None for no limit. The first one starts the clock."""
        if self._made == 0:
            self._deadline = time.monotonic() + self._seconds
        self._made += 1
        return None if math.isinf(self._deadline) else max(self._deadline - time.monotonic(), 0)

    def delay_after(self, failure: grpc.RpcError) -> float:
        """Seconds to wait before the next attempt; raises the error when there is none to make."""
        error = from_rpc(failure)
        delay = self._delay_after(error)
        if delay is None:
            raise error from None
        return delay

    def _delay_after(self, error: AttnRLError) -> float | None:
        delay = error.retry_delay
        if self.answered or delay is None or error.code not in _RETRYABLE or self._made >= self._retry.attempts:
            return None
        if delay > self._retry.longest_delay or time.monotonic() + delay >= self._deadline:
            return None
        return delay


STREAM_DOC = """Generates responses to a prompt and yields events as they come.

Takes what `generate` takes. Closing the stream, or leaving its `with` block, cancels the generation; a stream that
nothing reads starts none.
"""


def present_as(
    method: Callable[..., Any], operation: Callable[..., Any], *, name: str | None = None, doc: str | None = None
) -> None:
    """Gives a client's method the signature of its operation, and its name and documentation if none are given."""
    signature = inspect.signature(operation)
    this = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    # What an operation returns is not what the method returns.
    vars(method)["__signature__"] = signature.replace(
        parameters=[this, *signature.parameters.values()], return_annotation=inspect.Signature.empty
    )
    method.__name__ = name or operation.__name__
    method.__doc__ = doc or operation.__doc__
