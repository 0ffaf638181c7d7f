"""Servers, and nginx in front of them with the configuration of examples/deploy, all on this machine."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from attnrl import Client

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = ROOT / "examples/deploy/nginx.conf"
PROBLEM = (ROOT / "examples/problem.txt").read_text()
# The name that the configuration expects in the certificates of replicas.
REPLICA_NAME = "replica.attnrl.internal"

# What Debian's nginx.conf says around the configuration, for an instance of whoever runs the tests: one of root's would
# write bodies as somebody who may not look into the tests' folder.
AROUND = """
{user}
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/attnrl.conf;
}}
"""


class Papers:
    """Certificates by one authority, as the configuration names them, and keys."""

    def __init__(self, folder: Path, program: str) -> None:
        """Makes all of them in a folder."""
        self.folder, self.program = folder, program
        self.keys = folder / "keys.json"
        self.authority = folder / "authority.pem"
        self._openssl(*self._request("authority"), "-x509", "-days", "2", "-out", "authority.pem")
        self._certificate("front", "DNS:localhost,IP:127.0.0.1")
        self._certificate("replica", f"DNS:{REPLICA_NAME},IP:127.0.0.1")
        shutil.copy(self.authority, folder / "replicas-ca.pem")
        self.key = self._key("operator", "infer,trace,train,admin")
        self.visitor = self._key("visitor", "infer")
        self.context = ssl.create_default_context(cafile=str(self.authority))

    def _certificate(self, who: str, names: str) -> None:
        self._openssl(*self._request(who), "-out", f"{who}.csr")
        (self.folder / "names").write_text(f"subjectAltName={names}")
        signer = ["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "2"]
        self._openssl("x509", "-req", "-in", f"{who}.csr", *signer, "-extfile", "names", "-out", f"{who}.pem")

    @staticmethod
    def _request(who: str) -> list[str]:
        kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        return ["req", *kind, "-subj", f"/CN={who}", "-keyout", f"{who}.key"]

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def _key(self, name: str, scopes: str) -> str:
        command = [self.program, "keys", "make", name, "--keys", str(self.keys), "--scope", scopes]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


class Door:
    """What can be asked: a server, or nginx."""

    def __init__(self, papers: Papers, port: int, tls: bool = True) -> None:
        """It is on this machine."""
        self.papers, self.port, self.tls = papers, port, tls

    def client(self, key: str | None = None) -> Client:
        """A client over gRPC. It never tries again."""
        authority = {"tls_ca": self.papers.authority} if self.tls else {}
        scheme = "https" if self.tls else "http"
        return Client(f"{scheme}://127.0.0.1:{self.port}", key=key or self.papers.key, timeout=60, **authority)

    def request(
        self, path: str, body: object = None, key: str | None = None, timeout: float = 60, **headers: str
    ) -> http.client.HTTPResponse:
        """Asks once, on a connection of its own, and returns the answer with its body yet to be read."""
        address, context = ("127.0.0.1", self.port), self.papers.context
        connection = (
            http.client.HTTPSConnection(*address, context=context, timeout=timeout)
            if self.tls
            else http.client.HTTPConnection(*address, timeout=timeout)
        )
        given = {"authorization": f"Bearer {self.papers.key if key is None else key}"} if key != "" else {}
        data = None if body is None else json.dumps(body)
        further = {name.replace("_", "-"): value for name, value in headers.items()}
        all_headers = {"content-type": "application/json", **given, **further}
        connection.request("GET" if body is None else "POST", path, data, all_headers)
        return connection.getresponse()

    def ask(self, path: str, body: object = None, key: str | None = None, **headers: str) -> tuple[int, bytes]:
        """Asks once and reads all of the answer."""
        answer = self.request(path, body, key, **headers)
        return answer.status, answer.read()


class Server(Door):
    """A server of the model that ships, which can be stopped and started again at its address."""

    def __init__(self, papers: Papers, *arguments: str, tls: bool = True) -> None:
        """Starts it, with these arguments beside the usual ones; `await_start` waits until it serves."""
        super().__init__(papers, 0, tls)
        certificate = ["--tls-cert", papers.folder / "replica.pem", "--tls-key", papers.folder / "replica.key"]
        limits = ["--threads", "1", "--kv-cache", "64MiB", "--grace", "30s"]
        self._command = ["serve", "--shipped", "--keys", papers.keys, *limits, *arguments]
        self._command += certificate if tls else []
        self._launch()

    def _launch(self) -> None:
        with open(self.papers.folder / "servers.log", "a") as log:
            self.process = subprocess.Popen(
                list(map(str, [self.papers.program, *self._command, "--port", self.port])),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def await_start(self) -> None:
        """Returns once it serves."""
        line = self.process.stdout.readline()
        found = re.search(r"serving on .*:(\d+)$", line.strip())
        assert found, f"the server did not begin to serve: {line!r}"
        self.port = int(found[1])

    def start_again(self) -> None:
        """At the same address; returns once it serves."""
        self._launch()
        self.await_start()

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal, and returns the exit code."""
        self.process.send_signal(how)
        return self.process.wait(timeout=60)

    def count(self, method: str) -> int:
        """Calls of a method that have ended."""
        lines = self.ask("/metrics")[1].decode().splitlines()
        return sum(int(float(line.split()[-1])) for line in lines if re.match(rf"attnrl:calls_total.*{method}", line))


class Front(Door):
    """An unprivileged nginx; `jobs` is its other port."""

    def __init__(
        self, papers: Papers, nginx: str, replicas: list[Server], jobs: Server, changes: dict[str, str] | None = None
    ) -> None:
        """Starts it. `changes` are made in the configuration, beside those of addresses, ports and the folder."""
        super().__init__(papers, free_port())
        self.jobs = Door(papers, free_port())
        self.folder = papers.folder / f"nginx-{self.port}"
        self.folder.mkdir()
        (self.folder / "attnrl.conf").write_text(self._configuration(replicas, jobs, changes or {}))
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(AROUND.format(folder=self.folder, user=user))
        files = ["-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "error.log")]
        command = [nginx, "-p", str(self.folder), *files]
        subprocess.run([*command, "-t"], check=True, capture_output=True)
        self.process = subprocess.Popen(command)
        wait_for_port(self.port)

    def _configuration(self, replicas: list[Server], jobs: Server, changes: dict[str, str]) -> str:
        text = CONFIGURATION.read_text()
        addresses = {f"10.0.0.1{number}:8470": replica for number, replica in enumerate([jobs, *replicas])}
        places = {place: f"127.0.0.1:{server.port}" for place, server in addresses.items()}
        ports = {"listen 443 ": f"listen 127.0.0.1:{self.port} ", "listen 8443 ": f"listen 127.0.0.1:{self.jobs.port} "}
        ports['"~^8443 "'] = f'"~^{self.jobs.port} "'
        for old, new in {**places, **ports, "/etc/attnrl/": f"{self.papers.folder}/", **changes}.items():
            assert old in text, f"the configuration has no {old}"
            text = text.replace(old, new)
        return text

    def stop(self) -> None:
        """Ends it, without waiting for calls."""
        self.process.terminate()
        self.process.wait(timeout=20)


@contextlib.contextmanager
def standing(*servers: Server) -> Iterator[None]:
    """Starts those again that a test has ended."""
    try:
        yield
    finally:
        for server in servers:
            if server.process.poll() is not None:
                server.start_again()


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int) -> None:
    """Returns once somebody listens there."""
    for _ in range(200):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on {port}")


def wait_until(true: object, seconds: float = 30) -> None:
    """Returns once `true()` holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.1)
