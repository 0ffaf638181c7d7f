"""A server of gRPC's test service, and a client's view of it.

ATTNRL_INTEROP names the program (default: .build/release/interop).
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def address() -> Iterator[tuple[str, str]]:
    program = os.environ.get("ATTNRL_INTEROP", str(ROOT / ".build/release/interop"))
    with subprocess.Popen([program], stdout=subprocess.PIPE, text=True) as server:
        line = server.stdout.readline()
        match = re.search(r"serving on (.+):(\d+)$", line.strip())
        assert match, f"the server did not begin to serve: {line!r}"
        yield match[1], match[2]
        assert server.poll() is None, f"the server ended with {server.returncode}"
        server.terminate()
