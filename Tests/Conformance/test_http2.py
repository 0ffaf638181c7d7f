"""Every case of HTTP/2 and HPACK; `cases.py` says how they are named."""

import pytest

import http2_frames
import http2_generic
import http2_hpack
import http2_messages
import http2_streams
from cases import CASES, Case
from http2 import Connection

assert http2_frames and http2_generic and http2_hpack and http2_messages and http2_streams


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, server: object) -> None:
    with Connection(server.address, case.settings, case.handshake) as connection:
        case.play(connection)
    assert server.is_running, f"{case.title}: the server has ended"
