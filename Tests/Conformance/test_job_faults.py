"""Jobs over connections that break: none is lost or made twice, and neither is an event or an acknowledged record."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from attnrl import Client, JobEvent, JobState, JobStateChanged, UnavailableError
from conftest import PROGRAM
from faults import PATIENCE, SEED, SEEDS, Door, eventually
from proxy import PLAIN, End, Line, Proxy

STEPS = 4


def job(steps: int = STEPS, **more: Any) -> dict[str, Any]:
    return {
        "kind": "sft",
        "policy": "graph-model",
        "steps": steps,
        "data": {"train": "chain-short"},
        "batch": {"sequences_per_step": 1},
        "compute": {"threads": 1},
        "publish": {"every_steps": 0},
        **more,
    }


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    door = Door(folder=tmp_path_factory.mktemp("jobs"))
    yield door
    door.server.stop()


@pytest.fixture
def client(door: Door) -> Iterator[Client]:
    with door.client(timeout=PATIENCE) as client:
        yield client
        for unfinished in client.jobs.list([JobState.QUEUED, JobState.RUNNING, JobState.PAUSED]):
            client.jobs.cancel(unfinished)
            with suppress(Exception):
                client.jobs.wait(unfinished, timeout=PATIENCE)


# Watching


def watched(door: Door, name: str, chance: random.Random, most: int) -> list[JobEvent]:
    """All events of a job, by a client that goes on behind the last one it has whenever its connection breaks."""
    seen: list[JobEvent] = []
    for attempt in range(10_000):
        end: End = "reset" if attempt % 2 else "finish"
        with (
            Proxy(door.address, down=Line(cut_after=chance.randrange(600, most), end=end)) as proxy,
            door.client(proxy.address, timeout=PATIENCE) as client,
            suppress(UnavailableError),
        ):
            for event in client.jobs.watch(name, after=seen[-1].sequence if seen else 0, timeout=PATIENCE):
                seen.append(event)
            return seen
    raise AssertionError(f"no connection lasted long enough, after {len(seen)} events")


def test_no_event_is_lost_or_doubled(door: Door, client: Client) -> None:
    """Of a job that is over, and of one that goes on meanwhile."""
    for seed in SEEDS:
        chance = random.Random(seed)
        made = client.jobs.create(job())
        live = watched(door, made.id, chance, 4000)
        events = client.jobs.logs(made)
        assert live == events, f"ATTNRL_SEED={seed}"
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert isinstance(events[-1], JobStateChanged) and events[-1].state is JobState.SUCCEEDED
        assert watched(door, made.id, chance, 3000) == events, f"ATTNRL_SEED={seed}"


def test_the_command_line_watches_on(door: Door, client: Client) -> None:
    """`attnrl job watch` finds its way back by itself, and prints each event once."""
    made = client.jobs.create(job())
    # The server's own answer to a connection is some 150 bytes; then come two events or three.
    with Proxy(door.address, down=Line(cut_after=1000)) as proxy:
        printed = subprocess.run(
            [PROGRAM, "job", "watch", made.id, "--server", "{}:{}".format(*proxy.address), "-o", "jsonl"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        connections = len(proxy.connections)
    assert printed.returncode == 0, printed.stderr
    assert connections > 1
    numbers = [json.loads(line)["sequence"] for line in printed.stdout.splitlines()]
    assert numbers == [event.sequence for event in client.jobs.logs(made)]


def test_a_server_lost_before_the_first_event_is_waited_for(door: Door, client: Client) -> None:
    """There was a connection, so that it is not an address where nobody listens."""
    made = client.jobs.create(job())
    with Proxy(door.address, down=Line(cut_after=1)) as proxy:
        watching = [PROGRAM, "job", "watch", made.id, "--server", "{}:{}".format(*proxy.address), "-o", "jsonl"]
        with subprocess.Popen(watching, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                eventually(lambda: len(proxy.connections) > 1 or process.poll() is not None)
                proxy.change()
                printed, errors = process.communicate(timeout=PATIENCE)
            finally:
                process.kill()
    assert process.returncode == 0, errors
    assert len(printed.splitlines()) == len(client.jobs.logs(made))


# Making


def made_by(client: Client, before: set[str]) -> list[str]:
    return [one.id for one in client.jobs.list() if one.id not in before]


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_job_is_made_once(way: str, door: Door, client: Client) -> None:
    """Creating breaks off anywhere, before or after the server has the request: with the same id there is one."""
    with Proxy(door.address) as proxy, door.client(proxy.address, timeout=PATIENCE) as other:
        other.jobs.create(job(), validate_only=True)
        size = getattr(proxy.connections[0], way)
    broken = 0
    for seed in SEEDS:
        chance = random.Random(f"{seed} {way}")
        for number in range(8):
            before = {one.id for one in client.jobs.list()}
            name = f"{way} {seed} {number}"
            line = Line(cut_after=(number * size // 8) + chance.randrange(size // 8), end="reset")
            up, down = (line, PLAIN) if way == "up" else (PLAIN, line)
            with Proxy(door.address, up, down) as proxy, door.client(proxy.address, timeout=PATIENCE) as other:
                try:
                    other.jobs.create(job(10**6), request_id=name)
                except UnavailableError:
                    broken += 1
            again = client.jobs.create(job(10**6), request_id=name)
            assert made_by(client, before) == [again.id], f"{line}, ATTNRL_SEED={seed}"
            client.jobs.cancel(again)
            client.jobs.wait(again, until=JobState.CANCELLED, timeout=PATIENCE)
            assert client.jobs.create(job(10**6), request_id=name).id == again.id
    assert broken


def test_creating_at_once_makes_one_job(door: Door, client: Client) -> None:
    """Clients whose answers never come try again beside each other."""
    before = {one.id for one in client.jobs.list()}
    lost = Line(cut_after=200, delay=(0, 0.02))

    def create(number: int) -> None:
        with (
            Proxy(door.address, down=lost, seed=number) as proxy,
            door.client(proxy.address, timeout=PATIENCE) as other,
        ):
            for _ in range(3):
                with suppress(UnavailableError):
                    other.jobs.create(job(10**6), request_id=f"at once {SEED}")

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(create, range(6)))
    made = client.jobs.create(job(10**6), request_id=f"at once {SEED}")
    assert made_by(client, before) == [made.id]


# Feeding


def test_feedback_is_stored_whole_or_not_at_all(door: Door, client: Client) -> None:
    """What was acknowledged is stored once; a call that breaks off has stored all of its records, or none."""
    capacity, size = 1000, 7
    made = client.jobs.create(job(10**6, feedback={"enabled": True, "capacity": capacity}))
    client.jobs.pause(made)
    client.jobs.wait(made, until=JobState.PAUSED, timeout=PATIENCE)
    records = [(f"{number}+1=", str(number + 1)) for number in range(size)]
    chance = random.Random(SEED)
    acknowledged = unknown = 0
    for number in range(16):
        line = Line(cut_after=chance.randrange(60, 500), end="reset")
        up, down = (line, PLAIN) if number % 2 else (PLAIN, line)
        with Proxy(door.address, up, down) as proxy, door.client(proxy.address, timeout=PATIENCE) as other:
            try:
                acknowledged += other.jobs.feedback(made, records).taken
            except UnavailableError:
                unknown += size
    assert unknown, "no connection broke"
    # What still fits says how many wait.
    room = client.jobs.feedback(made, [("1+1=", "2")] * capacity, batch=capacity).taken
    stored = capacity - room
    assert acknowledged <= stored <= acknowledged + unknown
    assert stored % size == 0, f"{stored} records are stored of calls with {size}, ATTNRL_SEED={SEED}"
