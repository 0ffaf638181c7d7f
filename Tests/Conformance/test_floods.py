"""Attacks by one client, while another one is watched: CVE-2019-9511 to 9518, 2023-44487, 2024-27316, 2025-8671.

Each server is new. ATTNRL_LONG=1 takes longer and sends more.
"""

from __future__ import annotations

import gzip
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from conftest import Server
from floods import MIB, Bystander, Flood
from http2 import (
    ENABLE_PUSH,
    INITIAL_WINDOW_SIZE,
    Connection,
    continuation,
    data,
    dependency,
    frame,
    headers,
    message,
    ping,
    priority,
    reset,
    settings,
    window_update,
)
from http2_hpack import AUTHORITY, HTTP, INDEXING, PATH, WITHOUT, indexed, literal

LONG = os.environ.get("ATTNRL_LONG") == "1"
SECONDS = 10.0 if LONG else 1.5
POST, CONTENT_TYPE, CONTENT_LENGTH = 3, 31, 28
LARGEST_WINDOW = (1 << 31) - 1


def block(path: bytes, *more: bytes, method: int = POST) -> bytes:
    """A request's fields, the same bytes each time."""
    fields = (
        indexed(method) + indexed(HTTP) + literal(WITHOUT, PATH, path) + literal(WITHOUT, AUTHORITY, b"flood.example")
    )
    return fields + b"".join(more)


GRPC = literal(WITHOUT, CONTENT_TYPE, b"application/grpc") + literal(WITHOUT, b"te", b"trailers")
CALL = block(b"/grpc.health.v1.Health/Watch", GRPC)
GENERATE = block(b"/attnrl.v1.GenerationService/Generate", GRPC)
GZIP = literal(WITHOUT, b"grpc-encoding", b"gzip")
UPLOAD = block(b"/tokenize")
GET = block(b"/health", method=2)


def each_stream(play: Callable[[int], bytes]) -> Iterator[bytes]:
    """What is sent on stream after stream, a hundred at a time."""
    for first in range(1, 1 << 31, 200):
        yield b"".join(play(stream) for stream in range(first, first + 200, 2))


def again(piece: bytes) -> Iterator[bytes]:
    piece *= max(1, (1 << 14) // len(piece))
    while True:
        yield piece


def opened(play: Callable[[], Iterator[bytes]], first: bytes) -> Iterator[bytes]:
    yield first
    yield from play()


def bomb(size: int, claimed: int | None = None) -> Iterator[bytes]:
    """Calls whose message is this many zeros, packed; the length at its end may be another."""
    packed = gzip.compress(bytes(size))
    if claimed is not None:
        packed = packed[:-4] + struct.pack("<I", claimed)
    framed = b"\1" + struct.pack(">I", len(packed)) + packed
    pieces = [framed[start : start + (1 << 14)] for start in range(0, len(framed), 1 << 14)]
    return each_stream(
        lambda stream: headers(stream, GENERATE + GZIP) + b"".join(data(stream, piece) for piece in pieces)
    )


# What must end the connection.
ENDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "rapid-reset": lambda: each_stream(lambda stream: headers(stream, CALL) + reset(stream)),
    "rapid-reset/request": lambda: each_stream(
        lambda stream: headers(stream, CALL) + data(stream, message(), end=True) + reset(stream)
    ),
    "rapid-reset/plain": lambda: each_stream(lambda stream: headers(stream, UPLOAD) + reset(stream)),
    "continuation": lambda: opened(
        lambda: again(continuation(1, literal(WITHOUT, b"x-name", b"a" * 1000), end_headers=False)),
        headers(1, CALL, end_headers=False),
    ),
    "continuation/empty": lambda: opened(
        lambda: again(continuation(1, end_headers=False)), headers(1, CALL, end_headers=False)
    ),
    "settings": lambda: again(settings([(INITIAL_WINDOW_SIZE, 65535), (ENABLE_PUSH, 0)])),
    "settings/empty": lambda: again(settings()),
    "settings/acknowledgements": lambda: again(settings(ack=True)),
    "ping": lambda: again(ping()),
    "data/empty": lambda: opened(lambda: again(data(1)), headers(1, CALL)),
    "data/empty-plain": lambda: opened(lambda: again(data(1)), headers(1, UPLOAD)),
    "window-update": lambda: again(window_update(0, 1)),
    "window-update/stream": lambda: opened(lambda: again(window_update(1, 1)), headers(1, CALL)),
    "priority": lambda: opened(lambda: again(priority(1, dependency(0))), headers(1, CALL)),
    "priority/new-streams": lambda: each_stream(lambda stream: priority(stream, dependency(0))),
}

