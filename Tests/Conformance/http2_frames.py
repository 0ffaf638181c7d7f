"""Each type of frame: RFC 9113, section 6."""

from cases import case
from http2 import (
    ACK,
    ENABLE_PUSH,
    END_HEADERS,
    END_STREAM,
    FLOW_CONTROL_ERROR,
    FRAME_SIZE_ERROR,
    INITIAL_WINDOW_SIZE,
    MAX_FRAME_SIZE,
    PADDED,
    PROTOCOL_ERROR,
    STREAM_CLOSED,
    Connection,
    DataFrame,
    PingFrame,
    continuation,
    data,
    dependency,
    frame,
    goaway,
    headers,
    message,
    ping,
    priority,
    reset,
    settings,
    window_update,
)
from http2_generic import SHUT, TEXT, half_closed, halves

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
LARGEST_WINDOW = (1 << 31) - 1


@case("6.1/1", "DATA on stream 0")
def _(c: Connection) -> None:
    c.send(data(0, b"a"))
    c.connection_error(PROTOCOL_ERROR)


@case("6.1/2", "DATA on a stream that is not open", settings=SHUT)
def _(c: Connection) -> None:
    half_closed(c)
    c.send(data(1, b"a"))
    c.stream_error(1, STREAM_CLOSED)


@case("6.1/3", "DATA with as much padding as payload")
def _(c: Connection) -> None:
    c.send(c.post(1), frame(DATA, PADDED | END_STREAM, 1, b"\x06" + b"12345"))
    c.connection_error(PROTOCOL_ERROR)


@case("6.2/1", "PRIORITY behind HEADERS without END_HEADERS")
def _(c: Connection) -> None:
    c.send(c.get(1, end_headers=False), priority(1, dependency(0)))
    c.connection_error(PROTOCOL_ERROR)


@case("6.2/2", "HEADERS of another stream behind HEADERS without END_HEADERS")
def _(c: Connection) -> None:
    c.send(c.get(1, end_headers=False), c.get(3))
    c.connection_error(PROTOCOL_ERROR)


@case("6.2/3", "HEADERS on stream 0")
def _(c: Connection) -> None:
    c.send(c.get(0))
    c.connection_error(PROTOCOL_ERROR)


@case("6.2/4", "HEADERS with more padding than payload")
def _(c: Connection) -> None:
    block = c.encode(c.fields())
    c.send(frame(HEADERS, PADDED | END_HEADERS | END_STREAM, 1, bytes([len(block) + 1]) + block))
    c.connection_error(PROTOCOL_ERROR)


@case("6.3/1", "PRIORITY on stream 0")
def _(c: Connection) -> None:
    c.send(priority(0, dependency(1)))
    c.connection_error(PROTOCOL_ERROR)


@case("6.3/2", "PRIORITY of another length than 5")
def _(c: Connection) -> None:
    c.send(c.post(1), priority(1, b"1234"))
    c.stream_error(1, FRAME_SIZE_ERROR)


@case("6.4/1", "RST_STREAM on stream 0")
def _(c: Connection) -> None:
    c.send(reset(0))
    c.connection_error(PROTOCOL_ERROR)


@case("6.4/2", "RST_STREAM on an idle stream")
def _(c: Connection) -> None:
    c.send(reset(1))
    c.connection_error(PROTOCOL_ERROR)


@case("6.4/3", "RST_STREAM of another length than 4")
def _(c: Connection) -> None:
    c.send(c.post(1), frame(RST_STREAM, 0, 1, bytes(3)))
    c.connection_error(FRAME_SIZE_ERROR)


@case("6.5/1", "an acknowledgement of SETTINGS that has settings")
def _(c: Connection) -> None:
    c.send(settings([(INITIAL_WINDOW_SIZE, 1)], ack=True))
    c.connection_error(FRAME_SIZE_ERROR)


@case("6.5/2", "SETTINGS on a stream")
def _(c: Connection) -> None:
    c.send(frame(SETTINGS, 0, 1))
    c.connection_error(PROTOCOL_ERROR)


@case("6.5/3", "SETTINGS whose length is no multiple of 6")
def _(c: Connection) -> None:
    c.send(frame(SETTINGS, 0, 0, bytes(5)))
    c.connection_error(FRAME_SIZE_ERROR)


@case("6.5.2/1", "SETTINGS_ENABLE_PUSH that is neither 0 nor 1")
def _(c: Connection) -> None:
    c.send(settings([(ENABLE_PUSH, 2)]))
    c.connection_error(PROTOCOL_ERROR)


@case("6.5.2/2", "SETTINGS_INITIAL_WINDOW_SIZE above 2^31 - 1")
def _(c: Connection) -> None:
    c.send(settings([(INITIAL_WINDOW_SIZE, LARGEST_WINDOW + 1)]))
    c.connection_error(FLOW_CONTROL_ERROR)


