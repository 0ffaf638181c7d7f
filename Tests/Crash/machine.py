"""A crash of the machine: takes back what a killed program had written and not synchronised.

faults.c writes down what each call overwrote. What may be lost is read strictly: bytes stay from the `fsync` of their
file on, names from the `fsync` of their folder on, whatever one file system or another does beyond that. Bytes are lost
page by page in any choice, names of one folder from the last on.
"""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from pathlib import Path
from random import Random

PAGE = 4096


def crash(root: Path, journal: Path, random: Random) -> str:
    """Loses a random part of what was not synchronised, and says how much."""
    # Often all of it: that is what a machine that stops at once leaves.
    share = random.choice([1.0, 1.0, 0.5, 0.1])
    lines = [line.split("\t") for line in (journal / "journal").read_text().splitlines()]
    pages = _lose_bytes(root, journal, lines, share, random)
    names = _lose_names(journal, lines, share, random)
    # The index of the write-ahead log is shared memory: nobody synchronises it, and SQLite makes it anew.
    if random.random() < 0.5:
        (root / "jobs.sqlite-shm").unlink(missing_ok=True)
    return f"{pages} pages and {names} names lost"


def _lose_bytes(root: Path, journal: Path, lines: list[list[str]], share: float, random: Random) -> int:
    pending: dict[int, list[tuple[int, int, int, int, int]]] = defaultdict(list)
    for what, *rest in lines:
        if what in ("bytes", "size"):
            inode, offset, length, size, position, kept = map(int, rest[:6])
            pending[inode].append((offset, length, size, position, kept))
        elif what == "sync":
            pending.pop(int(rest[0]), None)
    paths = {path.stat().st_ino: path for folder in (journal, root) for path in folder.rglob("*") if path.is_file()}
    lost = 0
    with (journal / "old").open("rb") as old:
        for inode, changes in pending.items():
            path = paths.get(inode)
            if path is None or path.name.endswith("-shm"):
                continue
            now = path.read_bytes()
            before, touched = bytearray(now), set()
            for offset, length, size, position, kept in reversed(changes):
                old.seek(position)
                before[len(before) :] = bytes(max(size - len(before), 0))
                before[offset : offset + kept] = old.read(kept)
                del before[size:]
                touched.update(range(offset // PAGE, (offset + max(length, kept) + PAGE - 1) // PAGE))
            after = bytearray(now)
            if random.random() < share:
                del after[len(before) :]
            for page in touched:
                if random.random() < share:
                    lost += 1
                    start, end = page * PAGE, min((page + 1) * PAGE, len(after))
                    if start < end:
                        after[start:end] = before[start:end].ljust(end - start, b"\0")
            # In place: hard links to the file lose the same.
            with path.open("r+b") as file:
                file.write(after)
                file.truncate(len(after))
    return lost


def _lose_names(journal: Path, lines: list[list[str]], share: float, random: Random) -> int:
    changes = [line for line in lines if line[0] in ("create", "mkdir", "unlink", "rmdir", "rename", "syncfolder")]
    pending: dict[str, list[int]] = defaultdict(list)
    for index, (what, *rest) in enumerate(changes):
        if what == "syncfolder":
            pending.pop(rest[1], None)
        else:
            pending[os.path.dirname(rest[1] if what == "rename" else rest[0])].append(index)
    taken: set[int] = set()
    for indices in pending.values():
        kept = 0 if random.random() < share else random.randint(0, len(indices))
        taken.update(indices[kept:])
    later: list[tuple[str, str]] = []
    lost = 0
    for index in reversed(range(len(changes))):
        change = changes[index]
        if index in taken:
            lost += _take_back([change[0], *(_moved(path, later) for path in change[1:3]), *change[3:]], journal)
        elif change[0] == "rename":
            later.append((change[1], change[2]))
    return lost


def _moved(path: str, later: list[tuple[str, str]]) -> str:
    """Where a path is now, after renames that stay; the last of them comes first."""
    for source, target in reversed(later):
        if path == source or path.startswith(source + "/"):
            path = target + path[len(source) :]
    return path


def _take_back(change: list[str], journal: Path) -> int:
    what, path = change[0], change[1]
    try:
        if what == "create":
            os.unlink(path)
        elif what == "mkdir":
            shutil.rmtree(path)
        elif what == "rmdir":
            os.mkdir(path)
        elif what == "unlink":
            os.link(journal / change[2], path)
        else:
            os.rename(change[2], path)
            if change[3] != "0":
                os.link(journal / change[3], change[2])
    except FileNotFoundError:
        # What held it is lost already.
        return 0
    except FileExistsError:
        return 0
    return 1
