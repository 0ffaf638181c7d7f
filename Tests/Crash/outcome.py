"""What a job leaves, and whether it is what an uninterrupted one leaves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attnrl.jobs import JobEvaluated, JobEvent, JobStepDone

from ledger import expect, figures

IGNORED = "ignored"


@dataclass
class Outcome:
    """Figures of a job's steps and evaluations, and the bytes of its files."""

    steps: dict[int, dict[str, str]] = field(default_factory=dict)
    evaluations: dict[int, dict[str, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def outcome(events: list[JobEvent], folder: Path, damaged: tuple[Path, bytes] | None = None) -> Outcome:
    """Reads it, but for a file that is still damaged; a step that is there twice must be the same both times."""
    result = Outcome()
    for event in events:
        for kind, seen in ((JobStepDone, result.steps), (JobEvaluated, result.evaluations)):
            if isinstance(event, kind):
                now = figures(event.metrics)
                before = seen.setdefault(event.step, now)
                expect(before == now, f"step {event.step} was done again otherwise: {difference(before, now)}")
    for path in folder.rglob("*"):
        if path.is_file():
            is_damaged = damaged == (path, path.read_bytes()) if damaged else False
            result.files[str(path.relative_to(folder))] = IGNORED if is_damaged else digest(path)
    return result


def digest(path: Path) -> str:
    """A file's SHA-256, without what differs between two runs.

    That is the time in a manifest, a folder's identity, and in trees the version that drew a rollout: a server counts
    the versions it serves, and each begins anew.
    """
    data = path.read_bytes()
    if path.name == "identity":
        return "identity"
    try:
        if path.name == "manifest.json":
            data = json.dumps(without(json.loads(data) | {"created_at": 0}, "trees.json")).encode()
        if path.name == "trees.json" or path.suffix == ".jsonl":
            data = json.dumps([without(json.loads(line)) for line in data.splitlines()]).encode()
    except ValueError:
        # Damaged: its bytes are those of no undisturbed run.
        pass
    return hashlib.sha256(data).hexdigest()


def without(value: Any, file: str = "") -> Any:
    """JSON without versions, and without a manifest's checksum of one file."""
    if isinstance(value, list):
        return [without(item, file) for item in value]
    if isinstance(value, dict):
        left_out = {"version"} | ({"bytes", "checksum"} if value.get("path") == file else set())
        return {key: without(value[key], file) for key in sorted(value) if key not in left_out}
    return value


def difference(before: dict[Any, Any], now: dict[Any, Any]) -> str:
    """The first few entries that differ."""
    keys = [key for key in before.keys() | now.keys() if before.get(key) != now.get(key)]
    return ", ".join(f"{key}: {before.get(key)} became {now.get(key)}" for key in sorted(keys, key=str)[:3])


def compare(wanted: Outcome, found: Outcome, may_leave_more: bool = False, excused: Set[str] = frozenset()) -> None:
    """Fails a case whose outcome is another.

    Args:
        wanted: Of an uninterrupted run.
        found: Of the case.
        may_leave_more: Whether files may be there that no disk without faults would have kept, as older checkpoints.
        excused: Files that may be missing.
    """
    for what in ("steps", "evaluations"):
        before, now = getattr(wanted, what), getattr(found, what)
        expect(before.keys() == now.keys(), f"{what} {sorted(now)} instead of {sorted(before)}")
        for step in before:
            expect(before[step] == now[step], f"{what} of {step} differ: {difference(before[step], now[step])}")
    missing = sorted(wanted.files.keys() - found.files.keys() - excused)
    expect(not missing, f"files are missing: {missing[:3]}")
    other = [
        name
        for name in wanted.files.keys() & found.files.keys()
        if found.files[name] not in (wanted.files[name], IGNORED)
    ]
    expect(not other, f"files differ: {other[:3]}")
    more = sorted(found.files.keys() - wanted.files.keys())
    if not may_leave_more:
        expect(not more, f"files were left behind: {more[:3]}")
