"""Errors, retries, deadlines and cancellation."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from both import Caller
from fake_server import HANG_SECONDS, FakeServer, error_details, fail, retry_after
from google.protobuf.message import Message
from messages import finished, started, tokens

from attnrl import (
    AsyncClient,
    AttnRLError,
    Client,
    DeadlineExceededError,
    FieldViolation,
    InvalidArgumentError,
    ProtocolError,
    ResourceExhaustedError,
    RetryPolicy,
    Started,
    Tokens,
    UnavailableError,
    UnimplementedError,
    _calls,
)
from attnrl import _methods as methods
from attnrl._proto.attnrl.client import grpc_standard_pb2 as standard
from attnrl._proto.attnrl.v1 import policy_pb2
from attnrl.errors import _CLASSES, parse_details

Connect = Callable[..., Caller]

BAD_REQUEST = standard.BadRequest(
    field_violations=[
        standard.BadRequest.FieldViolation(field="sampling.temperature", description="must not be negative"),
        standard.BadRequest.FieldViolation(field="n", description="must be 1 to 256"),
    ]
)


def test_an_error_carries_what_the_server_said(server: FakeServer, client: Caller) -> None:
    info = standard.ErrorInfo(reason="BAD_SAMPLING", domain="attnrl", metadata={"temperature": "-1"})
    server.answer_by(
        methods.GENERATE,
        lambda request, context: fail(
            context, grpc.StatusCode.INVALID_ARGUMENT, "n must be 1 to 256", info, BAD_REQUEST
        ),
    )
    with pytest.raises(InvalidArgumentError) as caught:
        client.call("generate", "x")
    error = caught.value
    assert error.code is grpc.StatusCode.INVALID_ARGUMENT
    assert error.message == "n must be 1 to 256"
    assert error.violations == (
        FieldViolation("sampling.temperature", "must not be negative"),
        FieldViolation("n", "must be 1 to 256"),
    )
    assert (error.reason, error.details.domain, error.details.metadata) == (
        "BAD_SAMPLING",
        "attnrl",
        {"temperature": "-1"},
    )
    assert error.retry_delay is None
    assert str(error) == "INVALID_ARGUMENT: n must be 1 to 256\n  sampling.temperature: must not be negative"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert str(pickle.loads(pickle.dumps(ProtocolError("odd")))) == "INTERNAL: odd"


def test_every_status_code_has_a_class() -> None:
    assert set(_CLASSES) == set(grpc.StatusCode) - {grpc.StatusCode.OK}
    assert all(issubclass(kind, AttnRLError) for kind in _CLASSES.values())


@pytest.mark.parametrize("trailer", [b"\xff\xff", error_details(BAD_REQUEST)[0][1][:-3], b""])
def test_details_that_cannot_be_read_do_not_hide_the_status(trailer: bytes) -> None:
    assert parse_details([("grpc-status-details-bin", trailer)]).violations == ()


def test_details_of_other_kinds_are_passed_over() -> None:
    found = parse_details(error_details(standard.Status(), retry_after(1.5)))
    assert found.retry_delay == pytest.approx(1.5)


def test_a_method_that_the_server_lacks(client: Caller) -> None:
    with pytest.raises(UnimplementedError):
        client.call("health")


def test_no_server_is_unavailable_at_once() -> None:
    with Client("127.0.0.1:1") as client, pytest.raises(UnavailableError):
        client.health()


def test_an_empty_answer_to_a_unary_call_is_an_error() -> None:
    from attnrl import _operations as operations

    with pytest.raises(ProtocolError, match="0 messages came where one was due"):
        operations.health().finish([])


class Flaky:
    """Fails so many times, then answers."""

    def __init__(self, failures: int, code: grpc.StatusCode, *details: Message, after_a_message: bool = False) -> None:
        self.calls = 0
        self._failures, self._code, self._details, self._late = failures, code, details, after_a_message

    def __call__(self, request: Any, context: grpc.ServicerContext) -> Iterator[Message]:
        self.calls += 1
        if self.calls > self._failures:
            yield from [started(), tokens(0, 3, "x"), finished(0)]
            return
        if self._late:
            yield started()
        yield from fail(context, self._code, "busy", *self._details)


@pytest.mark.parametrize("code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED])
def test_calls_are_made_again_when_the_server_says_so(
    server: FakeServer, client: Caller, code: grpc.StatusCode
) -> None:
    flaky = Flaky(2, code, retry_after(0.05))
    server.answer_by(methods.GENERATE, flaky)
    begin = time.monotonic()
    assert client.call("generate", "x").text == "x"
    assert flaky.calls == 3
    assert time.monotonic() - begin >= 0.1


def test_streams_are_started_again_too(server: FakeServer, client: Caller) -> None:
    server.answer_by(methods.GENERATE, Flaky(1, grpc.StatusCode.UNAVAILABLE, retry_after(0)))
    assert len(client.events("x")) == 3


@pytest.mark.parametrize(
    ("flaky", "settings", "calls"),
    [
        pytest.param(Flaky(9, grpc.StatusCode.UNAVAILABLE), {}, 1, id="the server does not say so"),
        pytest.param(Flaky(9, grpc.StatusCode.INTERNAL, retry_after(0)), {}, 1, id="another code"),
        pytest.param(Flaky(9, grpc.StatusCode.UNAVAILABLE, retry_after(0)), {}, 4, id="attempts are used up"),
        pytest.param(
            Flaky(9, grpc.StatusCode.UNAVAILABLE, retry_after(0)),
            {"retry": RetryPolicy(attempts=1)},
            1,
            id="switched off",
        ),
        pytest.param(
            Flaky(9, grpc.StatusCode.UNAVAILABLE, retry_after(0), after_a_message=True), {}, 1, id="a message came"
        ),
        pytest.param(
            Flaky(9, grpc.StatusCode.UNAVAILABLE, retry_after(3 * HANG_SECONDS)),
            {"timeout": 4 * HANG_SECONDS},
            1,
            id="too long a wait",
        ),
        pytest.param(
            Flaky(9, grpc.StatusCode.UNAVAILABLE, retry_after(2 * HANG_SECONDS)),
            {"retry": RetryPolicy(longest_delay=3 * HANG_SECONDS)},
            1,
            id="past the deadline",
        ),
    ],
)
def test_calls_are_not_made_again_when(
    server: FakeServer, connect: Connect, flaky: Flaky, settings: dict[str, Any], calls: int
) -> None:
    flaky.calls = 0  # The same object serves both clients.
    server.answer_by(methods.GENERATE, flaky)
    begin = time.monotonic()
    with pytest.raises(AttnRLError, match="busy"):
        connect(**settings).call("generate", "x")
    assert flaky.calls == calls
    assert time.monotonic() - begin < HANG_SECONDS / 2  # No call was waited for and then not made.


def test_a_full_queue_is_its_own_kind_of_error(server: FakeServer, connect: Connect) -> None:
    server.answer_by(methods.GENERATE, Flaky(9, grpc.StatusCode.RESOURCE_EXHAUSTED, retry_after(0.25)))
    with pytest.raises(ResourceExhaustedError) as caught:
        connect(retry=RetryPolicy(attempts=1)).call("generate", "x")
    assert caught.value.retry_delay == 0.25


def stall(server: FakeServer) -> threading.Event:
    """Makes Generate send two messages and then nothing until the call is cancelled; says when that was."""

    def answer(request: Any, context: grpc.ServicerContext) -> Iterator[Message]:
        yield started()
        yield tokens(0, 3, "x")
        server.cancelled.wait(2 * HANG_SECONDS)

    server.answer_by(methods.GENERATE, answer)
    return server.cancelled


@pytest.mark.parametrize(
    ("settings", "options"), [({"timeout": 0.3}, {}), ({}, {"timeout": 0.3})], ids=["client's", "call's"]
)
def test_a_deadline_ends_a_call(
    server: FakeServer, connect: Connect, settings: dict[str, float], options: dict[str, float]
) -> None:
    stall(server)
    with pytest.raises(DeadlineExceededError):
        connect(**settings).call("generate", "x", **options)


def test_the_clock_starts_with_the_first_read(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answer(methods.GENERATE, started(), finished(0))
    with Client(server.target) as client, client.stream("x", timeout=HANG_SECONDS) as stream:
        late = time.monotonic() + 2 * HANG_SECONDS
        monkeypatch.setattr(_calls, "time", SimpleNamespace(monotonic=lambda: late))
        assert len(list(stream)) == 2


def test_closing_a_stream_cancels_the_call_and_ends_the_iteration(server: FakeServer, client: Caller) -> None:
    cancelled = stall(server)
    events = client.events("x", stop_after=2)
    assert [type(event) for event in events] == [Started, Tokens]
    assert cancelled.wait(HANG_SECONDS)


def test_leaving_a_loop_cancels_the_call(server: FakeServer) -> None:
    cancelled = stall(server)
    with Client(server.target) as client:
        for _ in client.stream("x"):
            break
        assert cancelled.wait(HANG_SECONDS)


def test_leaving_an_asyncio_loop_cancels_the_call(server: FakeServer) -> None:
    cancelled = stall(server)

    async def run() -> None:
        async with AsyncClient(server.target) as client:
            async for _ in client.stream("x"):
                break
            assert await asyncio.to_thread(cancelled.wait, HANG_SECONDS)

    asyncio.run(run())


def test_another_thread_may_close_a_stream(server: FakeServer) -> None:
    cancelled = stall(server)
    with Client(server.target) as client, client.stream("x") as stream:
        assert [type(next(stream)), type(next(stream))] == [Started, Tokens]
        threading.Timer(0.3, stream.close).start()  # By then this thread waits for a third event.
        assert list(stream) == []
        assert cancelled.wait(HANG_SECONDS)
        with pytest.raises(StopIteration):
            next(stream)


def test_a_stream_that_nothing_reads_starts_no_call(server: FakeServer) -> None:
    stall(server)
    with Client(server.target) as client:
        client.stream("x").close()
    assert not server.requests


def test_closing_while_waiting_to_try_again_ends_the_wait(server: FakeServer) -> None:
    flaky = Flaky(9, grpc.StatusCode.UNAVAILABLE, retry_after(2 * HANG_SECONDS))
    server.answer_by(methods.GENERATE, flaky)
    begin = time.monotonic()
    patient = RetryPolicy(longest_delay=3 * HANG_SECONDS)
    with Client(server.target, timeout=4 * HANG_SECONDS, retry=patient) as client, client.stream("x") as stream:

        def close() -> None:
            server.called.wait(HANG_SECONDS)
            time.sleep(0.3)  # For the answer to reach the client, which waits then.
            stream.close()

        threading.Thread(target=close).start()
        assert list(stream) == []
    assert flaky.calls == 1
    assert time.monotonic() - begin < HANG_SECONDS


@pytest.mark.parametrize("what", ["generate", "stream"])
def test_cancelling_a_task_cancels_the_call(server: FakeServer, what: str) -> None:
    cancelled = stall(server)

    async def read(client: AsyncClient) -> None:
        if what == "generate":
            await client.generate("x")
        else:
            async for _ in client.stream("x"):
                pass

    async def run() -> None:
        async with AsyncClient(server.target) as client:
            task = asyncio.create_task(read(client))
            assert await asyncio.to_thread(server.called.wait, HANG_SECONDS)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(cancelled.wait, HANG_SECONDS)

    asyncio.run(run())


def test_an_interrupted_call_is_cancelled(server: FakeServer) -> None:
    cancelled = stall(server)
    from attnrl import _generation

    class InterruptedByUserError(Exception):
        pass

    def interrupt(self: object, message: object) -> Iterator[Any]:
        raise InterruptedByUserError

    with pytest.MonkeyPatch.context() as patch, Client(server.target) as client:
        patch.setattr(_generation.EventReader, "read", interrupt)
        with pytest.raises(InterruptedByUserError):
            next(client.stream("x"))
        assert cancelled.wait(HANG_SECONDS)


def test_many_calls_share_an_asyncio_client(server: FakeServer) -> None:
    server.answer_by(
        methods.DETOKENIZE, lambda request, context: [policy_pb2.DetokenizeResponse(text=str(request.ids[0]))]
    )

    async def run() -> list[str]:
        async with AsyncClient(server.target) as client:
            return await asyncio.gather(*(client.detokenize([index]) for index in range(40)))

    assert asyncio.run(run()) == [str(index) for index in range(40)]


def test_methods_present_themselves() -> None:
    for kind in (Client, AsyncClient):
        assert kind.generate.__name__ == "generate"
        assert kind.stream.__name__ == "stream"
        assert "cancels the generation" in (kind.stream.__doc__ or "")
        assert list(inspect.signature(kind.score).parameters)[:3] == ["self", "prompt", "response"]
        assert "prompt" in inspect.signature(kind(timeout=1).score).parameters
    public = {name for name in vars(Client) if not name.startswith("_")}
    assert public == {name for name in vars(AsyncClient) if not name.startswith("_")}
