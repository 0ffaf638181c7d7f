"""A server with clients of every kind, and what it is left with when they have gone."""

from __future__ import annotations

import http.client
import json
import os
import re
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from attnrl import Client
from conftest import PROGRAM, Server

LONG = os.environ.get("ATTNRL_LONG") == "1"
SEED = int(os.environ.get("ATTNRL_SEED", "1"))
"""What random choices follow from."""
SEEDS = range(SEED, SEED + (20 if LONG else 1))

PATIENCE = 120.0
"""Guards against hanging, in seconds: nothing here depends on the time it takes."""

PROMPT = "%10;Li*4;Ai-5;M2;Pb-3;Kp+a;D2;Id+m;B7?K\n"
RESPONSE = "D2=d2\n\nM2=m2\n\nId+m;d2+m2=i4\n\nAi-5;i4-5=a9\n\n"

Address = tuple[str, int]


def eventually(holds: Callable[[], bool], patience: float = PATIENCE) -> float:
    """Waits until something holds, and returns the seconds it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < patience, f"not within {patience:.0f} s"
        time.sleep(0.02)
    return time.monotonic() - began


class Door:
    """A server, and clients of each kind for it or for a proxy in front of it."""

    def __init__(self, *arguments: str, folder: Path, secure: bool = False) -> None:
        self.ca = self.key = None
        # Two threads wait for each other, which takes long on a busy machine.
        arguments = ("--threads", "1", "--kv-cache", "32MiB", "--jobs", str(folder / "jobs"), *arguments)
        if secure:
            from certificates import Certificates

            made = Certificates.make(folder)
            self.ca = made.pem("ca")
            self.key = subprocess.run(
                [
                    PROGRAM,
                    "keys",
                    "make",
                    "tests",
                    "--keys",
                    folder / "keys.json",
                    "--scope",
                    "infer,trace,train,admin",
                ],
                check=True,
                capture_output=True,
                text=True,
            ).stdout.strip()
            pair = ("--tls-cert", str(made.pem("server")), "--tls-key", str(made.key("server")))
            arguments = (*arguments, "--keys", str(folder / "keys.json"), *pair)
        self.server = Server(*arguments)
        self.address = self.server.address

    def client(self, address: Address | None = None, **settings: Any) -> Client:
        """The project's own."""
        return Client("{}:{}".format(*(address or self.address)), key=self.key, tls_ca=self.ca, **settings)

    @contextmanager
    def channel(self, address: Address) -> Iterator[grpc.Channel]:
        """Plain grpcio."""
        target, options = "{}:{}".format(*address), [("grpc.use_local_subchannel_pool", 1)]
        if self.ca:
            credentials = grpc.ssl_channel_credentials(self.ca.read_bytes())
            with grpc.secure_channel(target, credentials, options) as channel:
                yield channel
        else:
            with grpc.insecure_channel(target, options) as channel:
                yield channel

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}

    def http(self, address: Address | None = None, timeout: float = PATIENCE) -> http.client.HTTPConnection:
        host, port = address or self.address
        if not self.ca:
            return http.client.HTTPConnection(host, port, timeout=timeout)
        return http.client.HTTPSConnection(
            host, port, timeout=timeout, context=ssl.create_default_context(cafile=str(self.ca))
        )

    def post(self, path: str, body: object, address: Address | None = None, **headers: str) -> bytes:
        """What is answered to JSON over HTTP/1.1."""
        connection = self.http(address)
        try:
            headers = {"Content-Type": "application/json", **self.headers, **headers}
            connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            if not answer.length and not answer.chunked:
                # http.client takes headers that break off for whole ones.
                raise http.client.IncompleteRead(b"")
            whole = answer.read()
            assert answer.status == 200, whole
            return whole
        finally:
            connection.close()

    def gauges(self, *names: str) -> float:
        """The sum of these metrics, over all their labels."""
        text = self.post("/metrics", None).decode()
        return sum(
            float(value) for name, value in re.findall(r"^([\w:]+)(?:\{.*\})? (\S+)$", text, re.M) if name in names
        )

    @property
    def load(self) -> float:
        """Responses and calls that the server has not done with."""
        return self.gauges("vllm:num_requests_running", "vllm:num_requests_waiting", "attnrl:open_calls")

    def settles(self, descriptors: int) -> None:
        """Waits until nothing is computed for those that have gone, and their descriptors are closed."""
        eventually(lambda: self.load == 0)
        eventually(lambda: self.server.descriptors <= descriptors)


class Neighbour:
    """Another client, whose answers stay what they were."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.count = 0

    def __enter__(self) -> Neighbour:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(PATIENCE)
        assert self._failure is None, f"another client was disturbed: {self._failure!r}"
        assert self.count and not self._thread.is_alive(), "another client was not answered"

    def _run(self) -> None:
        try:
            with self._door.client(timeout=PATIENCE) as client:
                expected = client.generate(PROMPT, max_tokens=20, seed=5, ignore_eos=True).text
                while True:
                    assert client.generate(PROMPT, max_tokens=20, seed=5, ignore_eos=True).text == expected
                    self.count += 1
                    if self._stop.wait(0.05):
                        return
        except BaseException as failure:
            self._failure = failure
