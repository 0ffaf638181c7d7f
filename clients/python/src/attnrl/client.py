"""The blocking client."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import grpc

from . import _operations as operations
from ._calls import STREAM_DOC, Attempts, RetryPolicy, Settings, present_as
from ._generation import EventReader
from ._methods import Answer
from ._operations import Operation
from ._proto.attnrl.v1.generation_pb2 import GenerateResponse
from .events import Event
from .results import Policy

P = ParamSpec("P")
Result = TypeVar("Result")


class _Messages(Generic[Answer]):
    """The messages of one call's answer, which begins with the first one asked for."""

    def __init__(self, channel: grpc.Channel, settings: Settings, operation: Operation[Answer, Any]) -> None:
        self._operation = operation
        self._start = channel.unary_stream(
            operation.method.path,
            request_serializer=type(operation.request).SerializeToString,
            response_deserializer=operation.method.answer.FromString,
        )
        self._attempts = Attempts(settings, operation.timeout)
        self._call: Any = None
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[Answer]:
        return self

    def __next__(self) -> Answer:
        while not self._closed.is_set():
            if self._call is None:
                self._call = self._start(self._operation.request, timeout=self._attempts.begin())
                if self._closed.is_set():  # By another thread, which may have found no call to cancel.
                    self._call.cancel()
            try:
                message: Answer = next(self._call)
            except grpc.RpcError as failure:
                if not self._closed.is_set():
                    self._wait_after(failure)
            else:
                self._attempts.answered = True
                return message
        raise StopIteration

    def _wait_after(self, failure: grpc.RpcError) -> None:
        """Waits until the next attempt is due, or raises what the failure stands for."""
        self._call = None
        self._closed.wait(self._attempts.delay_after(failure))

    def close(self) -> None:
        """Cancels the call, unless it has ended. Any thread may do so."""
        self._closed.set()
        if self._call is not None:
            self._call.cancel()


def _events(messages: _Messages[GenerateResponse]) -> Iterator[Event]:
    # No method of the stream: the reference back to it would keep a stream that is left alive.
    reader = EventReader()
    for message in messages:
        yield from reader.read(message)
    yield from reader.end()


class EventStream(Iterator[Event]):
    """Events of a streamed generation. Closing it cancels the generation; any thread may do so."""

    def __init__(self, messages: _Messages[GenerateResponse]) -> None:
        """Events made of the messages of a call."""
        self._messages = messages
        self._events = _events(messages)

    def __next__(self) -> Event:
        """Waits for the next event."""
        try:
            return next(self._events)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Cancels the generation, unless it has ended."""
        self._messages.close()

    def __enter__(self) -> EventStream:
        """Returns itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the stream."""
        self.close()

    def __del__(self) -> None:
        """Closes the stream: nobody can read it any more."""
        self.close()


def _method(operation: Callable[P, Operation[Any, Result]]) -> Callable[Concatenate[Client, P], Result]:
    """A method that makes an operation's call and returns its result."""

    def method(self: Client, /, *args: P.args, **options: P.kwargs) -> Result:
        return self._run(operation(*args, **options))

    present_as(method, operation)
    return method


def _streaming_method(
    operation: Callable[P, Operation[GenerateResponse, Any]],
) -> Callable[Concatenate[Client, P], EventStream]:
    """A method that makes an operation's call and returns its events."""

    def method(self: Client, /, *args: P.args, **options: P.kwargs) -> EventStream:
        return EventStream(self._open(operation(*args, **options)))

    present_as(method, operation, name="stream", doc=STREAM_DOC)
    return method


class Client:
    """Talks to an AttnRL server. Threads may share a client.

    with Client("127.0.0.1:8470") as client:
        print(client.generate("2 + 2 =", max_tokens=8).text)
    """

    def __init__(
        self,
        target: str = "127.0.0.1:8470",
        *,
        timeout: float = 600.0,
        keepalive: float = 10.0,
        retry: RetryPolicy | None = None,
    ) -> None:
        """Prepares a connection, which the first call makes.

        Args:
            target: HOST:PORT of the server.
            timeout: Seconds that a call may take unless it says otherwise; `math.inf` for no limit.
            keepalive: Seconds between pings while a call is open.
            retry: When a call is made again.
        """
        self._settings = Settings(timeout, keepalive, retry or RetryPolicy())
        self._channel = grpc.insecure_channel(target, self._settings.channel_options())

    def close(self) -> None:
        """Closes the connection; calls in flight are cancelled."""
        self._channel.close()

    def __enter__(self) -> Client:
        """Returns itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the connection."""
        self.close()

    generate = _method(operations.generate)
    stream = _streaming_method(operations.generate)
    score = _method(operations.score)
    trace = _method(operations.trace)
    branches = _method(operations.branches)

    def policies(self, *, timeout: float | None = None) -> list[Policy]:
        """Returns all policies, by name."""
        page = self._run(operations.list_policies("", timeout))
        policies = page.policies
        while page.next_page_token:
            page = self._run(operations.list_policies(page.next_page_token, timeout))
            policies += page.policies
        return policies

    policy = _method(operations.policy)
    load_policy = _method(operations.load_policy)
    unload_policy = _method(operations.unload_policy)
    switch_version = _method(operations.switch_version)
    tokenize = _method(operations.tokenize)
    detokenize = _method(operations.detokenize)
    health = _method(operations.health)

    def _run(self, operation: Operation[Any, Result]) -> Result:
        messages = self._open(operation)
        try:
            return operation.finish(list(messages))
        finally:
            messages.close()  # Ctrl-C must not leave the server generating.

    def _open(self, operation: Operation[Answer, Any]) -> _Messages[Answer]:
        return _Messages(self._channel, self._settings, operation)
