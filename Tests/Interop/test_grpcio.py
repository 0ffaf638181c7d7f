"""The cases as their description has them, with grpcio: names, sizes, texts and what is expected are its own."""

from __future__ import annotations

import queue
import random
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from cases import CASES
from service import message, method

Empty = message("Empty")
BoolValue = message("BoolValue")
EchoStatus = message("EchoStatus")
Payload = message("Payload")
SimpleRequest = message("SimpleRequest")
StreamingInputCallRequest = message("StreamingInputCallRequest")
StreamingOutputCallRequest = message("StreamingOutputCallRequest")
ResponseParameters = message("ResponseParameters")

REQUESTS = [27182, 8, 1828, 45904]
RESPONSES = [31415, 9, 2653, 58979]
LARGE_REQUEST, LARGE_RESPONSE = 271828, 314159

GZIP, PLAIN = grpc.Compression.Gzip, grpc.Compression.NoCompression

# Guards against hanging.
PATIENCE = 30


@pytest.fixture
def channel(address: tuple[str, str]) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(":".join(address)) as channel:
        yield channel


def payload(size: int) -> Any:
    return Payload(body=bytes(size))


def large(**more: Any) -> Any:
    return SimpleRequest(response_size=LARGE_RESPONSE, payload=payload(LARGE_REQUEST), **more)


def output(*sizes: int, request: int = 0, **more: Any) -> Any:
    parameters = [ResponseParameters(size=size) for size in sizes]
    return StreamingOutputCallRequest(response_parameters=parameters, payload=payload(request), **more)


def test_every_case_is_here() -> None:
    here = {name.removeprefix("test_") for name in globals() if name.startswith("test_")} - {"every_case_is_here"}
    assert here == set(CASES)


def test_empty_unary(channel: grpc.Channel) -> None:
    assert method(channel, "EmptyCall")(Empty(), timeout=PATIENCE) == Empty()


def test_large_unary(channel: grpc.Channel) -> None:
    response = method(channel, "UnaryCall")(large(), timeout=PATIENCE)
    assert response.payload.type == 0
    assert response.payload.body == bytes(LARGE_RESPONSE)


def test_client_compressed_unary(channel: grpc.Channel) -> None:
    unary = method(channel, "UnaryCall")
    compressed, plain = (large(expect_compressed=BoolValue(value=value)) for value in (True, False))
    # A server that looks at the flag of each message tells a claim that is wrong.
    with pytest.raises(grpc.RpcError) as refused:
        unary(compressed, timeout=PATIENCE, compression=PLAIN)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    for request, compression in ((compressed, GZIP), (plain, PLAIN)):
        response = unary(request, timeout=PATIENCE, compression=compression)
        assert response.payload.body == bytes(LARGE_RESPONSE)


def test_client_streaming(channel: grpc.Channel) -> None:
    requests = (StreamingInputCallRequest(payload=payload(size)) for size in REQUESTS)
    response = method(channel, "StreamingInputCall")(requests, timeout=PATIENCE)
    assert response.aggregated_payload_size == 74922


def test_client_compressed_streaming(channel: grpc.Channel) -> None:
    stream = method(channel, "StreamingInputCall")
    compressed = StreamingInputCallRequest(payload=payload(27182), expect_compressed=BoolValue(value=True))
    with pytest.raises(grpc.RpcError) as refused:
        stream(iter([compressed]), timeout=PATIENCE, compression=PLAIN)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    # grpcio cannot be told to leave one message of a call uncompressed, but does so where it would become longer.
    noise = Payload(body=random.Random(1).randbytes(45904))
    plain = StreamingInputCallRequest(payload=noise, expect_compressed=BoolValue(value=False))
    response = stream(iter([compressed, plain]), timeout=PATIENCE, compression=GZIP)
    assert response.aggregated_payload_size == 73086


def test_server_streaming(channel: grpc.Channel) -> None:
    responses = method(channel, "StreamingOutputCall")(output(*RESPONSES), timeout=PATIENCE)
    assert [response.payload.body for response in responses] == [bytes(size) for size in RESPONSES]


