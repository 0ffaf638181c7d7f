"""Jobs in worlds of several sizes, and in some of which a rank is killed: worlds.py PROGRAM [SIZE...].

Every world must come to the metrics and weights of one rank alone. So must one of which a rank is killed, wherever its step
is at that moment, and which is then started again, with another number of ranks now and then. Events name the rank that was
killed, unless it was the first: if not always, since mpirun gives the others a second, then at least once in all.
"""

import argparse
import contextlib
import hashlib
import itertools
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

JOB = """
kind: {kind}
policy: {policy}
steps: {steps}
data: {{train: "{train}"}}
reward: {reward}
rollout: {{group_size: {responses}, max_tokens: {tokens}}}
batch: {{prompts_per_step: {prompts}}}
optimizer: {{learning_rate: 1e-4}}
compute: {{gradient_groups: 4, threads: 1}}
checkpoints: {{every_steps: 2}}
publish: {{every_steps: 0}}
"""
# A prompt has no more responses to branch than it has in all.
TREES = "adaptive: {{branched_rollouts: {responses}}}\n"
EVALUATION = """
kind: evaluate
policy: shipped
data: {held_out: words-shuffled}
reward: {kind: task}
evaluation: {prompts: 24, samples: 2, max_tokens: 800, temperature: 1}
batch: {prompts_per_step: 6}
"""
SHIPPED = {"policy": "shipped", "train": "words-shuffled", "reward": "{kind: task}", "tokens": 800}
# Random weights write bytes: whether there is an e among them is as good a task as any.
RANDOM = {"policy": "model", "reward": "{kind: regex, pattern: '(e)'}", "tokens": 64}


def job(kind, prompts=8, responses=6, steps=6, learning=SHIPPED):
    """What a job says."""
    if kind == "evaluate":
        return EVALUATION
    return (JOB + TREES if kind == "attnrl" else JOB).format(
        kind=kind, prompts=prompts, responses=responses, steps=steps, **learning)


def last(kind, steps):
    """The step behind which ranks may be killed at the latest."""
    return 3 if kind == "evaluate" else steps - 1


