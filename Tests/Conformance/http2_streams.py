"""Framing, streams and errors: RFC 9113, sections 3.4 (3.5 in RFC 7540) to 5."""

from cases import case
from http2 import (
    COMPRESSION_ERROR,
    FRAME_SIZE_ERROR,
    PREFACE,
    PROTOCOL_ERROR,
    REFUSED_STREAM,
    STREAM_CLOSED,
    Connection,
    RstStreamFrame,
    Unexpected,
    continuation,
    data,
    dependency,
    frame,
    headers,
    ping,
    priority,
    reset,
    settings,
    window_update,
)
from http2_generic import SHUT, TEXT, half_closed, halves

UNKNOWN = 0xEE


def refused_or_ignored(c: Connection, *codes: int) -> None:
    """What was sent may be an error of the connection or of stream 1 with one of these codes, or nothing."""
    try:
        c.ping_answered()
    except Unexpected:
        c.closed()
    for text in c.received:
        if text.startswith(("RstStream", "GoAway")):
            assert text.startswith(tuple(f"{kind}({code})" for kind in ("RstStream", "GoAway") for code in codes)), (
                c.history
            )


@case("3.5/1", "the client's preface", handshake=False)
def _(c: Connection) -> None:
    c.send(PREFACE, settings())
    c.settings_read()
    c.settings_acknowledged()


@case("3.5/2", "a wrong preface ends the connection", handshake=False)
def _(c: Connection) -> None:
    c.send(b"PRI * HTTP/2.0\r\n\r\nNO\r\n\r\n", settings())
    c.closed()


@case("4.1/1", "a frame of unknown type is ignored")
def _(c: Connection) -> None:
    c.send(frame(UNKNOWN, 0, 0, bytes(8)))
    c.ping_answered()


@case("4.1/2", "unknown flags are ignored")
def _(c: Connection) -> None:
    c.send(frame(0x6, 0x16, 0, b"flagging"))
    c.ping_answered()


@case("4.1/3", "the reserved bit is ignored")
def _(c: Connection) -> None:
    c.send(frame(0x6, 0, 1 << 31, b"reserved"))
    c.ping_answered()


@case("4.2/1", "a DATA frame of 2^14 bytes")
def _(c: Connection) -> None:
    c.send(c.post(1), data(1, TEXT.ljust(1 << 14), end=True))
    c.answer(1)


@case("4.2/2", "a DATA frame above SETTINGS_MAX_FRAME_SIZE")
def _(c: Connection) -> None:
    c.send(c.post(1), data(1, TEXT.ljust((1 << 14) + 1), end=True))
    c.stream_error(1, FRAME_SIZE_ERROR)


@case("4.2/3", "a HEADERS frame above SETTINGS_MAX_FRAME_SIZE")
def _(c: Connection) -> None:
    block = c.encode([*c.fields(), ("x-long", "a" * (3 << 14))])
    c.send(headers(1, block.ljust((1 << 14) + 1, b"\0"), end=True))
    c.connection_error(FRAME_SIZE_ERROR)


@case("4.3/1", "a header block that cannot be decoded")
def _(c: Connection) -> None:
    c.send(headers(1, b"\xff\xff\xff\xff\xff\xff", end=True))
    c.connection_error(COMPRESSION_ERROR)


@case("4.3/2", "PRIORITY within a header block")
def _(c: Connection) -> None:
    c.send(c.get(1, end_headers=False), priority(1, dependency(0)), continuation(1))
    c.connection_error(PROTOCOL_ERROR)


@case("4.3/3", "HEADERS of another stream within a header block")
def _(c: Connection) -> None:
    c.send(c.get(1, end_headers=False), c.get(3), continuation(1))
    c.connection_error(PROTOCOL_ERROR)


@case("5.1/1", "DATA on an idle stream")
def _(c: Connection) -> None:
    c.send(data(1, b"a", end=True))
    c.connection_error(PROTOCOL_ERROR)


@case("5.1/2", "RST_STREAM on an idle stream")
def _(c: Connection) -> None:
    c.send(reset(1))
    c.connection_error(PROTOCOL_ERROR)


@case("5.1/3", "WINDOW_UPDATE on an idle stream")
def _(c: Connection) -> None:
    c.send(window_update(1, 100))
    c.connection_error(PROTOCOL_ERROR)


@case("5.1/4", "CONTINUATION on an idle stream")
def _(c: Connection) -> None:
    c.send(continuation(1, c.encode(c.fields())))
    c.connection_error(PROTOCOL_ERROR)


@case("5.1/5", "DATA on a half-closed (remote) stream", settings=SHUT)
def _(c: Connection) -> None:
    half_closed(c)
    c.send(data(1, b"a", end=True))
    c.stream_error(1, STREAM_CLOSED)


@case("5.1/6", "HEADERS on a half-closed (remote) stream", settings=SHUT)
def _(c: Connection) -> None:
    half_closed(c)
    half_closed(c)
    c.stream_error(1, STREAM_CLOSED)


@case("5.1/7", "CONTINUATION on a half-closed (remote) stream", settings=SHUT)
def _(c: Connection) -> None:
    half_closed(c)
    c.send(continuation(1, c.encode([("x-more", "1")])))
    c.stream_error(1, STREAM_CLOSED, PROTOCOL_ERROR)


def was_reset(c: Connection) -> None:
    c.send(c.post(1), reset(1))


# RFC 7540 asked for an error for whatever comes after a reset. RFC 9113, section 5.1, leaves it to the server.


