"""Real disks that become full or read-only under a running job, which only root can mount."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from attnrl.jobs import JobState

from boundary import expect_undisturbed
from jobs import KINDS
from ledger import expect
from life import Life, plain
from outcome import Outcome, compare
from served import Place, Served

MEGABYTES = 64


class NotMountedError(Exception):
    """There can be no such disk here."""


def _command(*words: object) -> None:
    try:
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    except FileNotFoundError as error:
        raise NotMountedError(str(error)) from None
    if done.returncode != 0:
        raise NotMountedError((done.stderr or done.stdout).strip())


class FullDisk:
    """A disk in memory without a free block."""

    def __init__(self, folder: Path) -> None:
        """Mounts it."""
        self.folder = folder
        _command("mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", folder)

    def spoil(self) -> None:
        """Fills it."""
        with (self.folder / "filler").open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(1 << 12))
            except OSError:
                pass

    def mend(self) -> bool:
        """Makes room; returns whether the server can go on."""
        (self.folder / "filler").unlink()
        return True

    def close(self) -> None:
        """Unmounts it."""
        _command("umount", self.folder)


class FailedDisk:
    """A file system that gave up writing, as Linux's do after errors: what it had not written yet is lost."""

    def __init__(self, folder: Path) -> None:
        """Mounts one in a file."""
        self.folder, self.image = folder, folder.with_suffix(".image")
        with self.image.open("wb") as image:
            image.truncate(MEGABYTES << 20)
        _command("mkfs.ext4", "-q", "-F", self.image)
        self._mount()

    def _mount(self) -> None:
        _command("mount", "-o", "loop", self.image, self.folder)

    def spoil(self) -> None:
        """Makes it read-only."""
        _command("mount", "-o", "remount,abort", self.folder)

    def mend(self) -> bool:
        """Nothing may use it meanwhile."""
        return False

    def repair(self) -> None:
        """Checks it and mounts it again."""
        self.close()
        subprocess.run(["fsck.ext4", "-y", self.image], capture_output=True)
        self._mount()

    def close(self) -> None:
        """Unmounts it."""
        _command("umount", self.folder)


DISKS = {"full": FullDisk, "readonly": FailedDisk}


def run(place: Place, kind: str, wanted: Outcome, folder: Path, trouble: str) -> str:
    """One job on a disk that fails after its second step, until it has paused."""
    if os.geteuid() != 0:
        raise NotMountedError("only root can mount a disk")
    mounted = folder / "disk"
    mounted.mkdir()
    disk = DISKS[trouble](mounted)
    try:
        return _run(Life(place, kind, mounted / "jobs"), wanted, disk, trouble)
    finally:
        disk.close()


def _run(life: Life, wanted: Outcome, disk: FullDisk | FailedDisk, trouble: str) -> str:
    ledger = life.ledger
    served = Served(life.place, life.folder)
    try:
        with served.client() as client:
            ledger.main = client.jobs.create(KINDS[life.kind], request_id="main").id
            with client.jobs.watch(ledger.main) as events:
                for event in events:
                    ledger.read(event)
                    if event.step == 2:
                        break
            disk.spoil()
            life.job = life.watch(client)
            expect(life.job.state == JobState.PAUSED, f"the job is {life.job.state.value} on a disk that is {trouble}")
            reason = life.job.reason
            plain(reason, "a pause")
            expect_undisturbed(client)
            if disk.mend():
                client.jobs.resume(ledger.main)
                life.job = life.watch(client)
            expect(served.is_alive, "the server died")
            plain(served.log(), "the log")
    finally:
        served.stop()
    if isinstance(disk, FailedDisk):
        disk.repair()
    compare(wanted, life.finish(), may_leave_more=True)
    return reason
