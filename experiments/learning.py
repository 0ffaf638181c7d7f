"""Does the method help, and which part of it? Trains a small model in every way of METHODS, with several seeds.

    attnrl serve --model Tests/Fixtures/graph-model --jobs JOBS --port 8601 &
    python experiments/learning.py run --server 127.0.0.1:8601        # goes on where it was stopped
    python experiments/learning.py report                             # the tables of docs/experiments.md
    python experiments/learning.py plot docs/images/learning.svg

A run's figures are kept in results/learning/METHOD-SEED.json: for every step what was generated and learnt, for every
evaluation the held-out accuracy. Runs are made seed by seed, so that a stop leaves all methods with equally many.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import statistics
from pathlib import Path

import attnrl
import yaml
from runs import figures, keep, merged, spread

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "learning"
BASE = yaml.safe_load((HERE / "learning.yaml").read_text())

GROUPS = {"batch": {"prompts_per_step": 32}, "rollout": {"group_size": 8}}
TREES = {
    "batch": {"prompts_per_step": 16},
    "rollout": {"group_size": 6},
    # Responses have 95 tokens: at the paper's 512 no step could be chosen.
    "branching": {"min_gap_fraction": 0.05},
    "trees": {"every_steps": 0},
}
ATTNRL = TREES | {"adaptive": {"target_rows": 320}}


def without(**changes):
    """AttnRL with some fields changed, named section__field."""
    spec = copy.deepcopy(ATTNRL)
    for path, value in changes.items():
        *sections, field = path.split("__")
        part = spec
        for section in sections:
            part = part.setdefault(section, {})
        part[field] = value
    return spec


METHODS = {
    "grpo": {"kind": "grpo", **GROUPS},
    "treerl": {"kind": "treerl", **TREES},
    "attnrl": {"kind": "attnrl", **ATTNRL},
    "first_steps": {"kind": "attnrl", **without(branching__strategy="first_steps")},
    "random": {"kind": "attnrl", **without(branching__strategy="random")},
    "token_entropy": {"kind": "attnrl", **without(branching__strategy="token_entropy")},
    "no_filter": {"kind": "attnrl", **without(adaptive__easy_prompts="drop")},
    "no_expansion": {"kind": "attnrl", **without(adaptive__expansion="all")},
    "no_adaptive_batch": {"kind": "attnrl", **TREES, "adaptive": {"batch": False}},
    "two_phase": {"kind": "attnrl", **without(pipeline="two_phase")},
}

def train(client, method, seed):
    """Trains once and returns the run's figures."""
    name = f"{method} {seed}"
    job = next((job for job in client.jobs.list() if job.specification["name"] == name and not job.state.is_final), None)
    if job is None:
        # Every run begins with the weights of the fixture.
        client.switch_version("graph-model", 1)
        job = client.jobs.create(merged(BASE, METHODS[method]) | {"seed": seed, "name": name})
    return {"method": method, "seed": seed} | figures(client, job)


def run(arguments):
    RESULTS.mkdir(parents=True, exist_ok=True)
    with attnrl.Client(arguments.server) as client:
        for seed in range(1, arguments.seeds + 1):
            for method in arguments.methods:
                file = RESULTS / f"{method}-{seed}.json"
                if not file.exists():
                    keep(file, train(client, method, seed))


def curves():
    """For each method and seed: generated tokens, seconds, and held-out figures at every evaluation."""
    found = {}
    for file in sorted(RESULTS.glob("*.json")):
        run = json.loads(file.read_text())
        points, tokens, seconds, last = [], 0.0, 0.0, 0
        for step, figures in sorted((int(key), value) for key, value in run["evaluations"].items()):
            for index in range(last + 1, step + 1):
                tokens += run["steps"][str(index)]["tokens/generated"]
                seconds += run["steps"][str(index)]["time/step"]
            last = step
            points.append((tokens, seconds, figures["eval/sound"], figures["eval/accuracy"]))
        found.setdefault(run["method"], {})[run["seed"]] = points
    return found


def at(points, budget, axis, value):
    """A curve's value where an axis reaches a budget, between evaluations on the straight line; None beyond its end."""
    for before, after in zip(points, points[1:], strict=False):
        if before[axis] <= budget <= after[axis]:
            share = (budget - before[axis]) / (after[axis] - before[axis])
            return before[value] + share * (after[value] - before[value])
    return None


def report(arguments):
    found = curves()
    methods = [name for name in METHODS if name in found]
    if not methods:
        raise SystemExit("There are no results. `learning.py run` makes them.")
    budget = arguments.tokens or min(points[-1][0] for runs in found.values() for points in runs.values())
    time = arguments.seconds or min(points[-1][1] for runs in found.values() for points in runs.values())
    million = f"{budget / 1e6:.2f}M"
    print(f"| method | seeds | sound, {million} tokens | right, {million} | sound, {time:.0f} s | sound, last three | s a step |")
    print("|---|---|---|---|---|---|---|")
    for name in methods:
        runs = list(found[name].values())
        cells = [
            spread([value for value in (at(points, *place) for points in runs) if value is not None] or [math.nan])
            for place in ((budget, 0, 2), (budget, 0, 3), (time, 1, 2))
        ]
        # Evaluations of 512 prompts are known to within 4 points: the last three together say more than the last.
        last = spread([statistics.mean(point[2] for point in points[-3:]) for points in runs])
        pace = statistics.mean(points[-1][1] / BASE["steps"] for points in runs)
        print(f"| `{name}` | {len(runs)} | {' | '.join(cells)} | {last} | {pace:.2f} |")


def plot(arguments):
    from matplotlib.figure import Figure

    found = curves()
    figure = Figure(figsize=(9.0, 4.0), layout="constrained")
    axes = figure.subplots(1, 2, sharey=True)
    for name in (name for name in METHODS if name in found):
        runs = [points for points in found[name].values()]
        count = min(len(points) for points in runs)
        for ax, axis, scale in ((axes[0], 0, 1e-6), (axes[1], 1, 1.0)):
            ax.plot(
                [scale * statistics.mean(points[index][axis] for points in runs) for index in range(count)],
                [100 * statistics.mean(points[index][2] for points in runs) for index in range(count)],
                label=name, linewidth=2 if name in ("grpo", "treerl", "attnrl") else 1,
            )  # fmt: skip
    axes[0].set(xlabel="million generated tokens", ylabel="held-out, right and every step sound, %")
    axes[1].set(xlabel="seconds of training")
    axes[1].legend(fontsize=7, frameon=False)
    for ax in axes:
        ax.grid(color="#e3e3e3")
    figure.savefig(arguments.file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("run", help="train")
    verb.add_argument("--server", default="127.0.0.1:8470")
    verb.add_argument("--seeds", type=int, default=3)
    verb.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    verb.set_defaults(call=run)
    verb = verbs.add_parser("report", help="print the tables")
    verb.add_argument("--tokens", type=float, help="generated tokens to compare at; default: what all runs reached")
    verb.add_argument("--seconds", type=float, help="seconds of training to compare at, likewise")
    verb.set_defaults(call=report)
    verb = verbs.add_parser("plot", help="draw the curves")
    verb.add_argument("file")
    verb.set_defaults(call=plot)
    arguments = parser.parse_args()
    arguments.call(arguments)


if __name__ == "__main__":
    main()
