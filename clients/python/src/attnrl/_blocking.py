"""Blocking calls: the messages of an answer, streams made of them, and methods made of operations."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import grpc

from ._calls import Attempts, Origin, Settings, present_as
from ._methods import Answer
from ._operations import Operation

P = ParamSpec("P")
Result = TypeVar("Result")
Item = TypeVar("Item")
S = TypeVar("S", bound="Stream[Any]")


class Messages(Generic[Answer]):
    """The messages of one call's answer, which begins with the first one asked for."""

    def __init__(self, channel: grpc.Channel, settings: Settings, operation: Operation[Answer, Any]) -> None:
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
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[Answer]:
        """Returns itself."""
        return self

    def __next__(self) -> Answer:
        """Waits for the next message."""
        self._origin.check()
        while not self._closed.is_set():
            if self._call is None:
                self._call = self._start(
                    self._operation.request, timeout=self._attempts.begin(), metadata=self._settings.metadata
                )
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
        if not self._origin.is_here:
            return  # The call is another process's.
        self._closed.set()
        if self._call is not None:
            self._call.cancel()


class Stream(Iterator[Item]):
    """What a call's messages say, as they come. Closing it cancels the call; any thread may do so."""

    def __init__(self, messages: Messages[Any], items: Iterator[Item]) -> None:
        """Takes items that are made of messages; they must hold no reference to the stream, or it lives too long."""
        self._messages = messages
        self._items = items

    def __next__(self) -> Item:
        """Waits for the next one."""
        try:
            return next(self._items)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Cancels the call, unless it has ended."""
        self._messages.close()

    def __enter__(self: S) -> S:
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


class Caller(ABC):
    """Makes the calls of operations."""

    @abstractmethod
    def _open(self, operation: Operation[Answer, Any]) -> Messages[Answer]:
        """The messages of an operation's answer."""

    def _run(self, operation: Operation[Any, Result]) -> Result:
        messages = self._open(operation)
        try:
            result = operation.finish(list(messages))
        finally:
            messages.close()  # Ctrl-C must not leave the server computing.
        return operation.attach(result, self._run) if operation.attach else result


def method(operation: Callable[P, Operation[Any, Result]]) -> Callable[Concatenate[Caller, P], Result]:
    """A method that makes an operation's call and returns its result."""

    def method(self: Caller, /, *args: P.args, **options: P.kwargs) -> Result:
        return self._run(operation(*args, **options))

    present_as(method, operation)
    return method
