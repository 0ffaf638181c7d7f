"""A network that breaks between client and server: what is answered stays the same, and nothing is left behind.

ATTNRL_SEED=2 breaks it elsewhere; ATTNRL_LONG=1 breaks it twenty times as often, seed after seed.
"""

from __future__ import annotations

import http.client
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from asks import ASKS, COMPLETION
from attnrl import Client, Tokens, UnavailableError
from faults import LONG, PATIENCE, PROMPT, SEED, SEEDS, Address, Door, Neighbour, eventually
from floods import MIB
from proxy import HOLE, PLAIN, End, Line, Proxy

SECURITY = ["plain", "secure"]

NETWORKS: dict[str, tuple[Line, Line]] = {
    "slow": (Line(delay=(0.01, 0.01)), Line(delay=(0.01, 0.01))),
    "unsteady": (Line(delay=(0, 0.03)), Line(delay=(0, 0.03))),
    "narrow": (Line(rate=20_000), Line(rate=100_000)),
    "single-bytes": (Line(piece=1), Line(piece=1)),
    "crumbs": (Line(piece=7, delay=(0, 0.002)), Line(piece=211, delay=(0, 0.002))),
    "gathered": (Line(gather=0.05), Line(gather=0.05)),
}


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Door]]:
    made = {name: Door(folder=tmp_path_factory.mktemp(name), secure=name == "secure") for name in SECURITY}
    for door in made.values():
        # Some descriptors are made with the first request that needs them, and stay.
        for kind in kinds(door):
            ASKS[kind](door, door.address)
    yield made
    for door in made.values():
        door.server.stop()


@pytest.fixture(params=SECURITY)
def door(doors: dict[str, Door], request: pytest.FixtureRequest) -> Door:
    return doors[request.param]


@pytest.fixture(scope="module")
def expected(doors: dict[str, Door]) -> dict[str, object]:
    """What each request is answered with directly, which does not depend on TLS."""
    return {kind: ask(doors["plain"], doors["plain"].address) for kind, ask in ASKS.items()}


def kinds(door: Door) -> list[str]:
    """The requests that can be made; raw sockets speak no TLS."""
    return [kind for kind in ASKS if kind != "pipelined" or not door.ca]


# Slow networks


@pytest.mark.parametrize("name", NETWORKS)
def test_answers_are_the_same(name: str, door: Door, expected: dict[str, object]) -> None:
    up, down = NETWORKS[name]
    for seed in SEEDS:

        def ask(kind: str) -> object:
            with Proxy(door.address, up, down, seed) as proxy:
                return ASKS[kind](door, proxy.address)

        # A page of 72 KB would take by far the longest in pieces.
        asked = [kind for kind in kinds(door) if LONG or kind != "page" or down.piece > 1 << 12]
        with ThreadPoolExecutor(3) as threads:
            for kind, answer in zip(asked, threads.map(ask, asked), strict=True):
                assert answer == expected[kind], f"{kind}, ATTNRL_SEED={seed}"


def test_answers_are_the_same_while_the_network_changes(door: Door, expected: dict[str, object]) -> None:
    """From one kind to another every few milliseconds, and for some of them nothing gets through."""
    lines = [PLAIN, HOLE, *(line for both in NETWORKS.values() for line in both)]
    for seed in SEEDS:

        def ask(kind: str) -> object:
            chance = random.Random(f"{seed} {kind}")
            over = threading.Event()
            with Proxy(door.address, seed=seed) as proxy:

                def change() -> None:
                    while not over.wait(chance.uniform(0, 0.02)):
                        proxy.change(chance.choice(lines), chance.choice(lines))
                    proxy.change()

                thread = threading.Thread(target=change)
                thread.start()
                try:
                    return ASKS[kind](door, proxy.address)
                finally:
                    over.set()
                    thread.join()

        with ThreadPoolExecutor(3) as threads:
            for kind, answer in zip(kinds(door), threads.map(ask, kinds(door)), strict=True):
                assert answer == expected[kind], f"{kind}, ATTNRL_SEED={seed}"


# Connections that are cut


def outcome(ask: Callable[[], object]) -> object:
    """An answer, or None where the client says that the connection has gone; anything else is a failure."""
    try:
        return ask()
    except (UnavailableError, http.client.HTTPException, OSError) as error:
        assert not isinstance(error, TimeoutError), "the client waits for a connection that has gone"
    except grpc.RpcError as error:
        assert error.code() is grpc.StatusCode.UNAVAILABLE, error
    except AssertionError as error:  # Of `exchange`, whose answers break off.
        assert any(words in str(error) for words in ("not an answer", "cut short", "does not end")), error
    return None


