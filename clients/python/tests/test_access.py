"""Keys and TLS of the clients."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from both import Async, Blocking, Caller
from certificates import Certificates
from fake_server import HANG_SECONDS, FakeServer, fail

from attnrl import AsyncClient, Client, Health, PermissionDeniedError, UnauthenticatedError, UnavailableError
from attnrl import _methods as methods
from attnrl._access import Key, server_credentials
from attnrl._calls import Settings
from attnrl._proto.attnrl.client import grpc_standard_pb2 as standard

KEY = "attnrl_0123abcd_secret"
SERVING = standard.HealthCheckResponse(status=standard.HealthCheckResponse.SERVING)

Connect = Callable[..., Caller]
StartTLS = Callable[..., FakeServer]

both_clients = pytest.mark.parametrize("kind", [Client, AsyncClient])


@pytest.fixture
def start_tls(certificates: Certificates) -> Iterator[StartTLS]:
    """Starts servers with the certificate named, which ask for clients' where an authority is."""
    started: list[FakeServer] = []

    def start(name: str = "server", authority: str | None = None) -> FakeServer:
        client_ca = certificates.pem(authority) if authority else None
        server = FakeServer(server_credentials(certificates.pem(name), certificates.key(name), client_ca))
        server.answer(methods.HEALTH_CHECK, SERVING)
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture(params=[Blocking, Async], ids=["blocking", "asyncio"])
def ask(request: pytest.FixtureRequest) -> Callable[..., Health]:
    """Asks a server for its health, by a client of either kind with the settings given."""

    def ask(target: str, **settings: Any) -> Health:
        health: Health = request.param(target, **{"timeout": HANG_SECONDS, **settings}).call("health")
        return health

    return ask


# Keys


