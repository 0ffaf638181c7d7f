"""Flipped bits and cut files in what a killed server left."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from random import Random

from attnrl import AttnRLError
from attnrl.jobs import JobEvent, JobNote, JobState, JobStateChanged

from jobs import KINDS
from ledger import BrokenPromiseError, expect
from life import Life, plain
from outcome import Outcome, compare, outcome
from served import Place, RefusedError, Served

UNTOLD = "untold"


def prepare(place: Place, kind: str, folder: Path) -> Path:
    """A folder of jobs as a server leaves it that is killed after some checkpoints."""
    life = Life(place, kind, folder / "jobs")
    served = Served(place, life.folder)
    try:
        with served.client() as client:
            job = client.jobs.create(KINDS[kind], request_id="main")
            with client.jobs.watch(job) as events:
                for event in events:
                    # Behind the checkpoints of steps 2 and 4.
                    if event.step == 5:
                        break
    finally:
        served.stop()
    return life.folder


def run(place: Place, kind: str, wanted: Outcome, prepared: Path, folder: Path, random: Random) -> str:
    """One kind of damage to one file; then the job has the same figures, or stops with plain words."""
    shutil.copytree(prepared, folder / "jobs")
    jobs = folder / "jobs"
    if random.random() < 0.5:
        # All of the store in its main file, as after a server that ended by itself.
        store = sqlite3.connect(jobs / "jobs.sqlite")
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        store.close()
    path = _choose(jobs, random)
    what = f"{_damage(path, random)} of {path.relative_to(jobs)}"
    life = Life(place, kind, jobs)
    life.ledger.may_lose_checkpoints = True
    # Where nothing needed it any more, it stays as it is.
    life.damaged = (path, path.read_bytes())
    try:
        return f"{what}: {_go_on(life, wanted)}"
    except BrokenPromiseError as error:
        raise BrokenPromiseError(f"{what}: {error}") from None


def _choose(jobs: Path, random: Random) -> Path:
    """A file of the store, of the newest checkpoint or of the rest; large ones no more often than small ones."""
    files = sorted(path for path in jobs.rglob("*") if path.is_file() and path.stat().st_size)
    store = [path for path in files if path.name.startswith("jobs.sqlite") and not path.name.endswith("-shm")]
    newest = max(path for path in (jobs / "job-1" / "checkpoints").iterdir() if path.name.startswith("step-"))
    checkpoint = [path for path in files if newest in path.parents]
    # The reserve only takes up room.
    rest = [path for path in files if path not in store + checkpoint and path.name != "reserve"]
    return random.choice(random.choice([store, checkpoint, rest]))


def _damage(path: Path, random: Random) -> str:
    data = bytearray(path.read_bytes())
    if random.random() < 0.25:
        size = random.randrange(len(data))
        data = data[:size]
        what = f"cut to {size} bytes"
    else:
        # The first page is where formats have their headers.
        index = random.randrange(min(len(data), 4096) if random.random() < 0.3 else len(data))
        bit = random.randrange(8)
        data[index] ^= 1 << bit
        what = f"bit {bit} of byte {index}"
    # Another file: one that shares its bytes by a hard link keeps them.
    path.unlink()
    path.write_bytes(data)
    return what


def _go_on(life: Life, wanted: Outcome) -> str:
    try:
        served = Served(life.place, life.folder)
    except RefusedError as error:
        plain(str(error), "a server that does not start")
        expect("jobs" in str(error), f"the server does not name the store: {error}")
        return "no start"
    try:
        with served.client() as client:
            jobs = client.jobs.list()
            if not jobs:
                return "an empty store, warned" if "store knows no job" in served.log() else f"an empty store, {UNTOLD}"
            life.ledger.main = jobs[0].id
            life.job = life.watch(client)
    except AttnRLError as error:
        plain(str(error), "a refusal")
        return "refused"
    finally:
        served.stop()
    assert life.job
    assert life.damaged
    if life.job.state == JobState.PAUSED:
        plain(life.job.reason, "a pause")
        return "paused"
    events = life.ledger.events
    for event in events:
        plain(event.message, "an event")
    has_warning = any(isinstance(event, JobNote) and event.warning for event in events)
    # A damaged checkpoint may stay beside the others.
    expect(life.job.state == JobState.SUCCEEDED, f"the job {life.job.state.value}: {life.job.reason}")
    folder = life.folder / life.job.id
    try:
        compare(wanted, outcome(events, folder, life.damaged), may_leave_more=True)
    except BrokenPromiseError:
        if not life.damaged[0].name.startswith("jobs.sqlite"):
            raise
        # Its pages have no checksums: the past may be another, but what was computed since must not.
        since = _since(wanted, events)
        compare(since, outcome(events[_resumption(events) :], folder, life.damaged), may_leave_more=True)
        return "another past, warned" if has_warning else f"another past, {UNTOLD}"
    return "warned, same figures" if has_warning else "same figures"


def _resumption(events: list[JobEvent]) -> int:
    """The index of the event that says from where the job went on last."""
    return max(
        index
        for index, event in enumerate(events)
        if isinstance(event, JobStateChanged) and event.state == JobState.RUNNING
    )


def _since(wanted: Outcome, events: list[JobEvent]) -> Outcome:
    """What an uninterrupted run has behind the checkpoint that the job went on from."""
    event = events[_resumption(events)]
    begun = (event.resumed_from_step or 0) if isinstance(event, JobStateChanged) else 0
    steps = {step: value for step, value in wanted.steps.items() if step > begun}
    evaluations = {step: value for step, value in wanted.evaluations.items() if step > begun}
    return Outcome(steps, evaluations, wanted.files)
