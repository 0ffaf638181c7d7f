"""What a step of each method costs beside one of plain GRPO: tokens, seconds, memory.

    python experiments/costs.py run --program .build/release/attnrl    # each arm on a server of its own; goes on where it stopped
    python experiments/costs.py report                                 # the table of docs/experiments.md

Arms are those of methods.yaml that begin with the model that ships, the first stage of each: one step to get going, then four that
count. Memory is the most that the server ever held, less what it held before the job.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import tempfile
from pathlib import Path

import attnrl
from methods import ARMS, DEFINED, specification
from runs import figures

FILE = Path(__file__).resolve().parent / "results" / "costs.json"
CONTROL = "grpo"
STEPS = 5


def arms():
    """Names and first stages, without those that need another policy or another arm's trees, have steps of two kinds, or equal
    another's."""
    seen = []
    for arm, (stage, *_) in ARMS.items():
        is_shipped = stage.get("policy", DEFINED["all"]["policy"]) == "shipped"
        if is_shipped and "right_responses_of" not in stage and stage["kind"] != "warm_start" and stage not in seen:
            seen.append(stage)
            yield arm, stage


def most_memory(process):
    """Bytes that it held at most."""
    return 1024 * int(re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1])


def cost(program, arm, stage):
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "serve", "--shipped", "--jobs", f"{folder}/jobs", "--port", "0", "--threads", "1"]
        with open(f"{folder}/log", "w") as log:
            server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            address = next(found[1] for line in server.stdout if (found := re.search(r"serving on (\S+)", line)))
            with attnrl.Client(address) as client:
                written = specification(client, stage, 1)
                written |= {"name": arm, "seed": 1, "steps": STEPS}
                written["evaluation"] = {**written["evaluation"], "every_steps": 0}
                before = most_memory(server)
                steps = figures(client, client.jobs.create(written))["steps"]
                counted = [figure for step, figure in steps.items() if step > 1]
                return {
                    "tokens": statistics.mean(step.get("tokens/generated", 0) for step in counted),
                    "seconds": statistics.mean(step["time/step"] for step in counted),
                    "memory": most_memory(server) - before,
                }
        finally:
            server.terminate()
            server.wait()


def run(arguments):
    costs = json.loads(FILE.read_text()) if FILE.exists() else {}
    for arm, stage in arms():
        if arm not in costs:
            costs[arm] = cost(arguments.program, arm, stage)
            print(arm, costs[arm], flush=True)
            FILE.write_text(json.dumps(costs, indent=1) + "\n")


def report(_):
    costs = json.loads(FILE.read_text())
    print("| arm | tokens drawn a step | seconds a step | of GRPO's | memory (MiB) | of GRPO's |\n|---|---|---|---|---|---|")
    for arm, found in costs.items():
        seconds, memory = (found[name] / costs[CONTROL][name] for name in ("seconds", "memory"))
        print(f"| `{arm}` | {found['tokens']:.0f} | {found['seconds']:.2f} | {seconds:.2f} | "
              f"{found['memory'] / 2**20:.0f} | {memory:.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("run", help="measure")
    verb.add_argument("--program", default="attnrl")
    verb.set_defaults(call=run)
    verbs.add_parser("report", help="print the table").set_defaults(call=report)
    arguments = parser.parse_args()
    arguments.call(arguments)


if __name__ == "__main__":
    main()