def test_a_key_goes_with_every_call(server: FakeServer, connect: Connect) -> None:
    server.answer(methods.HEALTH_CHECK, SERVING)
    connect(key=f" {KEY}\n").call("health")
    connect().call("health")
    assert server.metadata[0]["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in server.metadata[1]


def test_a_key_goes_over_tls(start_tls: StartTLS, certificates: Certificates, ask: Callable[..., Health]) -> None:
    server = start_tls()
    assert ask(server.target, key=KEY, tls_ca=certificates.pem("ca")) is Health.SERVING
    assert server.metadata[0]["authorization"] == f"Bearer {KEY}"


def test_keys_come_from_arguments_first(
    server: FakeServer, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server.answer(methods.HEALTH_CHECK, SERVING)
    file, other_file = tmp_path / "key", tmp_path / "other"
    file.write_text(" of-the-file\r\n")
    other_file.write_text("of-the-environments-file")
    monkeypatch.setenv("ATTNRL_KEY", "of-the-environment")
    connect().call("health")
    monkeypatch.setenv("ATTNRL_KEY_FILE", str(other_file))
    connect().call("health")
    connect(key_file=file).call("health")
    connect(key="of-the-argument").call("health")
    assert [metadata["authorization"].removeprefix("Bearer ") for metadata in server.metadata] == [
        "of-the-environment",
        "of-the-environments-file",
        "of-the-file",
        "of-the-argument",
    ]


def test_empty_variables_are_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTNRL_KEY", "")
    monkeypatch.setenv("ATTNRL_KEY_FILE", "")
    assert Settings("localhost", 1, 1, None).metadata == ()


@both_clients
def test_keys_that_are_none_are_refused_unseen(kind: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "bytes").write_bytes(b"secret\xff")
    with pytest.raises(ValueError, match=r"key_file '.*/empty' is empty"):
        kind(key_file=tmp_path / "empty")
    with pytest.raises(FileNotFoundError, match=r"key_file cannot be read: No such file or directory: '.*/missing'"):
        kind(key_file=tmp_path / "missing")
    with pytest.raises(IsADirectoryError, match="key_file cannot be read"):
        kind(key_file=str(tmp_path))
    with pytest.raises(ValueError, match="key is empty"):
        kind(key=" ")
    with pytest.raises(ValueError, match="key and key_file are both given"):
        kind(key=KEY, key_file=tmp_path / "empty")
    for settings in ({"key": "secret secret"}, {"key": "secret\nx: y"}, {"key_file": tmp_path / "bytes"}):
        with pytest.raises(ValueError, match="is not a key") as caught:
            kind(**settings)
        assert "secret" not in str(caught.value)
    with pytest.raises(TypeError, match="key must be a text, not bytes"):
        kind(key=b"secret")


def test_the_environment_is_named_in_errors(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ATTNRL_KEY", "secret secret")
    with pytest.raises(ValueError, match="ATTNRL_KEY is not a key"):
        Client()
    monkeypatch.setenv("ATTNRL_KEY_FILE", str(tmp_path / "missing"))
    with pytest.raises(FileNotFoundError, match="ATTNRL_KEY_FILE cannot be read"):
        Client()


def test_no_text_shows_a_key() -> None:
    key = Key(KEY, "key")
    settings = Settings("localhost", 1, 1, None, key=KEY)
    for text in (repr(key), str(key), f"{key}", repr([key]), repr(settings), repr(vars(settings))):
        assert "secret" not in text


@pytest.mark.parametrize("address", ["gpu.example", "http://gpu.example", "0.0.0.0:80", "dns:///gpu.example:80"])
@both_clients
def test_keys_are_not_sent_unencrypted_to_other_machines(kind: Any, address: str) -> None:
    with pytest.raises(ValueError, match=r"key would be sent to .* unencrypted.* https://") as caught:
        kind(address, key=KEY)
    assert "secret" not in str(caught.value)
    kind(address)


@pytest.mark.parametrize("address", ["localhost", "http://[::1]:80", "unix:/run/attnrl.sock", "https://gpu.example"])
@both_clients
def test_keys_are_sent_to_this_machine_and_over_tls(kind: Any, address: str) -> None:
    kind(address, key=KEY)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (grpc.StatusCode.UNAUTHENTICATED, UnauthenticatedError),
        (grpc.StatusCode.PERMISSION_DENIED, PermissionDeniedError),
    ],
)
def test_refused_keys_have_errors_of_their_own(
    server: FakeServer, connect: Connect, code: grpc.StatusCode, error: type[Exception]
) -> None:
    info = standard.ErrorInfo(reason="KEY_UNKNOWN", domain="attnrl")
    server.answer_by(methods.HEALTH_CHECK, lambda request, context: fail(context, code, "not this key", info))
    with pytest.raises(error, match="not this key") as caught:
        connect(key=KEY).call("health")
    reason: Any = caught.value
    assert reason.reason == "KEY_UNKNOWN"
    assert "secret" not in repr(caught.value)
    assert "secret" not in repr(pickle.loads(pickle.dumps(caught.value)))


# TLS


def test_urls_and_files_mean_tls(start_tls: StartTLS, certificates: Certificates, ask: Callable[..., Health]) -> None:
    server = start_tls()
    for address in (server.target, f"https://{server.target}", f"grpcs://localhost:{server.port}/"):
        assert ask(address, tls_ca=certificates.pem("ca")) is Health.SERVING


def test_unknown_authorities_are_refused(
    start_tls: StartTLS, certificates: Certificates, ask: Callable[..., Health]
) -> None:
    target = f"https://{start_tls().target}"
    for settings in ({}, {"tls_ca": certificates.pem("stranger")}):
        with pytest.raises(UnavailableError, match="of no authority that is trusted here: tls_ca names others"):
            ask(target, **settings)


def test_other_machines_certificates_are_refused(
    start_tls: StartTLS, certificates: Certificates, ask: Callable[..., Health]
) -> None:
    with pytest.raises(UnavailableError, match="the server's certificate is for other names than the address"):
        ask(start_tls("elsewhere").target, tls_ca=certificates.pem("ca"))


def test_clients_may_have_certificates(
    start_tls: StartTLS, certificates: Certificates, ask: Callable[..., Health]
) -> None:
    server = start_tls(authority="ca")
    ca = {"tls_ca": certificates.pem("ca")}
    own = {"tls_cert": certificates.pem("client"), "tls_key": certificates.key("client")}
    strangers = {"tls_cert": certificates.pem("stranger"), "tls_key": certificates.key("stranger")}
    assert ask(server.target, **ca, **own) is Health.SERVING
    for settings in ({}, strangers):
        with pytest.raises(UnavailableError, match="a client's certificate, tls_cert and tls_key"):
            ask(server.target, **ca, **settings)
    assert len(server.requests) == 1


def test_the_wrong_one_of_tls_and_none_is_said(
    start_tls: StartTLS, server: FakeServer, ask: Callable[..., Health]
) -> None:
    with pytest.raises(UnavailableError, match="may want TLS, which is an https:// address"):
        ask(start_tls().target)
    with pytest.raises(UnavailableError, match="has no TLS there: give an http:// address"):
        ask(f"https://{server.target}")


@both_clients
def test_files_that_are_not_what_they_should_be(kind: Any, certificates: Certificates, tmp_path: Path) -> None:
    garbage, certificate, key = tmp_path / "garbage", certificates.pem("client"), certificates.key("client")
    garbage.write_text("garbage")
    cases = [
        ({"tls_ca": garbage}, r"tls_ca '.*garbage' holds no certificates in PEM"),
        ({"tls_ca": key}, r"tls_ca '.*client.key' holds no certificates"),
        ({"tls_cert": certificate}, "tls_cert and tls_key belong together"),
        ({"tls_key": key}, "tls_cert and tls_key belong together"),
        ({"tls_cert": garbage, "tls_key": key}, r"tls_cert '.*garbage' and tls_key '.*' are not a certificate and its"),
        ({"tls_cert": certificate, "tls_key": certificates.key("server")}, "are not a certificate and its key"),
        ({"tls_cert": certificate, "tls_key": certificates.key("encrypted")}, "is encrypted: give one that needs no"),
    ]
    for settings, problem in cases:
        with pytest.raises(ValueError, match=problem):
            kind(**settings)
    with pytest.raises(FileNotFoundError, match=r"tls_ca cannot be read: .*: '.*missing'"):
        kind(tls_ca=tmp_path / "missing")


@pytest.mark.parametrize("scheme", ["http", "grpc"])
@both_clients
def test_schemes_without_tls_take_no_files(kind: Any, scheme: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"'{scheme}://localhost' means no TLS, .*: give https://"):
        kind(f"{scheme}://localhost", tls_ca=tmp_path / "ca.pem")
