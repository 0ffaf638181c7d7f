"""A network that misbehaves: a proxy that is told what becomes of the bytes each way, and knows no protocol."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Literal

End = Literal["reset", "finish"]
"""How a connection ends: by RST, or by FIN."""

MOST = 1 << 16


@dataclass(frozen=True)
class Line:
    """What becomes of bytes one way. They are counted from a connection's first."""

    delay: tuple[float, float] = (0, 0)
    """Seconds, at least and at most, that each piece is kept."""
    rate: int = 0
    """Bytes a second; 0 for no limit."""
    piece: int = MOST
    """The most bytes that are sent on at once."""
    gather: float = 0
    """Seconds for which bytes are collected, to be sent on at once."""
    cut_after: int | None = None
    """The connection is ended, both ways, behind so many bytes."""
    end: End = "reset"
    hole_after: int | None = None
    """Behind so many bytes nothing gets through any more, the connection's end included."""


PLAIN = Line()
HOLE = Line(hole_after=0)


class Connection:
    """One client's, with a socket of its own to the server."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.port: int = server.getsockname()[1]
        """What the server knows it by."""
        self.up = self.down = 0
        """Bytes sent on."""
        self.ended_ways = 0
        self.is_over = False
        self.tasks: list[asyncio.Task[None]] = []


class Proxy:
    """Carries the bytes of any number of connections, in a thread of its own.

    Random choices follow from `seed`. `receive_buffer` bounds what the system takes while nothing is read.
    """

    def __init__(
        self, target: tuple[str, int], up: Line = PLAIN, down: Line = PLAIN, seed: int = 0, receive_buffer: int = 0
    ) -> None:
        self._target, self._buffer = target, receive_buffer
        self._lines = {"up": up, "down": down}
        self._random = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections: list[Connection] = []
        """All that there were."""
        self._listener = self._socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(64)
        self.address: tuple[str, int] = self._listener.getsockname()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._loop.call_soon_threadsafe(self._begin, self._accept())

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        """Resets what is still open."""
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def change(self, up: Line = PLAIN, down: Line = PLAIN) -> None:
        """What becomes of bytes from now on, those of open connections too."""
        self._call(self._change(up, down))

    def cut(self, end: End = "reset") -> None:
        """Ends every connection."""
        self._call(self._cut(end))

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    # On the loop

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _change(self, up: Line, down: Line) -> None:
        self._lines = {"up": up, "down": down}
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _cut(self, end: End) -> None:
        for connection in self.connections:
            self._end(connection, end)

    async def _stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._cut("reset")
        self._listener.close()

    def _socket(self) -> socket.socket:
        made = socket.socket()
        made.setblocking(False)
        if self._buffer:  # Those that a listening socket accepts have it too.
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._buffer)
        return made

    async def _accept(self) -> None:
        while True:
            client, _ = await self._loop.sock_accept(self._listener)
            server = self._socket()
            try:
                await self._loop.sock_connect(server, self._target)
            except OSError:
                client.close()
                server.close()
                continue
            connection = Connection(client, server)
            self.connections.append(connection)
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.tasks = [self._begin(self._carry(connection, way)) for way in ("up", "down")]

    async def _carry(self, connection: Connection, way: str) -> None:
        source, sink = (connection.client, connection.server)[:: 1 if way == "up" else -1]
        try:
            while await self._is_open(connection, way):
                await asyncio.sleep(self._lines[way].gather)
                piece = await self._loop.sock_recv(source, self._room(connection, way))
                if not piece:
                    if await self._is_open(connection, way):
                        sink.shutdown(socket.SHUT_WR)
                        connection.ended_ways += 1
                        if connection.ended_ways == 2:
                            self._end(connection, "finish")
                    return
                await self._send(connection, way, sink, piece)
        except OSError:
            # One side has reset it: so is the other one, unless nothing gets through.
            if await self._is_open(connection, "up") and await self._is_open(connection, "down"):
                self._end(connection, "reset")

    async def _send(self, connection: Connection, way: str, sink: socket.socket, piece: bytes) -> None:
        """Sends on what came. The line may change meanwhile."""
        while piece and await self._is_open(connection, way):
            line = self._lines[way]
            await asyncio.sleep(self._random.uniform(*line.delay))
            if self._lines[way] is not line:
                continue
            some = piece[: min(line.piece, self._room(connection, way))]
            piece = piece[len(some) :]
            setattr(connection, way, getattr(connection, way) + len(some))
            await self._loop.sock_sendall(sink, some)
            await asyncio.sleep(len(some) / line.rate if line.rate else 0)

    def _room(self, connection: Connection, way: str) -> int:
        """The bytes that may be sent on at once, until the line does something else; at least one."""
        line, carried = self._lines[way], getattr(connection, way)
        ends = [end - carried for end in (line.cut_after, line.hole_after) if end is not None]
        return max(1, min([MOST, line.rate // 20 or MOST, *ends]))

    async def _is_open(self, connection: Connection, way: str) -> bool:
        """Waits while nothing gets through, and ends the connection where its time has come. False when it is over."""
        while not connection.is_over:
            line, carried = self._lines[way], getattr(connection, way)
            if line.cut_after is not None and carried >= line.cut_after:
                self._end(connection, line.end)
            elif line.hole_after is not None and carried >= line.hole_after:
                await self._changed.wait()
            else:
                return True
        return False

    def _end(self, connection: Connection, end: End) -> None:
        if connection.is_over:
            return
        connection.is_over = True
        for side in (connection.client, connection.server):
            # Whoever waits for it must not find another socket under its number.
            self._loop.remove_reader(side)
            self._loop.remove_writer(side)
            if end == "reset":
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                side.close()
            else:
                self._begin(self._finish(side))
        for task in connection.tasks:
            if task is not asyncio.current_task():
                task.cancel()

    async def _finish(self, side: socket.socket) -> None:
        """Closes a side by FIN alone: what is left unread when a socket is closed resets the connection."""

        async def rest() -> None:
            while await self._loop.sock_recv(side, MOST):
                pass

        try:
            side.shutdown(socket.SHUT_WR)
            await asyncio.wait_for(rest(), 1)
        except (OSError, asyncio.TimeoutError):
            pass
        finally:
            side.close()
