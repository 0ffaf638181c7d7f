"""Calls from asyncio: the messages of an answer, streams made of them, and methods made of operations."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import grpc
import grpc.aio

from ._calls import Attempts, Origin, Settings, present_as
from ._methods import Answer
from ._operations import Operation

P = ParamSpec("P")
Result = TypeVar("Result")
Item = TypeVar("Item")
S = TypeVar("S", bound="Stream[Any]")


class Messages(Generic[Answer]):
    """The messages of one call's answer, which begins with the first one asked for."""

    def __init__(self, channel: grpc.aio.Channel, settings: Settings, operation: Operation[Answer, Any]) -> None:
        """Calls nothing yet."""
        self._operation = operation
        self._settings = settings
        self._start = channel.unary_stream(
            operation.method.path,
            request_serializer=type(operation.request).SerializeToString,
            response_deserializer=operation.method.answer.FromString,
        )
        self._attempts = Attempts(settings, operation.timeout)
        self._origin = Origin()
        self._call: Any = None
        self._closed = asyncio.Event()

    def __aiter__(self) -> AsyncIterator[Answer]:
        """Returns itself."""
        return self

    async def __anext__(self) -> Answer:
        """Waits for the next message."""
        self._origin.check()
        while not self._closed.is_set():
            if self._call is None:
                self._call = self._start(
                    self._operation.request, timeout=self._attempts.begin(), metadata=self._settings.metadata
                )
            try:
                message = await self._call.read()
            except grpc.RpcError as failure:
                if not self._closed.is_set():
                    await self._wait_after(failure)
            except asyncio.CancelledError:
                # Either close() cancelled the call, or the task that reads it was cancelled.
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
        if not self._origin.is_here:
            return  # The call is another process's.
        self._closed.set()
        if self._call is not None:
            self._call.cancel()


class Stream(AsyncIterator[Item]):
    """What a call's messages say, as they come. Closing it cancels the call."""

    def __init__(self, messages: Messages[Any], items: AsyncIterator[Item]) -> None:
        """Takes items that are made of messages; they must hold no reference to the stream, or it lives too long."""
        self._messages = messages
        self._items = items

    async def __anext__(self) -> Item:
        """Waits for the next one."""
        try:
            return await self._items.__anext__()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Cancels the call, unless it has ended."""
        self._messages.close()

    async def aclose(self) -> None:
        """As `close`, for `contextlib.aclosing`."""
        self.close()

    async def __aenter__(self: S) -> S:
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


class Caller(ABC):
    """Makes the calls of operations."""

    @abstractmethod
    def _open(self, operation: Operation[Answer, Any]) -> Messages[Answer]:
        """The messages of an operation's answer."""

    async def _run(self, operation: Operation[Any, Result]) -> Result:
        messages = self._open(operation)
        try:
            return operation.finish([message async for message in messages])
        finally:
            messages.close()


def method(
    operation: Callable[P, Operation[Any, Result]],
) -> Callable[Concatenate[Caller, P], Coroutine[Any, Any, Result]]:
    """A method that makes an operation's call and returns its result."""

    async def method(self: Caller, /, *args: P.args, **options: P.kwargs) -> Result:
        return await self._run(operation(*args, **options))

    present_as(method, operation)
    return method