@case("6.5.2/3", "SETTINGS_MAX_FRAME_SIZE below 2^14")
def _(c: Connection) -> None:
    c.send(settings([(MAX_FRAME_SIZE, (1 << 14) - 1)]))
    c.connection_error(PROTOCOL_ERROR)


@case("6.5.2/4", "SETTINGS_MAX_FRAME_SIZE above 2^24 - 1")
def _(c: Connection) -> None:
    c.send(settings([(MAX_FRAME_SIZE, 1 << 24)]))
    c.connection_error(PROTOCOL_ERROR)


@case("6.5.2/5", "an unknown setting is ignored")
def _(c: Connection) -> None:
    c.send(settings([(0xEE, 1)]))
    c.settings_acknowledged()
    c.ping_answered()


@case("6.5.3/1", "of a setting that is there twice, the last counts", settings=SHUT)
def _(c: Connection) -> None:
    half_closed(c)
    c.send(settings([(INITIAL_WINDOW_SIZE, 100), (INITIAL_WINDOW_SIZE, 1)]))
    found = c.until(lambda f: isinstance(f, DataFrame), "DATA")
    assert len(found.data) == 1, c.history


@case("6.5.3/2", "SETTINGS are acknowledged")
def _(c: Connection) -> None:
    c.send(settings())
    c.settings_acknowledged()


@case("6.7/1", "PING is answered with its payload")
def _(c: Connection) -> None:
    c.ping_answered(b"\0\1\2\3\4\5\6\xff")


@case("6.7/2", "an answer to a PING is not answered")
def _(c: Connection) -> None:
    c.send(ping(b"unasked.", ack=True), ping(b"a ping .")[:9] + b"question")
    found = c.until(lambda f: isinstance(f, PingFrame), "the answer to the PING")
    assert found.opaque_data == b"question", c.history


@case("6.7/3", "PING on a stream")
def _(c: Connection) -> None:
    c.send(frame(PING, 0, 1, bytes(8)))
    c.connection_error(PROTOCOL_ERROR)


@case("6.7/4", "PING of another length than 8")
def _(c: Connection) -> None:
    c.send(frame(PING, 0, 0, bytes(6)))
    c.connection_error(FRAME_SIZE_ERROR)


@case("6.8/1", "GOAWAY on a stream")
def _(c: Connection) -> None:
    c.send(goaway(stream=1))
    c.connection_error(PROTOCOL_ERROR)


@case("6.9/1", "WINDOW_UPDATE of the connection by 0")
def _(c: Connection) -> None:
    c.send(window_update(0, 0))
    c.connection_error(PROTOCOL_ERROR)


@case("6.9/2", "WINDOW_UPDATE of a stream by 0")
def _(c: Connection) -> None:
    c.send(c.post(1), window_update(1, 0))
    c.stream_error(1, PROTOCOL_ERROR)


@case("6.9/3", "WINDOW_UPDATE of another length than 4")
def _(c: Connection) -> None:
    c.send(frame(WINDOW_UPDATE, 0, 0, bytes(3)))
    c.connection_error(FRAME_SIZE_ERROR)


@case("6.9.1/1", "no more DATA than the window has room for", settings=[(INITIAL_WINDOW_SIZE, 1)])
def _(c: Connection) -> None:
    half_closed(c)
    found = c.until(lambda f: isinstance(f, DataFrame), "DATA")
    assert len(found.data) == 1, c.history
    c.ping_answered()
    assert sum(text.startswith("Data") for text in c.received) == 1, c.history


@case("6.9.1/2", "WINDOW_UPDATEs that take the connection's window above 2^31 - 1")
def _(c: Connection) -> None:
    c.send(window_update(0, LARGEST_WINDOW), window_update(0, LARGEST_WINDOW))
    c.connection_error(FLOW_CONTROL_ERROR)


@case("6.9.1/3", "WINDOW_UPDATEs that take a stream's window above 2^31 - 1")
def _(c: Connection) -> None:
    c.send(c.post(1), window_update(1, LARGEST_WINDOW), window_update(1, LARGEST_WINDOW))
    c.stream_error(1, FLOW_CONTROL_ERROR)


@case("6.9.2/1", "a new SETTINGS_INITIAL_WINDOW_SIZE changes the windows of open streams", settings=SHUT)
def _(c: Connection) -> None:
    half_closed(c)
    c.send(settings([(INITIAL_WINDOW_SIZE, 1)]))
    found = c.until(lambda f: isinstance(f, DataFrame), "DATA")
    assert len(found.data) == 1, c.history


