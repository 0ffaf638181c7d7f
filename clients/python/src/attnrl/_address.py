"""Addresses of servers, by the same rules as the command line's (`Endpoint.swift`), held to the same table of tests."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

USUAL_PORT = 8470

_TLS_OF_SCHEME = {"http": False, "grpc": False, "https": True, "grpcs": True}

_GRPC_NAMES = re.compile(r"(dns|ipv4|ipv6|unix|unix-abstract|vsock|xds|passthrough):", re.IGNORECASE)
"""Beginnings of names that gRPC's resolvers read, which are left to them."""


class Server(NamedTuple):
    """Where a server is."""

    target: str
    """Its name for gRPC."""
    tls: bool | None
    """Whether to use TLS, None where the address does not say."""


def server(address: str) -> Server:
    """Reads `host:port`, a host alone, an IPv6 address in brackets or without, or one of these as a URL.

    Raises:
        ValueError: It is none of these.
    """
    if _GRPC_NAMES.match(address) and "://" not in address.replace(":///", "", 1):
        return Server(address, None)
    rest, tls = _without_url(address)
    host, port = host_and_port(rest, address)
    return Server(joined(host, USUAL_PORT if port is None else _port(port, address)), tls)


def listen_host(host: str) -> str:
    """The host of an address to listen on, without the brackets of an IPv6 one."""
    if not host:
        raise _problem(host, "it is empty: give 127.0.0.1 for this machine alone, or 0.0.0.0 for every interface")
    if "/" in host:
        raise _problem(host, "it is a URL: give a host or an address of this machine")
    name, port = host_and_port(host, host)
    if port is not None:
        raise _problem(host, "it has a port: give that as port=")
    return name


def joined(host: str, port: int) -> str:
    """Host and port in one text."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_loopback(grpc_target: str) -> bool:
    """Whether a target of gRPC, with all of its addresses, is this machine."""
    scheme = _GRPC_NAMES.match(grpc_target)
    kind = scheme[1].lower() if scheme else ""
    if kind in ("unix", "unix-abstract"):
        return True
    if kind == "xds":  # Its names are those of services, wherever they are.
        return False
    rest = grpc_target[scheme.end() :].rpartition("/")[2] if scheme else grpc_target
    return all(map(_is_loopback_address, rest.split(",")))


def _is_loopback_address(address: str) -> bool:
    host = address[1:].partition("]")[0] if address.startswith("[") else address.rpartition(":")[0] or address
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host.lower() == "localhost" or host.lower().endswith(".localhost")


def _without_url(address: str) -> tuple[str, bool | None]:
    """What follows the scheme, and whether the scheme means TLS."""
    scheme, mark, rest = address.partition("://")
    tls = _TLS_OF_SCHEME.get(scheme.lower()) if mark else None
    if mark and tls is None:
        raise _problem(address, "its scheme is not known: give host:port, or http:// or https:// before it")
    plain = (rest if mark else address).removesuffix("/")
    if re.search("[/?#]", plain):
        raise _problem(address, "it has a path: a server is named by host and port alone")
    if "@" in plain:
        raise _problem(address, "it has a user's name: give host:port; a key is given as key or key_file")
    return plain, tls


def host_and_port(text: str, address: str) -> tuple[str, str | None]:
    """A host without brackets, and what stands behind its colon."""
    if text.startswith("["):
        return _bracketed(text, address)
    if text.count(":") > 1:
        if not _is_ipv6(text):
            raise _problem(address, "it has several colons and is no IPv6 address: give host:port, or [address]:port")
        return text, None
    host, colon, port = text.partition(":")
    if not host:
        raise _problem(address, "it has no host: give host:port, as in 127.0.0.1:8470")
    if re.fullmatch("[0-9]+", host):
        raise _problem(
            address, f"its host is a number: give a name or an address; 127.0.0.1:{host} is a port of this machine"
        )
    if not all(letter.isalpha() or letter.isdecimal() or letter in "-._" for letter in host):
        raise _problem(address, "its host has characters that no name of a machine has: give host:port")
    return host, port if colon else None


def _bracketed(text: str, address: str) -> tuple[str, str | None]:
    host, end, rest = text[1:].partition("]")
    if not end or not _is_ipv6(host):
        raise _problem(address, f"brackets hold IPv6 addresses, as in [::1]:{USUAL_PORT}")
    if rest and not rest.startswith(":"):
        raise _problem(address, f"only a colon and a port may follow the brackets, as in [::1]:{USUAL_PORT}")
    return host, rest[1:] if rest else None


def _is_ipv6(text: str) -> bool:
    address, zone, name = text.partition("%")
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return bool(name) or not zone


def _port(text: str, address: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text) or not 1 <= int(text) <= 65535:
        raise _problem(address, f"its port is {text!r}: give a number from 1 to 65535")
    return int(text)


def _problem(address: str, problem: str) -> ValueError:
    # What stands before an "@" may be a secret.
    shown = re.sub(r"^(.*?://)?.*@", r"\1...@", address, flags=re.DOTALL)
    return ValueError(f"{shown!r} is not the address of a server: {problem}")
