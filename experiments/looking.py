"""What can be seen of a policy: what it lacks (axes), what it could learn (readiness), how far branches differ (branches).

    attnrl serve --shipped --jobs JOBS --port 8604 --threads 1 &
    python experiments/looking.py run --server 127.0.0.1:8604    # goes on where it was stopped; or axes, readiness, branches alone
    python experiments/looking.py report                         # the tables of docs/experiments.md

Of the model that ships, three seeds each. Readiness is that of the model as it is, and after the first stages of methods.yaml's
`grpo_after_sft` and `grpo_after_injection`, whose second stages tell what rewards made of each. Branches are those of `attnrl`
and `latent_novelty`. Figures are kept in results/looking/.
"""

from __future__ import annotations

import argparse
import difflib
import itertools
import json
import statistics
from pathlib import Path

import attnrl
from methods import ARMS, DEFINED, number
from runs import figures, keep, merged, spread

RESULTS = Path(__file__).resolve().parent / "results" / "looking"
POLICY = DEFINED["all"]["policy"]
EVALUATION = {
    "kind": "evaluate", "policy": POLICY, "data": {"held_out": DEFINED["all"]["data"]["held_out"]},
    "reward": {"kind": "task"},
}  # fmt: skip
ASKED = {"prompts": 256, "temperature": 1, "max_tokens": 700}
STARTS = {"as it is": None, "after plain examples": "grpo_after_sft", "after injected ones": "grpo_after_injection"}
AXES = ("plan", "facts", "subproblems")


def evaluated(client, seed, evaluation):
    return figures(client, client.jobs.create(merged(EVALUATION, {"seed": seed, "evaluation": {**ASKED, **evaluation}})))


def axes(client, seed, _):
    return evaluated(client, seed, {"axes": list(AXES)})


def readiness(client, seed, start):
    if arm := STARTS[start]:
        figures(client, client.jobs.create(merged(merged(DEFINED["all"], ARMS[arm][0]), {"seed": seed})))
    return evaluated(client, seed, {"prompts": 64, "samples": 8, "gradient_prompts": 16})


def siblings(tree):
    """Texts of a tree's branches up to where they branch again, by the place that they go out from."""
    places = {}
    for node in tree.nodes[1:]:
        places.setdefault(node.parent, []).append(node.text)
    return [texts for parent, texts in places.items() if parent and len(texts) > 1]


def difference(texts):
    """One less the share of words that two texts have in common, in order; mean over the pairs."""
    words = [text.split() for text in texts]
    return statistics.mean(
        1 - difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
        for one, other in itertools.combinations(words, 2)
    )


def branches(client, seed, arm):
    changes = {"seed": seed, "trees": {"every_steps": 1, "per_step": 8}}
    job = client.jobs.create(merged(merged(DEFINED["all"], ARMS[arm][0]), changes))
    run = figures(client, job)
    groups = [texts for tree in client.jobs.trees(job) for texts in siblings(tree)]
    run["branches"] = {
        "places": len(groups),
        "difference": statistics.mean(map(difference, groups)),
        "alike": statistics.mean(len(set(texts)) == 1 for texts in groups),
    }
    return run


LOOKS = {
    "axes": (["shipped"], axes), "readiness": (list(STARTS), readiness), "branches": (["attnrl", "latent_novelty"], branches),
}  # fmt: skip


def run(arguments):
    with attnrl.Client(arguments.server) as client:
        for seed in range(1, arguments.seeds + 1):
            for look in arguments.looks or LOOKS:
                names, measure = LOOKS[look]
                for name in names:
                    file = RESULTS / f"{look}-{name.replace(' ', '_')}-{seed}.json"
                    if not file.exists():
                        client.switch_version(POLICY, 1)
                        keep(file, {"look": look, "name": name, "seed": seed, **measure(client, seed, name)})


def report(_):
    found = {}
    for file in sorted(RESULTS.glob("*.json")):
        one = json.loads(file.read_text())
        one["last"] = one["evaluations"][max(one["evaluations"], key=int)]
        found.setdefault((one["look"], one["name"]), []).append(one)

    def of(look, name, measure):
        return [one["last"][measure] for one in found.get((look, name), []) if measure in one["last"]]

    def cell(form, values):
        return f"{form(values)} ({len(values)})" if values else "–"

    print("| asked | right |\n|---|---|")
    print(f"| as it is | {cell(spread, of('axes', 'shipped', 'eval/accuracy'))} |")
    for axis in AXES:
        print(f"| `{axis}`, gain | {cell(spread, of('axes', 'shipped', f'eval/{axis}/gain'))} |")
    measures = ("eval/accuracy", "eval/solved_none", "eval/solved_all")
    numbers = ("eval/reward_variance", "eval/gradients/influence", "eval/gradients/readiness")
    print("\n| model | " + " | ".join(f"`{name}`" for name in measures + numbers) + " |")
    print("|---" * (1 + len(measures) + len(numbers)) + "|")
    for name in STARTS:
        cells = [cell(spread, of("readiness", name, measure)) for measure in measures]
        cells += [cell(number, of("readiness", name, measure)) for measure in numbers]
        print(f"| {name} | {' | '.join(cells)} |")
    print("\n| arm | places with branches | difference of branches | all alike | `eval/sound` |\n|---|---|---|---|---|")
    for arm in ("attnrl", "latent_novelty"):
        looks = [one["branches"] for one in found.get(("branches", arm), [])]
        cells = [cell(lambda values: f"{statistics.mean(values):.0f}", [look["places"] for look in looks])]
        cells += [cell(number, [look["difference"] for look in looks])]
        cells += [cell(spread, [look["alike"] for look in looks]), cell(spread, of("branches", arm, "eval/sound"))]
        print(f"| `{arm}` | {' | '.join(cells)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("run", help="look")
    verb.add_argument("looks", nargs="*", metavar="LOOK", help="default: all")
    verb.add_argument("--server", default="127.0.0.1:8470")
    verb.add_argument("--seeds", type=int, default=3)
    verb.set_defaults(call=run)
    verbs.add_parser("report", help="print the tables").set_defaults(call=report)
    arguments = parser.parse_args()
    arguments.call(arguments)


if __name__ == "__main__":
    main()
