"""What each method of docs/methods does beside its control, on the model that ships, with several seeds.

    attnrl serve --shipped --model smol=SmolLM2-135M-Instruct.Q4_1.gguf --jobs JOBS --port 8603 --threads 1 &
    python experiments/methods.py run --server 127.0.0.1:8603 direct_advantage    # a row; goes on where it was stopped
    python experiments/methods.py report                                          # the tables of docs/experiments.md

Rows whose arms name another policy need SmolLM2 (docs/models.md), the others the model that ships alone. methods.yaml has
the rows, each of several arms. A run's figures are kept in results/methods/ARM-SEED.json. Arms go seed by seed, so that a
stop leaves all of them with equally many. Tokens are those drawn, by all stages of an arm; where all arms of a row draw
responses, a column has what they were worth at equal ones.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import tempfile
from pathlib import Path

import attnrl
import yaml
from runs import KEPT, figures, keep, merged, spread

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "methods"
DEFINED = yaml.safe_load((HERE / "methods.yaml").read_text())
ARMS, ROWS = DEFINED["arms"], DEFINED["rows"]
MORE = (
    "think/rate", "think/kept", "think/tokens", "think/gain", "steps/cross_entropy_before", "steps/cross_entropy_after",
    "regression/residual", "regression/correlation", "candidates", "loss", "updates",
    "critic/cross_entropy", "critic/cross_entropy_of_mean", "critic/correlation", "critic/branches", "time/critic",
)  # fmt: skip


def right_responses(tree):
    """Texts of a tree's responses that were rewarded in full."""
    for place, node in enumerate(tree.nodes):
        if node.rollout is None or node.end < len(tree.rollouts[node.rollout].ids) + tree.rollouts[node.rollout].start:
            continue
        if tree.rollouts[node.rollout].reward == 1:
            texts, at = [], place
            while at:
                texts.append(tree.nodes[at].text)
                at = tree.nodes[at].parent
            yield "".join(reversed(texts))


