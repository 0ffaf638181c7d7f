"""Faults at one of the calls that write, synchronise or name something."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from random import Random

from attnrl import AttnRLError, Client
from attnrl.jobs import JobState

import machine
from jobs import KINDS
from ledger import expect
from life import Life, plain
from outcome import Outcome, compare
from served import HANG_SECONDS, Place, RefusedError, Served

DEADLY = ("before", "after", "torn", "machine")
FAILING = ("ENOSPC", "EIO", "EROFS", "EDQUOT", "short")
KINDS_OF_FAULT = DEADLY + FAILING


def count_calls(place: Place, kind: str, folder: Path) -> list[str]:
    """The calls of a whole life without faults, as faults.c writes them down."""
    calls = folder / "calls"
    life = Life(place, kind, folder / "jobs")
    life.run({"CRASH_CALLS": str(calls)})
    life.outcome()
    return calls.read_text().splitlines()


def run(place: Place, kind: str, wanted: Outcome, folder: Path, fault: str, at: int, random: Random) -> str:
    """One job with a fault of a kind from the `at`-th call on."""
    faults = {"CRASH_KIND": fault, "CRASH_AT": str(at), "CRASH_SEED": str(random.randrange(1 << 30))}
    if fault in FAILING:
        return _failing(place, kind, wanted, folder, faults, random)
    life = Life(place, kind, folder / "jobs", has_company=fault == "machine")
    lost = ""
    if fault == "machine":
        journal = folder / "journal"
        journal.mkdir()
        faults |= {"CRASH_KIND": random.choice(["before", "after", "torn"]), "CRASH_JOURNAL": str(journal)}
        is_killed = not life.run(faults)
        lost = machine.crash(life.folder, journal, random)
        shutil.rmtree(journal)
    else:
        is_killed = not life.run(faults)
    compare(wanted, life.finish())
    return lost or ("killed" if is_killed else "over before")


def _failing(place: Place, kind: str, wanted: Outcome, folder: Path, faults: dict[str, str], random: Random) -> str:
    off = folder / "off"
    # All calls until it is mended, or a few.
    span = random.choice([0, 0, 1, 3, 20])
    life = Life(place, kind, folder / "jobs")
    faults |= {"CRASH_SPAN": str(span), "CRASH_OFF": str(off)}
    try:
        served = Served(place, life.folder, faults)
    except RefusedError as error:
        plain(str(error), "a server that does not start")
        compare(wanted, life.finish(), may_leave_more=True)
        return "no start"
    is_left = span == 0 and random.random() < 0.3
    try:
        with served.client() as client:
            pauses = _suffer(client, life, off, is_left)
            expect(served.is_alive, "the server died")
        text = served.log()
    finally:
        served.stop()
    plain(text, "the log")
    if is_left and life.job and life.job.state == JobState.PAUSED:
        return f"{_begin_broken(place, life, wanted, faults)}, killed while paused"
    for event in life.ledger.events:
        plain(event.message, "an event")
    compare(wanted, life.outcome(), may_leave_more=True, excused=_excused(life))
    # What was answered while the disk failed is on it.
    with_another = Life(place, kind, life.folder)
    with_another.ledger = life.ledger
    expect(with_another.run(), "the next server died")
    return f"{pauses} pauses"


def _excused(life: Life) -> set[str]:
    """Files of trees, which are only for looking at: a step whose trees cannot be kept goes on, and says so."""
    pattern = re.compile(r"The trees of step (\d+) could not be kept")
    found = (pattern.match(event.message) for event in life.ledger.events)
    return {f"trees/step-{match[1]}.jsonl" for match in found if match}


def _begin_broken(place: Place, life: Life, wanted: Outcome, faults: dict[str, str]) -> str:
    """A server that starts while the disk still fails says so, or serves what it can; then the disk is mended."""
    try:
        served = Served(place, life.folder, faults | {"CRASH_AT": "1"})
    except RefusedError as error:
        plain(str(error), "a server that does not start")
        begun = "no start while broken"
    else:
        try:
            with served.client() as client:
                job = life.watch(client)
                plain(job.reason or "nothing to say", "a pause")
                expect_undisturbed(client)
                begun = f"{job.state.value} while broken"
            plain(served.log(), "the log")
        finally:
            served.stop()
    compare(wanted, life.finish(), may_leave_more=True, excused=_excused(life))
    return begun


def _suffer(client: Client, life: Life, off: Path, is_left: bool) -> int:
    """Makes the job and resumes it until it is done; the fault is mended once somebody was told of it.

    Args:
        client: Of the server.
        life: The job's.
        off: The file that mends the fault.
        is_left: Whether the job is left as it is where it first pauses.
    """
    ledger = life.ledger
    try:
        ledger.main = client.jobs.create(KINDS[life.kind], request_id="main").id
    except AttnRLError as error:
        plain(str(error), "the refusal of a job")
        off.touch()
        ledger.main = client.jobs.create(KINDS[life.kind], request_id="main").id
    pauses = 0
    while True:
        life.job = job = life.watch(client)
        if job.state != JobState.PAUSED:
            return pauses
        pauses += 1
        expect(pauses < 50, f"the job pauses again and again: {job.reason}")
        plain(job.reason, "a pause")
        expect_undisturbed(client)
        if is_left:
            return pauses
        # Resumed while the fault lasts, it pauses again or gets further.
        if pauses % 2 == 0:
            off.touch()
        try:
            client.jobs.resume(job)
        except AttnRLError as error:
            # Resumed, but the disk has not taken that: a crash would leave the job paused.
            plain(str(error), "the refusal to resume")
            off.touch()


def expect_undisturbed(client: Client) -> None:
    """Others notice nothing of a job's trouble."""
    result = client.generate("1 + 1 =", policy="other", max_tokens=4, temperature=0, timeout=HANG_SECONDS)
    expect(len(result) == 1, "the server generates nothing")
    expect(bool(client.jobs.list()), "the server lists no jobs")
