"""Compressed messages, by gRPC's description of them (doc/compression.md): what a call ends with.

That they are read is shown by the interoperability cases, in Tests/Interop.
"""

from __future__ import annotations

import gzip
import struct

import pytest

from conftest import Server
from floods import MIB
from http2 import Connection, data, headers

OK, RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL = "0", "8", "12", "13"

EMPTY = gzip.compress(b"")


def ended(server: Server, encoding: str | None, flag: int, body: bytes) -> dict[str, str]:
    """The headers and trailers that a check of the server's health with this message gets."""
    with Connection(server.address) as connection:
        more = [("content-type", "application/grpc"), ("te", "trailers")]
        if encoding is not None:
            more.append(("grpc-encoding", encoding))
        fields = connection.fields("POST", "/grpc.health.v1.Health/Check", more)
        framed = bytes([flag]) + struct.pack(">I", len(body)) + body
        connection.send(headers(1, connection.encode(fields)), data(1, framed, end=True))
        head, _, trailers = connection.answer()
        return head | trailers


@pytest.mark.parametrize(("flag", "body"), [(1, EMPTY), (0, b"")])
def test_either(flag: int, body: bytes, server: Server) -> None:
    """In a call with gzip each message is compressed or not, as its flag says."""
    assert ended(server, "gzip", flag, body)["grpc-status"] == OK


@pytest.mark.parametrize("flag", [0, 1])
def test_unknown_encoding(flag: int, server: Server) -> None:
    """The client is told which encodings there are."""
    answer = ended(server, "snappy", flag, b"")
    assert answer["grpc-status"] == UNIMPLEMENTED
    assert answer["grpc-accept-encoding"] == "identity,gzip"
    assert "grpc-encoding" not in answer


@pytest.mark.parametrize("encoding", [None, "identity"])
def test_undeclared(encoding: str | None, server: Server) -> None:
    assert ended(server, encoding, 1, EMPTY)["grpc-status"] == INTERNAL


def test_damaged(server: Server) -> None:
    assert ended(server, "gzip", 1, EMPTY[:-1])["grpc-status"] == INTERNAL


def test_bomb(server: Server) -> None:
    """A message over the limit is refused although it is short as it comes, and is not decompressed."""
    before = server.memory
    # One DATA frame holds it.
    assert ended(server, "gzip", 1, gzip.compress(bytes(15 * MIB)))["grpc-status"] == RESOURCE_EXHAUSTED
    assert server.memory - before < 4 * MIB
