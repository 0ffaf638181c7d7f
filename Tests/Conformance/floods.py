"""A client that sends without end, and a bystander that tells how others fare meanwhile."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator

from conftest import Server
from http2 import (
    Connection,
    DataFrame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
    ping,
    settings,
)

# Machines that test are busy: what an attack once did to others took seconds.
LONGEST_WAIT = 1.0
# What one connection may make the server hold, beyond the windows of HTTP/2 (16 MiB) and the allocator's habits.
MEMORY = 96 << 20

MIB = 1 << 20


class Bystander:
    """Asks for health on connections of its own, again and again, and looks at the server's memory."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.longest = 0.0
        self.before = self.most = server.memory
        self._stop = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def grown(self) -> int:
        return self.most - self.before

    def __enter__(self) -> Bystander:
        self._ask()
        self.longest = 0.0
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stop.wait(0.02):
                self._ask()
        except Exception as failure:
            self._failure = failure

    def _ask(self) -> None:
        began = time.monotonic()
        with socket.create_connection(self.server.address, 30) as client:
            client.settimeout(30)
            client.sendall(b"GET /health HTTP/1.1\r\nHost: bystander.example\r\nConnection: close\r\n\r\n")
            assert client.recv(1 << 10).startswith(b"HTTP/1.1 200 ")
        self.longest = max(self.longest, time.monotonic() - began)
        self.most = max(self.most, self.server.memory)

    def check(self, memory: int = MEMORY) -> None:
        """Others were answered soon, and the server has not grown beyond this many bytes."""
        self._stop.set()
        self._thread.join()
        assert self._failure is None, f"a bystander was not answered: {self._failure!r}"
        assert self.longest < LONGEST_WAIT, f"a bystander waited for {self.longest:.2f} s"
        print(
            f"the bystander waited for {self.longest * 1000:.0f} ms at most, the server grew by {self.grown // MIB} MiB"
        )
        assert self.grown < memory, f"the server grew by {self.grown // MIB} MiB"


class Flood:
    """One connection. A thread reads what comes and keeps count; the server's PINGs and SETTINGS are answered."""

    def __init__(self, server: Server, own_settings: Iterable[tuple[int, int]] = ()) -> None:
        self.connection = Connection(server.address, own_settings)
        self.connection.settings_read()
        self.socket = self.connection.socket
        self.socket.settimeout(5)
        # Frames received by type, and of resets and GOAWAY the codes.
        self.frames: Counter[int] = Counter()
        self.codes: Counter[int] = Counter()
        self.windows: Counter[int] = Counter()
        self.sent = 0
        self.is_closed = False
        self.is_blocked = False
        self._ends = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> Flood:
        return self

    def __exit__(self, *_: object) -> None:
        self._ends = True
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._thread.join()
        self.socket.close()

    def _read(self) -> None:
        buffer = self.connection._buffer
        while not self._ends:
            while len(buffer) >= 9 and len(buffer) >= (end := 9 + int.from_bytes(buffer[:3], "big")):
                self._take(buffer[3], buffer[4], int.from_bytes(buffer[5:9], "big"), buffer[9:end])
                buffer = buffer[end:]
            try:
                piece = self.socket.recv(1 << 18)
            except TimeoutError:
                continue
            except OSError:
                piece = b""
            if not piece:
                self.is_closed = not self._ends
                return
            buffer += piece

    def _take(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        self.frames[kind] += 1
        try:
            if kind == WindowUpdateFrame.type:
                self.windows[stream] += int.from_bytes(payload, "big")
            elif kind == RstStreamFrame.type:
                self.codes[int.from_bytes(payload, "big")] += 1
            elif kind == GoAwayFrame.type:
                self.codes[int.from_bytes(payload[4:8], "big")] += 1
            elif kind == PingFrame.type and not flags:
                self.socket.sendall(ping(payload, ack=True))
            elif kind == SettingsFrame.type and not flags:
                self.socket.sendall(settings(ack=True))
        except OSError:
            pass

    @property
    def ended_streams(self) -> int:
        """The number of streams that were reset or answered."""
        return max(self.frames[RstStreamFrame.type], self.frames[HeadersFrame.type])

    def pour(self, pieces: Iterator[bytes], seconds: float, pace: int | None = None) -> None:
        """Sends until the time is over, nothing is left, or the server closes or reads no more.

        With a pace, each piece opens so many streams and waits for those before it to be ended: a client that is faster
        than the server would open too many at once, which ends the connection for a simpler reason.
        """
        until = time.monotonic() + seconds
        for number, piece in enumerate(pieces):
            while pace and not self.is_closed and self.ended_streams < (number - 3) * pace and time.monotonic() < until:
                time.sleep(0.0005)
            if self.is_closed or time.monotonic() > until:
                return
            try:
                self.socket.sendall(piece)
                self.sent += len(piece)
            except TimeoutError:
                self.is_blocked = True
                return
            except OSError:
                # What the server said before it closed may still be on its way.
                self._thread.join(1)
                self.is_closed = True
                return

    def send_within_windows(self, stream: int, body: bytes, patience: float = 2.0) -> bool:
        """Sends a part of a body as the windows allow; whether they did in time."""
        initial = self.connection.server_settings.get(4, 65535)
        spent = self._spent = getattr(self, "_spent", Counter())
        for at in range(0, len(body), 1 << 14):
            piece = body[at : at + (1 << 14)]
            until = time.monotonic() + patience
            while min(65535 + self.windows[0] - spent[0], initial + self.windows[stream] - spent[stream]) < len(piece):
                if self.is_closed or time.monotonic() > until:
                    return False
                time.sleep(0.001)
            spent[0] += len(piece)
            spent[stream] += len(piece)
            try:
                self.socket.sendall(
                    struct.pack(">I", len(piece))[1:] + bytes([DataFrame.type, 0]) + struct.pack(">I", stream) + piece
                )
            except OSError:
                return False
            self.sent += len(piece)
        return True

    def wait_closed(self, patience: float = 3.0) -> bool:
        self._thread.join(patience)
        return self.is_closed

    def __str__(self) -> str:
        state = "closed" if self.is_closed else "blocked" if self.is_blocked else "open"
        return f"{self.sent} bytes sent, {state}, frames {dict(self.frames)}, codes {dict(self.codes)}"