class World:
    """A server of so many ranks, all on this machine unless there are hosts: see networks.py."""

    def __init__(self, program, size, folder, hosts=None, model=("--shipped",), arguments=()):
        self.program, self.size, self.folder = program, size, folder
        self.inside = hosts.inside() if hosts else []
        launch = hosts.launch(size) if hosts else ["mpirun", "--oversubscribe", "-np", str(size)] if size > 1 else []
        if launch and not hosts and os.geteuid() == 0:
            launch.append("--allow-run-as-root")
        command = [*launch, program, "serve", *model, "--jobs", folder / "jobs", "--port", "0", "--threads", "1", *arguments]
        self.log = open(folder / "log", "a")
        self.process = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=self.log, text=True, start_new_session=True)
        self.lines = []
        self.address = self.said(r"serving on (\S+)")

    def said(self, pattern):
        """What the first line with the pattern says, whenever it comes."""
        for place in itertools.count():
            if place == len(self.lines):
                self.lines.append(next(self.process.stdout))
            if found := re.search(pattern, self.lines[place]):
                return found[1]

    def run(self, *command):
        return subprocess.run(
            [*self.inside, self.program, *command, "--server", self.address], check=True, text=True, stdout=subprocess.PIPE,
            timeout=1800).stdout

    def ranks(self):
        """Process ids of the ranks, in no order."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes().split(b"\0")
            except OSError:
                continue  # it has ended
            if str(self.folder / "jobs").encode() in words and b"mpirun" not in words[0]:
                found.append(int(entry.parent.name))
        return found

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


def outcome(world):
    """Metrics by step and in the end, those of time and ranks left out, and what was published."""
    found = {}
    for line in world.run("job", "logs", "job-1", "-o", "jsonl").splitlines():
        event = json.loads(line)
        if event["event"] in ("step_done", "evaluated"):
            found[event["event"], event["step"]] = {
                name: value for name, value in event["metrics"].items() if not name.startswith(("time/", "ranks/"))}
    weights = sorted((world.folder / "jobs/job-1").glob("published/*/policy/model.safetensors"))
    return found, [hashlib.sha256(file.read_bytes()).hexdigest() for file in weights]


def finished(world):
    world.run("job", "wait", "job-1")
    result = outcome(world)
    world.stop()
    return result


# What ranks tell each other, in every step or at checkpoints, and so the phases of a step.
PHASES = ["telling what to do next", "drawing responses", "judging responses", "adding gradients", "measuring gradients",
          "sharing parameters", "telling what each rank did", "collecting the optimizer's state"]


def rank_of(process):
    """The number of a rank, by its process id."""
    environment = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    return next(int(entry.split(b"=")[1]) for entry in environment if entry.startswith(b"OMPI_COMM_WORLD_RANK="))


def kill(world, chance, last):
    """Kills a rank as it does something behind some step, or soon afterwards; its number, and when it was."""
    behind, victim, phase = chance.randint(0, last), chance.choice(sorted(world.ranks())), chance.choice(PHASES)
    while (job := json.loads(world.run("job", "get", "job-1", "-o", "json")))["steps_done"] < behind:
        time.sleep(0.05)
    with open(world.folder / "log") as log:
        log.seek(0, os.SEEK_END)
        # An evaluation has not all phases, and a job may have had its last checkpoint.
        end = time.monotonic() + 3
        while phase not in log.read() and time.monotonic() < end:
            time.sleep(0.002)
    time.sleep(chance.choice([0, 0, 0.01, 0.3]) * chance.random())
    rank = rank_of(victim)
    os.kill(victim, signal.SIGKILL)
    assert job["state"] in ("queued", "running"), f"the job is {job['state']}: nothing was disturbed"
    world.process.wait(60)
    return rank, f"rank {rank} of {world.size} killed behind step {behind} at \"{phase}\""


def play(program, size, text, model, chance=None, last=0):
    """What becomes of a job, and if `chance` is given how it was disturbed and whether its events name the rank that was killed,
    unless that was the first."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        file = folder / "job.yaml"
        file.write_text(text)
        with World(program, size, folder, model=model, arguments=["--log-level", "debug"] if chance else []) as world:
            world.run("job", "create", "-f", str(file))
            if not chance:
                return finished(world), "", None
            victim, disturbance = kill(world, chance, last)
        with World(program, chance.choice([size, size, 1, 2]), folder, model=model) as world:
            named = f"Lost rank {victim} on " in world.run("job", "logs", "job-1") if victim else None
            return finished(world), disturbance, named


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("program")
    arguments.add_argument("sizes", nargs="*", type=int, default=[2, 3, 4])
    arguments.add_argument("--kinds", default="grpo,attnrl,evaluate")
    arguments.add_argument("--kills", type=int, default=2, help="for each kind")
    arguments.add_argument("--steps", type=int, default=6)
    arguments.add_argument("--prompts", type=int, default=8, help="in each step; at least as many as ranks")
    arguments.add_argument("--responses", type=int, default=6, help="to each")
    arguments.add_argument("--init", metavar="SIZE", help="train random weights of `policy init --size`, not the model that ships; "
                           "not for evaluations")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as place:
        model, learning = ["--shipped"], SHIPPED
        if options.init:
            folder = Path(place) / "model"
            subprocess.run([options.program, "policy", "init", folder, "--size", options.init], check=True, stdout=subprocess.DEVNULL)
            data = Path(place) / "train.jsonl"
            data.write_text("".join(json.dumps({"prompt": f"Question {n}", "answer": "e"}) + "\n" for n in range(64)))
            model, learning = ["--model", folder], RANDOM | {"train": data}
        sys.exit(compare(options, model, learning))


def compare(options, model, learning):
    """Whether something came out otherwise, or no rank that was killed was named."""
    chance, failures, names = random.Random(options.seed), 0, []

    def say(what, result, alone):
        nonlocal failures
        print(f"{what}: {'the same' if result == alone else 'OTHERWISE'}", flush=True)
        failures += result != alone

    for kind in options.kinds.split(","):
        text = job(kind, options.prompts, options.responses, options.steps, learning)
        alone, *_ = play(options.program, 1, text, model)
        assert kind == "evaluate" or any(step.get("prompts_kept") for step in alone[0].values()), "nothing was learnt"
        assert alone[1] or kind == "evaluate", "nothing was published"
        for size in options.sizes:
            say(f"{kind} on {size} ranks", play(options.program, size, text, model)[0], alone)
        for _ in range(options.kills):
            result, disturbance, named = play(
                options.program, chance.choice(options.sizes), text, model, chance, last(kind, options.steps))
            say(f"{kind}, {disturbance}", result, alone)
            names += [] if named is None else [named]
    print(f"{sum(names)} of {len(names)} ranks that were killed, the first ones aside, are named")
    return failures > 0 or names != [] and not any(names)


if __name__ == "__main__":
    main()
