"""The list of HTTP/2's cases, each a function that plays one connection.

A case is called by section and number, as h2spec numbers its cases; what it sends and expects is written from the RFCs.
Sections of RFC 7540 keep their old numbers where RFC 9113 moved them. Cases that h2spec does not have are called by the
section of RFC 9113, with `9113-` before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from http2 import Connection


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    play: Callable[[Connection], None]
    settings: tuple[tuple[int, int], ...]
    handshake: bool


CASES: list[Case] = []


def case(
    name: str,
    title: str,
    settings: Iterable[tuple[int, int]] = (),
    handshake: bool = True,
) -> Callable[[Callable[[Connection], None]], Callable[[Connection], None]]:
    """Adds a case: a client with these settings, and usually past its handshake, sends and expects something."""

    def add(play: Callable[[Connection], None]) -> Callable[[Connection], None]:
        assert all(known.name != name for known in CASES), f"two cases are called {name}"
        CASES.append(Case(name, title, play, tuple(settings), handshake))
        return play

    return add
