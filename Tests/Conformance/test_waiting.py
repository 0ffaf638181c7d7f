"""Clients that take their time: how long the server waits for each.

All of them begin with the run, in `conftest.py`, and are looked at in its end: the longest takes a minute.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable

import pytest

from conftest import Server
from http2 import INITIAL_WINDOW_SIZE, PREFACE, Connection, PingFrame, headers, ping, settings, window_update
from test_floods import CALL, GENERATE, block, claim

HOST = b"Host: slow.example\r\n"


class Waiting:
    """One client in a thread of its own, and for how long the server kept its connection."""

    def __init__(self, play: Callable[[Waiting], None], server: Server) -> None:
        self.server = server
        self.socket: socket.socket | None = None
        self.began = time.monotonic()
        self.received = b""
        self.lasted: float | None = None
        self.thread = threading.Thread(target=play, args=(self,), daemon=True)
        self.thread.start()

    @property
    def age(self) -> float:
        return time.monotonic() - self.began

    def connect(self, receive_buffer: int | None = None) -> socket.socket:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(self.server.address)
        return self.socket

    def until_closed(self, again: bytes = b"", every: float = 0.5, patience: float = 70) -> None:
        """Reads, and sends something again and again, until the server closes."""
        while self.age < patience:
            try:
                if select.select([self.socket], [], [], every)[0]:
                    piece = self.socket.recv(1 << 16)
                    if not piece:
                        break
                    self.received += piece
                    continue
                if again:
                    self.socket.sendall(again)
            except OSError:
                break
        else:
            return
        self.lasted = self.age

    def until_given_up(self, again: bytes = b"", patience: float = 70) -> None:
        """Does not read: whether the server still has the connection is seen in the system's table."""
        port = self.socket.getsockname()[1]
        while self.age < patience:
            if not self.server.knows(port):
                self.lasted = self.age
                return
            try:
                if again:
                    self.socket.sendall(again)
            except OSError:
                pass
            time.sleep(0.5)


def silent(w: Waiting) -> None:
    w.connect()
    w.until_closed()


def half_preface(w: Waiting) -> None:
    w.connect().sendall(PREFACE[:10])
    w.until_closed()


def preface_by_bytes(w: Waiting) -> None:
    w.connect().sendall(b"PR")
    w.until_closed()


def preface_only(w: Waiting) -> None:
    w.connect().sendall(PREFACE)
    w.until_closed()


def slow_headers(w: Waiting) -> None:
    w.connect().sendall(PREFACE + settings() + headers(1, CALL, end_headers=False))
    w.until_closed()


def slow_lines(w: Waiting) -> None:
    w.connect().sendall(b"GET /health HTTP/1.1\r\n" + HOST)
    w.until_closed(b"X: y\r\n")


def slow_line(w: Waiting) -> None:
    w.connect().sendall(b"GET /")
    w.until_closed(b"x")


def slow_body(w: Waiting) -> None:
    w.connect().sendall(b"POST /tokenize HTTP/1.1\r\n" + HOST + b"Content-Length: 1000\r\n\r\n")
    w.until_closed(b" ")


def slow_chunks(w: Waiting) -> None:
    w.connect().sendall(b"POST /tokenize HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
    w.until_closed(b"1\r\n \r\n")


def empty_lines(w: Waiting) -> None:
    """Half of an empty line, and the other half, for ever: no request begins."""
    w.connect().sendall(b"\r")
    w.until_closed(b"\n\r")


def kept_alive(w: Waiting) -> None:
    w.connect().sendall(b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n")
    w.until_closed()


def pings_unanswered(w: Waiting) -> None:
    w.connect().sendall(PREFACE + settings() + headers(1, CALL))
    w.until_closed()


def half_message(w: Waiting) -> None:
    """A message that never ends, from a client that is alive otherwise."""
    with Connection(w.server.address) as connection:
        w.socket = connection.socket
        connection.send(headers(1, GENERATE), b"\0\0\5\0\0\0\0\0\1" + claim(1 << 20))
        while w.age < 70:
            try:
                found = connection.read(time.monotonic() + 1)
            except AssertionError:
                continue
            if found is None or (found.stream_id == 1 and type(found).__name__ in ("HeadersFrame", "RstStreamFrame")):
                w.lasted = w.age
                return
            if isinstance(found, PingFrame):
                connection.send(ping(found.opaque_data, ack=True))


PAGE = block(b"/openapi.json", method=2)


def unread_with_pings(w: Waiting) -> None:
    """Answers that are not read, and answers to PINGs that were never asked."""
    w.connect(receive_buffer=4096).sendall(
        PREFACE + settings([(INITIAL_WINDOW_SIZE, (1 << 31) - 1)]) + window_update(0, 1 << 30)
    )
    for stream in range(1, 200, 2):
        w.socket.sendall(headers(stream, PAGE, end=True))
    w.until_given_up(ping(ack=True))


def unread_pages(w: Waiting) -> None:
    """HTTP/1.1: answers that are not read."""
    w.connect(receive_buffer=4096).sendall((b"GET /openapi.json HTTP/1.1\r\n" + HOST + b"\r\n") * 200)
    w.until_given_up()


def unread_stream(w: Waiting) -> None:
    """HTTP/1.1: an answer in chunks that is not read."""
    body = b'{"prompt": ["Li*4"], "n": 64, "max_tokens": 400, "ignore_eos": true, "logprobs": 20, "stream": true}'
    head = (
        b"POST /v1/completions HTTP/1.1\r\n"
        + HOST
        + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    w.connect(receive_buffer=4096).sendall(head + body)
    w.until_given_up()


# What is played, for how many seconds the server may wait, and for how many it must.
PLAYS: dict[str, tuple[Callable[[Waiting], None], float, float]] = {
    "silent": (silent, 13, 8),
    "half-preface": (half_preface, 13, 8),
    "preface-by-bytes": (preface_by_bytes, 13, 8),
    "preface-only": (preface_only, 13, 8),
    "slow-headers": (slow_headers, 13, 8),
    "slow-lines": (slow_lines, 13, 8),
    "slow-line": (slow_line, 13, 8),
    "slow-body": (slow_body, 13, 8),
    "slow-chunks": (slow_chunks, 13, 8),
    "empty-lines": (empty_lines, 62, 0),
    "kept-alive": (kept_alive, 62, 55),
    "pings-unanswered": (pings_unanswered, 55, 45),
    "half-message": (half_message, 62, 0),
    "unread-with-pings": (unread_with_pings, 62, 0),
    "unread-pages": (unread_pages, 62, 0),
    "unread-stream": (unread_stream, 62, 0),
}
# The connections that answer 408 before they close.
ANSWERED = {"slow-lines", "slow-line", "slow-body", "slow-chunks"}


def begin(server: Server) -> dict[str, Waiting]:
    return {name: Waiting(play, server) for name, (play, _, _) in PLAYS.items()}


@pytest.mark.parametrize("name", PLAYS)
def test_waiting(name: str, waiting: dict[str, Waiting]) -> None:
    _, most, least = PLAYS[name]
    waiting[name].thread.join()
    lasted = waiting[name].lasted
    print(f"{name}: {lasted}")
    assert lasted is not None, "the server still waits"
    assert least <= lasted <= most, f"the server waited for {lasted:.1f} s"
    if name in ANSWERED:
        assert waiting[name].received.startswith(b"HTTP/1.1 408 "), waiting[name].received
