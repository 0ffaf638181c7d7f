"""Ranks that serve what a job on them publishes: serving.py PROGRAM.

Every rank must answer as the first one does, with the version of the same number; and it must send on whoever wants a job of it.
"""

import argparse
import json
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from worlds import World, job

SIZE = 2


def ask(address, method, body):
    request = urllib.request.Request(
        f"http://{address}/attnrl.v1.{method}", json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return [json.loads(line) for line in answer.read().splitlines() if line]


def answer(address, version=None):
    """The text that follows a prompt, and the version that it is of."""
    request = {"policy": "shipped", "prompt": {"text": "Ada has 3 apples."}, "sampling": {"maxTokens": 40, "seed": 5}}
    events = ask(address, "GenerationService/Generate", request | ({"version": version} if version else {}))
    assert all("error" not in event for event in events), events
    started = next(event["started"] for event in events if "started" in event)
    return started["version"], "".join(event["tokens"]["run"].get("text", "") for event in events if "tokens" in event)


def play(program):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        file = folder / "job.yaml"
        file.write_text(job("grpo", steps=2))
        with World(program, SIZE, folder, arguments=["--serve-on-ranks"]) as world:
            other = world.said(r"serves on (\S+)")
            before = answer(world.address)
            assert answer(other) == before, "ranks answer otherwise"
            world.run("job", "create", "-f", str(file))
            # While ranks train, each answers.
            assert answer(other, 1) == answer(world.address, 1) == before
            while not (shares := json.loads(world.run("job", "get", "job-1", "-o", "json")).get("ranks")):
                time.sleep(0.2)
            world.run("job", "wait", "job-1")
            after = answer(world.address)
            assert after[0] != before[0], "nothing was published"
            assert answer(other) == after, f"{answer(other)} and {after}"
            assert answer(other, 1) == before
            assert [share["rank"] for share in shares] == list(range(SIZE)), shares
            assert all(share["learnt_tokens"] > 0 and share["drawn_tokens"] > 0 for share in shares), shares
            try:
                ask(other, "TrainingService/ListJobs", {})
                raise AssertionError("a rank behind the first answers for jobs")
            except urllib.error.HTTPError as error:
                refused = json.loads(error.read())
            assert "rank 0" in json.dumps(refused), refused
            world.stop()
    print(f"{SIZE} ranks serve: the same answers under the same versions, before, during and after a job")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    play(parser.parse_args().program)
