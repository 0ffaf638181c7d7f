"""What any server must accept: h2spec's sections 1 to 4 of `generic`."""

from cases import case
from http2 import (
    INITIAL_WINDOW_SIZE,
    MAX_CONCURRENT_STREAMS,
    PREFACE,
    Connection,
    continuation,
    data,
    dependency,
    goaway,
    headers,
    priority,
    reset,
    settings,
    window_update,
)

TEXT = b'{"prompt": "Li*4"}'


def halves(block: bytes) -> tuple[bytes, bytes]:
    return block[: len(block) // 2], block[len(block) // 2 :]


@case("generic/1/1", "a connection preface is answered with SETTINGS", handshake=False)
def _(c: Connection) -> None:
    c.send(PREFACE, settings())
    c.settings_read()
    c.ping_answered()


@case("generic/2/1", "PRIORITY on an idle stream")
def _(c: Connection) -> None:
    c.send(priority(1, dependency(0)))
    c.ping_answered()


# With a window of 0, an answer that has a body leaves its stream half closed for as long as the case needs.
SHUT = [(INITIAL_WINDOW_SIZE, 0)]


def half_closed(c: Connection, stream: int = 1) -> None:
    c.send(headers(stream, c.encode(c.fields(path="/version")), end=True))


@case("generic/2/2", "WINDOW_UPDATE on a half-closed (remote) stream", settings=SHUT)
def _(c: Connection) -> None:
    half_closed(c)
    c.send(window_update(1, 1000))
    c.answer(1)


@case("generic/2/3", "PRIORITY on a half-closed (remote) stream", settings=SHUT)
def _(c: Connection) -> None:
    half_closed(c)
    c.send(priority(1, dependency(0)), window_update(1, 1000))
    c.answer(1)


@case("generic/2/4", "RST_STREAM on a half-closed (remote) stream", settings=SHUT)
def _(c: Connection) -> None:
    half_closed(c)
    c.send(reset(1))
    c.ping_answered()


@case("generic/2/5", "PRIORITY on a closed stream")
def _(c: Connection) -> None:
    c.send(c.get(1))
    c.answer(1)
    c.send(priority(1, dependency(0)))
    c.ping_answered()


@case("generic/3.1/1", "a DATA frame")
def _(c: Connection) -> None:
    c.send(c.post(1), data(1, TEXT, end=True))
    c.answer(1)


@case("generic/3.1/2", "several DATA frames")
def _(c: Connection) -> None:
    c.send(c.post(1), data(1, TEXT[:5]), data(1, TEXT[5:]), data(1, end=True))
    c.answer(1)


@case("generic/3.1/3", "a DATA frame with padding")
def _(c: Connection) -> None:
    c.send(c.post(1), data(1, TEXT, end=True, padding=100))
    c.answer(1)


@case("generic/3.2/1", "a HEADERS frame")
def _(c: Connection) -> None:
    c.send(c.get(1))
    c.answer(1)


@case("generic/3.2/2", "a HEADERS frame with padding")
def _(c: Connection) -> None:
    c.send(c.get(1, padding=100))
    c.answer(1)


@case("generic/3.2/3", "a HEADERS frame with priority")
def _(c: Connection) -> None:
    c.send(c.get(1, priority=dependency(0, weight=100)))
    c.answer(1)


@case("generic/3.3/1", "PRIORITY with weight 1")
def _(c: Connection) -> None:
    c.send(priority(1, dependency(0, weight=1)), c.get(1))
    c.answer(1)


@case("generic/3.3/2", "PRIORITY with weight 256")
def _(c: Connection) -> None:
    c.send(priority(1, dependency(0, weight=256)), c.get(1))
    c.answer(1)


@case("generic/3.3/3", "PRIORITY that depends on another stream")
def _(c: Connection) -> None:
    c.send(priority(1, dependency(0)), priority(3, dependency(1)), c.get(3))
    c.answer(3)


@case("generic/3.3/4", "PRIORITY with an exclusive dependency")
def _(c: Connection) -> None:
    c.send(priority(3, dependency(1, exclusive=True)), c.get(3))
    c.answer(3)


@case("generic/3.3/5", "PRIORITY on an idle stream opens no stream: a lower one may be next")
def _(c: Connection) -> None:
    c.send(priority(5, dependency(0)), c.get(3))
    c.answer(3)


@case("generic/3.4/1", "RST_STREAM")
def _(c: Connection) -> None:
    c.send(c.check(1), reset(1))
    c.ping_answered()


@case("generic/3.5/1", "SETTINGS are acknowledged")
def _(c: Connection) -> None:
    c.send(settings([(MAX_CONCURRENT_STREAMS, 100)]))
    c.settings_acknowledged()


@case("generic/3.7/1", "PING is answered")
def _(c: Connection) -> None:
    c.ping_answered()


@case("generic/3.8/1", "GOAWAY: streams that are open are answered")
def _(c: Connection) -> None:
    c.send(c.post(1), goaway(), data(1, TEXT, end=True))
    c.answer(1)


@case("generic/3.9/1", "WINDOW_UPDATE of the connection")
def _(c: Connection) -> None:
    c.send(window_update(0, 1))
    c.ping_answered()


@case("generic/3.9/2", "WINDOW_UPDATE of a stream")
def _(c: Connection) -> None:
    c.send(c.post(1), window_update(1, 1), data(1, TEXT, end=True))
    c.answer(1)


@case("generic/3.10/1", "a CONTINUATION frame")
def _(c: Connection) -> None:
    first, second = halves(c.encode(c.fields()))
    c.send(headers(1, first, end=True, end_headers=False), continuation(1, second))
    c.answer(1)


@case("generic/3.10/2", "several CONTINUATION frames")
def _(c: Connection) -> None:
    first, rest = halves(c.encode(c.fields()))
    second, third = halves(rest)
    c.send(
        headers(1, first, end=True, end_headers=False),
        continuation(1, second, end_headers=False),
        continuation(1, third),
    )
    c.answer(1)


@case("generic/4/1", "GET")
def _(c: Connection) -> None:
    c.send(headers(1, c.encode(c.fields(path="/version")), end=True))
    assert c.answer(1)[1]


@case("generic/4/2", "HEAD has no body")
def _(c: Connection) -> None:
    c.send(headers(1, c.encode(c.fields("HEAD", "/version")), end=True))
    assert not c.answer(1)[1]


@case("generic/4/3", "POST")
def _(c: Connection) -> None:
    c.send(c.post(1, [("content-length", str(len(TEXT)))]), data(1, TEXT, end=True))
    assert b"tokens" in c.answer(1)[1]


@case("generic/4/4", "POST with trailers")
def _(c: Connection) -> None:
    c.send(c.post(1, [("trailer", "x-more")]), data(1, TEXT), headers(1, c.encode([("x-more", "1")]), end=True))
    assert b"tokens" in c.answer(1)[1]
