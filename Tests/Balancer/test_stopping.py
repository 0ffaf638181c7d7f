"""Replicas that stop, that are killed and that come back, while many requests run."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from attnrl import AttnRLError, Finished, UnavailableError

from fleet import PROBLEM, Front, Server, standing, wait_until

PROMPT = "Kim has 7 pens.\n"


@dataclass
class Crowd:
    """What became of requests, by when they began."""

    good: list[float] = field(default_factory=list)
    bad: list[tuple[float, str]] = field(default_factory=list)

    def failed_after(self, moment: float) -> list[tuple[float, str]]:
        """Those of the bad that began later."""
        return [(begin, why) for begin, why in self.bad if begin > moment]


def generate(front: Front) -> Callable[[], object]:
    """A short generation over gRPC, each on the same connection."""
    client = front.client()
    return lambda: client.generate(PROMPT, max_tokens=12)


def complete(front: Front) -> Callable[[], object]:
    """A short completion over HTTP/1.1."""

    def ask() -> None:
        status, body = front.ask("/v1/completions", {"prompt": PROMPT, "max_tokens": 12})
        assert status == 200, f"{status} {body[:100]!r}"

    return ask


@contextmanager
def crowd(front: Front, each: int = 3) -> Iterator[Crowd]:
    """Asks all the time, over gRPC and HTTP, some 100 times a second at most."""
    seen, over = Crowd(), threading.Event()

    def ask(one: Callable[[], object]) -> None:
        while not over.wait(0.05):
            begin = time.monotonic()
            try:
                one()
                seen.good.append(begin)
            except (AttnRLError, AssertionError, OSError) as error:
                seen.bad.append((begin, f"{error}"[:200]))

    threads = [threading.Thread(target=ask, args=[make(front)]) for make in (generate, complete) for _ in range(each)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        over.set()
        for thread in threads:
            thread.join()


def long_streams(front: Front, count: int) -> tuple[list[threading.Thread], list[str]]:
    """Streams that have begun when this returns, and what becomes of each."""
    ends: list[str] = []
    begun = threading.Semaphore(0)

    def run() -> None:
        with front.client() as client:
            try:
                with client.stream(PROBLEM, n=4, max_tokens=300, ignore_eos=True, seed=1) as events:
                    next(events)
                    begun.release()
                    ends.append(f"{sum(isinstance(event, Finished) for event in events)} finished")
            except AttnRLError as error:
                begun.release()
                ends.append(f"{error}")

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for _ in threads:
        begun.acquire()
    return threads, ends


def is_used(replica: Server, front: Front) -> Callable[[], bool]:
    """Whether a replica gets some of the requests."""

    def asked() -> bool:
        before = replica.count("Generate")
        with front.client() as client:
            for _ in range(3):
                client.generate(PROMPT, max_tokens=1)
        return replica.count("Generate") > before

    return asked


def test_a_replica_that_stops_finishes_and_the_other_does_the_rest(front: Front, replicas: list[Server]) -> None:
    """What has begun ends well, and what comes later is done elsewhere, though nginx is told nothing."""
    with standing(*replicas), crowd(front) as seen:
        wait_until(lambda: len(seen.good) > 20)
        streams, ends = long_streams(front, 4)
        assert replicas[0].end() == 0
        gone = time.monotonic()
        for stream in streams:
            stream.join()
        wait_until(lambda: len([begin for begin in seen.good if begin > gone]) > 20)
    assert ends == ["4 finished"] * 4
    assert seen.failed_after(gone) == []
    assert seen.bad == []
    wait_until(is_used(replicas[0], front))


def test_a_replica_that_is_killed_takes_what_it_had_begun_and_no_more(front: Front, replicas: list[Server]) -> None:
    """Requests that begin when it is gone go elsewhere."""
    with standing(*replicas), crowd(front) as seen:
        wait_until(lambda: len(seen.good) > 20)
        assert replicas[1].end(signal.SIGKILL) == -signal.SIGKILL
        gone = time.monotonic()
        wait_until(lambda: len([begin for begin in seen.good if begin > gone]) > 40)
    assert seen.failed_after(gone) == []
    # Each of the six had one request at a time.
    assert len(seen.bad) <= 6, seen.bad
    wait_until(is_used(replicas[1], front))


def test_without_replicas_calls_fail_at_once_and_jobs_go_on(front: Front, replicas: list[Server]) -> None:
    """An outage is said soon, as UNAVAILABLE."""
    with standing(*replicas):
        for replica in replicas:
            assert replica.end() == 0
        assert front.ask("/health")[0] == 502
        begin = time.monotonic()
        with front.client() as client, pytest.raises(UnavailableError):
            client.generate(PROMPT, max_tokens=1)
        assert time.monotonic() - begin < 10
        with front.client() as client:
            assert isinstance(client.jobs.list(), list)
    wait_until(lambda: front.ask("/health")[0] == 200)