@case("6.9.2/2", "a window may become negative", settings=[(INITIAL_WINDOW_SIZE, 3)])
def _(c: Connection) -> None:
    half_closed(c)
    c.until(lambda f: isinstance(f, DataFrame) and len(f.data) == 3, "3 bytes of DATA")
    # -1, and then 1.
    c.send(settings([(INITIAL_WINDOW_SIZE, 2)]))
    c.settings_acknowledged()
    c.send(window_update(1, 2))
    found = c.until(lambda f: isinstance(f, DataFrame), "DATA")
    assert len(found.data) == 1, c.history


@case("6.9.2/3", "SETTINGS_INITIAL_WINDOW_SIZE above 2^31 - 1 with a stream open")
def _(c: Connection) -> None:
    c.send(c.post(1), settings([(INITIAL_WINDOW_SIZE, LARGEST_WINDOW + 1)]))
    c.connection_error(FLOW_CONTROL_ERROR)


@case("6.10/1", "several CONTINUATION frames behind HEADERS")
def _(c: Connection) -> None:
    block = c.encode(c.fields())
    parts = [block[at : at + 1] for at in range(len(block))]
    c.send(
        headers(1, parts[0], end=True, end_headers=False),
        *(continuation(1, part, end_headers=False) for part in parts[1:-1][:6]),
        continuation(1, block[7:] if len(parts) > 8 else parts[-1]),
    )
    c.answer(1)


@case("6.10/2", "another frame behind CONTINUATION without END_HEADERS")
def _(c: Connection) -> None:
    c.send(c.post(1, end_headers=False), continuation(1, end_headers=False), data(1, TEXT, end=True))
    c.connection_error(PROTOCOL_ERROR)


@case("6.10/3", "CONTINUATION on stream 0")
def _(c: Connection) -> None:
    first, second = halves(c.encode(c.fields()))
    c.send(headers(1, first, end=True, end_headers=False), continuation(0, second))
    c.connection_error(PROTOCOL_ERROR)


@case("6.10/4", "CONTINUATION behind HEADERS with END_HEADERS")
def _(c: Connection) -> None:
    c.send(c.post(1), continuation(1, c.encode([("x-more", "1")])))
    c.connection_error(PROTOCOL_ERROR)


@case("6.10/5", "CONTINUATION behind CONTINUATION with END_HEADERS")
def _(c: Connection) -> None:
    first, second = halves(c.encode(c.fields()))
    c.send(headers(1, first, end_headers=False), continuation(1, second), continuation(1))
    c.connection_error(PROTOCOL_ERROR)


@case("6.10/6", "CONTINUATION behind DATA")
def _(c: Connection) -> None:
    c.send(c.post(1), data(1, TEXT), continuation(1))
    c.connection_error(PROTOCOL_ERROR)


# Further than h2spec.


@case("9113-6.4/1", "an unacknowledged reset: no answer to a RST_STREAM")
def _(c: Connection) -> None:
    c.send(c.post(1), reset(1))
    c.ping_answered()
    assert not any(text.startswith("RstStream") for text in c.received), c.history


@case("9113-6.5/1", "an acknowledgement of SETTINGS that nobody waits for may be an error of the connection")
def _(c: Connection) -> None:
    c.settings_read()
    c.send(frame(SETTINGS, ACK, 0), frame(SETTINGS, ACK, 0))
    c.connection_error(PROTOCOL_ERROR)


@case("9113-6.9.2/1", "a SETTINGS_INITIAL_WINDOW_SIZE that takes a stream's window above 2^31 - 1")
def _(c: Connection) -> None:
    c.send(c.post(1), window_update(1, LARGEST_WINDOW - 65535), settings([(INITIAL_WINDOW_SIZE, 65536)]))
    c.connection_error(FLOW_CONTROL_ERROR)


@case("9113-6.9/1", "a body above the stream's window", settings=SHUT)
def _(c: Connection) -> None:
    c.settings_read()
    window = c.server_settings.get(INITIAL_WINDOW_SIZE, 65535)
    # Answers that cannot be sent hold up the call, which then takes no more questions and gives no credit for them.
    question = message(b"\x0a\xf8\x3f" + b"h" * 8184 + b"\x3a\x00")
    call = [("content-type", "application/grpc"), ("te", "trailers")]
    path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
    c.send(headers(1, c.encode(c.fields("POST", path, call))))
    for _ in range(2 * window // len(question)):
        c.send(data(1, question))
    c.stream_error(1, FLOW_CONTROL_ERROR)


@case("9113-6.9/2", "padding counts in flow control, and is credited")
def _(c: Connection) -> None:
    c.settings_read()
    window = c.server_settings.get(INITIAL_WINDOW_SIZE, 65535)
    c.send(c.post(1))
    # Padding alone uses up the window, and more than that.
    for _ in range(window // 256 + 1000):
        c.send(data(1, b" ", padding=255))
    c.send(data(1, TEXT, end=True))
    c.answer(1)
