"""Errors' codes, and requests: RFC 9113, sections 7 and 8. Numbers of RFC 7540's sections, as h2spec has them."""

from cases import case
from http2 import PROTOCOL_ERROR, Connection, Fields, data, goaway, headers, push_promise, reset
from http2_generic import TEXT


@case("7/1", "GOAWAY with an unknown code")
def _(c: Connection) -> None:
    c.send(c.post(1), goaway(code=0xFF), data(1, TEXT, end=True))
    c.answer(1)


@case("7/2", "RST_STREAM with an unknown code")
def _(c: Connection) -> None:
    c.send(c.post(1), reset(1, code=0xFF))
    c.ping_answered()


def malformed(name: str, title: str, fields: Fields | None = None, change: dict[str, str | None] | None = None) -> None:
    """A request with more fields, or with pseudo fields changed or left out."""

    @case(name, title)
    def _(c: Connection) -> None:
        wanted = [
            (key, value)
            for key, value in ((key, (change or {}).get(key, value)) for key, value in c.fields())
            if value is not None
        ]
        c.send(headers(1, c.encode([*wanted, *(fields or [])]), end=True))
        c.stream_error(1, PROTOCOL_ERROR)


@case("8.1/1", "a second HEADERS frame without END_STREAM")
def _(c: Connection) -> None:
    c.send(c.post(1), data(1, TEXT), headers(1, c.encode([("x-more", "1")])))
    c.stream_error(1, PROTOCOL_ERROR)


malformed("8.1.2/1", "a name in upper case", [("X-Upper", "1")])
malformed("8.1.2.1/1", "an unknown pseudo field", [(":unknown", "1")])
malformed("8.1.2.1/2", "a response's pseudo field", [(":status", "200")])


@case("8.1.2.1/3", "a pseudo field in trailers")
def _(c: Connection) -> None:
    c.send(c.post(1), data(1, TEXT), headers(1, c.encode([(":method", "GET")]), end=True))
    c.stream_error(1, PROTOCOL_ERROR)


malformed("8.1.2.1/4", "a pseudo field behind others", [("x-name", "1"), (":path", "/health")], {":path": None})
malformed("8.1.2.2/1", "a field of the connection", [("connection", "keep-alive")])
malformed("8.1.2.2/2", "TE other than `trailers`", [("te", "trailers, deflate")])
malformed("8.1.2.3/1", "an empty :path", change={":path": ""})
malformed("8.1.2.3/2", "no :method", change={":method": None})
malformed("8.1.2.3/3", "no :scheme", change={":scheme": None})
malformed("8.1.2.3/4", "no :path", change={":path": None})


@case("8.1.2.3/5", "two :method")
def _(c: Connection) -> None:
    c.send(headers(1, c.encode([(":method", "GET"), *c.fields()]), end=True))
    c.stream_error(1, PROTOCOL_ERROR)


@case("8.1.2.3/6", "two :scheme")
def _(c: Connection) -> None:
    c.send(headers(1, c.encode([(":scheme", "http"), *c.fields()]), end=True))
    c.stream_error(1, PROTOCOL_ERROR)


@case("8.1.2.3/7", "two :path")
def _(c: Connection) -> None:
    c.send(headers(1, c.encode([(":path", "/health"), *c.fields()]), end=True))
    c.stream_error(1, PROTOCOL_ERROR)


@case("8.1.2.6/1", "a Content-Length that is not the body's")
def _(c: Connection) -> None:
    c.send(c.post(1, [("content-length", "1")]), data(1, TEXT, end=True))
    c.stream_error(1, PROTOCOL_ERROR)


@case("8.1.2.6/2", "a Content-Length that is not that of the body's frames together")
def _(c: Connection) -> None:
    c.send(c.post(1, [("content-length", str(len(TEXT) + 1))]), data(1, TEXT[:5]), data(1, TEXT[5:], end=True))
    c.stream_error(1, PROTOCOL_ERROR)


@case("8.2/1", "PUSH_PROMISE by a client")
def _(c: Connection) -> None:
    c.send(push_promise(1, 2, c.encode(c.fields())))
    c.connection_error(PROTOCOL_ERROR)


# Further than h2spec.

