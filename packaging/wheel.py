#!/usr/bin/env python3
"""Puts the program into the Python client's wheel: wheel.py TREE CLIENT OUT.

TREE is what the tarball holds: `bin` and `lib`. The wheel's `attnrl` command starts the program, and the client can be
imported as ever.
"""

from __future__ import annotations

import base64
import hashlib
import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

STARTER = '''"""Starts the program that came with this package."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Becomes the program."""
    program = Path(__file__).resolve().parent / "_program" / "bin" / "attnrl"
    os.execv(program, [str(program), *sys.argv[1:]])


if __name__ == "__main__":
    main()
'''


def tag() -> str:
    """The platform: the C library that the program was linked against, and the machine."""
    major, minor = platform.libc_ver()[1].split(".")[:2]
    return f"py3-none-manylinux_{major}_{minor}_{platform.machine()}"


def main() -> None:
    tree, client, out = (Path(argument) for argument in sys.argv[1:4])
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, str(client)], check=True)
        (pure,) = Path(folder).glob("*.whl")
        name, version = pure.name.split("-")[:2]
        target = out / f"{name}-{version}-{tag()}.whl"
        info = f"{name}-{version}.dist-info"
        records = []
        with zipfile.ZipFile(pure) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as wheel:

            def add(path: str, data: bytes, mode: int = 0o644) -> None:
                entry = zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0))
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, (0o100000 | mode) << 16
                wheel.writestr(entry, data)
                digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
                records.append(f"{path},sha256={digest},{len(data)}")

            for path in source.namelist():
                data = source.read(path)
                if path == f"{info}/RECORD":
                    continue
                if path == f"{info}/WHEEL":
                    data = data.replace(b"Root-Is-Purelib: true", b"Root-Is-Purelib: false")
                    data = data.replace(b"Tag: py3-none-any", f"Tag: {tag()}".encode())
                add(path, data)
            add(f"{name}/_start.py", STARTER.encode())
            add(f"{info}/entry_points.txt", f"[console_scripts]\nattnrl = {name}._start:main\n".encode())
            for file in sorted(tree.rglob("*")):
                if file.is_file() and file.relative_to(tree).parts[0] in ("bin", "lib"):
                    executable = 0o755 if file.name == "attnrl" else 0o644
                    add(f"{name}/_program/{file.relative_to(tree)}", file.read_bytes(), executable)
            records.append(f"{info}/RECORD,,")
            wheel.writestr(f"{info}/RECORD", "\n".join(records) + "\n")


if __name__ == "__main__":
    main()