# What makes the server reset streams, CVE-2025-8671: as bad as resetting them. Paced by the resets that come.
MADE_YOU_RESET: dict[str, Callable[[], Iterator[bytes]]] = {
    "window-update-of-0": lambda: each_stream(lambda stream: headers(stream, CALL) + window_update(stream, 0)),
    "window-overflow": lambda: each_stream(
        lambda stream: headers(stream, CALL) + data(stream, message(), end=True) + window_update(stream, LARGEST_WINDOW)
    ),
    "data-after-end": lambda: each_stream(
        lambda stream: headers(stream, CALL) + data(stream, message(), end=True) + data(stream, b"more")
    ),
    "headers-after-end": lambda: each_stream(
        lambda stream: headers(stream, CALL) + data(stream, message(), end=True) + headers(stream, CALL, end=True)
    ),
    "headers-without-end": lambda: each_stream(lambda stream: headers(stream, CALL) + headers(stream, b"\x88")),
    "priority-length": lambda: each_stream(lambda stream: headers(stream, CALL) + priority(stream, b"1234")),
    "own-dependency": lambda: each_stream(lambda stream: headers(stream, CALL) + priority(stream, dependency(stream))),
    "upper-case": lambda: each_stream(lambda stream: headers(stream, CALL + literal(WITHOUT, b"X", b"y"))),
    "content-length": lambda: each_stream(
        lambda stream: (
            headers(stream, UPLOAD + literal(WITHOUT, CONTENT_LENGTH, b"1")) + data(stream, b"more", end=True)
        )
    ),
    "headers/empty": lambda: each_stream(lambda stream: headers(stream, b"")),
}

# As many resets as a client may cause: so many at once, and so many a second.
RESETS, RESETS_PER_SECOND = 2000, 1000

# What may go on, since it costs the server no more than reading it.
HARMLESS: dict[str, Callable[[], Iterator[bytes]]] = {
    "ping/answers": lambda: again(ping(ack=True)),
    "unknown": lambda: again(frame(0xEE, 0, 0, b"unknown.")),
    "data/padding": lambda: opened(lambda: again(data(1, padding=255)), headers(1, UPLOAD)),
    "data/single-bytes": lambda: opened(lambda: again(data(1, b" ")), headers(1, UPLOAD)),
    "data/closed-stream": lambda: opened(lambda: again(data(1, b" ")), headers(1, GET, end=True) + ping()),
    "headers/closed-stream": lambda: opened(lambda: again(headers(1, GET, end=True)), headers(1, GET, end=True)),
    "goaway": lambda: again(frame(0x7, 0, 0, bytes(8))),
    "hpack-bomb": lambda: opened(
        # One field of 4000 bytes in the table, and then 8000 times its index in each block.
        lambda: (headers(stream, b"\xbe" * 8000, end=True) for stream in range(3, 1 << 31, 2)),
        headers(1, block(b"/health", literal(INDEXING, b"x", b"b" * 4000), method=2), end=True),
    ),
    "hpack-bomb/trailers": lambda: opened(
        lambda: (
            headers(stream, UPLOAD) + headers(stream, b"\xbe" * 8000, end=True) for stream in range(3, 1 << 31, 2)
        ),
        headers(1, block(b"/health", literal(INDEXING, b"x", b"b" * 4000), method=2), end=True),
    ),
}

