#!/usr/bin/env python3
"""How long a small request takes alone, beside a training job, and beside another key's flood; with the standard library.

    Benchmarks/serving/latency.py PROGRAM [--requests 150] [--rounds 3]

Each round measures alone and beside in turns, on one server. A request draws 40 tokens from the model that ships; `first` is
one that draws one token. One JSON line a round, then the ratios of the 99th percentiles, medians over rounds. The flood comes
from a process of its own and of low priority, as if from another machine.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import pathlib
import statistics
import subprocess
import tempfile
import threading
import time

from serving import PROBLEM, serve

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Server:
    def __init__(self, program, folder):
        self.program = program
        keys = folder / "keys.json"
        make = [program, "keys", "make", "--keys", keys, "--scope", "infer,trace,train"]
        self.keys = {name: self.output([*make, name]).strip() for name in ("small", "large")}
        for name, key in self.keys.items():
            (folder / name).write_text(key)
        self.process, self.port = serve(program, "--shipped", "--keys", keys, "--jobs", folder / "jobs")
        self.access = ["--server", f"127.0.0.1:{self.port}", "--key-file", folder / "large"]

    @staticmethod
    def output(command):
        return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout

    def client(self, name):
        return client(self.port, self.keys[name])

    def start_job(self, kind):
        made = self.output(
            [self.program, "job", "create", *self.access, "-f", ROOT / f"examples/{kind}.yaml", "-o", "json",
             "--set", "policy=shipped", "--set", "steps=100000"]
        )
        job = json.loads(made)["id"]
        return lambda: self.output([self.program, "job", "cancel", job, *self.access])

    def start_flood(self):
        process = multiprocessing.get_context("spawn").Process(target=flood, args=(self.port, self.keys["large"]))
        process.start()
        return lambda: (process.terminate(), process.join())


def client(port, key):
    """A function that asks for tokens over one connection and returns the answer's status and milliseconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    headers = {"content-type": "application/json", "authorization": f"Bearer {key}"}

    def ask(tokens, count=1, traced=False):
        body = {"prompt": PROBLEM, "max_tokens": tokens, "n": count, "ignore_eos": True, "temperature": 1.0}
        if traced:
            body["attnrl"] = {"trace": {}}
        begin = time.perf_counter()
        connection.request("POST", "/v1/completions", json.dumps(body), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, 1000 * (time.perf_counter() - begin)

    return ask


def flood(port, key):
    """48 connections of another key that ask for 16 responses of 300 tokens each, a quarter of them traced."""
    os.nice(10)

    def ask_on(number):
        ask = client(port, key)
        while True:
            if ask(300, 16, number % 4 == 0)[0] != 200:
                time.sleep(0.05)

    for number in range(48):
        threading.Thread(target=ask_on, args=(number,)).start()


def measured(ask, tokens, requests):
    times = []
    for _ in range(requests):
        status, milliseconds = ask(tokens)
        assert status == 200, status
        times.append(milliseconds)
        time.sleep(0.005)
    times.sort()
    return {"p50": times[len(times) // 2], "p99": times[int(0.99 * len(times))]}


def both(ask, requests):
    measured(ask, 40, 10)
    return {"whole": measured(ask, 40, requests), "first": measured(ask, 1, requests)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--requests", type=int, default=150)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(options.program, pathlib.Path(folder))
        ask = server.client("small")
        beside = {
            "grpo": lambda: server.start_job("grpo"), "attnrl": lambda: server.start_job("attnrl"), "flood": server.start_flood,
        }
        ratios = {}
        for number in range(options.rounds):
            for name, start in beside.items():
                alone = both(ask, options.requests)
                stop = start()
                time.sleep(2)
                crowded = both(ask, options.requests)
                stop()
                time.sleep(1)
                print(json.dumps({"round": number, "beside": name, "alone": alone, "crowded": crowded}), flush=True)
                for kind in alone:
                    ratios.setdefault((name, kind), []).append(crowded[kind]["p99"] / alone[kind]["p99"])
        for (name, kind), values in ratios.items():
            print(json.dumps({"beside": name, "request": kind, "p99 ratio": round(statistics.median(values), 2)}))
        server.process.terminate()
        server.process.wait(60)


if __name__ == "__main__":
    main()
