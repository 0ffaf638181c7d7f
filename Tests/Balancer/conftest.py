"""Two replicas, a server with jobs, and nginx before them. ATTNRL_BIN names the program, ATTNRL_NGINX nginx."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleet import ROOT, Front, Papers, Server

# Debian has it where only root looks.
NGINX = os.environ.get("ATTNRL_NGINX") or shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves everything out where there is no nginx."""
    reason = "there is no nginx: apt-get install nginx, or name one with ATTNRL_NGINX"
    for item in items if not NGINX else []:
        item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """Keys and certificates."""
    program = os.environ.get("ATTNRL_BIN", str(ROOT / ".build/release/attnrl"))
    folder: Path = tmp_path_factory.mktemp("balancer")
    return Papers(folder, program)


@pytest.fixture(scope="session")
def servers(papers: Papers) -> Iterator[list[Server]]:
    """The server with jobs, then two replicas."""
    started = [Server(papers, "--jobs", str(papers.folder / "jobs")), Server(papers), Server(papers)]
    try:
        for server in started:
            server.await_start()
        yield started
    finally:
        for server in started:
            server.process.terminate()
        for server in started:
            server.process.wait(timeout=60)


@pytest.fixture(scope="session")
def replicas(servers: list[Server]) -> list[Server]:
    """The servers that requests are divided among."""
    return servers[1:]


@pytest.fixture(scope="session")
def jobs(servers: list[Server]) -> Server:
    """The server with jobs."""
    return servers[0]


@pytest.fixture(scope="session")
def front(papers: Papers, replicas: list[Server], jobs: Server) -> Iterator[Front]:
    """Before all of them. A replica that has come back is not waited for as long as usual."""
    nginx = Front(papers, NGINX, replicas, jobs, {"fail_timeout=10s": "fail_timeout=1s"})
    yield nginx
    nginx.stop()


@pytest.fixture
def another_front(papers: Papers, jobs: Server) -> Iterator[object]:
    """Starts further ones: another_front(replicas, changes)."""
    started: list[Front] = []

    def start(replicas: list[Server], changes: dict[str, str]) -> Front:
        started.append(Front(papers, NGINX, replicas, jobs, changes))
        return started[-1]

    yield start
    for nginx in started:
        nginx.stop()
