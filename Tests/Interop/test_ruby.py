"""The cases with the client that gRPC's Ruby library brings, where it is installed (Debian: ruby-grpc)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cases import CASES

CLIENTS = sorted(Path("/usr").glob("*/*/rubygems-integration/*/gems/grpc-*/src/ruby/pb/test/client.rb"))


@pytest.mark.parametrize("case", CASES)
def test_case(case: str, address: tuple[str, str]) -> None:
    if not CLIENTS:
        pytest.skip("ruby-grpc is not installed")
    if f"def {case}\n" not in CLIENTS[-1].read_text():
        pytest.skip("this client does not have the case")
    host, port = address
    done = subprocess.run(
        ["ruby", CLIENTS[-1], "--server_host", host, "--server_port", port, "--use_tls", "false", "--test_case", case],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    assert f"OK: {case}" in done.stdout
