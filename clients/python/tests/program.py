"""The program itself: $ATTNRL_BIN, or the repository's release build."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fake_server import HANG_SECONDS

REPOSITORY = Path(__file__).resolve().parents[3]
BINARY = Path(os.environ.get("ATTNRL_BIN") or REPOSITORY / ".build" / "release" / "attnrl")

NEEDS_PROGRAM = [
    pytest.mark.server,
    pytest.mark.skipif(not BINARY.is_file(), reason=f"no program at {BINARY}: build it, or set ATTNRL_BIN"),
]


def make_model(directory: Path) -> Path:
    """Makes a tiny policy whose weights are random."""
    subprocess.run(
        [BINARY, "policy", "init", directory, "--size", "tiny", "--seed", "1"], check=True, timeout=HANG_SECONDS
    )
    return directory


@contextmanager
def serving(model: Path, log: Path, *options: str) -> Iterator[str]:
    """Serves a policy on a free port, and gives the address."""
    # One thread waits for no other, which takes long where processes outnumber processors.
    command = [str(BINARY), "serve", "--model", str(model), "--port", "0", "--threads", "1", *options]
    with (
        log.open("w") as talk,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=talk, text=True) as process,
    ):
        try:
            yield line_after("attnrl: serving on ", process, log)
        finally:
            stop(process)


def stop(process: subprocess.Popen[str]) -> None:
    """Asks a server to end, which it should do at once with no call in flight."""
    process.terminate()
    try:
        process.wait(timeout=HANG_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def line_after(start: str, process: subprocess.Popen[str], log: Path) -> str:
    """Waits for a line that begins so, and returns the rest of it."""
    watchdog = threading.Timer(HANG_SECONDS, process.kill)
    watchdog.start()
    assert process.stdout
    try:
        for line in process.stdout:
            if line.startswith(start):
                return line.removeprefix(start).strip()
    finally:
        watchdog.cancel()
    raise AssertionError(f"the program ended, or said nothing for {HANG_SECONDS} s:\n{log.read_text()}")
