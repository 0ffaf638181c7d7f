"""Runs a server for long under everything at once, and looks whether it stays as it was.

    soak.py --program PATH [--minutes 120] [--seed 1]

Clients generate, trace, explore and stream; some leave in the middle, some never read, some send what is no request, some
open and close connections; training jobs come, pause, resume and end; one interactive client is timed all along. In the end
resident memory and descriptors must not have grown, the interactive client must not have waited much longer beside all this
than beside a job alone, and the server must stop with its usual exit code. Standard library only.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

# Shorter runs say nothing about memory.
LEAST_MINUTES = 20
MODEL = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Fixtures", "graph-model")
PROMPT = "%10;Li*4;Ai-5;M2;Pb-3;Kp+a;D2;Id+m;B7?K\n"
JOB = {
    "kind": "grpo", "policy": "graph-model", "steps": 12, "data": {"train": "graph-small:modulus=10,distractors=0"},
    "batch": {"prompts_per_step": 4}, "rollout": {"group_size": 4, "max_tokens": 120}, "reward": {"kind": "task"},
    "schedule": {"warmup_steps": 2},
}


class Server:
    """The program under test, and what the system says about it."""

    def __init__(self, program: str, folder: str) -> None:
        self.log = open(os.path.join(folder, "server.log"), "w")
        command = [program, "serve", "--model", MODEL, "--port", "0", "--jobs", os.path.join(folder, "jobs"), "--grace", "20s"]
        # The cache of prefixes fills what it has, which is gigabytes by default.
        command += ["--kv-cache", "32MiB"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.port = int(re.search(r":(\d+)$", self.process.stdout.readline().strip())[1])

    def memory(self) -> int:
        """Resident KiB."""
        status = open(f"/proc/{self.process.pid}/status").read()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def ask(self, path: str, body: object, timeout: float = 120) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def generation(random: random.Random, **more: object) -> dict[str, object]:
    return {"prompt": PROMPT, "max_tokens": random.choice([5, 40, 150]), "n": random.choice([1, 1, 2, 8]),
            "temperature": 1.0, "ignore_eos": random.random() < 0.5, **more}


def whole(server: Server, random: random.Random) -> None:
    trace = {"attnrl": {"trace": {}}} if random.random() < 0.4 else {}
    status, body = server.ask("/v1/completions", generation(random, **trace))
    assert status in (200, 429), body[:300]


def explore(server: Server, random: random.Random) -> None:
    request = {"prompt": {"text": PROMPT}, "budget": {"rollouts": 8}, "sampling": {"maxTokens": 60}}
    status, body = server.ask("/v1/attnrl/explore", request)
    assert status in (200, 400, 429), body[:300]


def leave(server: Server, random: random.Random) -> None:
    """Reads a little of a stream and goes."""
    body = json.dumps(generation(random, stream=True, max_tokens=400, ignore_eos=True)).encode()
    with socket.create_connection(("127.0.0.1", server.port), 20) as client:
        head = b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        client.sendall(head % len(body) + body)
        client.recv(random.choice([1, 100, 10_000]))
        if random.random() < 0.3:
            time.sleep(random.random() * 3)


def nonsense(server: Server, random: random.Random) -> None:
    """Bytes that are no request, requests that stop half way, connections that are opened for nothing."""
    pieces = [b"", b"GET", b"\x00" * 64, random.randbytes(random.randrange(2000)), b"POST /tokenize HTTP/1.1\r\nHost: x\r\n",
              b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + random.randbytes(200)]
    with socket.create_connection(("127.0.0.1", server.port), 20) as client:
        client.sendall(random.choice(pieces))
        client.settimeout(random.random())
        try:
            client.recv(1000)
        except OSError:
            pass


def wrong(server: Server, random: random.Random) -> None:
    bodies = [[], {"prompt": 5}, {"prompt": "x" * 100_000}, {"prompt": PROMPT, "n": 10_000}, {"prompt": [10**9]}]
    status, body = server.ask(random.choice(["/v1/completions", "/v1/nowhere"]), random.choice(bodies))
    assert 400 <= status < 500, (status, body[:300])


def train(server: Server, random: random.Random) -> None:
    """A job, now and then paused and resumed or cancelled; another may have the policy."""
    service = "/attnrl.v1.TrainingService/"
    status, body = server.ask(service + "CreateJob", {"text": json.dumps(JOB)})
    if status != 200:
        assert b"POLICY_BUSY" in body or status == 429, body[:300]
        time.sleep(1)
        return
    job = {"id": json.loads(body)["id"]}
    for _ in range(600):
        time.sleep(0.5)
        state = json.loads(server.ask(service + "GetJob", job)[1]).get("state", "")
        if random.random() < 0.02 and state.endswith("RUNNING"):
            server.ask(service + "PauseJob", job)
            time.sleep(1)
            server.ask(service + "ResumeJob", job)
        if random.random() < 0.01:
            server.ask(service + "CancelJob", job)
        if state.split("_")[-1] in ("SUCCEEDED", "CANCELLED", "FAILED"):
            assert not state.endswith("FAILED"), server.ask(service + "GetJob", job)[1][:500]
            return


def run(play: object, server: Server, seed: int, until: float, faults: list[str]) -> None:
    chance = random.Random(seed)
    while time.monotonic() < until:
        try:
            play(server, chance)
        except (ConnectionError, TimeoutError, http.client.HTTPException):
            if server.process.poll() is not None:
                return
        except Exception as error:  # noqa: BLE001: whatever it is, it is reported
            faults.append(f"{play.__name__}: {error!r}")
            return


def first_tokens(server: Server, until: float) -> list[float]:
    """Milliseconds to the first tokens of small requests."""
    taken = []
    while time.monotonic() < until:
        begin = time.perf_counter()
        status, _ = server.ask("/v1/completions", {"prompt": PROMPT, "max_tokens": 1, "temperature": 1.0})
        if status == 200:
            taken.append(1e3 * (time.perf_counter() - begin))
        time.sleep(0.05)
    return taken


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[int(part * (len(values) - 1))] if values else float("nan")


def slope(samples: list[tuple[float, int]]) -> float:
    """Per hour, by least squares."""
    times, values = [at / 3600 for at, _ in samples], [value for _, value in samples]
    return statistics.linear_regression(times, values).slope if len(samples) > 2 else 0.0


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--minutes", type=float, default=120)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    plays = [whole, whole, explore, leave, leave, nonsense, wrong, train]
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        server = Server(given.program, folder)
        begin = time.monotonic()
        until, faults = begin + 60 * given.minutes, []
        # A fifth of the time for the server to reach what it needs.
        settled = begin + 12 * given.minutes
        threads = [
            threading.Thread(target=run, args=(play, server, given.seed * 100 + index, until, faults), daemon=True)
            for index, play in enumerate(plays)
        ]
        for thread in threads:
            thread.start()
        memory, descriptors, waits = [], [], []
        while time.monotonic() < until and server.process.poll() is None and not faults:
            try:
                waits += first_tokens(server, min(until, time.monotonic() + max(1.0, given.minutes / 4)))
            except (OSError, http.client.HTTPException) as error:
                faults.append(f"first_tokens: {error!r}")
            if time.monotonic() > settled:
                memory.append((time.monotonic() - begin, server.memory()))
                descriptors.append((time.monotonic() - begin, server.descriptors()))
        died = server.process.poll()
        for thread in threads:
            thread.join(60)
        if died is None:
            server.process.send_signal(signal.SIGTERM)
            died = server.process.wait(60)
        hours = given.minutes / 60
        if memory:
            grown = slope(memory) * hours, slope(descriptors) * hours
            print(f"memory: {memory[0][1] >> 10} MiB at first, {memory[-1][1] >> 10} MiB in the end, slope {slope(memory) / 1024:.1f} MiB/h")
            print(f"descriptors: {descriptors[0][1]} at first, {descriptors[-1][1]} in the end, slope {slope(descriptors):.1f}/h")
            # Key/value memory and workspaces of training become resident when they are first used, for minutes.
            if given.minutes >= LEAST_MINUTES and grown[0] > max(64 << 10, 0.2 * memory[0][1]):
                faults.append("resident memory grows")
            if grown[1] > 64:
                faults.append("descriptors are not given back")
        print(f"first token beside all: p50 {percentile(waits, 0.5):.1f} ms, p99 {percentile(waits, 0.99):.1f} ms, {len(waits)} requests")
        if died != 0:
            faults.append(f"the server ended with {died}")
        for fault in faults:
            print(f"FAULT {fault}")
        if faults:
            server.log.flush()
            sys.stdout.write(open(server.log.name).read()[-3000:])
        return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
