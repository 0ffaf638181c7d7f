"""Generates a response, shows where its reasoning turns, and continues from there.

    attnrl serve --model DIR &
    python trace_and_plot.py "What is 17 * 24?" --out pictures

Writes influence.png and step_map.png, and prints a continuation from each branch point.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from matplotlib.figure import Figure

from attnrl import AttnRLError, Branches, Client, Trace
from attnrl.plot import plot_influence, plot_step_map


def draw(trace: Trace, branches: Branches, folder: Path) -> None:
    """Saves both pictures of a trace."""
    for name, axes in (
        ("influence", plot_influence(trace, branches)),
        ("step_map", plot_step_map(trace, branches)),
    ):
        assert isinstance(axes.figure, Figure)
        axes.figure.savefig(folder / f"{name}.png")
        print(f"wrote {folder / name}.png", file=sys.stderr)


def run(client: Client, prompt: str, max_tokens: int, seed: int, folder: Path) -> None:
    """Generates, traces, draws and continues."""
    prompt_ids = client.tokenize(prompt).ids
    response = client.generate(prompt_ids, max_tokens=max_tokens, seed=seed, capture=True).only
    if response.trace is None or len(response.trace.steps) < 2:
        raise SystemExit("the response is empty: try another seed")
    branches = client.branches(prompt_ids, response.ids)
    if branches.note:
        print(branches.note, file=sys.stderr)
    draw(response.trace, branches, folder)

    for point in branches:
        kept = prompt_ids + branches.kept_ids(point)
        other = client.generate(kept, max_tokens=64, seed=seed + 1)
        print(f"--- again from step {point.step} (score {point.score:.3f}): {other.text!r}")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="Generate a response, plot its trace, continue from branch points.")
    parser.add_argument("prompt")
    parser.add_argument("--server", default="127.0.0.1:8470", metavar="HOST:PORT")
    parser.add_argument("--max-tokens", type=int, default=512)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path())
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    try:
        with Client(arguments.server) as client:
            run(client, arguments.prompt, arguments.max_tokens, arguments.seed, arguments.out)
    except AttnRLError as error:
        raise SystemExit(f"trace_and_plot: {error}") from None


if __name__ == "__main__":
    main()
