from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_server import FakeServer

from attnrl import Client


@pytest.fixture
def server() -> Iterator[FakeServer]:
    server = FakeServer()
    yield server
    server.stop()


@pytest.fixture
def client(server: FakeServer) -> Iterator[Client]:
    with Client(server.target, timeout=20) as client:
        yield client
