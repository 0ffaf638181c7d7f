#!/usr/bin/env python3
"""Kills the program, breaks its disk, damages its files, and compares what comes out with an undisturbed run.

Every case follows from its name and the seed; one that fails prints the command that repeats it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "clients" / "python" / "src"))

import boundary  # noqa: E402
import damage  # noqa: E402
import disks  # noqa: E402
import kills  # noqa: E402
from jobs import KINDS  # noqa: E402
from ledger import BrokenPromiseError, expect  # noqa: E402
from life import Life  # noqa: E402
from outcome import Outcome  # noqa: E402
from served import Place  # noqa: E402


class Crashes:
    """The cases, run one after the other."""

    def __init__(self, place: Place, seed: int) -> None:
        """Runs each kind of job undisturbed: once for its outcome, once to count its calls."""
        self.place, self.seed = place, seed
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []
        self.wanted: dict[str, Outcome] = {}
        self.calls: dict[str, list[str]] = {}
        self.prepared: dict[str, Path] = {}
        for kind in KINDS:
            self.wanted[kind] = Life(place, kind, place.folder / f"wanted-{kind}").finish()
            self.calls[kind] = boundary.count_calls(place, kind, place.folder / f"counted-{kind}")
            self.prepared[kind] = damage.prepare(place, kind, place.folder / f"prepared-{kind}")

    def case(self, name: str) -> None:
        """Runs the case of a name, and writes down how it went."""
        part, kind, *rest = name.split("/")
        random = Random(f"{self.seed}/{name}")
        folder = self.place.folder / "case"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        wanted = self.wanted[kind]
        begun = time.monotonic()
        try:
            if part == "kill":
                result = kills.run(self.place, kind, wanted, folder, random, lambda: self._count("kills"))
            elif part == "fault":
                self._count("faults")
                result = boundary.run(self.place, kind, wanted, folder, rest[0], int(rest[1]), random)
            elif part == "flip":
                self._count("flips")
                result = damage.run(self.place, kind, wanted, self.prepared[kind], folder, random)
                if result.endswith(damage.UNTOLD):
                    self._count("of which changed a job's past and were not noticed")
            else:
                result = disks.run(self.place, kind, wanted, folder, rest[0])
                self._count("disks")
        except disks.NotMountedError as error:
            print(f"skip {name}: {error}", flush=True)
            return
        except Exception as error:  # Whatever goes wrong is this case's.
            self._fail(name, error)
            return
        print(f"ok   {name}: {result} ({time.monotonic() - begun:.1f} s)", flush=True)

    def _count(self, what: str) -> None:
        self.counts[what] += 1

    def _fail(self, name: str, error: Exception) -> None:
        self.failures.append(name)
        kind = "" if isinstance(error, BrokenPromiseError) else f"{type(error).__name__}: "
        print(f"FAIL {name}: {kind}{error}", flush=True)
        _, of, *rest = name.split("/")
        if name.startswith("fault") and int(rest[1]) <= len(self.calls[of]):
            print(f"     call {self.calls[of][int(rest[1]) - 1]}")
        log = self.place.folder / "server.log"
        print("".join(f"     | {line}\n" for line in log.read_text(errors="replace").splitlines()[-5:]), end="")
        kept = self.place.folder / f"failed-{name.replace('/', '-')}"
        shutil.rmtree(kept, ignore_errors=True)
        (self.place.folder / "case").rename(kept)
        print(f"     again: {os.path.relpath(__file__)} --seed {self.seed} --case {name}", flush=True)

    def names(self, options: argparse.Namespace) -> Iterator[str]:
        """The names of as many cases as the options want."""
        of_job = list(KINDS)
        number = 0
        while self.counts["kills"] < options.kills:
            yield f"kill/{of_job[number % len(of_job)]}/{number}"
            number += 1
        yield from self._faults(options.faults)
        for number in range(options.flips):
            yield f"flip/{of_job[number % len(of_job)]}/{number}"
        if options.disks:
            for kind in of_job:
                yield f"disk/{kind}/full"
                yield f"disk/{kind}/readonly"

    def _faults(self, count: int) -> Iterator[str]:
        """Each kind of fault in turn, and each at calls that are spread over a job's whole life."""
        random = Random(f"{self.seed}/faults")
        kinds = boundary.KINDS_OF_FAULT
        rounds = -(-count // len(kinds))
        places = {kind: random.sample(range(rounds), rounds) for kind in kinds}
        for number in range(count):
            kind, turn = kinds[number % len(kinds)], number // len(kinds)
            job = list(KINDS)[turn % len(KINDS)]
            place = (places[kind][turn] + random.random()) / rounds
            yield f"fault/{job}/{kind}/{1 + int(place * len(self.calls[job]))}"


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    program = os.environ.get("ATTNRL_BIN") or REPOSITORY / ".build" / "release" / "attnrl"
    parser.add_argument("--program", type=Path, default=program, help="what is crashed; $ATTNRL_BIN")
    parser.add_argument("--seed", type=int, default=1, help="of all random choices")
    parser.add_argument("--kills", type=int, default=24, help="kill -9 at random moments")
    parser.add_argument("--faults", type=int, default=18, help="faults at the write boundary")
    parser.add_argument("--flips", type=int, default=10, help="flipped bits and cut files")
    parser.add_argument("--disks", action=argparse.BooleanOptionalAction, default=True, help="mount disks, if root")
    parser.add_argument("--case", action="append", metavar="NAME", help="only this case")
    parser.add_argument("--folder", type=Path, help="work in here, and leave what failed; default: a temporary one")
    return parser.parse_args()


def run(options: argparse.Namespace, folder: Path) -> int:
    """Runs the cases, and prints the figures."""
    begun = time.monotonic()
    expect(options.program.is_file(), f"no program at {options.program}: build it, or set ATTNRL_BIN")
    crashes = Crashes(Place(options.program.resolve(), folder), options.seed)
    names: Iterator[str] = iter(options.case) if options.case else crashes.names(options)
    for name in names:
        crashes.case(name)
    counts = ", ".join(f"{count} {what}" for what, count in crashes.counts.items())
    calls = ", ".join(f"{len(calls)} of {kind}" for kind, calls in crashes.calls.items())
    print(f"{counts}; calls in a job's life: {calls}; seed {options.seed}; {time.monotonic() - begun:.0f} s")
    print(f"{len(crashes.failures)} failures" + "".join(f"\n  {name}" for name in crashes.failures))
    return 1 if crashes.failures else 0


def main() -> int:
    """Runs in a folder of its own."""
    options = arguments()
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
        return run(options, options.folder.resolve())
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        return run(options, Path(folder).resolve())


if __name__ == "__main__":
    sys.exit(main())
