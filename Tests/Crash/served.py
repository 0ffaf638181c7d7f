"""A server of the program, which can be killed at any moment, with or without faults.c between it and the disk."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

from attnrl import Client

HANG_SECONDS = 120.0
# Words of frameworks, which say nothing to those who run a server.
STRANGE = ("Error Domain", "NSCocoa", "NSPOSIX", "UserInfo", "Optional(", "Fatal error", "be completed.")


class RefusedError(Exception):
    """The server did not start, and said why."""


class Served:
    """A server on a folder of jobs. `address` is None if it died before it was ready."""

    def __init__(self, place: Place, jobs: Path, faults: dict[str, str] | None = None, kill_after: float | None = None):
        """Starts it, and waits until it is ready or over.

        Args:
            place: Program and policies.
            jobs: The folder of jobs.
            faults: Settings of faults.c; None leaves it out.
            kill_after: Seconds from the start after which it is killed, whatever it is doing.
        """
        environment = dict(os.environ)
        if faults is not None:
            environment |= {"LD_PRELOAD": str(place.shim), "CRASH_ROOT": str(jobs)} | faults
        policies = [f"--model={name}={place.tiny}" for name in ("side", "other")]
        command = [place.program, "serve", f"--model={place.model}", *policies, "--port=0", "--threads=1", f"--jobs={jobs}"]
        self._talk = (place.folder / "server.log").open("w+")
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=self._talk, text=True, start_new_session=True
        )
        self._killer = threading.Timer(HANG_SECONDS if kill_after is None else kill_after, self.process.kill)
        self._killer.daemon = True
        self._killer.start()
        self.address = self._ready()

    def _ready(self) -> str | None:
        start = "attnrl: serving on "
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith(start):
                return line.removeprefix(start).strip()
        self.process.wait()
        if self.process.returncode == -signal.SIGKILL:
            return None
        raise RefusedError(self.log())

    def log(self) -> str:
        """What it wrote on standard error."""
        self._talk.seek(0)
        return self._talk.read()

    def client(self) -> Client:
        """A client of it."""
        return Client(self.address, timeout=HANG_SECONDS)

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def stop(self, how: signal.Signals = signal.SIGKILL) -> int:
        """Ends it, and returns its exit code."""
        self._killer.cancel()
        if self.is_alive:
            self.process.send_signal(how)
        try:
            code = self.process.wait(HANG_SECONDS)
        finally:
            self.process.kill()
            self._talk.close()
            if self.process.stdout:
                self.process.stdout.close()
        return code


class Place:
    """What all cases share: the program, a tiny policy, the shim, and a folder to work in."""

    def __init__(self, program: Path, folder: Path) -> None:
        """Makes the policy and compiles the shim."""
        self.program, self.folder = program, folder
        self.tiny = folder / "tiny"
        self.model = Path(__file__).resolve().parents[1] / "Fixtures/graph-model"
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "timeout": HANG_SECONDS}
        subprocess.run([program, "policy", "init", self.tiny, "--size", "tiny", "--seed", "1"], **quiet)
        self.shim = folder / "faults.so"
        source = Path(__file__).with_name("faults.c")
        compiler = next(filter(None, map(shutil.which, (os.environ.get("CC", "cc"), "gcc", "clang"))), "cc")
        options = ["-O2", "-shared", "-fPIC", "-Wall", "-Wextra", "-Wno-missing-field-initializers"]
        subprocess.run([compiler, *options, "-o", self.shim, source, "-ldl", "-lpthread"], **quiet)
