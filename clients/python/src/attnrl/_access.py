"""Keys, and the files of TLS: read, and checked before anything connects."""

from __future__ import annotations

import hmac
import os
import re
import ssl
from collections.abc import Iterable
from os import PathLike, fspath
from pathlib import Path
from typing import NoReturn, TypeAlias

import grpc

FilePath: TypeAlias = str | PathLike[str]

_HEADER = "authorization"


class Key:
    """A key, which shows in no text made of it."""

    def __init__(self, text: str, source: str) -> None:
        """Takes a key with white space around it, and where it comes from, for errors."""
        self._text = text.strip()
        self.source = source
        if not self._text:
            raise ValueError(f"{source} is empty: give a key, or leave it out")
        # gRPC would refuse anything else later, and log it.
        if not re.fullmatch("[!-~]+", self._text):
            raise ValueError(f"{source} is not a key: a key is one word of ASCII characters")

    def __repr__(self) -> str:
        """Its source alone."""
        return f"<Key: {self.source}>"

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What a call sends to show the key."""
        return ((_HEADER, f"Bearer {self._text}"),)

    def is_in(self, metadata: Iterable[tuple[str, str | bytes]]) -> bool:
        """Whether a call shows the key. The time this takes does not tell how much of a wrong one is right."""
        value = next((value for name, value in metadata if name == _HEADER), "")
        scheme, _, shown = (value if isinstance(value, str) else "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), self._text.encode())


def given_key(key: str | None, key_file: FilePath | None) -> Key | None:
    """The key that arguments give."""
    if key is not None and key_file is not None:
        raise ValueError("key and key_file are both given: give one of them")
    if key_file is not None:
        return _key_in(key_file, "key_file")
    return None if key is None else Key(key, "key")


def client_key(key: str | None, key_file: FilePath | None) -> Key | None:
    """The key that arguments give, or else the environment."""
    if key is not None or key_file is not None:
        return given_key(key, key_file)
    if path := os.environ.get("ATTNRL_KEY_FILE"):
        return _key_in(path, "ATTNRL_KEY_FILE")
    text = os.environ.get("ATTNRL_KEY")
    return Key(text, "ATTNRL_KEY") if text else None


def _key_in(path: FilePath, name: str) -> Key:
    # Bytes that are not ASCII are refused with the others that no key has.
    return Key(_read(path, name).decode("ascii", "replace"), _named(path, name))


def client_credentials(
    tls_ca: FilePath | None, tls_cert: FilePath | None, tls_key: FilePath | None
) -> grpc.ChannelCredentials:
    """TLS as a client has it, with the authorities that gRPC trusts where none are given."""
    certificate, key = _pair(tls_cert, tls_key) or (None, None)
    return grpc.ssl_channel_credentials(_authorities(tls_ca, "tls_ca"), key, certificate)


def server_credentials(
    tls_cert: FilePath | None, tls_key: FilePath | None, tls_client_ca: FilePath | None
) -> grpc.ServerCredentials | None:
    """TLS as a server has it, None without any."""
    pair = _pair(tls_cert, tls_key)
    authorities = _authorities(tls_client_ca, "tls_client_ca")
    if pair is None:
        if authorities is not None:
            raise ValueError("tls_client_ca is given without tls_cert and tls_key: give the server's own certificate")
        return None
    certificate, key = pair
    return grpc.ssl_server_credentials([(key, certificate)], authorities, authorities is not None)


def _authorities(path: FilePath | None, name: str) -> bytes | None:
    if path is None:
        return None
    data = _read(path, name)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        raise ValueError(f"{_named(path, name)} holds no certificates in PEM") from None
    return data


def _pair(tls_cert: FilePath | None, tls_key: FilePath | None) -> tuple[bytes, bytes] | None:
    """A certificate and its key."""
    if tls_cert is None and tls_key is None:
        return None
    if tls_cert is None or tls_key is None:
        raise ValueError("tls_cert and tls_key belong together: give both, or neither")
    pair = _read(tls_cert, "tls_cert"), _read(tls_key, "tls_key")
    names = _named(tls_cert, "tls_cert"), _named(tls_key, "tls_key")

    def password() -> NoReturn:
        raise ValueError(f"{names[1]} is encrypted: give one that needs no password")

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(tls_cert, tls_key, password)
    except ssl.SSLError as error:
        raise ValueError(
            f"{names[0]} and {names[1]} are not a certificate and its key in PEM: {error.reason or error}"
        ) from None
    return pair


def _read(path: FilePath, name: str) -> bytes:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise OSError(error.errno, f"{name} cannot be read: {error.strerror}", fspath(path)) from None
    if not data.strip():
        raise ValueError(f"{_named(path, name)} is empty")
    return data


def _named(path: FilePath, name: str) -> str:
    return f"{name} {fspath(path)!r}"
