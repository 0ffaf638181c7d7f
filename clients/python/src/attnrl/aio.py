"""The asyncio client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import grpc
import grpc.aio

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

    def __init__(self, channel: grpc.aio.Channel, settings: Settings, operation: Operation[Answer, Any]) -> None:
        self._operation = operation
        self._start = channel.unary_stream(
            operation.method.path,
            request_serializer=type(operation.request).SerializeToString,
            response_deserializer=operation.method.answer.FromString,
        )
        self._attempts = Attempts(settings, operation.timeout)
        self._call: Any = None
        self._closed = asyncio.Event()

    def __aiter__(self) -> AsyncIterator[Answer]:
        return self

    async def __anext__(self) -> Answer:
        while not self._closed.is_set():
            if self._call is None:
                self._call = self._start(self._operation.request, timeout=self._attempts.begin())
            try:
                message = await self._call.read()
            except grpc.RpcError as failure:
                if not self._closed.is_set():
                    await self._wait_after(failure)
            except asyncio.CancelledError:
                # Either close() cancelled the call, or somebody the task that reads it.
                if not self._closed.is_set():
                    self.close()
                    raise
            else:
                if message is grpc.aio.EOF:
                    break
                self._attempts.answered = True
                answer: Answer = message
                return answer
        raise StopAsyncIteration

    async def _wait_after(self, failure: grpc.RpcError) -> None:
        """Waits until the next attempt is due, or raises what the failure stands for."""
        self._call = None
        delay = self._attempts.delay_after(failure)
        try:
            await asyncio.wait_for(self._closed.wait(), delay)
        except asyncio.TimeoutError:
            return

    def close(self) -> None:
        """Cancels the call, unless it has ended."""
        self._closed.set()
        if self._call is not None:
            self._call.cancel()


async def _events(messages: _Messages[GenerateResponse]) -> AsyncIterator[Event]:
    reader = EventReader()
    async for message in messages:
        for event in reader.read(message):
            yield event
    for event in reader.end():
        yield event


class AsyncEventStream(AsyncIterator[Event]):
    """Events of a streamed generation. Closing it cancels the generation."""

    def __init__(self, messages: _Messages[GenerateResponse]) -> None:
        """Events made of the messages of a call."""
        self._messages = messages
        self._events = _events(messages)

    async def __anext__(self) -> Event:
        """Waits for the next event."""
        try:
            return await self._events.__anext__()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Cancels the generation, unless it has ended."""
        self._messages.close()

    async def aclose(self) -> None:
        """As `close`, for `contextlib.aclosing`."""
        self.close()

    async def __aenter__(self) -> AsyncEventStream:
        """Returns itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the stream."""
        self.close()

    def __del__(self) -> None:
        """Closes the stream: nobody can read it any more."""
        self.close()


def _method(
    operation: Callable[P, Operation[Any, Result]],
) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, Result]]:
    """A method that makes an operation's call and returns its result."""

    async def method(self: AsyncClient, /, *args: P.args, **options: P.kwargs) -> Result:
        return await self._run(operation(*args, **options))

    present_as(method, operation)
    return method


def _streaming_method(
    operation: Callable[P, Operation[GenerateResponse, Any]],
) -> Callable[Concatenate[AsyncClient, P], AsyncEventStream]:
    """A method that makes an operation's call and returns its events."""

    def method(self: AsyncClient, /, *args: P.args, **options: P.kwargs) -> AsyncEventStream:
        return AsyncEventStream(self._open(operation(*args, **options)))

    present_as(method, operation, name="stream", doc=STREAM_DOC)
    return method


class AsyncClient:
    """Talks to an AttnRL server from asyncio: `Client` with `await`.

    async with AsyncClient("127.0.0.1:8470") as client:
        print((await client.generate("2 + 2 =", max_tokens=8)).text)
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
        self._target = target
        self._settings = Settings(timeout, keepalive, retry or RetryPolicy())
        self._channel: grpc.aio.Channel | None = None

    async def close(self) -> None:
        """Closes the connection; calls in flight are cancelled."""
        if self._channel is not None:
            await self._channel.close()

    async def __aenter__(self) -> AsyncClient:
        """Returns itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the connection."""
        await self.close()

    generate = _method(operations.generate)
    stream = _streaming_method(operations.generate)
    score = _method(operations.score)
    trace = _method(operations.trace)
    branches = _method(operations.branches)

    async def policies(self, *, timeout: float | None = None) -> list[Policy]:
        """Returns all policies, by name."""
        page = await self._run(operations.list_policies("", timeout))
        policies = page.policies
        while page.next_page_token:
            page = await self._run(operations.list_policies(page.next_page_token, timeout))
            policies += page.policies
        return policies

    policy = _method(operations.policy)
    load_policy = _method(operations.load_policy)
    unload_policy = _method(operations.unload_policy)
    switch_version = _method(operations.switch_version)
    tokenize = _method(operations.tokenize)
    detokenize = _method(operations.detokenize)
    health = _method(operations.health)

    async def _run(self, operation: Operation[Any, Result]) -> Result:
        messages = self._open(operation)
        try:
            return operation.finish([message async for message in messages])
        finally:
            messages.close()

    def _open(self, operation: Operation[Answer, Any]) -> _Messages[Answer]:
        if self._channel is None:
            # Made late because a channel belongs to the event loop it was made in.
            self._channel = grpc.aio.insecure_channel(self._target, self._settings.channel_options())
        return _Messages(self._channel, self._settings, operation)
