"""Clients that vanish without a word: what they sent arrives, and from then on nothing gets through either way.

All of them begin together, and are looked at in the end: the longest takes a minute. The deadlines are those of
docs/limits.md.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import http2
import pytest
from attnrl import Client, UnavailableError
from faults import PATIENCE, PROMPT, Door, eventually
from proxy import HOLE, PLAIN, Connection, Line, Proxy
from test_floods import CALL

SLACK = 15.0
"""Beyond its deadline, in seconds: a quarter second between two looks, and a machine that is busy."""

STREAM = {"prompt": PROMPT, "n": 64, "max_tokens": 400, "ignore_eos": True, "logprobs": 20, "stream": True}
HALF_BODY = b"POST /tokenize HTTP/1.1\r\nHost: x\r\nContent-Length: 8192\r\n\r\n" + bytes(4096)


@dataclass
class Vanishing:
    """A client behind a proxy of its own, and what becomes of it."""

    door: Door
    proxy: Proxy
    lasted: float | None = None
    """Seconds for which the server had its connection, once nothing got through."""
    failure: BaseException | None = None
    kept: list[Any] = field(default_factory=list)
    """Sockets and clients, which would close their connections if nobody had them."""

    @property
    def connection(self) -> Connection:
        return self.proxy.connections[0]

    def raw(self, *pieces: bytes, secure: bool = False) -> socket.socket:
        made = socket.create_connection(self.proxy.address)
        if secure:
            made = ssl.create_default_context(cafile=str(self.door.ca)).wrap_socket(made, server_hostname="127.0.0.1")
        self.kept.append(made)
        for piece in pieces:
            made.sendall(piece)
        return made

    def client(self) -> Client:
        # Its own pings would end the connection before the server does.
        made = self.door.client(self.proxy.address, timeout=PATIENCE, keepalive=1000)
        self.kept.append(made)
        return made


def idle_http1(v: Vanishing) -> None:
    v.raw(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").recv(1)


def idle_http2(v: Vanishing) -> None:
    v.raw(http2.PREFACE + http2.settings()).recv(1)


def idle_client(v: Vanishing) -> None:
    v.client().health()


def uploading(v: Vanishing) -> None:
    v.raw(HALF_BODY)
    eventually(lambda: bool(v.proxy.connections) and v.connection.up == len(HALF_BODY))


def uploading_over_tls(v: Vanishing) -> None:
    v.raw(HALF_BODY, secure=True)
    eventually(lambda: v.connection.up > len(HALF_BODY))


def watching_health(v: Vanishing) -> None:
    """A stream that says nothing for long."""
    made = http2.Connection(v.proxy.address)
    v.kept.append(made)
    made.send(http2.headers(1, CALL), http2.data(1, http2.message(), end=True))
    made.socket.recv(1)


def generating(v: Vanishing) -> None:
    stream = v.client().stream(PROMPT, n=64, max_tokens=400, ignore_eos=True, top_logprobs=20)
    v.kept.append(stream)
    next(stream)


def reading_events(v: Vanishing) -> None:
    connection = v.door.http(v.proxy.address)
    v.kept.append(connection)
    connection.request("POST", "/v1/completions", json.dumps(STREAM), {"Content-Type": "application/json"})
    v.kept.append(connection.getresponse())


def shaking_hands(v: Vanishing) -> None:
    """A ClientHello of which a part arrives."""
    v.proxy.change(Line(hole_after=100), PLAIN)
    threading.Thread(target=_shake_hands, args=(v,), daemon=True).start()
    eventually(lambda: bool(v.proxy.connections) and v.connection.up == 100)


def answered_in_handshake(v: Vanishing) -> None:
    """A ClientHello that arrives, and an answer that does not."""
    v.proxy.change(PLAIN, HOLE)
    threading.Thread(target=_shake_hands, args=(v,), daemon=True).start()
    eventually(lambda: bool(v.proxy.connections) and v.connection.up > 100)


def _shake_hands(v: Vanishing) -> None:
    try:
        v.raw(secure=True)
    except OSError:
        pass


# What is played, whether over TLS, and the server's deadline in seconds.
PLAYS: dict[str, tuple[Callable[[Vanishing], None], bool, float]] = {
    "idle-http1": (idle_http1, False, 60),
    "idle-http2": (idle_http2, False, 50),
    "idle-client": (idle_client, False, 50),
    "idle-client-tls": (idle_client, True, 50),
    "uploading": (uploading, False, 11),
    "uploading-tls": (uploading_over_tls, True, 11),
    "watching": (watching_health, False, 50),
    # 50 s from the last byte that was taken: a busy machine goes on filling the system's buffers for a while.
    "generating": (generating, False, 80),
    "generating-tls": (generating, True, 80),
    "events": (reading_events, False, 80),
    "hello": (shaking_hands, True, 10),
    "hello-unanswered": (answered_in_handshake, True, 10),
}


def vanish(v: Vanishing, play: Callable[[Vanishing], None]) -> None:
    try:
        play(v)
        v.proxy.change(HOLE, HOLE)
        v.lasted = eventually(lambda: not v.door.server.knows(v.connection.port))
    except BaseException as failure:
        v.failure = failure


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, Door]]:
    made = {secure: Door(folder=tmp_path_factory.mktemp("door"), secure=secure) for secure in (False, True)}
    yield made
    for door in made.values():
        door.server.stop()


@pytest.fixture(scope="module")
def vanished(doors: dict[bool, Door]) -> Iterator[dict[str, Vanishing]]:
    """Everybody, once the server has given up all of them or its time is over."""
    for door in doors.values():
        # Some descriptors are made with the first request that needs them, and stay.
        door.post("/v1/completions", {"prompt": PROMPT, "max_tokens": 1, "stream": True})
    before = {secure: door.server.descriptors for secure, door in doors.items()}
    made = {
        name: Vanishing(doors[secure], Proxy(doors[secure].address, receive_buffer=4096))
        for name, (_, secure, _) in PLAYS.items()
    }
    threads = [threading.Thread(target=vanish, args=(v, PLAYS[name][0]), daemon=True) for name, v in made.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for secure, door in doors.items():
        door.settles(before[secure])
    yield made
    for v in made.values():
        v.proxy.__exit__()


@pytest.mark.parametrize("name", PLAYS)
def test_who_vanishes_is_given_up(name: str, vanished: dict[str, Vanishing]) -> None:
    """By the deadline that limits.md gives for it; then nothing is left of its requests, and no descriptor."""
    v, deadline = vanished[name], PLAYS[name][2]
    assert v.failure is None, repr(v.failure)
    print(f"{name}: {v.lasted:.1f} s")
    assert v.lasted < deadline + SLACK, f"the server waited for {v.lasted:.1f} s"


@pytest.mark.parametrize("lost", ["up", "down", "both"])
def test_a_client_notices(lost: str, doors: dict[bool, Door]) -> None:
    """A client that pings is told of a server that has vanished, or that cannot hear it."""
    door = doors[False]
    with Proxy(door.address) as proxy, door.client(proxy.address, timeout=PATIENCE, keepalive=1) as client:
        client.pause()
        try:
            with client.stream(PROMPT, max_tokens=400, ignore_eos=True) as events:
                ended: list[object] = []
                thread = threading.Thread(target=lambda: ended.append(_failure(events)), daemon=True)
                thread.start()
                eventually(lambda: door.gauges("attnrl:open_calls") > 0)
                proxy.change(PLAIN if lost == "down" else HOLE, PLAIN if lost == "up" else HOLE)
                thread.join(PATIENCE)
                assert ended and isinstance(ended[0], UnavailableError), ended
        finally:
            with door.client(timeout=PATIENCE) as other:
                other.resume()


def _failure(events: Iterator[object]) -> BaseException | None:
    try:
        for _ in events:
            pass
    except Exception as error:
        return error
    return None
