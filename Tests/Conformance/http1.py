"""HTTP/1.1 as bytes: sends some, and takes apart whatever comes back."""

from __future__ import annotations

import socket
from dataclasses import dataclass

PATIENCE = 5.0


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def get(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key == name)

    @property
    def id(self) -> str:
        """The request's own name for itself, which the server repeats."""
        return self.get("x-request-id")


def exchange(
    address: tuple[str, int], *pieces: bytes, heads: tuple[int, ...] = (), patience: float = PATIENCE
) -> list[Answer]:
    """Everything that is answered to these pieces until the server closes; `heads` are the places of answers to HEAD.

    Fails if the server does not close, so the last request has to ask for it.
    """
    with socket.create_connection(address, patience) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for piece in pieces:
                client.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        received = b""
        try:
            while piece := client.recv(1 << 16):
                received += piece
        except ConnectionResetError:
            received += b"(reset)"
        except TimeoutError:
            raise AssertionError(f"the connection stays open, after {received!r}") from None
    return answers(received, heads)


def answers(received: bytes, heads: tuple[int, ...] = ()) -> list[Answer]:
    """Bytes as answers; they must be answers from first to last."""
    found: list[Answer] = []
    while received:
        head, end, rest = received.partition(b"\r\n\r\n")
        assert end, f"not an answer: {received!r}"
        first, *lines = head.decode("latin-1").split("\r\n")
        version, status, _ = first.split(" ", 2)
        assert version == "HTTP/1.1", first
        headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        answer = Answer(int(status), headers, b"")
        if answer.status >= 200 and len([one for one in found if one.status >= 200]) not in heads:
            answer.body, rest = body(answer, rest)
        found.append(answer)
        received = rest
    return found


def body(answer: Answer, rest: bytes) -> tuple[bytes, bytes]:
    """The body, and what is behind it."""
    if answer.get("transfer-encoding") == "chunked":
        whole = b""
        while True:
            line, end, rest = rest.partition(b"\r\n")
            assert end, "a body of chunks does not end"
            length = int(line, 16)
            piece, ending, rest = rest[:length], rest[length : length + 2], rest[length + 2 :]
            assert len(piece) == length and ending == b"\r\n", "a chunk is cut short"
            whole += piece
            if length == 0:
                return whole, rest
    if length := answer.get("content-length"):
        assert len(rest) >= int(length), f"a body of {length} bytes is cut short: {rest!r}"
        return rest[: int(length)], rest[int(length) :]
    assert answer.get("connection") == "close", (
        "an answer without length goes on to the connection's end, and must say so"
    )
    return rest, b""