# Work as any client may give, each piece of it after the one before.
WORK: dict[str, Callable[[], Iterator[bytes]]] = {
    "requests": lambda: each_stream(lambda stream: headers(stream, GET, end=True)),
    "hpack-resize": lambda: each_stream(lambda stream: headers(stream, b"\x20\x3f\xe1\x1f" + GET, end=True)),
    "malformed-message": lambda: each_stream(lambda stream: headers(stream, GENERATE) + data(stream, b"\1\0\0\0\0")),
    "gzip-bomb": lambda: bomb(16 * MIB),
    "gzip-bomb/as-large-as-allowed": lambda: bomb(4 * MIB),
    "gzip-bomb/claiming-less": lambda: bomb(16 * MIB, claimed=4 * MIB),
    "gzip-bomb/claiming-nothing": lambda: bomb(16 * MIB, claimed=0),
}


@pytest.fixture
def bystander(own_server: Server) -> Iterator[Bystander]:
    with Bystander(own_server) as bystander:
        yield bystander


@pytest.mark.parametrize("name", ENDS)
def test_ends(name: str, own_server: Server, bystander: Bystander) -> None:
    with Flood(own_server) as flood:
        flood.pour(ENDS[name](), SECONDS)
        print(flood)
        assert flood.wait_closed(), f"the connection goes on: {flood}"
    bystander.check()


@pytest.mark.parametrize("name", MADE_YOU_RESET)
def test_made_you_reset(name: str, own_server: Server, bystander: Bystander) -> None:
    with Flood(own_server) as flood:
        began = time.monotonic()
        flood.pour(MADE_YOU_RESET[name](), SECONDS, pace=100)
        allowed = RESETS + RESETS_PER_SECOND * (time.monotonic() - began + 1)
        print(flood)
        assert flood.ended_streams <= allowed, f"more than {allowed:.0f} streams were reset: {flood}"
    bystander.check()


@pytest.mark.parametrize("name", WORK)
def test_work(name: str, own_server: Server, bystander: Bystander) -> None:
    with Flood(own_server) as flood:
        flood.pour(WORK[name](), SECONDS, pace=100)
        print(flood)
        assert not flood.is_closed
    bystander.check()


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless(name: str, own_server: Server, bystander: Bystander) -> None:
    with Flood(own_server) as flood:
        flood.pour(HARMLESS[name](), SECONDS)
        print(flood)
    bystander.check()


def test_hpack_bombs_at_once(own_server: Server, bystander: Bystander) -> None:
    """Few bytes that decode to many, on several connections."""
    floods = [Flood(own_server) for _ in range(20)]
    threads = [threading.Thread(target=flood.pour, args=(HARMLESS["hpack-bomb"](), SECONDS)) for flood in floods]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for flood in floods:
        flood.__exit__()
    bystander.check()


# Memory.


def claim(size: int) -> bytes:
    return b"\0" + struct.pack(">I", size)


@pytest.mark.parametrize("kind", ["calls", "plain"])
def test_unfinished_messages(kind: str, own_server: Server, bystander: Bystander) -> None:
    """Many messages of almost 4 MiB on one connection, none of which ever ends."""
    streams, size = 1000 if LONG else 60, 4 * MIB
    with Flood(own_server) as flood:
        for stream in range(1, 2 * streams, 2):
            flood.socket.sendall(headers(stream, GENERATE if kind == "calls" else UPLOAD))
            body = claim(size) + bytes(size - 10) if kind == "calls" else bytes(size - 10)
            if not flood.send_within_windows(stream, body) or bystander.grown > 1024 * MIB:
                break
        time.sleep(0.2)
        print(flood, f"grown by {bystander.grown // MIB} MiB")
    bystander.check()


def test_unfinished_bodies_of_many(own_server: Server, bystander: Bystander) -> None:
    """The same over HTTP/1.1, where a connection has one request at a time."""
    count, size = 1000 if LONG else 60, 4 * MIB
    head = b"POST /tokenize HTTP/1.1\r\nHost: flood.example\r\nContent-Length: %d\r\n\r\n" % size
    clients = []
    try:
        for _ in range(count):
            client = socket.create_connection(own_server.address, 2)
            clients.append(client)
            client.sendall(head + bytes(size - 10))
    except OSError:
        # The server takes no more.
        pass
    time.sleep(0.2)
    print(f"{len(clients)} connections, grown by {bystander.grown // MIB} MiB")
    for client in clients:
        client.close()
    bystander.check()


