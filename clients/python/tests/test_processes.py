"""Clients and what surrounds them: a proxy that the environment names, and processes that were forked."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable

import pytest
from both import Caller
from fake_server import HANG_SECONDS, FakeServer

from attnrl import Health
from attnrl import _methods as methods
from attnrl._proto.attnrl.client import grpc_standard_pb2 as standard
from attnrl._proto.attnrl.v1 import training_pb2

SERVING = standard.HealthCheckResponse(status=standard.HealthCheckResponse.SERVING)


@pytest.mark.parametrize("name", ["http_proxy", "https_proxy", "grpc_proxy"])
def test_loopback_is_reached_whatever_proxy_there_is(
    name: str, server: FakeServer, connect: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer(methods.HEALTH_CHECK, SERVING)
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert connect().call("health") is Health.SERVING


def forked(server: FakeServer, program: str) -> list[str]:
    """What a program printed that forks: in a process of its own, as this one serves by threads."""
    script = f"""
import asyncio, os, sys
from attnrl import AsyncClient, Client, Health
target = sys.argv[1]

def in_fork(work):
    # Whether the work went well in a process forked from this one, which ends as Python programs do.
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            print(f"{{type(error).__name__}}: {{error}}", flush=True)
            os._exit(1)
        sys.exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

{textwrap.dedent(program)}
"""
    environment = {key: value for key, value in os.environ.items() if key != "GRPC_ENABLE_FORK_SUPPORT"}
    done = subprocess.run(
        [sys.executable, "-c", script, server.target],
        capture_output=True, text=True, timeout=HANG_SECONDS, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_used_client_works_in_forked_processes_and_in_their_parent(server: FakeServer) -> None:
    server.answer(methods.HEALTH_CHECK, SERVING)
    program = """
    client = Client(target)
    assert client.health() is Health.SERVING
    for _ in range(5):
        print(in_fork(client.health), client.health().value)
    client.close()
    """
    assert forked(server, program) == ["0 serving"] * 5


def test_one_of_asyncio_says_that_it_does_not(server: FakeServer) -> None:
    server.answer(methods.HEALTH_CHECK, SERVING)
    program = """
    client = AsyncClient(target)
    async def ask():
        print((await client.health()).value, flush=True)
    asyncio.run(ask())
    in_fork(lambda: asyncio.run(ask()))
    """
    answered, said = forked(server, program)
    assert answered == "serving"
    assert said.startswith("RuntimeError: this client was used in process ")
    assert "make an AsyncClient in each" in said


def test_leaving_a_clients_block_in_a_fork_leaves_the_parents_connection_alone(server: FakeServer) -> None:
    server.answer(methods.HEALTH_CHECK, SERVING)
    program = """
    with Client(target) as client:
        client.health()
        print(in_fork(client.close), client.health().value)
    """
    assert forked(server, program) == ["0 serving"]


def test_a_stream_is_read_where_it_was_opened(server: FakeServer) -> None:
    server.answer(methods.WATCH_JOB, *(training_pb2.JobEvent(sequence=number) for number in (1, 2)))
    program = """
    with Client(target) as client, client.jobs.watch("job-1") as events:
        next(events)
        def close_and_read():
            events.close()
            next(events)
        in_fork(close_and_read)
        print(next(events).sequence)
    """
    said, number = forked(server, program)
    assert said.startswith("RuntimeError: this stream was opened in process ")
    assert "Open the stream in the process that reads it" in said
    assert number == "2"
