"""One server's part of a job's life."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

from attnrl import AttnRLError, Client
from attnrl.jobs import Job, JobState

from jobs import KINDS
from ledger import Ledger, expect, is_over
from outcome import Outcome, outcome
from served import HANG_SECONDS, STRANGE, Place, Served


def plain(text: str, what: str) -> None:
    """Words for people, and none of a framework's."""
    expect(bool(text.strip()), f"{what} says nothing")
    strange = [word for word in STRANGE if word in text]
    expect(not strange, f"{what} speaks of {strange}: {text[:400]}")


class Life:
    """A folder of jobs, the job in it, and what all its servers have acknowledged."""

    def __init__(self, place: Place, kind: str, folder: Path, has_company: bool = False) -> None:
        """Begins in a folder, which may hold the job already."""
        self.place, self.kind, self.folder = place, kind, folder
        self.ledger = Ledger()
        self.has_company = has_company
        self.job: Job | None = None
        self.damaged: tuple[Path, bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, faults: dict[str, str] | None = None, kill_after: float | None = None) -> bool:
        """Serves the folder until the job is over or paused, or the server is killed.

        Returns:
            Whether the server was alive to the end; `job` is then what it said last.
        """
        served = Served(self.place, self.folder, faults, kill_after)
        try:
            if served.address is None:
                return False
            with served.client() as client:
                self._attend(client)
            return served.is_alive
        except AttnRLError:
            # A call that was cut off. Anything else the server said is a finding.
            if not _is_dead(served):
                raise
            return False
        finally:
            served.stop()

    def _attend(self, client: Client) -> None:
        ledger, gone = self.ledger, threading.Event()
        ledger.check(client)
        company = threading.Thread(target=ledger.keep_company, args=(client, gone), daemon=True)
        try:
            job = client.jobs.create(KINDS[self.kind], request_id="main")
            expect(ledger.main in (None, job.id), f"one request made {ledger.main} and {job.id}")
            ledger.main = job.id
            if self.has_company:
                company.start()
            self.job = self.watch(client)
        finally:
            gone.set()
            if company.ident:
                company.join(HANG_SECONDS)
        expect(ledger.trouble is None, ledger.trouble or "")

    def watch(self, client: Client) -> Job:
        """Reads the main job's events until it is over or paused."""
        ledger = self.ledger
        assert ledger.main
        while True:
            job = client.jobs.get(ledger.main)
            after = len(ledger.events)
            if is_over(job) and job.last_sequence <= after:
                return job
            # A job that pauses where nothing can be stored has no event that says so: look again now and then.
            try:
                with client.jobs.watch(ledger.main, after=after, past_only=is_over(job), timeout=1) as events:
                    for event in events:
                        ledger.read(event)
            except AttnRLError as error:
                if type(error).__name__ != "DeadlineExceededError":
                    raise

    def finish(self) -> Outcome:
        """Runs what is left without faults, and returns the outcome."""
        begun = time.monotonic()
        while not (self.run() and self.job and self.job.state.is_final):
            expect(time.monotonic() - begun < HANG_SECONDS, f"the job does not end: {self.job}")
            if self.job and self.job.state == JobState.PAUSED:
                self.resume()
        return self.outcome()

    def resume(self) -> None:
        """Resumes the paused job with a server of its own, to its end."""
        served = Served(self.place, self.folder)
        try:
            with served.client() as client:
                assert self.ledger.main
                client.jobs.resume(self.ledger.main)
                self.job = self.watch(client)
        finally:
            served.stop(signal.SIGTERM)

    def outcome(self) -> Outcome:
        """What the job left, after the checks that need no other run."""
        job = self.job
        assert job
        expect(job.state == JobState.SUCCEEDED, f"the job {job.state.value}: {job.reason}")
        self.ledger.check_store(self.folder)
        return outcome(self.ledger.events, self.folder / job.id, self.damaged)


def _is_dead(served: Served) -> bool:
    try:
        return served.process.wait(5) == -signal.SIGKILL
    except Exception:
        return False
