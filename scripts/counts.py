#!/usr/bin/env python3
"""Counts the shape of the tree: sizes, functions, parameters, comments, tests, twins, spellings.

    scripts/counts.py [FOLDER]

For seeing, not for quotas. Functions are found by their braces, which is near enough; generated code is left out.
"""

from __future__ import annotations

import re
import statistics
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
# Lines of code alike in two places that make a twin.
TWIN = 6
# What one has to write in several places to add another of its kind: see CONTRIBUTING.
SPELLINGS = {
    "a branch strategy": re.compile(r"low_?[pP]robability\b|low-probability"),
    "a reward kind": re.compile(r"\"regex\"|case regex|\.regex\b"),
    "a model family": re.compile(r"\bqwen3\b|Qwen3ForCausalLM"),
}


def swift(folder: str) -> dict[Path, list[str]]:
    paths = sorted((ROOT / folder).rglob("*.swift"))
    return {path: path.read_text().splitlines() for path in paths if "Generated" not in path.parts}


def quantile(values: list[int], share: float) -> int:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0


def functions(lines: list[str]) -> list[tuple[str, int, int]]:
    """Name, lines and parameters of every function and initialiser with a body."""
    found = []
    for start, line in enumerate(lines):
        match = re.match(r"^( *)(?:[a-z@()]+ )*(?:func ([^ (<]+)|(init)[?(<])", line)
        if not match or line.lstrip().startswith("//"):
            continue
        head = " ".join(part.strip() for part in lines[start : start + 12])
        inside = head[head.find("(") + 1 :]
        depth, parameters, text = 1, 0, ""
        for character in inside:
            depth += (character in "([{<") - (character in ")]}")
            if depth <= 0:
                break
            if character == "," and depth == 1:
                parameters += 1
            text += character
        parameters += bool(text.strip())
        # What a protocol asks for has no body.
        for ahead, part in enumerate(lines[start : start + 12]):
            if part.rstrip().endswith("{") or part.rstrip().endswith("}") and part.strip() != "}":
                break
            if not part.strip() or part.strip() == "}" or part.strip().startswith("//") or ahead and " func " in part:
                ahead = None
                break
        if ahead is None:
            continue
        closing = match.group(1) + "}"
        if line.rstrip().endswith("}"):
            found.append((match.group(2) or "init", 1, parameters))
            continue
        end = next((i for i in range(start + 1, len(lines)) if lines[i].rstrip() == closing), None)
        if end is not None:
            found.append((match.group(2) or "init", end - start + 1, parameters))
    return found


def code(lines: list[str]) -> list[tuple[int, str]]:
    kept = ((number, line.strip()) for number, line in enumerate(lines, 1))
    return [(n, l) for n, l in kept if len(l) > 3 and not l.startswith(("//", "import ", "internal import", "public import"))]


def twins(files: dict[Path, list[str]]) -> list[tuple[str, str, int]]:
    places: dict[tuple[str, ...], list[tuple[Path, int, int]]] = defaultdict(list)
    for path, lines in files.items():
        kept = code(lines)
        for index in range(len(kept) - TWIN + 1):
            window = tuple(line for _, line in kept[index : index + TWIN])
            places[window].append((path, kept[index][0], index))
    pairs: dict[tuple[Path, Path], list[tuple[int, int]]] = defaultdict(list)
    for found in places.values():
        for first, second in zip(found, found[1:]):
            if first[0] != second[0]:
                pairs[first[0], second[0]].append((first[1], second[1]))
    return sorted(
        ((f"{a.relative_to(ROOT)}:{spots[0][0]}", f"{b.relative_to(ROOT)}:{spots[0][1]}", len(spots) + TWIN - 1)
         for (a, b), spots in pairs.items()), key=lambda pair: -pair[2])


# Modules of the command line, which have one suite of tests together.
ROOMS = {"Console", "Judging", "Client", "Hosting", "Tools", "attnrl"}


def suite(module: str) -> str:
    """The folder of a module's tests."""
    return ("Command" if module in ROOMS else module) + "Tests"


def main() -> None:
    sources, tests = swift("Sources"), swift("Tests")
    sizes = [len(lines) for lines in sources.values()]
    longest = max(sources, key=lambda path: len(sources[path]))
    print(f"files {len(sizes)}, lines {sum(sizes)}; median {statistics.median(sizes):.0f}, p90 {quantile(sizes, 0.9)}, "
          f"longest {max(sizes)} ({longest.relative_to(ROOT)})")
    for limit in (15, 25, 40):
        count = sum(size <= limit for size in sizes)
        print(f"files of {limit} lines or fewer: {count} ({100 * count / len(sizes):.0f}%)")
    found = [(name, length, parameters, path) for path, lines in sources.items()
             for name, length, parameters in functions(lines)]
    lengths = [length for _, length, _, _ in found]
    print(f"functions {len(found)}: median {statistics.median(lengths):.0f}, p90 {quantile(lengths, 0.9)}, "
          f"longest {max(lengths)}; at most 10 lines {100 * sum(l <= 10 for l in lengths) / len(lengths):.0f}%, "
          f"at most 30 {100 * sum(l <= 30 for l in lengths) / len(lengths):.1f}%")
    for name, length, parameters, path in sorted(found, key=lambda item: -item[2])[:6]:
        print(f"parameters {parameters}: {path.relative_to(ROOT)} {name}")
    comments = sum(line.strip().startswith("//") for lines in sources.values() for line in lines)
    print(f"comments {100 * comments / sum(sizes):.1f}% of lines")
    tested = sum(len(lines) for lines in tests.values())
    cases = sum(line.strip().startswith("@Test") for lines in tests.values() for line in lines)
    print(f"tests: {tested} lines in {len(tests)} files, {cases} @Test; {tested / sum(sizes):.2f} lines a source line")
    print("\nmodule             lines  files  median  longest  comments  tests a line")
    modules = defaultdict(list)
    for path, lines in sources.items():
        modules[path.relative_to(ROOT / "Sources").parts[0]].append(lines)
    for name, files in sorted(modules.items(), key=lambda item: -sum(map(len, item[1]))):
        total = sum(map(len, files))
        remarks = sum(line.strip().startswith("//") for lines in files for line in lines)
        own = sum(len(lines) for path, lines in tests.items() if suite(name) in path.parts)
        shared = sum(len(lines) for other, files in modules.items() if suite(other) == suite(name) for lines in files)
        print(f"{name:17} {total:6} {len(files):6} {statistics.median(map(len, files)):7.0f} {max(map(len, files)):8} "
              f"{100 * remarks / total:8.1f}% {own / shared:12.2f}")
    print(f"\ntwins of {TWIN} lines or more, the longest:")
    pairs = twins(sources)
    for first, second, length in pairs[:12]:
        print(f"{length:4}  {first}  {second}")
    print(f"      {len(pairs)} pairs of files in all\n\nhand-written files of Sources and clients/python/src that spell")
    python = {path: path.read_text().splitlines() for path in sorted((ROOT / "clients/python/src").rglob("*.py"))
              if "_proto" not in path.parts}
    for what, pattern in SPELLINGS.items():
        files = [path for path, lines in {**sources, **python}.items() if any(map(pattern.search, lines))]
        print(f"{what}: {len(files)}: " + ", ".join(str(path.relative_to(ROOT)) for path in files))


main()
