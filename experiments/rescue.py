"""Which branch points rescue responses that went wrong? Continues failed responses from where each strategy says.

    attnrl serve --model Tests/Fixtures/graph-model --port 8602 &
    python experiments/rescue.py run --server 127.0.0.1:8602 --attnrl attnrl
    python experiments/rescue.py report

From prompts of a built-in task, responses are drawn until enough have failed (not right with every step sound) after at
least --steps steps. Each is continued --samples times in all from the one or two steps that a strategy chooses, everything
before them kept, and, to compare, drawn again from the start, from the second step, and from its first wrong step, which
nobody knows who has no checker. A continuation rescues when the whole response is right and every step of it sound, so luck does not count.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attnrl

HERE = Path(__file__).resolve().parent
FILE = HERE / "results" / "rescue.json"
TASK = "graph:leaves=2-3,derived=6-7,need=8-10,distractors=0,constants=0.7,modulus=10"
STRATEGIES = {
    # As jobs branch: two points.
    "attention": {"strategy": "attention", "count": 2},
    "attention, D=2": {"strategy": "attention", "gap": 2, "count": 2},
    "first_steps": {"strategy": "first_steps", "count": 2},
    "fixed_segment": {"strategy": "fixed_segment", "count": 2},
    "token_entropy": {"strategy": "token_entropy", "count": 2},
    "low_probability": {"strategy": "low_probability", "count": 2},
    "sentence_entropy": {"strategy": "sentence_entropy", "count": 2},
    "random": {"strategy": "random", "count": 2},
    # One point: the earliest of the top fifth, and the step of most influence wherever it lies.
    "attention, one": {"strategy": "attention", "count": 1},
    "attention, most": {"strategy": "attention", "quantile": 1.0, "count": 1},
    "attention, most, D=1": {"strategy": "attention", "gap": 1, "quantile": 1.0, "count": 1},
    "token_entropy, one": {"strategy": "token_entropy", "count": 1},
    "random, one": {"strategy": "random", "count": 1},
}


def verified(command, records):
    """What `attnrl verify` says of each record."""
    lines = "".join(json.dumps(record) + "\n" for record in records)
    done = subprocess.run([command, "verify", "-", "-o", "jsonl"], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


class Rescue:
    """Draws, branches and judges with one server."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.client = attnrl.Client(arguments.server)
        self.pool = ThreadPoolExecutor(16)

    def draw(self, record, kept, seed, n):
        """Continuations of what is kept of a response, with what they cost."""
        prompt = self.client.tokenize(record["prompt"]).ids
        answer = self.client.generate(
            prompt + kept, n=n, max_tokens=200 - len(kept), temperature=1.0, seed=seed, priority="batch"
        )
        return [(kept + list(one.ids), one.text, len(one.ids)) for one in answer.responses]

    def failures(self):
        """Failed responses of enough steps, with the check's verdict on each."""
        arguments = self.arguments
        made = subprocess.run(
            [arguments.attnrl, "data", "make", TASK, "--split", "held-out", "--count", str(8 * arguments.count)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        records = [json.loads(line) for line in made.stdout.splitlines()]
        drawn = list(self.pool.map(lambda pair: self.draw(pair[1], [], pair[0], 1)[0], enumerate(records)))
        checks = verified(
            arguments.attnrl,
            [record | {"response": text} for record, (_, text, _) in zip(records, drawn, strict=True)],
        )
        failed = [
            (record, ids, check)
            for record, (ids, _, _), check in zip(records, drawn, checks, strict=True)
            if not check["sound"] and check["steps"] >= arguments.steps
        ]
        return failed[: arguments.count]

    def points(self, index, record, ids, options):
        """The tokens of the response that a strategy branches at."""
        answer = self.client.branches(record["prompt"], ids, min_gap_fraction=0.05, branch_seed=index, **options)
        prompt = len(self.client.tokenize(record["prompt"]).ids)
        return [point.token - prompt for point in answer.points]

    def starts(self, record, ids):
        """Where the response's steps begin."""
        trace = self.client.trace(record["prompt"], ids)
        return [step.start - trace.steps[0].end for step in trace.steps[1:]]

    def run(self):
        """All figures: for each way of choosing, one row per failed response."""
        failed = self.failures()
        starts = list(self.pool.map(lambda item: self.starts(item[0], item[1]), failed))
        chosen = {
            "from the start": [[0]] * len(failed),
            "second step": [[at[1]] for at in starts],
            "first wrong step": [
                [at[min((check.get("fault") or {"step": len(at)})["step"], len(at)) - 1]]
                for at, (_, _, check) in zip(starts, failed, strict=True)
            ],
        }
        for name, options in STRATEGIES.items():
            chosen[name] = list(
                self.pool.map(lambda item: self.points(item[0], item[1][0], item[1][1], options), enumerate(failed))  # noqa: B023
            )
        return {name: self.continued(failed, points, starts) for name, points in chosen.items()}

    def continued(self, failed, points, starts):
        """Continues every failure from its points, samples divided among them, and judges what comes."""

        def one(item):
            index, (record, ids, _), points = item
            share = self.arguments.samples // max(len(points), 1)
            # Seeds apart from those of the first draw: from the start, something else is to come out.
            return [
                (point, *drawn)
                for number, point in enumerate(points)
                for drawn in self.draw(record, ids[:point], 1_000_000 * (number + 1) + index, share)
            ]

        items = [(index, item, at) for index, (item, at) in enumerate(zip(failed, points, strict=True))]
        drawn = list(self.pool.map(one, items))
        records = [
            record | {"response": (self.client.detokenize(ids[:point]) if point else "") + text}
            for (_, (record, ids, _), _), answers in zip(items, drawn, strict=True)
            for point, _, text, _ in answers
        ]
        checks = iter(verified(self.arguments.attnrl, records))
        rows = []
        for (index, (_, ids, check), at), answers in zip(items, drawn, strict=True):
            sound = [next(checks)["sound"] for _ in answers]
            fault = (check.get("fault") or {"step": math.inf})["step"]
            rows.append(
                answers and {
                    "rescued": sum(sound),
                    "samples": len(answers),
                    "tokens": statistics.mean(cost for *_, cost in answers),
                    "position": statistics.mean(point / len(ids) for point in at),
                    "before_fault": statistics.mean(sum(start <= point for start in starts[index]) <= fault for point in at),
                }
            )  # fmt: skip
        return rows


def run(arguments):
    figures = {"samples": arguments.samples, "steps": arguments.steps, "rows": Rescue(arguments).run()}
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(figures, separators=(",", ":")) + "\n")


def any_of(k, rescued, samples):
    """The probability that one of k samples rescues, from `rescued` of `samples` that did; between whole k, linearly."""
    low = math.floor(k)

    def whole(count):
        return 1 - math.comb(samples - rescued, count) / math.comb(samples, count)

    return whole(low) + (k - low) * (whole(low + 1) - whole(low) if k > low else 0)


def report(_):
    figures = json.loads(FILE.read_text())
    samples = figures["samples"]
    cost = statistics.mean(row["tokens"] for row in figures["rows"]["from the start"])
    print("| branched at | responses | any of 4 | any at 4 x tokens | mean | position | at or before the fault | tokens |")
    print("|---|---|---|---|---|---|---|---|")
    for name, rows in figures["rows"].items():
        rows = [row for row in rows if row]
        tokens = statistics.mean(row["tokens"] for row in rows)
        k = min(4 * cost / tokens, samples - 1)
        equal_samples = [any_of(4, row["rescued"], row["samples"]) for row in rows]
        equal_tokens = [any_of(k, row["rescued"], row["samples"]) for row in rows]

        def mean(values):
            margin = 1.96 * statistics.stdev(values) / math.sqrt(len(values))
            return f"{100 * statistics.mean(values):.1f} ± {100 * margin:.1f}"

        print(
            f"| {name} | {len(rows)} | {mean(equal_samples)} | {mean(equal_tokens)} "
            f"| {mean([row['rescued'] / row['samples'] for row in rows])} | {statistics.mean(row['position'] for row in rows):.2f} "
            f"| {statistics.mean(row['before_fault'] for row in rows):.2f} | {tokens:.0f} |"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("run", help="draw, branch and judge")
    verb.add_argument("--server", default="127.0.0.1:8470")
    verb.add_argument("--attnrl", default="attnrl", help="the program, which makes the data and judges")
    verb.add_argument("--count", type=int, default=400, help="failed responses")
    verb.add_argument("--steps", type=int, default=8, help="steps they have at least")
    verb.add_argument("--samples", type=int, default=16, help="continuations of each")
    verb.set_defaults(call=run)
    verbs.add_parser("report", help="print the table").set_defaults(call=report)
    arguments = parser.parse_args()
    arguments.call(arguments)


if __name__ == "__main__":
    main()
