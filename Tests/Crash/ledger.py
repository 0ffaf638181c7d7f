"""What a server acknowledged, and whether the next one still has it."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from attnrl import AttnRLError, Client
from attnrl.jobs import CheckpointSaved, Job, JobEvaluated, JobEvent, JobNote, JobState, JobStepDone

from jobs import COLLECTING, PASSING


class BrokenPromiseError(Exception):
    """A promise was broken."""


def expect(holds: bool, what: str) -> None:
    """Fails a case unless something holds."""
    if not holds:
        raise BrokenPromiseError(what)


def figures(metrics: dict[str, float]) -> dict[str, str]:
    """Metrics that are not times; as text, in which NaN equals NaN."""
    return {name: repr(value) for name, value in metrics.items() if not name.startswith("time/")}


def content(event: JobEvent) -> tuple[Any, ...]:
    """All of an event that must never change."""
    metrics = figures(event.metrics) if isinstance(event, JobStepDone | JobEvaluated) else None
    return (type(event).__name__, event.sequence, event.time, event.step, event.message, metrics)


class Ledger:
    """Events of the job `main` that were read, and calls that were answered, over all servers of one folder."""

    def __init__(self) -> None:
        """Begins empty."""
        self.main: str | None = None
        self.events: list[JobEvent] = []
        self.collecting: str | None = None
        self.offered: set[str] = set()
        self.taken: set[str] = set()
        self.passing: dict[str, tuple[str, bool]] = {}
        self.trouble: str | None = None
        # Damage takes checkpoints away; a crash must not.
        self.may_lose_checkpoints = False
        self._saved = 0

    # Reading

    def read(self, event: JobEvent) -> None:
        """An event of the main job."""
        expect(event.sequence == len(self.events) + 1, f"event {event.sequence} follows {len(self.events)}")
        self.events.append(event)
        if isinstance(event, CheckpointSaved):
            self._saved = max(self._saved, event.step)
        # What a job that was made anew says; one that was only held goes on from memory.
        if isinstance(event, JobNote) and event.message in ("ready to begin", "ready to go on"):
            is_kept = self.may_lose_checkpoints or event.step >= self._saved
            expect(is_kept, f"the checkpoint of step {self._saved} was saved; the job went on from {event.step}")

    def check(self, client: Client) -> None:
        """Everything that was acknowledged is there, once and unchanged."""
        jobs = client.jobs.list()
        ids = Counter(job.id for job in jobs)
        expect(all(count == 1 for count in ids.values()), f"a job is listed twice: {ids}")
        by_id = {job.id: job for job in jobs}
        for job in [self.main, self.collecting, *(id for id, _ in self.passing.values())]:
            expect(job is None or job in by_id, f"{job} was acknowledged and is gone")
        for id, is_cancelled in self.passing.values():
            if is_cancelled:
                expect(by_id[id].state == JobState.CANCELLED, f"{id} was cancelled and is {by_id[id].state.value}")
        if self.main:
            past = client.jobs.logs(self.main)
            numbers = [event.sequence for event in past]
            expect(numbers == list(range(1, len(past) + 1)), f"events are not numbered without gaps: {numbers}")
            expect(len(past) >= len(self.events), f"{len(self.events)} events were read, and {len(past)} are there")
            for before, now in zip(self.events, past, strict=False):
                expect(content(before) == content(now), f"an event changed: {content(before)} to {content(now)}")

    def check_store(self, folder: Path) -> None:
        """The same of feedback, which no call reads back."""
        with sqlite3.connect(f"file:{folder / 'jobs.sqlite'}?mode=ro", uri=True) as store:
            rows = store.execute("SELECT job, number, prompt FROM feedback ORDER BY job, number").fetchall()
            expect(store.execute("PRAGMA integrity_check").fetchone() == ("ok",), "the store's pages do not fit")
        store.close()
        prompts = Counter(prompt for _, _, prompt in rows)
        expect(all(count == 1 for count in prompts.values()), "a feedback record is there twice")
        expect(set(prompts) <= self.offered, "there is a feedback record that nobody sent")
        lost = self.taken - set(prompts)
        expect(not lost, f"{len(lost)} acknowledged feedback records are gone, as {sorted(lost)[:3]}")
        expect([number for _, number, _ in rows] == list(range(1, len(rows) + 1)), "feedback's numbers have gaps")

    # Company

    def keep_company(self, client: Client, over: threading.Event) -> None:
        """Sends feedback, and makes and cancels jobs, until the server is gone."""
        try:
            if self.collecting is None:
                self.collecting = client.jobs.create(COLLECTING, request_id="collecting").id
            # It waits, so that what it is sent stays as it is.
            client.jobs.pause(self.collecting)
            while not over.is_set():
                self._offer(client)
                self._pass(client)
        except AttnRLError:
            pass
        except BrokenPromiseError as error:
            self.trouble = str(error)

    def _offer(self, client: Client) -> None:
        prompts = [f"question {len(self.offered) + index}" for index in range(3)]
        self.offered.update(prompts)
        result = client.jobs.feedback(self.collecting or "", [(prompt, "7", 1.0) for prompt in prompts])
        expect(not result.refused, f"feedback was refused: {result.refused}")
        self.taken.update(prompts)

    def _pass(self, client: Client) -> None:
        name = f"passing-{len(self.passing)}"
        job = client.jobs.create(PASSING, request_id=name)
        again = client.jobs.create(PASSING, request_id=name)
        expect(job.id == again.id, f"one request made {job.id} and {again.id}")
        self.passing[name] = (job.id, False)
        client.jobs.cancel(job)
        is_over = client.jobs.wait(job, until=JobState.CANCELLED, timeout=60).state == JobState.CANCELLED
        self.passing[name] = (job.id, is_over)


def is_over(job: Job) -> bool:
    """Whether nothing more will happen to a job by itself."""
    return job.state.is_final or job.state == JobState.PAUSED
