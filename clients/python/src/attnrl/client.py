"""The blocking client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Concatenate, ParamSpec

import grpc

from . import _operations as operations
from . import _preference_operations as preference_operations
from . import _views as views
from ._access import FilePath
from ._arguments import checked
from ._blocking import Caller, Messages, Stream, method
from ._calls import STREAM_DOC, Channel, RetryPolicy, Settings, present_as
from ._generation import EventReader
from ._jobs import Jobs
from ._methods import Answer
from ._operations import Operation
from ._proto.attnrl.v1.analysis_pb2 import ExploreResponse
from ._proto.attnrl.v1.generation_pb2 import GenerateResponse
from ._tree_convert import ExploreReader
from .events import Event
from .results import Policy, Trace
from .trees import Exploration, ExploreEvent, Tree

P = ParamSpec("P")


def _events(messages: Messages[GenerateResponse]) -> Iterator[Event]:
    reader = EventReader()
    for message in messages:
        yield from reader.read(message)
    yield from reader.end()


class EventStream(Stream[Event]):
    """Events of a streamed generation. Closing it cancels the generation; any thread may do so."""


def _explore_events(messages: Messages[ExploreResponse], reader: ExploreReader) -> Iterator[ExploreEvent]:
    for message in messages:
        yield from reader.read(message)


class ExploreStream(Stream[ExploreEvent]):
    """Events of a tree that grows. Closing it ends the growing; any thread may do so."""

    def __init__(self, messages: Messages[ExploreResponse]) -> None:
        """Reads an answer."""
        self._reader = ExploreReader()
        super().__init__(messages, _explore_events(messages, self._reader))

    def result(self) -> Exploration:
        """Waits for the whole tree; events that are not read yet are passed over."""
        for _ in self:
            pass
        return self._reader.result()


def _exploring_method(
    operation: Callable[P, Operation[ExploreResponse, Any]],
) -> Callable[Concatenate[Client, P], ExploreStream]:
    """A method that makes an operation's call and returns the stream of its answer."""

    def method(self: Client, /, *args: P.args, **options: P.kwargs) -> ExploreStream:
        return ExploreStream(self._open(operation(*args, **options)))

    present_as(method, operation)
    return method


def _streaming_method(
    operation: Callable[P, Operation[GenerateResponse, Any]],
) -> Callable[Concatenate[Client, P], EventStream]:
    """A method that makes an operation's call and returns its events."""

    def method(self: Client, /, *args: P.args, **options: P.kwargs) -> EventStream:
        messages = self._open(operation(*args, **options))
        return EventStream(messages, _events(messages))

    present_as(method, operation, name="stream", doc=STREAM_DOC)
    return method


def _connect(settings: Settings) -> grpc.Channel:
    options = settings.channel_options()
    if settings.credentials is None:
        return grpc.insecure_channel(settings.target, options)
    return grpc.secure_channel(settings.target, settings.credentials, options)


class Client(Caller):
    """Talks to an AttnRL server. Threads may share a client.

    with Client("127.0.0.1:8470") as client:
        print(client.generate("2 + 2 =", max_tokens=8).text)
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
        self._channel = Channel(lambda: _connect(settings))

    def close(self) -> None:
        """Closes the connection; calls in flight are cancelled."""
        channel = self._channel.take()
        if channel is not None:
            channel.close()

    def __enter__(self) -> Client:
        """Returns itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the connection."""
        self.close()

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
    def save_html(self, file: FilePath, shown: Trace | Tree | Exploration, *, timeout: float | None = None) -> None:
        """Writes a trace or a tree as one HTML file, which opens in a browser without a server.

        A trace has tokens to look at if it was asked for `logprobs`, `entropies` and `texts`.

        Args:
            file: The file to write.
            shown: What it shows; for jobs there is `jobs.save_html`.
            timeout: Seconds for the call. Default: the client's.
        """
        views.save(self._run(views.viewer(timeout)), views.view(shown), file)

    @checked
    def policies(self, *, timeout: float | None = None) -> list[Policy]:
        """Returns all policies, by name."""
        page = self._run(operations.list_policies("", timeout))
        policies = page.policies
        while page.next_page_token:
            page = self._run(operations.list_policies(page.next_page_token, timeout))
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
    def jobs(self) -> Jobs:
        """Training jobs of the server."""
        return Jobs(self)

    def _open(self, operation: Operation[Answer, Any]) -> Messages[Answer]:
        return Messages(self._channel.get(), self._settings, operation)
