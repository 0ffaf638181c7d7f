"""A job in worlds of several sizes, and in one of which a rank is killed: worlds.py PROGRAM [SIZE...].

Every world must come to the metrics and weights of one rank alone. So must one of which a rank is killed, wherever its step
is at that moment, and which is then started again.
"""

import argparse
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

JOB = """
kind: {kind}
policy: shipped
steps: 6
data: {{train: "words-shuffled"}}
reward: {{kind: task}}
rollout: {{group_size: 6, max_tokens: 800}}
batch: {{prompts_per_step: 8}}
optimizer: {{learning_rate: 1e-4}}
compute: {{gradient_groups: 4, threads: 1}}
checkpoints: {{every_steps: 2}}
publish: {{every_steps: 0}}
"""


class World:
    """A server of so many ranks."""

    def __init__(self, program, size, folder):
        self.program, self.folder = program, folder
        launch = ["mpirun", "--oversubscribe", "-np", str(size)] if size > 1 else []
        if launch and os.geteuid() == 0:
            launch.append("--allow-run-as-root")
        command = [*launch, program, "serve", "--shipped", "--jobs", folder / "jobs", "--port", "0", "--threads", "1"]
        self.log = open(folder / "log", "a")
        self.process = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=self.log, text=True, start_new_session=True)
        self.address = next(
            found[1] for line in self.process.stdout if (found := re.search(r"serving on (\S+)", line)))

    def run(self, *command):
        return subprocess.run(
            [self.program, *command, "--server", self.address], check=True, text=True, stdout=subprocess.PIPE,
            timeout=600).stdout

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
        self.log.close()


def outcome(world):
    """Metrics by step, those of time and ranks left out, and what was published."""
    events = map(json.loads, world.run("job", "logs", "job-1", "-o", "jsonl").splitlines())
    steps = {
        event["step"]: {
            name: value for name, value in event["metrics"].items() if not name.startswith(("time/", "ranks/"))}
        for event in events if event["event"] == "step_done"}
    weights = next((world.folder / "jobs/job-1/published").glob("*/policy/model.safetensors"))
    return steps, hashlib.sha256(weights.read_bytes()).hexdigest()


def play(program, size, kind, kill_after=None):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        job = folder / "job.yaml"
        job.write_text(JOB.format(kind=kind))
        world = World(program, size, folder)
        world.run("job", "create", "-f", str(job))
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(world.ranks()[-1], signal.SIGKILL)
            world.process.wait(60)
            world.log.close()
            world = World(program, size, folder)
        world.run("job", "wait", "job-1")
        result = outcome(world)
        world.stop()
        return result


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("program")
    arguments.add_argument("sizes", nargs="*", type=int, default=[2, 3, 4])
    arguments.add_argument("--kills", type=int, default=2)
    options = arguments.parse_args()
    failures = 0
    for kind in ("grpo", "attnrl"):
        alone = play(options.program, 1, kind)
        assert any(step.get("prompts_kept") for step in alone[0].values()), "nothing was learnt"
        for size in options.sizes:
            same = play(options.program, size, kind) == alone
            print(f"{kind} on {size} ranks: {'the same' if same else 'OTHERWISE'}", flush=True)
            failures += not same
        for number in range(options.kills):
            delay = 1 + 3 * number
            same = play(options.program, options.sizes[-1], kind, kill_after=delay) == alone
            print(f"{kind}, a rank killed after {delay} s: {'the same' if same else 'OTHERWISE'}", flush=True)
            failures += not same
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
