from __future__ import annotations

import json
import re
from typing import Any

import pytest
from program import REPOSITORY

from attnrl import AsyncClient, Client
from attnrl._address import is_loopback, joined, listen_host, server
from attnrl._calls import Settings

TABLE = json.loads((REPOSITORY / "Tests" / "Fixtures" / "addresses.json").read_text())
"""The same table that the command line's addresses are held to."""


@pytest.mark.parametrize("row", TABLE["servers"], ids=lambda row: repr(row["text"]))
def test_addresses_are_read_as_the_command_line_reads_them(row: dict[str, Any]) -> None:
    if "problem" in row:
        with pytest.raises(ValueError, match=re.escape(row["problem"])):
            server(row["text"])
    else:
        target, tls = server(row["text"])
        assert target == joined(row["host"], row["port"])
        assert bool(tls) is row.get("tls", False)


@pytest.mark.parametrize("row", TABLE["listening"], ids=lambda row: repr(row["text"]))
def test_hosts_to_listen_on(row: dict[str, Any]) -> None:
    if "problem" in row:
        with pytest.raises(ValueError, match=re.escape(row["problem"])):
            listen_host(row["text"])
    else:
        assert listen_host(row["text"]) == row["host"]


@pytest.mark.parametrize("name", ["dns:///example.org:80", "ipv4:127.0.0.1:80", "unix:/run/attnrl.sock"])
def test_names_of_grpcs_own_are_left_to_grpc(name: str) -> None:
    assert server(name) == (name, None)


def test_only_schemes_say_whether_there_is_tls() -> None:
    assert server("localhost").tls is None
    assert server("grpc://localhost").tls is False


@pytest.mark.parametrize(
    "address", ["https://attnrl_secret@host", "me:attnrl_secret@host", "ftp://me:attnrl_secret@h/"]
)
def test_what_stands_before_an_at_sign_is_not_shown(address: str) -> None:
    with pytest.raises(ValueError, match="is not the address") as caught:
        server(address)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_clients_refuse_what_is_no_address(kind: Any) -> None:
    with pytest.raises(ValueError, match=r"'https://localhost/v1' is not the address of a server: it has a path"):
        kind("https://localhost/v1")


@pytest.mark.parametrize(
    ("name", "loopback"),
    [
        ("127.0.0.1:80", True),
        ("127.9.9.9:80", True),
        ("[::1]:80", True),
        ("localhost:80", True),
        ("a.localhost:80", True),
        ("dns:///localhost:80", True),
        ("ipv4:127.0.0.1:80", True),
        ("unix:/run/attnrl.sock", True),
        ("ipv6:[::1]:80,[::1]:81", True),
        ("ipv6:[::1]:80,[2001:db8::7]:80", False),
        ("ipv4:127.0.0.1:80,10.0.0.7:80", False),
        ("xds:///localhost", False),
        ("10.0.0.7:80", False),
        ("[2001:db8::7]:80", False),
        ("localhost.example:80", False),
        ("example.org:80", False),
    ],
)
def test_this_machine_is_reached_without_the_environments_proxy(name: str, loopback: bool) -> None:
    assert is_loopback(name) is loopback
    options = Settings(name, 1, 1, None).channel_options()
    assert (("grpc.enable_http_proxy", 0) in options) is loopback