@case("5.1/8", "DATA on a stream that its client has reset")
def _(c: Connection) -> None:
    was_reset(c)
    c.send(data(1, b"a", end=True))
    refused_or_ignored(c, STREAM_CLOSED)


@case("5.1/9", "HEADERS on a stream that its client has reset")
def _(c: Connection) -> None:
    was_reset(c)
    c.send(c.get(1))
    refused_or_ignored(c, STREAM_CLOSED, PROTOCOL_ERROR)


@case("5.1/10", "CONTINUATION on a stream that its client has reset")
def _(c: Connection) -> None:
    was_reset(c)
    c.send(continuation(1, c.encode([("x-more", "1")])))
    c.stream_error(1, STREAM_CLOSED, PROTOCOL_ERROR)


def was_answered(c: Connection) -> None:
    c.send(c.get(1))
    c.answer(1)


@case("5.1/11", "DATA on a closed stream")
def _(c: Connection) -> None:
    was_answered(c)
    c.send(data(1, b"a", end=True))
    c.stream_error(1, STREAM_CLOSED)


@case("5.1/12", "HEADERS on a closed stream")
def _(c: Connection) -> None:
    was_answered(c)
    c.send(c.get(1))
    c.stream_error(1, STREAM_CLOSED, PROTOCOL_ERROR)


@case("5.1/13", "CONTINUATION on a closed stream")
def _(c: Connection) -> None:
    was_answered(c)
    c.send(continuation(1, c.encode([("x-more", "1")])))
    c.stream_error(1, STREAM_CLOSED, PROTOCOL_ERROR)


@case("5.1.1/1", "a stream of even number")
def _(c: Connection) -> None:
    c.send(c.get(2))
    c.connection_error(PROTOCOL_ERROR)


@case("5.1.1/2", "a stream of a lower number than one before")
def _(c: Connection) -> None:
    c.send(c.get(5))
    c.answer(5)
    c.send(c.get(3))
    c.connection_error(PROTOCOL_ERROR)


@case("5.1.2/1", "more streams than SETTINGS_MAX_CONCURRENT_STREAMS")
def _(c: Connection) -> None:
    c.settings_read()
    c.ping_answered()
    limit = c.server_settings[3]
    for number in range(limit + 1):
        c.send(c.post(2 * number + 1))
    c.stream_error(2 * limit + 1, PROTOCOL_ERROR, REFUSED_STREAM)


# RFC 9113 takes away the meaning of dependencies, and with it the error; the server may still find it.


@case("5.3.1/1", "HEADERS that depend on their own stream")
def _(c: Connection) -> None:
    c.send(c.get(1, priority=dependency(1)))
    refused_or_ignored(c, PROTOCOL_ERROR)


@case("5.3.1/2", "PRIORITY that depends on its own stream")
def _(c: Connection) -> None:
    c.send(c.post(1), priority(1, dependency(1)))
    refused_or_ignored(c, PROTOCOL_ERROR)


@case("5.4.1/1", "an error of the connection ends it")
def _(c: Connection) -> None:
    c.send(ping(b"short"))
    c.closed()


@case("5.4.1/2", "an error of the connection is said in GOAWAY")
def _(c: Connection) -> None:
    c.send(ping(b"short"))
    c.connection_error(FRAME_SIZE_ERROR)


@case("5.5/1", "a frame of an extension is ignored")
def _(c: Connection) -> None:
    c.send(c.post(1), frame(UNKNOWN, 0xFF, 1, b"extended"), data(1, TEXT, end=True))
    c.answer(1)


@case("5.5/2", "a frame of an extension within a header block")
def _(c: Connection) -> None:
    first, second = halves(c.encode(c.fields()))
    c.send(headers(1, first, end=True, end_headers=False), frame(UNKNOWN, 0, 1, b"extended"), continuation(1, second))
    c.connection_error(PROTOCOL_ERROR)


# Further than h2spec.


@case("9113-3.4/1", "another frame than SETTINGS behind the preface", handshake=False)
def _(c: Connection) -> None:
    c.send(PREFACE, ping())
    c.connection_error(PROTOCOL_ERROR)


@case("9113-3.4/2", "an acknowledgement of SETTINGS behind the preface", handshake=False)
def _(c: Connection) -> None:
    c.send(PREFACE, settings(ack=True))
    c.connection_error(PROTOCOL_ERROR)


@case("9113-3.4/3", "requests in the same bytes as the preface", handshake=False)
def _(c: Connection) -> None:
    c.send(PREFACE, settings(), c.get(1))
    c.answer(1)


@case("9113-3.4/4", "a preface byte by byte", handshake=False)
def _(c: Connection) -> None:
    for byte in PREFACE + settings():
        c.send(bytes([byte]))
    c.settings_read()
    c.ping_answered()


@case("9113-5.1/1", "WINDOW_UPDATE and RST_STREAM on a closed stream are ignored")
def _(c: Connection) -> None:
    was_answered(c)
    c.send(window_update(1, 100), reset(1))
    c.ping_answered()


@case("9113-5.1/2", "a complete answer before the request's end is followed by a reset without error")
def _(c: Connection) -> None:
    c.send(
        headers(1, c.encode(c.fields("POST", "/attnrl.v1.NoService/Nothing", [("content-type", "application/grpc")])))
    )
    c.answer(1)
    c.until(lambda f: isinstance(f, RstStreamFrame) and f.error_code == 0, "a reset with NO_ERROR")
