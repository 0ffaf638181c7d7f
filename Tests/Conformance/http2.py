"""One HTTP/2 connection, played frame by frame: any frame can be sent, right or wrong, and what comes back is expected.

Frames are built here from their fields, since hyperframe refuses to build wrong ones; it reads what the server sends.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterable

import hpack
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PriorityFrame,
    PushPromiseFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

# Error codes: RFC 9113, section 7.
NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED, FRAME_SIZE_ERROR = range(
    7
)
REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, CONNECT_ERROR, ENHANCE_YOUR_CALM = range(7, 12)

# Flags.
ACK = END_STREAM = 0x1
END_HEADERS, PADDED, PRIORITY = 0x4, 0x8, 0x20

# Settings: section 6.5.2.
HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE = (
    range(1, 7)
)

# How long an answer may take; machines that test are busy.
PATIENCE = 5.0

Fields = list[tuple[str, str]]


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """Any frame: RFC 9113, section 4.1."""
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def padded(payload: bytes, padding: int | None) -> bytes:
    return payload if padding is None else bytes([padding]) + payload + bytes(padding)


def data(stream: int, payload: bytes = b"", end: bool = False, padding: int | None = None) -> bytes:
    flags = (END_STREAM if end else 0) | (PADDED if padding is not None else 0)
    return frame(DataFrame.type, flags, stream, padded(payload, padding))


def headers(
    stream: int,
    block: bytes,
    end: bool = False,
    end_headers: bool = True,
    padding: int | None = None,
    priority: bytes | None = None,
) -> bytes:
    flags = (END_STREAM if end else 0) | (END_HEADERS if end_headers else 0)
    flags |= (PADDED if padding is not None else 0) | (PRIORITY if priority is not None else 0)
    return frame(HeadersFrame.type, flags, stream, padded((priority or b"") + block, padding))


def continuation(stream: int, block: bytes = b"", end_headers: bool = True) -> bytes:
    return frame(ContinuationFrame.type, END_HEADERS if end_headers else 0, stream, block)


def dependency(on: int, weight: int = 16, exclusive: bool = False) -> bytes:
    """The fields of a PRIORITY frame; RFC 9113 keeps their form, and no meaning."""
    return struct.pack(">IB", on | (exclusive << 31), weight - 1)


def priority(stream: int, fields: bytes) -> bytes:
    return frame(PriorityFrame.type, 0, stream, fields)


def reset(stream: int, code: int = CANCEL) -> bytes:
    return frame(RstStreamFrame.type, 0, stream, struct.pack(">I", code))


def settings(values: Iterable[tuple[int, int]] = (), ack: bool = False) -> bytes:
    payload = b"".join(struct.pack(">HI", identifier, value) for identifier, value in values)
    return frame(SettingsFrame.type, ACK if ack else 0, 0, payload)


def ping(payload: bytes = b"a payload"[:8], ack: bool = False) -> bytes:
    return frame(PingFrame.type, ACK if ack else 0, 0, payload)


def goaway(last: int = 0, code: int = NO_ERROR, stream: int = 0) -> bytes:
    return frame(GoAwayFrame.type, 0, stream, struct.pack(">II", last, code))


def window_update(stream: int, increment: int) -> bytes:
    return frame(WindowUpdateFrame.type, 0, stream, struct.pack(">I", increment))


def push_promise(stream: int, promised: int, block: bytes) -> bytes:
    return frame(PushPromiseFrame.type, END_HEADERS, stream, struct.pack(">I", promised) + block)


def message(body: bytes = b"") -> bytes:
    """A message in gRPC's framing."""
    return b"\0" + struct.pack(">I", len(body)) + body


class Unexpected(AssertionError):
    """The server did something else than the RFC asks for."""


