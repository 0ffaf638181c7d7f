from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from both import Async, Blocking, Caller
from fake_server import HANG_SECONDS, FakeServer


@pytest.fixture
def server() -> Iterator[FakeServer]:
    server = FakeServer()
    yield server
    server.stop()


@pytest.fixture(params=[Blocking, Async], ids=["blocking", "asyncio"])
def connect(request: pytest.FixtureRequest, server: FakeServer) -> Callable[..., Caller]:
    """Makes a client of either kind, with the settings given."""

    def connect(**settings: Any) -> Caller:
        caller: Caller = request.param(server.target, **{"timeout": HANG_SECONDS, **settings})
        return caller

    return connect


@pytest.fixture
def client(connect: Callable[..., Caller]) -> Caller:
    return connect()