def data_of(client, arm, seed):
    """A file of the right responses in the trees of an arm's last stage, and the number of its steps."""
    job = next(job for job in client.jobs.list() if job.specification["name"] == f"{arm} {seed} {len(ARMS[arm])}")
    trees = client.jobs.trees(job)
    file = Path(tempfile.mkdtemp(prefix="attnrl-methods-")) / f"{arm}-{seed}.jsonl"
    lines = [{"prompt": tree.prompt_text, "response": text} for tree in trees for text in right_responses(tree)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file, len(lines)


def specification(client, stage, seed):
    """A stage's whole specification."""
    stage = dict(stage)
    arm = stage.pop("right_responses_of", None)
    if arm is None:
        return merged(DEFINED["all"], stage)
    file, count = data_of(client, arm, seed)
    source = merged(DEFINED["all"], ARMS[arm][-1])
    updates = source["steps"] * source["batch"]["minibatches"]
    changes = {
        "data": {"train": str(file)}, "steps": updates, "batch": {"sequences_per_step": math.ceil(count / updates)},
        "evaluation": {"every_steps": updates},
    }  # fmt: skip
    return merged(merged(DEFINED["all"], stage), changes)


def train(client, arm, seed):
    """Goes through an arm's stages and returns the figures of each."""
    client.switch_version(ARMS[arm][0].get("policy", DEFINED["all"]["policy"]), 1)
    stages = []
    for number, stage in enumerate(ARMS[arm], start=1):
        written = specification(client, stage, seed) | {"seed": seed, "name": f"{arm} {seed} {number}"}
        stages.append(figures(client, client.jobs.create(written), KEPT + MORE))
    return {"arm": arm, "seed": seed, "stages": stages, "evaluations": stages[-1]["evaluations"]}


def run(arguments):
    with attnrl.Client(arguments.server) as client:
        for seed in range(1, arguments.seeds + 1):
            for row in arguments.rows or ROWS:
                # What learns from another arm's trees comes after it.
                for arm in sorted(ROWS[row]["arms"], key=lambda arm: "right_responses_of" in ARMS[arm][0]):
                    file = RESULTS / f"{arm}-{seed}.json"
                    if not file.exists():
                        keep(file, train(client, arm, seed))


def found():
    """By arm: the runs of all seeds, with what each cost."""
    runs = {}
    for file in sorted(RESULTS.glob("*.json")):
        run = json.loads(file.read_text())
        steps = [step for stage in run["stages"] for step in stage["steps"].values()]
        run["tokens"] = sum(step.get("tokens/generated", 0) for step in steps)
        run["seconds"] = sum(step.get("time/step", 0) for step in steps)
        run["last"] = run["evaluations"][max(run["evaluations"], key=int)]
        runs.setdefault(run["arm"], []).append(run)
    return runs


def curve(run, name):
    """A run's last stage: tokens drawn and a figure, at every evaluation."""
    stage, tokens, last, points = run["stages"][-1], 0.0, 0, []
    before = run["tokens"] - sum(step.get("tokens/generated", 0) for step in stage["steps"].values())
    for step, values in sorted((int(key), value) for key, value in stage["evaluations"].items()):
        tokens += sum(stage["steps"][str(n)].get("tokens/generated", 0) for n in range(last + 1, step + 1))
        last = step
        points.append((before + tokens, values[name]))
    return points


def at_tokens(points, budget):
    """A curve's value at so many tokens, between evaluations on the straight line; None beyond its ends."""
    for (x, y), (following, next_y) in zip(points, points[1:], strict=False):
        if x <= budget <= following:
            return y + (budget - x) / max(following - x, 1) * (next_y - y)
    return None


def number(values):
    """Mean and standard deviation over seeds."""
    mean = f"{statistics.mean(values):.4f}"
    return mean if len(values) == 1 else f"{mean} ± {statistics.stdev(values):.4f}"


def table(name, runs):
    row = ROWS[name]
    arms = [arm for arm in row["arms"] if arm in runs]
    shares, numbers = row.get("shares", []), row.get("numbers", [])
    # What every run has reached, where all draw responses.
    budget = min(run["tokens"] for arm in arms for run in runs[arm])
    titles = [f"`{measure}`" for measure in shares + numbers]
    if budget > 0:
        titles.append(f"`{shares[0]}` at {budget / 1e6:.2f}M tokens")
    # What the last stage began with.
    before = shares and all(len(run["stages"]) > 1 and "evaluations" in run["stages"][-2] for arm in arms for run in runs[arm])
    if before:
        titles.insert(0, f"`{shares[0]}` before the last stage")
    if shares and len(arms) > 1:
        titles.insert(len(shares) + bool(before), f"`{shares[0]}` less that of `{arms[0]}`, seed by seed")
    print(f"\n**{name}**\n")
    print(f"| arm | seeds | {' | '.join(titles)} | tokens drawn | seconds |")
    print("|---" * (4 + len(titles)) + "|")
    for arm in arms:
        cells = [spread([run["last"][measure] for run in runs[arm]]) for measure in shares]
        if before:
            stages = [run["stages"][-2]["evaluations"] for run in runs[arm]]
            cells.insert(0, spread([found[max(found, key=int)][shares[0]] for found in stages]))
        if shares and len(arms) > 1:
            control = {run["seed"]: run["last"][shares[0]] for run in runs[arms[0]]}
            cells.append(spread([run["last"][shares[0]] - control[run["seed"]] for run in runs[arm] if run["seed"] in control])
                         if arm != arms[0] else "")
        for measure in numbers:
            values = [run["last"][measure] for run in runs[arm] if measure in run["last"]]
            cells.append(number(values) if values else "")
        if budget > 0:
            equal = [at_tokens(curve(run, shares[0]), budget) for run in runs[arm]]
            equal = [value for value in equal if value is not None]
            cells.append(spread(equal) if equal else "")
        tokens = statistics.mean(run["tokens"] for run in runs[arm])
        seconds = statistics.mean(run["seconds"] for run in runs[arm])
        print(f"| `{arm}` | {len(runs[arm])} | {' | '.join(cells)} | {tokens / 1e6:.2f}M | {seconds:.0f} |")


def report(arguments):
    runs = found()
    for name in arguments.rows or ROWS:
        if any(arm in runs for arm in ROWS[name]["arms"]):
            table(name, runs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("run", help="train")
    verb.add_argument("rows", nargs="*", metavar="ROW", help="default: all")
    verb.add_argument("--server", default="127.0.0.1:8470")
    verb.add_argument("--seeds", type=int, default=3)
    verb.set_defaults(call=run)
    verb = verbs.add_parser("report", help="print the tables")
    verb.add_argument("rows", nargs="*", metavar="ROW", help="default: all that were run")
    verb.set_defaults(call=report)
    arguments = parser.parse_args()
    arguments.call(arguments)


if __name__ == "__main__":
    main()