class PingPong:
    """A call whose next request is sent when the last one is answered."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._requests: queue.Queue[Any] = queue.Queue()
        self.call = method(channel, "FullDuplexCall")(iter(self._requests.get, None), timeout=PATIENCE)

    def __enter__(self) -> PingPong:
        return self

    def __exit__(self, *_: object) -> None:
        # Ends the thread that reads the requests.
        self.end()

    def end(self) -> None:
        self._requests.put(None)

    def play(self, request: int, response: int) -> None:
        self._requests.put(output(response, request=request))
        assert next(self.call).payload.body == bytes(response)


def test_ping_pong(channel: grpc.Channel) -> None:
    with PingPong(channel) as game:
        for request, response in zip(REQUESTS, RESPONSES, strict=True):
            game.play(request, response)
        game.end()
        assert list(game.call) == []
        assert game.call.code() == grpc.StatusCode.OK


def test_empty_stream(channel: grpc.Channel) -> None:
    assert list(method(channel, "FullDuplexCall")(iter([]), timeout=PATIENCE)) == []


def test_custom_metadata(channel: grpc.Channel) -> None:
    initial = ("x-grpc-test-echo-initial", "test_initial_metadata_value")
    trailing = ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab")
    options = {"metadata": (initial, trailing), "timeout": PATIENCE}
    _, unary = method(channel, "UnaryCall").with_call(large(), **options)
    duplex = method(channel, "FullDuplexCall")(iter([output(LARGE_RESPONSE, request=LARGE_REQUEST)]), **options)
    assert len(list(duplex)) == 1
    for call in (unary, duplex):
        assert initial in call.initial_metadata()
        assert trailing in call.trailing_metadata()


def status_echoed(channel: grpc.Channel, text: str, *names: str) -> None:
    """Checks that a call ends with the status it asks for."""
    status = EchoStatus(code=2, message=text)
    calls = {
        "UnaryCall": lambda unary: unary(SimpleRequest(response_status=status), timeout=PATIENCE),
        "FullDuplexCall": lambda duplex: list(duplex(iter([output(response_status=status)]), timeout=PATIENCE)),
    }
    for name in names:
        with pytest.raises(grpc.RpcError) as refused:
            calls[name](method(channel, name))
        assert refused.value.code() == grpc.StatusCode.UNKNOWN
        assert refused.value.details() == text


def test_status_code_and_message(channel: grpc.Channel) -> None:
    status_echoed(channel, "test status message", "UnaryCall", "FullDuplexCall")


def test_special_status_message(channel: grpc.Channel) -> None:
    text = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
    status_echoed(channel, text, "UnaryCall")


def unimplemented(channel: grpc.Channel, service: str) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        method(channel, "UnimplementedCall", service)(Empty(), timeout=PATIENCE)
    assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_unimplemented_method(channel: grpc.Channel) -> None:
    unimplemented(channel, "TestService")


def test_unimplemented_service(channel: grpc.Channel) -> None:
    unimplemented(channel, "UnimplementedService")


def test_cancel_after_begin(channel: grpc.Channel) -> None:
    requests: queue.Queue[Any] = queue.Queue()
    call = method(channel, "StreamingInputCall").future(iter(requests.get, None), timeout=PATIENCE)
    call.cancel()
    requests.put(None)
    assert call.cancelled()
    assert call.code() == grpc.StatusCode.CANCELLED


def test_cancel_after_first_response(channel: grpc.Channel) -> None:
    with PingPong(channel) as game:
        game.play(REQUESTS[0], RESPONSES[0])
        game.call.cancel()
        with pytest.raises((grpc.RpcError, grpc.FutureCancelledError)):
            next(game.call)
        assert game.call.code() == grpc.StatusCode.CANCELLED


def test_timeout_on_sleeping_server(channel: grpc.Channel) -> None:
    requests: queue.Queue[Any] = queue.Queue()
    requests.put(output(request=27182))
    call = method(channel, "FullDuplexCall")(iter(requests.get, None), timeout=0.001)
    with pytest.raises(grpc.RpcError):
        next(call)
    requests.put(None)
    assert call.code() == grpc.StatusCode.DEADLINE_EXCEEDED