class Connection:
    """A client's side of one connection."""

    def __init__(
        self,
        address: tuple[str, int],
        own_settings: Iterable[tuple[int, int]] = (),
        handshake: bool = True,
        receive_buffer: int | None = None,
    ) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.authority = f"{address[0]}:{address[1]}"
        self.encoder = hpack.Encoder()
        self.decoder = hpack.Decoder()
        self.server_settings: dict[int, int] = {}
        self.received: list[str] = []
        self._buffer = b""
        self._block = b""
        if handshake:
            self.send(PREFACE, settings(own_settings))
            self.settings_acknowledged()

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Sending

    def send(self, *frames: bytes) -> None:
        """Sends bytes as they are.

        That the server has closed the connection is seen by reading: what it said before that is still there.
        """
        try:
            self.socket.sendall(b"".join(frames))
        except (BrokenPipeError, ConnectionResetError):
            pass

    def fields(self, method: str = "GET", path: str = "/health", more: Fields = ()) -> Fields:
        return [(":method", method), (":scheme", "http"), (":authority", self.authority), (":path", path), *more]

    def encode(self, fields: Fields) -> bytes:
        return self.encoder.encode(fields)

    def get(self, stream: int = 1, **options: object) -> bytes:
        """The HEADERS of a whole request."""
        return headers(stream, self.encode(self.fields()), end=True, **options)

    def post(self, stream: int = 1, more: Fields = (), **options: object) -> bytes:
        """The HEADERS of a request whose body follows."""
        fields = self.fields("POST", "/tokenize", [("content-type", "application/json"), *more])
        return headers(stream, self.encode(fields), **options)

    def check(self, stream: int = 1) -> bytes:
        """The HEADERS of a gRPC call whose message follows."""
        fields = self.fields(
            "POST", "/grpc.health.v1.Health/Check", [("content-type", "application/grpc"), ("te", "trailers")]
        )
        return headers(stream, self.encode(fields))

    # Receiving

    def read(self, deadline: float) -> Frame | None:
        """The next frame; nil is the connection's end."""
        while True:
            if len(self._buffer) >= 9:
                found, length = Frame.parse_frame_header(memoryview(self._buffer[:9]))
                if len(self._buffer) >= 9 + length:
                    found.parse_body(memoryview(self._buffer[9 : 9 + length]))
                    self._buffer = self._buffer[9 + length :]
                    return self._noted(found)
            left = deadline - time.monotonic()
            if left <= 0:
                raise Unexpected(f"nothing more came; so far: {self.history}")
            self.socket.settimeout(left)
            try:
                piece = self.socket.recv(1 << 16)
            except TimeoutError:
                continue
            except ConnectionResetError:
                piece = b""
            if not piece:
                self.received.append("closed")
                return None
            self._buffer += piece

    def _noted(self, found: Frame) -> Frame:
        """Keeps what later expectations need, whichever frame they wait for."""
        text = type(found).__name__.removesuffix("Frame")
        if isinstance(found, SettingsFrame):
            if "ACK" not in found.flags:
                self.server_settings.update(found.settings)
                self.send(settings(ack=True))
        elif isinstance(found, (HeadersFrame, ContinuationFrame)):
            self._block += found.data
            if "END_HEADERS" in found.flags:
                found.fields = [(str(name), str(value)) for name, value in self.decoder.decode(self._block)]
                self._block = b""
        elif isinstance(found, (GoAwayFrame, RstStreamFrame)):
            text += f"({found.error_code})"
        self.received.append(f"{text}[{found.stream_id}]{'+' + ','.join(sorted(found.flags)) if found.flags else ''}")
        return found

    @property
    def history(self) -> str:
        return " ".join(self.received) or "nothing"

    def until(self, wanted: object, what: str, patience: float = PATIENCE) -> Frame:
        """The first frame that `wanted` is true of; a connection that ends or fails before it is unexpected."""
        deadline = time.monotonic() + patience
        while (found := self.read(deadline)) is not None:
            if wanted(found):
                return found
            if isinstance(found, GoAwayFrame) and found.error_code != NO_ERROR:
                break
        raise Unexpected(f"wanted {what}; got: {self.history}")

    # Expectations

    def settings_acknowledged(self) -> None:
        self.until(lambda f: isinstance(f, SettingsFrame) and "ACK" in f.flags, "the acknowledgement of SETTINGS")

    def settings_read(self) -> None:
        """Waits for the server's SETTINGS."""
        if not self.server_settings:
            self.until(lambda f: isinstance(f, SettingsFrame) and "ACK" not in f.flags, "SETTINGS")

    def ping_answered(self, payload: bytes = b"liveness") -> None:
        """The connection lives, and whatever was sent before was taken."""
        self.send(ping(payload))
        self.until(
            lambda f: isinstance(f, PingFrame) and "ACK" in f.flags and f.opaque_data == payload,
            f"the answer to PING {payload!r}",
        )

    def answer(
        self, stream: int = 1, status: str | tuple[str, ...] = "200"
    ) -> tuple[dict[str, str], bytes, dict[str, str]]:
        """A whole answer with one of these statuses: its headers, its body and its trailers."""
        head: dict[str, str] = {}
        trailers: dict[str, str] = {}
        body = b""
        while True:
            found = self.until(
                lambda f: (
                    f.stream_id == stream
                    and isinstance(f, (HeadersFrame, ContinuationFrame, DataFrame, RstStreamFrame))
                ),
                f"an answer on stream {stream}",
            )
            if isinstance(found, RstStreamFrame):
                raise Unexpected(f"wanted an answer on stream {stream}; got: {self.history}")
            if isinstance(found, DataFrame):
                body += found.data
            else:
                (trailers if head else head).update(getattr(found, "fields", []))
            if "END_STREAM" in found.flags:
                break
        statuses = (status,) if isinstance(status, str) else status
        if head.get(":status") not in statuses:
            raise Unexpected(f"wanted an answer with {' or '.join(statuses)}; got {head}")
        return head, body, trailers

    def stream_answered(self, stream: int = 1) -> None:
        """Any answer to a request, which was therefore not malformed."""
        self.answer(stream, tuple(str(status) for status in range(200, 500)))

    def connection_error(self, *codes: int) -> None:
        """The connection ends, and a GOAWAY says why with one of these codes.

        Sending it is a SHOULD, closing a MUST (section 5.4.1); this server can be held to both.
        """
        self._error(codes, stream=None)
        if not any(text.startswith("GoAway") for text in self.received):
            raise Unexpected(f"wanted a GOAWAY with {codes}; got: {self.history}")

    def stream_error(self, stream: int, *codes: int) -> None:
        """The stream is reset with one of these codes, or the connection ends instead (section 5.4.2)."""
        self._error(codes, stream)

    def _error(self, codes: tuple[int, ...], stream: int | None) -> None:
        deadline = time.monotonic() + PATIENCE
        while (found := self.read(deadline)) is not None:
            if isinstance(found, RstStreamFrame) and stream == found.stream_id:
                if found.error_code in codes:
                    return
                raise Unexpected(f"wanted a reset with {codes}; got: {self.history}")
            if isinstance(found, GoAwayFrame) and found.error_code not in codes:
                raise Unexpected(f"wanted an error with {codes}; got: {self.history}")

    def closed(self, patience: float = PATIENCE) -> None:
        """The connection ends, whatever is said before."""
        deadline = time.monotonic() + patience
        while self.read(deadline) is not None:
            pass
