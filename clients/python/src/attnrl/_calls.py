"""What blocking and asyncio calls share: settings, deadlines, and when to try again."""

from __future__ import annotations

import inspect
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import grpc

from ._access import FilePath, client_credentials, client_key
from ._address import is_loopback, server
from .errors import AttnRLError, from_rpc

C = TypeVar("C")

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


class Settings:
    """How a client connects and calls."""

    def __init__(
        self,
        address: str,
        timeout: float,
        keepalive: float,
        retry: RetryPolicy | None,
        *,
        key: str | None = None,
        key_file: FilePath | None = None,
        tls_ca: FilePath | None = None,
        tls_cert: FilePath | None = None,
        tls_key: FilePath | None = None,
    ) -> None:
        """Takes a client's arguments."""
        if not keepalive > 0:
            raise ValueError(f"keepalive must be above 0 seconds, or math.inf for no pings, not {keepalive}")
        self.target, tls = server(address)
        self.timeout = timeout
        self.keepalive = keepalive
        self.retry = retry or RetryPolicy()
        files_given = any(path is not None for path in (tls_ca, tls_cert, tls_key))
        if files_given and tls is False:
            raise ValueError(f"{address!r} means no TLS, and tls_ca, tls_cert and tls_key are for TLS: give https://")
        self.credentials = client_credentials(tls_ca, tls_cert, tls_key) if tls or files_given else None
        """None for no TLS."""
        self._key = client_key(key, key_file)
        if self._key and not self.credentials and not is_loopback(self.target):
            raise ValueError(
                f"{self._key.source} would be sent to {self.target} unencrypted, for others to read: give an https:// "
                "address if the server has TLS, or reach it by a tunnel that ends on this machine"
            )

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What is sent with every call."""
        return self._key.metadata if self._key else ()

    def channel_options(self) -> list[tuple[str, Any]]:
        """Keepalive pings for as long as calls are open, however quiet they are; and a connection of the client's own.

        What is on this machine is reached directly: a proxy that the environment names is for other machines, and its
        own loopback is another one.
        """
        milliseconds = int(min(self.keepalive * 1000, 2**31 - 1))
        options = [
            ("grpc.keepalive_time_ms", milliseconds),
            ("grpc.keepalive_timeout_ms", milliseconds),
            ("grpc.http2.max_pings_without_data", 0),
            # Channels would share a connection; a client in a forked process must not use its parent's.
            ("grpc.use_local_subchannel_pool", 1),
        ]
        return [*options, ("grpc.enable_http_proxy", 0)] if is_loopback(self.target) else options


class Attempts:
    """Counts the attempts of one call against its deadline."""

    def __init__(self, settings: Settings, timeout: float | None) -> None:
        """Takes the client's timeout unless the call has its own."""
        seconds = settings.timeout if timeout is None else timeout
        # gRPC counts in 64 bits; what is beyond any patience has no limit.
        self._seconds = seconds if seconds < 1e9 else math.inf
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


class Channel(Generic[C]):
    """A channel of the process that uses it: one that was forked gets its own, and leaves its parent's alone."""

    def __init__(self, make: Callable[[], C], *, survives_fork: bool = True) -> None:
        """Makes none yet."""
        self._make = make
        self._survives_fork = survives_fork
        self._made: C | None = None
        self._process = 0
        self._inherited: list[C] = []

    def get(self) -> C:
        """The channel, made where there is none of this process."""
        if self._made is not None and self._process != os.getpid():
            if not self._survives_fork:
                raise RuntimeError(
                    f"this client was used in process {self._process}, of which this one is a fork, and gRPC's asyncio "
                    "does not survive that: use Client, or start processes by 'spawn' "
                    "(multiprocessing.get_context('spawn')) and make an AsyncClient in each"
                )
            # Its end would close a connection that is the parent's: it is kept, and not touched.
            self._inherited.append(self._made)
            self._made = None
        if self._made is None:
            self._made = self._make()
            self._process = os.getpid()
        return self._made

    def take(self) -> C | None:
        """The channel, to be closed; None where this process has made none."""
        return self._made if self._process == os.getpid() else None


class Origin:
    """The process that a stream was opened in."""

    def __init__(self) -> None:
        """This one."""
        self._process = os.getpid()

    @property
    def is_here(self) -> bool:
        """Whether this is still the process."""
        return self._process == os.getpid()

    def check(self) -> None:
        """Raises an error where it is not."""
        if not self.is_here:
            raise RuntimeError(
                f"this stream was opened in process {self._process}, of which this one is a fork: its connection is "
                "the parent's. Open the stream in the process that reads it"
            )


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
