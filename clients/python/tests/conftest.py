from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from both import Async, Blocking, Caller
from certificates import Certificates
from fake_server import HANG_SECONDS, FakeServer


@pytest.fixture(autouse=True)
def no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's key is not for the tests."""
    monkeypatch.delenv("ATTNRL_KEY_FILE", raising=False)
    monkeypatch.delenv("ATTNRL_KEY", raising=False)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


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