@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize("kind", ASKS)
def test_a_connection_is_cut_anywhere(kind: str, way: str, door: Door, expected: dict[str, object]) -> None:
    """At every k-th byte, by RST and by FIN: an error or the whole answer, and the server is as it was before."""
    if kind not in kinds(door):
        pytest.skip("raw sockets speak no TLS")
    descriptors = door.server.descriptors
    with Proxy(door.address) as proxy:
        ASKS[kind](door, proxy.address)
        size = max(getattr(one, way) for one in proxy.connections)
    broken = 0
    with Neighbour(door):
        for seed in SEEDS:
            chance = random.Random(f"{seed} {kind} {way}")
            for number, start in enumerate(range(0, size, max(1, size // 8))):
                end: End = "reset" if number % 2 else "finish"
                line = Line(cut_after=start + chance.randrange(max(1, size // 8)), end=end)
                up, down = (line, PLAIN) if way == "up" else (PLAIN, line)
                with Proxy(door.address, up, down) as proxy:
                    answer = outcome(lambda: ASKS[kind](door, proxy.address))
                broken += answer is None
                assert answer in (None, expected[kind]), f"{way} {line}, ATTNRL_SEED={seed}"
    assert broken, "no connection broke"
    door.settles(descriptors)


def long_completion(**more: Any) -> Callable[[Door, Address], object]:
    body = {**COMPLETION, "n": 4, "max_tokens": 400, **more}
    return lambda door, address: door.post("/v1/completions", body, address)


def long_generation(door: Door, address: Address) -> object:
    with door.client(address, timeout=PATIENCE) as client:
        return client.generate(PROMPT, n=4, max_tokens=400, ignore_eos=True)


def exploration(door: Door, address: Address) -> object:
    with door.client(address, timeout=PATIENCE) as client, client.explore(PROMPT, width=4, max_tokens=200) as growing:
        return growing.result()


# Calls that take as long as the server is paused.
LEAVING: dict[str, Callable[[Door, Address], object]] = {
    "generation": long_generation,
    "exploration": exploration,
    "completion": long_completion(),
    "events": long_completion(stream=True),
}


@pytest.fixture
def paused(door: Door) -> Iterator[Client]:
    """Pauses the server, and lets it go on in the end."""
    with door.client(timeout=PATIENCE) as client:
        client.pause()
        yield client
        client.resume()
        eventually(lambda: door.load == 0)


@pytest.mark.parametrize("end", ["reset", "finish"])
@pytest.mark.parametrize("kind", LEAVING)
def test_who_leaves_is_given_up(kind: str, end: End, door: Door, paused: Client) -> None:
    """The server is paused: what it still has of a request of somebody who left would stay."""
    descriptors = door.server.descriptors
    with Proxy(door.address) as proxy, ThreadPoolExecutor(1) as thread:
        answer = thread.submit(outcome, lambda: LEAVING[kind](door, proxy.address))
        eventually(lambda: door.gauges("attnrl:open_calls") > 0)
        proxy.cut(end)
        assert answer.result(PATIENCE) is None
        door.settles(descriptors)


@pytest.mark.parametrize("end", ["reset", "finish"])
def test_who_leaves_in_the_middle_is_given_up(end: End, door: Door) -> None:
    """Responses are on their way when the server is paused, and the client gone."""
    descriptors = door.server.descriptors
    with door.client(timeout=PATIENCE) as other:
        with Proxy(door.address) as proxy, door.client(proxy.address, timeout=PATIENCE) as client:
            # Seconds of work: it is not over before the server is paused.
            events = client.stream(PROMPT, n=256, max_tokens=400, ignore_eos=True)
            # What tells that a stream has started is sent before its responses are asked for.
            assert next(event for event in events if isinstance(event, Tokens))
            other.pause()
            eventually(lambda: door.gauges("vllm:num_requests_running", "vllm:num_requests_waiting") > 0)
            proxy.cut(end)
            assert outcome(lambda: list(events)) is None
            eventually(lambda: door.load == 0)
        other.resume()
    door.settles(descriptors)


def test_cuts_do_not_add_up(door: Door) -> None:
    """Memory is bounded by what one request takes, not by how many broke."""
    chance = random.Random(SEED)
    streams = ["generate", "events", "lines"]

    def cut(times: int) -> None:
        for number in range(times):
            line = Line(cut_after=chance.randrange(200, 20_000))
            with Proxy(door.address, down=line) as proxy:
                outcome(lambda: ASKS[streams[number % 3]](door, proxy.address))

    descriptors = door.server.descriptors
    cut(30)
    before = door.server.memory
    cut(1500 if LONG else 60)
    door.settles(descriptors)
    grown = door.server.memory - before
    print(f"grown by {grown // 1024} KiB")
    # The allocator's habits; a request's own bytes, some 50 KB, would be as much after 300 of them.
    assert grown < 16 * MIB, f"the server grew by {grown // 1024} KiB, ATTNRL_SEED={SEED}"
