"""HTTP/1.1 by RFC 9112 and RFC 9110: what is ambiguous is refused, and never are there more answers than requests.

Three tables: requests that are refused and end the connection, requests that are answered and leave it open, and
requests that are answered and end it. Behind each, in the same bytes, comes one more request, `last`; so does `smuggled`
in bodies that a laxer reader would take for a request. Which of them are answered tells how the server read the first.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

import pytest

from conftest import Server
from http1 import Answer, exchange

HOST = b"Host: server.example\r\n"
SMUGGLED = b"GET /version HTTP/1.1\r\n" + HOST + b"X-Request-Id: smuggled\r\n\r\n"
LAST = b"GET /health HTTP/1.1\r\n" + HOST + b"X-Request-Id: last\r\nConnection: close\r\n\r\n"
JSON = b'{"prompt": "Li*4"}'
CHUNKED = b"Transfer-Encoding: chunked"
# A body that is over, if it comes in chunks, and more behind it.
ENDED = b"0\r\n\r\n" + SMUGGLED
LIMIT = 4 << 20


def get(*lines: bytes, line: bytes = b"GET /health HTTP/1.1", host: bytes = HOST) -> bytes:
    return line + b"\r\n" + host + b"".join(each + b"\r\n" for each in lines) + b"\r\n"


def post(*lines: bytes, body: bytes = JSON, line: bytes = b"POST /tokenize HTTP/1.1") -> bytes:
    fields = b"Content-Type: application/json\r\n" + b"".join(each + b"\r\n" for each in lines)
    return line + b"\r\n" + HOST + fields + b"\r\n" + body


def chunks(body: bytes = b"12\r\n" + JSON + b"\r\n0\r\n\r\n") -> bytes:
    return post(CHUNKED, body=body)


def sized(value: bytes) -> bytes:
    return post(b"Content-Length: " + value)


def coded(value: bytes) -> bytes:
    """With a body that is empty by chunks, and a request behind it otherwise."""
    return post(b"Transfer-Encoding: " + value, body=ENDED)


LENGTH = b"Content-Length: %d" % len(JSON)
Statuses = int | tuple[int, ...]

# Name, request, status: one answer, and the connection ends.
REFUSED: list[tuple[str, bytes, Statuses]] = [
    # Two lengths: RFC 9112, section 6.3.
    ("smuggling/cl-te", post(b"Content-Length: 5", CHUNKED, body=ENDED), 400),
    (
        "smuggling/te-cl",
        post(CHUNKED, b"Content-Length: 4", body=b"%x\r\n" % len(SMUGGLED) + SMUGGLED + b"\r\n" + ENDED),
        400,
    ),
    ("smuggling/cl-0-te", post(b"Content-Length: 0", CHUNKED, body=ENDED), 400),
    ("smuggling/te-te", post(CHUNKED, CHUNKED, body=ENDED), (400, 501)),
    ("smuggling/te-te-identity", post(CHUNKED, b"Transfer-Encoding: identity", body=ENDED), 400),
    ("smuggling/te-te-unknown", post(b"Transfer-Encoding: x", CHUNKED, body=ENDED), (400, 501)),
    ("smuggling/te-in-1.0", post(CHUNKED, body=ENDED, line=b"POST /tokenize HTTP/1.0"), 400),
    # Codings: without chunks at the end, a request's length is unknown (400); of unknown ones 501 may tell.
    ("te/chunked-not-last", coded(b"chunked, gzip"), 400),
    ("te/chunked-identity", coded(b"chunked, identity"), 400),
    ("te/chunked-twice", coded(b"chunked, chunked"), (400, 501)),
    ("te/gzip-chunked", coded(b"gzip, chunked"), (400, 501)),
    ("te/identity", coded(b"identity"), (400, 501)),
    ("te/unknown", coded(b"xchunked"), (400, 501)),
    ("te/quoted", coded(b'"chunked"'), (400, 501)),
    ("te/parameter", coded(b"chunked;q=1"), (400, 501)),
    ("te/empty", coded(b""), (400, 501)),
    ("te/empty-member", coded(b"chunked,"), (400, 501)),
    ("te/vertical-tab", coded(b"\x0bchunked"), 400),
    ("te/no-break-space", coded(b"\xa0chunked"), (400, 501)),
    ("te/space-before-colon", post(b"Transfer-Encoding : chunked", LENGTH), 400),
    ("te/tab-before-colon", post(b"Transfer-Encoding\t: chunked", LENGTH), 400),
    ("te/folded", post(b"Transfer-Encoding:\r\n chunked", body=ENDED), 400),
    ("te/behind-bare-cr", post(b"X: y\rTransfer-Encoding: chunked", LENGTH), 400),
    ("te/behind-bare-lf", post(b"X: y\nTransfer-Encoding: chunked", LENGTH), 400),
    ("te/name-with-nul", post(b"Transfer-Encoding\0: chunked", LENGTH), 400),
    # Content-Length.
    ("cl/twice-different", post(b"Content-Length: 0", LENGTH), 400),
    ("cl/twice-equal", post(LENGTH, LENGTH), 400),
    ("cl/list-equal", sized(b"18, 18"), 400),
    ("cl/list-different", sized(b"18, 0"), 400),
    ("cl/plus", sized(b"+18"), 400),
    ("cl/minus", sized(b"-18"), 400),
    ("cl/minus-zero", sized(b"-0"), 400),
    ("cl/hexadecimal", sized(b"0x12"), 400),
    ("cl/two-numbers", sized(b"1 8"), 400),
    ("cl/exponent", sized(b"1e1"), 400),
    ("cl/fraction", sized(b"18.0"), 400),
    ("cl/underscore", sized(b"1_8"), 400),
    ("cl/other-digits", sized("١٨".encode()), 400),
    ("cl/empty", sized(b""), 400),
    ("cl/2^64+18", sized(b"18446744073709551634"), (400, 413)),
    ("cl/2^63", sized(b"9223372036854775808"), (400, 413)),
    ("cl/space-before-colon", post(b"Content-Length : 18"), 400),
    ("cl/leading-space", post(b" Content-Length: 18"), 400),
    ("cl/over-the-limit", sized(b"%d" % (LIMIT + 1)), 413),
    # Chunks: RFC 9112, section 7.1.
    ("chunk/minus", chunks(b"-12\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/plus", chunks(b"+12\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/0x", chunks(b"0x12\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/leading-space", chunks(b" 12\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/trailing-space", chunks(b"12 \r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/trailing-tab", chunks(b"12\t\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/inner-space", chunks(b"1 2\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/empty-size", chunks(b"\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/only-extension", chunks(b";a=b\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/not-hexadecimal", chunks(b"1g\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/underscore", chunks(b"1_2\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/2^64+18", chunks(b"10000000000000012\r\n" + JSON + b"\r\n0\r\n\r\n"), (400, 413)),
    ("chunk/2^32+18", chunks(b"100000012\r\n" + JSON + b"\r\n0\r\n\r\n"), (400, 413)),
    ("chunk/2^63", chunks(b"8000000000000000\r\n" + JSON + b"\r\n0\r\n\r\n"), (400, 413)),
    ("chunk/size-line-bare-lf", chunks(b"12\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/bare-lf-behind-data", chunks(b"12\r\n" + JSON + b"\n0\r\n\r\n"), 400),
    ("chunk/bare-cr-behind-data", chunks(b"12\r\n" + JSON + b"\r0\r\n\r\n"), 400),
    ("chunk/nothing-behind-data", chunks(b"12\r\n" + JSON + b"0\r\n\r\n"), 400),
    ("chunk/longer-than-said", chunks(b"11\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/shorter-than-said", chunks(b"14\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/bare-cr-in-extension", chunks(b"12;a\rb\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/bare-lf-in-extension", chunks(b"12;a\nb\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/nul-in-extension", chunks(b"12;a\0b\r\n" + JSON + b"\r\n0\r\n\r\n"), 400),
    ("chunk/long-extension", chunks(b"12;" + b"a" * 20000 + b"\r\n" + JSON + b"\r\n0\r\n\r\n"), (400, 413, 431)),
    ("chunk/over-the-limit", chunks(b"%x\r\n" % (LIMIT + 1)), 413),
    ("chunk/over-the-limit-together", chunks(b"%x\r\n" % LIMIT + b" " * LIMIT + b"\r\n1\r\n \r\n0\r\n\r\n"), 413),
    # Trailers have the syntax of headers.
    ("trailer/no-colon", chunks(b"0\r\nnothing\r\n\r\n"), 400),
    ("trailer/space-before-colon", chunks(b"0\r\nX : y\r\n\r\n"), 400),
    ("trailer/folded", chunks(b"0\r\nX: y\r\n z\r\n\r\n"), 400),
    ("trailer/bare-cr", chunks(b"0\r\nX: y\rz\r\n\r\n"), 400),
    ("trailer/bare-lf", chunks(b"0\r\nX: y\n\r\n"), 400),
    ("trailer/nul", chunks(b"0\r\nX: \0\r\n\r\n"), 400),
    ("trailer/many", chunks(b"0\r\n" + b"X: y\r\n" * 5000 + b"\r\n"), 431),
    ("trailer/long", chunks(b"0\r\nX: " + b"y" * 20000 + b"\r\n\r\n"), 431),
    # Lines and fields: RFC 9112, sections 2.2 and 5.
    ("line/bare-lf", b"GET /health HTTP/1.1\n" + HOST + b"\n", 400),
    ("line/bare-lf-at-the-end", b"GET /health HTTP/1.1\r\n" + HOST + b"\n", 400),
    ("line/bare-cr", b"GET /health HTTP/1.1\r" + HOST + b"\r\n", 400),
    ("field/folded", get(b"X: y\r\n z"), 400),
    ("field/folded-first", b"GET /health HTTP/1.1\r\n X: y\r\n" + HOST + b"\r\n", 400),
    ("field/no-colon", get(b"nothing"), 400),
    ("field/no-name", get(b": y"), 400),
    ("field/space-in-name", get(b"a b: y"), 400),
    ("field/bracket-in-name", get(b"a(b): y"), 400),
    ("field/beyond-ascii-in-name", get("ä: y".encode()), 400),
    ("field/nul", get(b"X: a\0b"), 400),
    ("field/bare-cr", get(b"X: a\rb"), 400),
    ("field/control", get(b"X: a\x01b"), 400),
    ("field/delete", get(b"X: a\x7fb"), 400),
    # The request line: section 3.
    ("request-line/no-version", b"GET /health\r\n" + HOST + b"\r\n", 400),
    ("request-line/0.9", b"GET /health\r\n", 400),
    ("request-line/two-spaces", get(line=b"GET  /health HTTP/1.1"), 400),
    ("request-line/tabs", get(line=b"GET\t/health\tHTTP/1.1"), 400),
    ("request-line/leading-space", get(line=b" GET /health HTTP/1.1"), 400),
    ("request-line/trailing-space", get(line=b"GET /health HTTP/1.1 "), 400),
    ("request-line/space-in-target", get(line=b"GET /he alth HTTP/1.1"), 400),
    ("request-line/no-target", get(line=b"GET  HTTP/1.1"), 400),
    ("request-line/nul", get(line=b"GET /health\0 HTTP/1.1"), 400),
    ("request-line/bare-cr", get(line=b"GET /health\r HTTP/1.1"), 400),
    ("request-line/beyond-ascii", get(line="GET /ä HTTP/1.1".encode()), 400),
    ("request-line/fragment", get(line=b"GET /health#there HTTP/1.1"), 400),
    ("request-line/no-slash", get(line=b"GET health HTTP/1.1"), 400),
    ("request-line/authority", get(line=b"GET server.example:80 HTTP/1.1"), 400),
    ("request-line/asterisk-of-get", get(line=b"GET * HTTP/1.1"), 400),
    ("request-line/absolute-without-host", get(line=b"GET http:///health HTTP/1.1"), 400),
    ("request-line/connect", get(line=b"CONNECT other.example:80 HTTP/1.1"), (400, 405, 501)),
    ("request-line/brackets-in-method", get(line=b"G(T /health HTTP/1.1"), 400),
    ("version/2.0", get(line=b"GET /health HTTP/2.0"), 505),
    ("version/3.0", get(line=b"GET /health HTTP/3.0"), 505),
    ("version/preface-later", get() + b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (200, 400, 505)),
    ("version/lower-case", get(line=b"GET /health http/1.1"), (400, 505)),
    ("version/two-digits", get(line=b"GET /health HTTP/1.10"), (400, 505)),
    ("version/no-dot", get(line=b"GET /health HTTP/11"), (400, 505)),
    ("version/other-protocol", get(line=b"GET /health HTPP/1.1"), (400, 505)),
    # Host: section 3.2.
    ("host/none", get(host=b""), 400),
    ("host/twice-different", get(b"Host: other.example"), 400),
    ("host/twice-equal", get(HOST.strip()), 400),
    ("host/twice-in-1.0", get(b"Host: other.example", line=b"GET /health HTTP/1.0"), 400),
    ("host/space", get(host=b"Host: a b\r\n"), 400),
    ("host/path", get(host=b"Host: server.example/x\r\n"), 400),
    ("host/user", get(host=b"Host: user@server.example\r\n"), 400),
    ("host/quote", get(host=b'Host: a"b\r\n'), 400),
    ("host/port-of-letters", get(host=b"Host: server.example:http\r\n"), 400),
    ("host/two-ports", get(host=b"Host: server.example:80:80\r\n"), 400),
    # Bounds.
    ("bound/long-line", get(line=b"GET /" + b"a" * 20000 + b" HTTP/1.1"), 414),
    ("bound/long-field", get(b"X: " + b"y" * 20000), 431),
    ("bound/long-fields", get(*(b"X-%d: " % number + b"y" * 1000 for number in range(20))), 431),
    ("bound/many-fields", get(*(b"X-%d: y" % number for number in range(200))), 431),
    ("bound/expect-too-much", post(b"Expect: 100-continue", b"Content-Length: %d" % (LIMIT + 1), body=b""), 413),
]

# Name, request, status: the answer, and then that of `last`.
ANSWERED: list[tuple[str, bytes, Statuses]] = [
    ("plain", get(), 200),
    ("body", post(LENGTH), 200),
    ("body-of-get", get(b"Content-Length: %d" % len(SMUGGLED)) + SMUGGLED, 200),
    ("body-that-is-a-request", post(b"Content-Length: %d" % len(SMUGGLED), body=SMUGGLED), 400),
    ("chunks-that-are-a-request", chunks(b"%x\r\n" % len(SMUGGLED) + SMUGGLED + b"\r\n0\r\n\r\n"), 400),
    ("leading-zeros", post(b"Content-Length: 00018"), 200),
    ("space-around-length", post(b"Content-Length: \t 18 \t"), 200),
    ("empty-lines-before", b"\r\n\r\n" + get(), 200),
    ("no-space-behind-colon", get(b"X:y"), 200),
    ("empty-value", get(b"X:"), 200),
    ("value-beyond-ascii", get("X: ä".encode()), 200),
    ("tab-in-value", get(b"X: a\tb"), 200),
    ("name-in-upper-case", post(LENGTH.upper()), 200),
    ("chunks", chunks(), 200),
    ("chunks/several", chunks(b"8\r\n" + JSON[:8] + b"\r\nA\r\n" + JSON[8:] + b"\r\n0\r\n\r\n"), 200),
    ("chunks/extension", chunks(b'12;a;b=c;d="e f"\r\n' + JSON + b"\r\n0;x\r\n\r\n"), 200),
    ("chunks/space-before-extension", chunks(b"12 ;a\r\n" + JSON + b"\r\n0\r\n\r\n"), 200),
    ("chunks/leading-zeros", chunks(b"00012\r\n" + JSON + b"\r\n000\r\n\r\n"), 200),
    ("chunks/trailers", chunks(b"12\r\n" + JSON + b"\r\n0\r\nX-More: y\r\n\r\n"), 200),
    ("chunks/trailer-of-length", chunks(b"12\r\n" + JSON + b"\r\n0\r\nContent-Length: 5\r\n\r\n"), 200),
    ("chunks/trailer-of-coding", chunks(b"12\r\n" + JSON + b"\r\n0\r\nTransfer-Encoding: gzip\r\n\r\n"), 200),
    ("chunks/upper-case", post(b"TRANSFER-ENCODING: Chunked", body=b"12\r\n" + JSON + b"\r\n0\r\n\r\n"), 200),
    ("chunks/space-around", post(b"Transfer-Encoding: \t chunked \t", body=b"12\r\n" + JSON + b"\r\n0\r\n\r\n"), 200),
    ("absolute-form", get(line=b"GET http://server.example/health HTTP/1.1"), 200),
    ("absolute-form/other-host", get(line=b"GET http://other.example:80/health HTTP/1.1"), 200),
    ("absolute-form/upper-case", get(line=b"GET HTTP://server.example/health HTTP/1.1"), 200),
    ("absolute-form/no-path", get(line=b"GET http://server.example HTTP/1.1"), (200, 404)),
    ("query", get(line=b"GET /health?a=b HTTP/1.1"), 200),
    ("version/1.2", get(line=b"GET /health HTTP/1.2"), 200),
    ("host/empty", get(host=b"Host:\r\n"), 200),
    ("host/port", get(host=b"Host: server.example:8470\r\n"), 200),
    ("host/ipv6", get(host=b"Host: [::1]:8470\r\n"), 200),
    ("upgrade/h2c", get(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk"), 200),
    ("upgrade/websocket", get(b"Connection: Upgrade", b"Upgrade: websocket"), 200),
    ("expect/unknown", post(b"Expect: something", LENGTH), (200, 417)),
    ("expect/with-body", post(b"Expect: 100-continue", LENGTH), 200),
    ("method/unknown", get(line=b"BREW /health HTTP/1.1"), (405, 501)),
    ("method/lower-case", get(line=b"get /health HTTP/1.1"), (405, 501)),
    ("method/trace", get(line=b"TRACE /health HTTP/1.1"), (405, 501)),
    ("method/not-allowed", get(line=b"DELETE /health HTTP/1.1"), 405),
    ("method/options-asterisk", get(line=b"OPTIONS * HTTP/1.1"), (200, 204, 404, 405, 501)),
    ("unknown-path", get(line=b"GET /nowhere HTTP/1.1"), 404),
    ("keep-alive", get(b"Connection: keep-alive"), 200),
    ("connection/unknown", get(b"Connection: something, closed"), 200),
]

# Name, request, status: the answer, and the connection ends, so that `last` is not answered.
ENDING: list[tuple[str, bytes, Statuses]] = [
    ("close", get(b"Connection: close"), 200),
    ("close/upper-case", get(b"Connection: CLOSE"), 200),
    ("close/in-a-list", get(b"Connection: keep-alive , close"), 200),
    ("close/in-a-second-field", get(b"Connection: keep-alive", b"Connection: close"), 200),
    ("1.0", get(line=b"GET /health HTTP/1.0"), 200),
    ("1.0/no-host", get(line=b"GET /health HTTP/1.0", host=b""), 200),
    ("1.0/expect", post(b"Expect: 100-continue", LENGTH, line=b"POST /tokenize HTTP/1.0"), 200),
]


def parameters(table: list[tuple[str, bytes, Statuses]]) -> list[object]:
    return [pytest.param(request, statuses, id=name) for name, request, statuses in table]


def check(found: list[Answer], statuses: Statuses, more: tuple[str, ...] = ()) -> None:
    """One answer with one of these statuses, and then those of these requests."""
    ids = [answer.id for answer in found]
    assert "smuggled" not in ids, "the body of a request was answered as a request"
    finals = [answer for answer in found if answer.status >= 200]
    assert [answer.id for answer in finals[1:]] == list(more), [answer.status for answer in finals]
    assert finals[0].status in ((statuses,) if isinstance(statuses, int) else statuses), finals[0]
    assert finals[-1].get("connection") == "close"


@pytest.mark.parametrize(("request_bytes", "statuses"), parameters(REFUSED))
def test_refused(request_bytes: bytes, statuses: Statuses, server: Server) -> None:
    found = exchange(server.address, request_bytes + LAST)
    # What came first in the same bytes is answered before the refusal.
    check(found[1:] if found[0].status == 200 and isinstance(statuses, tuple) and 200 in statuses else found, statuses)


@pytest.mark.parametrize(("request_bytes", "statuses"), parameters(ANSWERED))
def test_answered(request_bytes: bytes, statuses: Statuses, server: Server) -> None:
    check(exchange(server.address, request_bytes + LAST), statuses, ("last",))


@pytest.mark.parametrize(("request_bytes", "statuses"), parameters(ENDING))
def test_ending(request_bytes: bytes, statuses: Statuses, server: Server) -> None:
    check(exchange(server.address, request_bytes + LAST), statuses)


@pytest.mark.parametrize("name", ["plain", "body", "chunks/trailers", "chunks/extension"])
def test_byte_by_byte(name: str, server: Server) -> None:
    request = next(request for known, request, _ in ANSWERED if known == name)
    check(exchange(server.address, *(bytes([byte]) for byte in request + LAST)), 200, ("last",))


def test_pipelining(server: Server) -> None:
    requests = [get(b"X-Request-Id: %d" % number, line=b"GET /version HTTP/1.1") for number in range(50)]
    found = exchange(server.address, b"".join(requests) + LAST)
    assert [answer.id for answer in found] == [*map(str, range(50)), "last"]


def test_head(server: Server) -> None:
    head, whole, last = exchange(
        server.address, get(line=b"HEAD /version HTTP/1.1") + get(line=b"GET /version HTTP/1.1") + LAST, heads=(0,)
    )
    assert head.get("content-length") == whole.get("content-length") == str(len(whole.body))
    assert last.id == "last"


def test_continue(server: Server) -> None:
    """The server asks for the body that is announced, once."""
    import socket
    import time

    with socket.create_connection(server.address, 5) as client:
        client.sendall(post(b"Expect: 100-continue", b"Connection: close", LENGTH, body=b""))
        assert client.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"
        time.sleep(0.05)
        client.sendall(JSON)
        assert client.recv(1 << 16).startswith(b"HTTP/1.1 200 ")


def test_allow(server: Server) -> None:
    answer, _ = exchange(server.address, get(line=b"DELETE /health HTTP/1.1") + LAST)
    assert "GET" in re.split(", *", answer.get("allow"))


@pytest.mark.parametrize(
    "request_bytes", [get(), get(line=b"GET /nowhere HTTP/1.1"), get(host=b"")], ids=["200", "404", "400"]
)
def test_date(request_bytes: bytes, server: Server) -> None:
    """RFC 9110, section 6.6.1: a server with a clock must say when it answered."""
    answer = exchange(server.address, request_bytes + LAST)[0]
    assert parsedate_to_datetime(answer.get("date"))


STREAMED = b'{"prompt": "Li*4", "max_tokens": 3, "stream": true}'


def test_chunks_of_an_answer(server: Server) -> None:
    request = post(b"Content-Length: %d" % len(STREAMED), body=STREAMED, line=b"POST /v1/completions HTTP/1.1")
    answer, last = exchange(server.address, request + LAST)
    assert answer.get("transfer-encoding") == "chunked"
    assert answer.body.endswith(b"data: [DONE]\n\n")
    assert last.id == "last"


def test_no_chunks_for_1_0(server: Server) -> None:
    request = post(b"Content-Length: %d" % len(STREAMED), body=STREAMED, line=b"POST /v1/completions HTTP/1.0")
    (answer,) = exchange(server.address, request)
    assert not answer.get("transfer-encoding")
    assert answer.body.endswith(b"data: [DONE]\n\n")