@pytest.mark.parametrize("kind", ["window-of-0", "never-reading"])
def test_unread_answers(kind: str, own_server: Server, bystander: Bystander) -> None:
    """Requests whose answers the client does not take: its windows are shut, or it does not read at all."""
    page = block(b"/openapi.json", method=2)
    shut = [(INITIAL_WINDOW_SIZE, 0 if kind == "window-of-0" else LARGEST_WINDOW)]
    client = Connection(own_server.address, shut, receive_buffer=4096)
    client.send(window_update(0, LARGEST_WINDOW - 65535))
    client.socket.settimeout(1)
    try:
        for first in range(1, 2000, 100):
            client.socket.sendall(b"".join(headers(stream, page, end=True) for stream in range(first, first + 100, 2)))
    except OSError:
        pass
    time.sleep(SECONDS)
    client.close()
    # 256 KiB may wait in each of 1000 calls.
    bystander.check(memory=288 * MIB)


@pytest.mark.parametrize("path", ["version", "openapi.json"])
def test_pipelining_without_reading(path: str, own_server: Server, bystander: Bystander) -> None:
    """HTTP/1.1: requests without end, whose answers are not read."""
    client = socket.create_connection(own_server.address)
    client.settimeout(2)
    requests = f"GET /{path} HTTP/1.1\r\nHost: flood.example\r\n\r\n".encode() * 1000
    until = time.monotonic() + (30 if LONG else 5)
    sent, accepted = 0, True
    try:
        while accepted and time.monotonic() < until and bystander.grown < 512 * MIB:
            client.sendall(requests)
            sent += len(requests)
    except OSError:
        accepted = False
    print(
        f"{sent // MIB} MiB of requests, {'still' if accepted else 'no more'} accepted, grown by {bystander.grown // MIB} MiB"
    )
    client.close()
    assert not accepted, f"{sent // MIB} MiB of requests were taken while no answer was"
    bystander.check()


def test_slow_reading(own_server: Server, bystander: Bystander) -> None:
    """Answers are taken byte by byte, on many connections."""
    clients = []
    for _ in range(50):
        client = Connection(own_server.address, [(INITIAL_WINDOW_SIZE, 1)])
        client.send(headers(1, block(b"/openapi.json", method=2), end=True))
        clients.append(client)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        for client in clients:
            client.send(window_update(1, 1))
    for client in clients:
        client.close()
    bystander.check()


def test_many_connections(own_server: Server, bystander: Bystander) -> None:
    """Connections that come and go, each with half a request."""
    until = time.monotonic() + SECONDS

    def come_and_go() -> None:
        while time.monotonic() < until:
            with socket.create_connection(own_server.address) as client:
                client.sendall(b"POST /tokenize HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")

    threads = [threading.Thread(target=come_and_go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bystander.check()


@pytest.mark.parametrize("kind", ["one-byte-chunks", "extensions", "empty-lines", "fields"])
def test_small_pieces(kind: str, own_server: Server, bystander: Bystander) -> None:
    """HTTP/1.1: a body in chunks of a byte each, and what else is long only by its number."""
    head = b"POST /tokenize HTTP/1.1\r\nHost: flood.example\r\nTransfer-Encoding: chunked\r\n\r\n"
    first, piece = {
        "one-byte-chunks": (head, b"1\r\n \r\n"),
        "extensions": (head, b"1;" + b"a" * 200 + b"\r\n \r\n"),
        "empty-lines": (b"", b"\r\n"),
        "fields": (b"GET /health HTTP/1.1\r\n", b"X: y\r\n"),
    }[kind]
    client = socket.create_connection(own_server.address)
    client.settimeout(2)
    until = time.monotonic() + SECONDS
    try:
        client.sendall(first)
        while time.monotonic() < until:
            client.sendall(piece * ((1 << 14) // len(piece)))
    except OSError:
        pass
    client.close()
    bystander.check()
