#!/usr/bin/env python3
"""How far weights in blocks of 8 bits, and bfloat16, take a model from its float32: docs/models.md has the figures.

    python Benchmarks/weights/error.py .build/release/attnrl MODEL [--prompts 24] [--tokens 256]

Needs the Python client (pip install ./clients/python). Greedy responses of the float32 model to the prompts below are
scored and traced in each way, and the beginnings of the pages in docs/ are scored. One JSON line a way.
"""

import argparse
import json
import math
import statistics
import subprocess
from pathlib import Path

import attnrl

ROOT = Path(__file__).resolve().parents[2]
WAYS = {
    "float32": {"precision": "float32"},
    "bfloat16": {"precision": "bfloat16"},
    "q8_0 in float32": {"precision": "float32", "weights": "q8_0"},
    "q8_0 in bfloat16": {"precision": "bfloat16", "weights": "q8_0"},
}
SUBJECTS = [
    "How does a bicycle stay upright?", "Why is the sky blue?", "Write a short story about a lighthouse keeper.",
    "What is 17 * 24? Show every step.", "Explain photosynthesis to a child.", "How do I bake bread at home?",
    "What are the causes of the First World War?", "Describe the water cycle.", "Write a poem about autumn.",
    "What is the difference between a virus and a bacterium?", "How does a computer store numbers?",
    "Plan a day in Rome for two people.", "What makes a good friend?", "Explain supply and demand.",
    "A train goes 60 km in 45 minutes. How fast is it?", "How are mountains made?", "Summarise the plot of Hamlet.",
    "Why do cats purr?", "What should one know before adopting a dog?", "How does a vaccine work?",
    "Name five rivers of Europe and say where they flow.", "What is recursion? Give an example in Python.",
    "How do I learn a language quickly?", "What would happen if the Moon were gone?",
]
STEPS = attnrl.Capture(gap=1, separator="line")


class Server:
    """A server that has the model in every way."""

    def __init__(self, program, model):
        command = [program, "serve", "--port", "0", "--kv-cache", "256MiB", "--log-level", "error"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.client = attnrl.Client(self.process.stdout.readline().split()[-1], timeout=3600)
        for name, options in WAYS.items():
            self.client.load_policy(model, name=name, **options)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Way:
    """What is known of one way of keeping weights."""

    def __init__(self, client, name, prompts, responses, texts, tokens):
        self.greedy = [client.generate(p, policy=name, temperature=0, max_tokens=tokens)[0].tokens.ids for p in prompts]
        runs = [client.score(p, r, policy=name, top_logprobs=1).tokens for p, r in zip(prompts, responses)]
        pages = [client.score(text, policy=name, top_logprobs=1).tokens for text in texts]
        self.responses, self.pages = self.flat(runs), self.flat(pages)
        traces = [client.trace(p, r, policy=name, capture=STEPS) for p, r in zip(prompts, responses)]
        self.influence = [step.influence for trace in traces for step in trace.steps if not math.isnan(step.influence)]

    @staticmethod
    def flat(runs):
        """The log-probability of every token, and the token that was the most probable in its place."""
        return [
            (logprob, top.ids[0] if top.ids else None)
            for run in runs
            for logprob, top in zip(run.logprobs, run.top)
            if not math.isnan(logprob)
        ]


def differences(way, exact):
    errors = sorted(abs(a - b) for (a, _), (b, _) in zip(way, exact))
    same = [a == b for (_, a), (_, b) in zip(way, exact)]
    return {
        "tokens": len(errors), "mean": statistics.fmean(errors), "p99": errors[int(0.99 * len(errors))],
        "max": errors[-1],
        "loss": statistics.fmean(b for b, _ in exact) - statistics.fmean(a for a, _ in way),
        "same_most_probable": statistics.fmean(same),
    }


def agreement(way, exact):
    """The responses that are the same to the end, and how many tokens were the same before the first other one."""

    def alike(a, b):
        return next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))

    return {
        "responses": len(exact), "same": sum(a == b for a, b in zip(way, exact)), "tokens": sum(map(len, exact)),
        "same_before_first": sum(map(alike, way, exact)),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("model")
    parser.add_argument("--prompts", type=int, default=len(SUBJECTS))
    parser.add_argument("--tokens", type=int, default=256)
    arguments = parser.parse_args()
    texts = [path.read_text()[:3000] for path in sorted((ROOT / "docs").glob("*.md"))]
    server = Server(arguments.program, arguments.model)
    try:
        client = server.client
        chats = [[{"role": "user", "content": text}] for text in SUBJECTS[: arguments.prompts]]
        prompts = [client.tokenize(chat, policy="float32").ids for chat in chats]
        options = {"policy": "float32", "temperature": 0, "max_tokens": arguments.tokens}
        responses = [client.generate(p, **options)[0].tokens.ids for p in prompts]
        ways = {name: Way(client, name, prompts, responses, texts, arguments.tokens) for name in WAYS}
        sizes = {policy.name: policy.versions[0].weight_bytes for policy in client.policies()}
    finally:
        server.stop()
    exact = ways["float32"]
    for name, way in ways.items():
        errors = [abs(a - b) for a, b in zip(way.influence, exact.influence)]
        print(json.dumps({
            "weights": name, "megabytes": sizes[name] / 1e6, "responses": differences(way.responses, exact.responses),
            "pages": differences(way.pages, exact.pages), "greedy": agreement(way.greedy, exact.greedy),
            "influence": {
                "steps": len(errors), "correlation": statistics.correlation(way.influence, exact.influence),
                "max": max(errors),
            },
        }))


if __name__ == "__main__":
    main()
