"""A server to hold to the RFCs.

ATTNRL_BIN names the program (default: .build/release/attnrl), which serves the model that comes with it.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from known import KNOWN

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("ATTNRL_BIN", str(ROOT / ".build/release/attnrl"))


class Server:
    """A program that serves, and where."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--model", ROOT / "Tests/Fixtures/graph-model", "--port", "0", "--grace", "1s", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        line = self.process.stdout.readline()
        match = re.search(r"serving on (?:https://)?(.+):(\d+)$", line.strip())
        assert match, f"the server did not begin to serve: {line!r}"
        self.address = (match[1], int(match[2]))

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    @property
    def memory(self) -> int:
        """Resident memory, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) << 10

    @property
    def descriptors(self) -> int:
        """The number of open files and sockets."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def knows(self, port: int) -> bool:
        """Whether its side of the connection with a client at this port is still open, by the system's table."""
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            _, local, remote, state, *_ = line.split()
            if local.endswith(f":{self.address[1]:04X}") and remote.endswith(f":{port:04X}"):
                return state == "01"
        return False

    def stop(self) -> None:
        assert self.is_running, f"the server ended with {self.process.returncode}"
        # Whoever floods may still be connected: cutting that off at the end of the grace time is right.
        self.process.terminate()
        assert self.process.wait(timeout=30) in (0, 1)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One for all cases that leave it as it was."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A new one."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="session", autouse=True)
def waiting(request: pytest.FixtureRequest) -> Iterator[object]:
    """The clients of test_waiting.py, which begin to wait before anything else does, on a server of their own."""
    if not any(item.path.name == "test_waiting.py" for item in request.session.items):
        yield None
        return
    import test_waiting

    server = Server()
    yield test_waiting.begin(server)
    server.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if f"{item.path.name}::{item.name}" in KNOWN:
            item.add_marker(pytest.mark.known)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "known: fails for a reason that known.py gives")
