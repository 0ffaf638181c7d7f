"""The asyncio client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Any, Concatenate, ParamSpec

import grpc.aio

from . import _operations as operations
from . import _preference_operations as preference_operations
from . import _views as views
from ._access import FilePath
from ._aio_jobs import AsyncJobs
from ._arguments import checked
from ._asyncio import Caller, Messages, Stream, method
from ._calls import STREAM_DOC, Channel, RetryPolicy, Settings, present_as
from ._generation import EventReader
from ._methods import Answer
from ._operations import Operation
from ._proto.attnrl.v1.analysis_pb2 import ExploreResponse
from ._proto.attnrl.v1.generation_pb2 import GenerateResponse
from ._tree_convert import ExploreReader
from .events import Event
from .results import Policy, Trace
from .trees import Exploration, ExploreEvent, Tree

P = ParamSpec("P")


async def _events(messages: Messages[GenerateResponse]) -> AsyncIterator[Event]:
    reader = EventReader()
    async for message in messages:
        for event in reader.read(message):
            yield event
    for event in reader.end():
        yield event


class AsyncEventStream(Stream[Event]):
    """Events of a streamed generation. Closing it cancels the generation."""


async def _explore_events(messages: Messages[ExploreResponse], reader: ExploreReader) -> AsyncIterator[ExploreEvent]:
    async for message in messages:
        for event in reader.read(message):
            yield event


class AsyncExploreStream(Stream[ExploreEvent]):
    """Events of a tree that grows. Closing it ends the growing."""

    def __init__(self, messages: Messages[ExploreResponse]) -> None:
        """Reads an answer."""
        self._reader = ExploreReader()
        super().__init__(messages, _explore_events(messages, self._reader))

    async def result(self) -> Exploration:
        """Waits for the whole tree; events that are not read yet are passed over."""
        async for _ in self:
            pass
        return self._reader.result()


def _exploring_method(
    operation: Callable[P, Operation[ExploreResponse, Any]],
) -> Callable[Concatenate[AsyncClient, P], AsyncExploreStream]:
    """A method that makes an operation's call and returns the stream of its answer."""

    def method(self: AsyncClient, /, *args: P.args, **options: P.kwargs) -> AsyncExploreStream:
        return AsyncExploreStream(self._open(operation(*args, **options)))

    present_as(method, operation)
    return method


def _streaming_method(
    operation: Callable[P, Operation[GenerateResponse, Any]],
) -> Callable[Concatenate[AsyncClient, P], AsyncEventStream]:
    """A method that makes an operation's call and returns its events."""

    def method(self: AsyncClient, /, *args: P.args, **options: P.kwargs) -> AsyncEventStream:
        messages = self._open(operation(*args, **options))
        return AsyncEventStream(messages, _events(messages))

    present_as(method, operation, name="stream", doc=STREAM_DOC)
    return method


def _connect(settings: Settings) -> grpc.aio.Channel:
    options = settings.channel_options()
    if settings.credentials is None:
        return grpc.aio.insecure_channel(settings.target, options)
    return grpc.aio.secure_channel(settings.target, settings.credentials, options)


class AsyncClient(Caller):
    """Talks to an AttnRL server from asyncio: `Client` with `await`.

    async with AsyncClient("127.0.0.1:8470") as client:
        print((await client.generate("2 + 2 =", max_tokens=8)).text)
    """

    @checked
    def __init__(
        self,
        target: str = "127.0.0.1:8470",
        *,
        timeout: float = 600.0,
        keepalive: float = 10.0,
        retry: RetryPolicy | None = None,
        key: str | None = None,
        key_file: FilePath | None = None,
        tls_ca: FilePath | None = None,
        tls_cert: FilePath | None = None,
        tls_key: FilePath | None = None,
    ) -> None:
        """Prepares a connection, which the first call makes.

        Args:
            target: HOST:PORT of the server; a URL, a host alone and IPv6 addresses will do.
            timeout: Seconds that a call may take unless it says otherwise; `math.inf` for no limit.
            keepalive: Seconds between pings while a call is open.
            retry: When a call is made again.
            key: Sent with every call; without TLS, only to this machine. `$ATTNRL_KEY_FILE` or `$ATTNRL_KEY` where
                neither this nor `key_file` is given.
            key_file: A file that holds the key.
            tls_ca: A PEM file of the authorities to trust, instead of those that gRPC trusts. This or any of the
                following means TLS, as an https:// address does.
            tls_cert: A PEM file of the client's own certificate, for servers that ask for one.
            tls_key: A PEM file of that certificate's key.

        Raises:
            ValueError: An argument is wrong, or the key would be sent unencrypted to another machine.
            OSError: A file cannot be read.
        """
        settings = self._settings = Settings(
            target,
            timeout,
            keepalive,
            retry,
            key=key,
            key_file=key_file,
            tls_ca=tls_ca,
            tls_cert=tls_cert,
            tls_key=tls_key,
        )
        # Made late because a channel belongs to the event loop it was made in.
        self._channel = Channel(lambda: _connect(settings), survives_fork=False)

    async def close(self) -> None:
        """Closes the connection; calls in flight are cancelled."""
        channel = self._channel.take()
        if channel is not None:
            await channel.close()

    async def __aenter__(self) -> AsyncClient:
        """Returns itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the connection."""
        await self.close()

    generate = method(operations.generate)
    stream = _streaming_method(operations.generate)
    score = method(operations.score)
    abort = method(operations.abort)
    trace = method(operations.trace)
    branches = method(operations.branches)
    ablate = method(operations.ablate)
    explore = _exploring_method(operations.explore)
    verify = method(operations.verify)
    add_pairs = method(preference_operations.add_pairs)
    open_pairs = method(preference_operations.open_pairs)
    choose = method(preference_operations.choose)
    preferences = method(preference_operations.preferences)
    list_sets = method(preference_operations.list_sets)
    delete_set = method(preference_operations.delete_set)

    @checked
    async def save_html(
        self, file: FilePath, shown: Trace | Tree | Exploration, *, timeout: float | None = None
    ) -> None:
        """Writes a trace or a tree as one HTML file, which opens in a browser without a server.

        A trace has tokens to look at if it was asked for `logprobs`, `entropies` and `texts`.

        Args:
            file: The file to write.
            shown: What it shows; for jobs there is `jobs.save_html`.
            timeout: Seconds for the call. Default: the client's.
        """
        views.save(await self._run(views.viewer(timeout)), views.view(shown), file)

    @checked
    async def policies(self, *, timeout: float | None = None) -> list[Policy]:
        """Returns all policies, by name."""
        page = await self._run(operations.list_policies("", timeout))
        policies = page.policies
        while page.next_page_token:
            page = await self._run(operations.list_policies(page.next_page_token, timeout))
            policies += page.policies
        return policies

    policy = method(operations.policy)
    load_policy = method(operations.load_policy)
    unload_policy = method(operations.unload_policy)
    switch_version = method(operations.switch_version)
    tokenize = method(operations.tokenize)
    detokenize = method(operations.detokenize)
    tokenizer = method(operations.tokenizer)
    pause = method(operations.pause)
    resume = method(operations.resume)
    is_paused = method(operations.is_paused)
    health = method(operations.health)

    @property
    def jobs(self) -> AsyncJobs:
        """Training jobs of the server."""
        return AsyncJobs(self)

    def _open(self, operation: Operation[Answer, Any]) -> Messages[Answer]:
        return Messages(self._channel.get(), self._settings, operation)