malformed("9113-8.2.1/1", "a NUL in a value", [("x-name", "a\0b")])
malformed("9113-8.2.1/2", "a line feed in a value", [("x-name", "a\nb: c")])
malformed("9113-8.2.1/3", "a carriage return in a value", [("x-name", "a\rb")])
malformed("9113-8.2.1/4", "a space in a name", [("x name", "1")])
malformed("9113-8.2.1/5", "a colon within a name", [("x:name", "1")])
malformed("9113-8.2.1/6", "a space before a value", [("x-name", " 1")])
malformed("9113-8.2.1/7", "a tab behind a value", [("x-name", "1\t")])
malformed("9113-8.2.1/8", "an empty name", [("", "1")])
malformed("9113-8.2.1/9", "a line feed in :path", change={":path": "/health\nx"})
malformed("9113-8.2.2/1", "Transfer-Encoding", [("transfer-encoding", "chunked")])
malformed("9113-8.2.2/2", "Upgrade", [("upgrade", "h2c")])
malformed("9113-8.2.2/3", "Keep-Alive", [("keep-alive", "timeout=5")])
malformed("9113-8.2.2/4", "Proxy-Connection", [("proxy-connection", "keep-alive")])
malformed("9113-8.3.1/1", "a :path that does not begin with a slash", change={":path": "health"})
malformed("9113-8.3.1/2", "a :path of * with another method than OPTIONS", change={":path": "*"})
malformed("9113-8.3.1/3", "a Host that is not :authority", [("host", "other.example")])
malformed("9113-8.3.1/4", "neither :authority nor Host", change={":authority": None})
malformed("9113-8.3.1/5", "an empty :method", change={":method": ""})
malformed("9113-8.3.1/6", "a space in :method", change={":method": "GET /x"})
malformed("9113-8.1.1/1", "two Content-Length that differ", [("content-length", "0"), ("content-length", "1")])
malformed("9113-8.1.1/2", "a Content-Length with a sign", [("content-length", "+0")])
malformed("9113-8.1.1/3", "a Content-Length without a body", [("content-length", "5")])


@case("9113-8.1/1", "trailers with a field of the connection")
def _(c: Connection) -> None:
    c.send(c.post(1), data(1, TEXT), headers(1, c.encode([("transfer-encoding", "chunked")]), end=True))
    c.stream_error(1, PROTOCOL_ERROR)


@case("9113-8.2.3/1", "Cookie in several fields")
def _(c: Connection) -> None:
    c.send(headers(1, c.encode([*c.fields(), ("cookie", "a=1"), ("cookie", "b=2")]), end=True))
    c.answer(1)


@case("9113-8.3.1/7", "Host in place of :authority")
def _(c: Connection) -> None:
    fields = [(key, value) for key, value in c.fields() if key != ":authority"]
    c.send(headers(1, c.encode([*fields, ("host", c.authority)]), end=True))
    c.answer(1)


@case("9113-8.3.1/8", "Host besides the same :authority")
def _(c: Connection) -> None:
    c.send(headers(1, c.encode([*c.fields(), ("host", c.authority)]), end=True))
    c.answer(1)


@case("9113-8.5/1", "CONNECT is refused")
def _(c: Connection) -> None:
    c.send(headers(1, c.encode([(":method", "CONNECT"), (":authority", "other.example:80")]), end=True))
    c.answer(1, ("400", "404", "405", "501"))


@case("9113-8.5/2", "extended CONNECT, which the server did not offer")
def _(c: Connection) -> None:
    c.send(headers(1, c.encode([*c.fields("CONNECT"), (":protocol", "websocket")])))
    c.stream_error(1, PROTOCOL_ERROR)


@case("9113-8.6/1", "a request through HTTP/2 cannot upgrade from HTTP/1.1")
def _(c: Connection) -> None:
    c.send(headers(1, c.encode([*c.fields(), ("http2-settings", "AAMAAABk")]), end=True))
    c.answer(1)


@case("9113-10.5.1/1", "headers above SETTINGS_MAX_HEADER_LIST_SIZE")
def _(c: Connection) -> None:
    more = [(f"x-{number}", "a" * 1000) for number in range(15)]
    c.send(headers(1, c.encode([*c.fields(), *more, ("x-last", "a" * 1500)])[:16384], end=True))
    c.answer(1, "431")
