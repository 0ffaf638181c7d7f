"""Pictures of a trace and of a tree, and curves of a training job. Needs matplotlib: `pip install attnrl[plot]`.

Each function draws on the axes given, or on those of a new figure that pyplot knows nothing of, and returns them:
`plot_influence(trace).figure.savefig("influence.png")`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from ._arguments import checked
from ._plot_training import plot_training
from ._plot_tree import plot_tree
from .results import BranchPoint, Step, StepMap, Trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["plot_influence", "plot_step_map", "plot_training", "plot_tree"]

_STEP = "#4c78a8"
_BRANCH = "#e4572e"
_AFTER_THINKING = "#b8c4d3"
_INK = "#333333"
_GRID = "#e3e3e3"

_TEXT_ROWS = 150
"""Rows of text at most: a taller picture is no longer one to look at."""


@checked
def plot_influence(
    trace: Trace,
    branches: Iterable[BranchPoint] = (),
    *,
    ax: Axes | None = None,
    prompt: bool = False,
    log: bool = False,
    snippet: int = 48,
) -> Axes:
    """Draws a bar of influence for each step, first step on top, beside the beginning of its text.

    Args:
        trace: What to draw.
        branches: Steps to mark, as `Client.branches` returns them.
        ax: Where to draw. Default: a new figure, tall enough for every step's text.
        prompt: Show the prompt as well, whose influence is 0 by definition.
        log: Use a logarithmic scale; steps without influence have no bar.
        snippet: Characters of text to show, 0 for none. Traces of more than 150 steps show no texts.
    """
    steps = [step for step in trace.steps if prompt or step.index > 0]
    if not steps:
        raise ValueError("the trace has no response steps to draw")
    marked = {point.step for point in branches}
    labelled = len(steps) <= _TEXT_ROWS
    height = max(2.4, 0.24 * len(steps) + 1.1) if labelled else 12.0
    ax = ax or _new_axes(width=9.0 if labelled and snippet > 0 else 6.0, height=height)
    indices = [step.index for step in steps]
    values = np.array([step.influence for step in steps])
    ax.barh(indices, values, height=0.74, color=[_bar_color(step, marked) for step in steps])
    ax.set_ylim(indices[-1] + 0.6, indices[0] - 0.6)
    if labelled:
        _label_steps(ax, steps, marked, snippet)
    else:
        ax.yaxis.set_major_locator(MaxNLocator(nbins=20, integer=True))
    log = log and bool((values > 0).any())
    _scale_influence(ax, values, log)
    ax.grid(axis="x", color=_GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.tick_params(which="both", labelsize=8)
    ax.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.set_xlabel("influence: attention paid by later steps" + (" (log scale)" if log else ""), fontsize=9)
    _influence_legend(ax, steps, marked)
    return ax


@checked
def plot_step_map(
    trace: Trace,
    branches: Iterable[BranchPoint] = (),
    *,
    step_map: StepMap | None = None,
    ax: Axes | None = None,
    prompt: bool = False,
    log: bool = True,
    colorbar: bool = True,
) -> Axes:
    """Draws the attention from each step (row) to those before it (column) as a triangle of shades.

    Args:
        trace: What to draw.
        branches: Steps to mark, as `Client.branches` returns them.
        step_map: Which of `trace.step_maps` to draw. Default: the first.
        ax: Where to draw. Default: a new figure.
        prompt: Show the prompt's row and column. The prompt takes in so much attention that the others pale beside
            it; with `log` they stay readable.
        log: Use a logarithmic scale for the shades.
        colorbar: Draw the key to the shades.
    """
    chosen = trace.step_map if step_map is None else step_map
    first = 0 if prompt else 1
    values = np.ma.masked_invalid(chosen.to_numpy()[first:, first:])
    count = len(values)
    if count == 0:
        raise ValueError("the trace has no response steps to draw")
    side = min(max(3.6, 0.16 * count + 2.2), 11.0)
    ax = ax or _new_axes(width=side + (1.0 if colorbar else 0.0), height=side)
    edges = (first - 0.5, first + count - 0.5)
    image = ax.imshow(
        values,
        norm=_shades(values, log),
        cmap="Blues",
        extent=(edges[0], edges[1], edges[1], edges[0]),
        interpolation="nearest",
        aspect="equal",
    )
    _mark_branches(ax, branches, edges)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=10, integer=True, min_n_ticks=1))
    ax.tick_params(labelsize=8)
    for name in ("top", "right"):
        ax.spines[name].set_visible(False)
    ax.set_xlabel("step attended to" + (" (0 is the prompt)" if prompt else ""), fontsize=9)
    ax.set_ylabel("step that attends", fontsize=9)
    ax.set_title(_map_title(chosen), fontsize=10, loc="left", color=_INK)
    if colorbar:
        bar = ax.figure.colorbar(image, ax=ax, fraction=0.046, pad=0.03)
        bar.set_label("attention" + (" (log scale)" if log else ""), fontsize=9)
        bar.ax.tick_params(which="both", labelsize=8)
    return ax


def _new_axes(width: float, height: float) -> Axes:
    return Figure(figsize=(width, height), dpi=150, layout="constrained").add_subplot()


def _bar_color(step: Step, marked: set[int]) -> str:
    if step.index in marked:
        return _BRANCH
    return _AFTER_THINKING if step.after_thinking else _STEP


def _label_steps(ax: Axes, steps: list[Step], marked: set[int], snippet: int) -> None:
    ax.set_yticks([step.index for step in steps], [_label(step, snippet) for step in steps])
    for label, step in zip(ax.get_yticklabels(), steps, strict=True):
        label.set_color(_BRANCH if step.index in marked else _INK)
        label.set_fontweight("bold" if step.index in marked else "normal")


def _label(step: Step, snippet: int) -> str:
    """The step's number and how its text begins, on one line and never read as a formula."""
    name = "prompt" if step.index == 0 else str(step.index)
    words = " ".join(step.text.split())
    if snippet <= 0 or not words:
        return name
    short = words if len(words) <= snippet else words[: snippet - 1].rstrip() + "…"
    return f"{short}  {name}".replace("$", r"\$")


def _scale_influence(ax: Axes, values: NDArray[np.float64], log: bool) -> None:
    if log:
        # Bars of a logarithmic scale start somewhere: a little below the least, so that it can be seen.
        positive = values[values > 0]
        ax.set_xscale("log")
        ax.set_xlim(positive.min() / 1.5, positive.max() * 1.2)
    else:
        ax.set_xlim(0, float(values.max()) * 1.04 or 1.0)


def _influence_legend(ax: Axes, steps: list[Step], marked: set[int]) -> None:
    keys = []
    if marked:
        keys.append(Patch(color=_BRANCH, label="branch point"))
    if any(step.after_thinking for step in steps):
        keys.append(Patch(color=_AFTER_THINKING, label="</think> and after"))
    if keys:
        ax.legend(handles=keys, loc="lower right", bbox_to_anchor=(1, 1), ncols=2, fontsize=8, frameon=False)


def _shades(values: NDArray[np.float32], log: bool) -> Normalize:
    positive = values[values > 0].compressed() if isinstance(values, np.ma.MaskedArray) else values[values > 0]
    if not positive.size:
        return Normalize(0, 1)
    if log:
        # Three decades at most, or the faintest cell decides how the others look.
        return LogNorm(max(positive.min(), positive.max() / 1000), positive.max(), clip=True)
    return Normalize(0, positive.max())


def _mark_branches(ax: Axes, branches: Iterable[BranchPoint], edges: tuple[float, float]) -> None:
    for point in branches:
        if edges[0] < point.step < edges[1]:
            corner = (point.step - 0.5, point.step - 0.5)
            height = edges[1] - corner[1]
            ax.add_patch(Rectangle(corner, 1, height, fill=False, color=_BRANCH, linewidth=1.2, clip_on=False))
            ax.annotate(
                f"branch {point.step}", corner, xytext=(3, 4),
                textcoords="offset points", fontsize=8, color=_BRANCH,
            )  # fmt: skip


def _map_title(chosen: StepMap) -> str:
    if chosen.head is not None:
        return f"step attention, layer {chosen.head.layer} head {chosen.head.head}"
    return f"step attention, {chosen.kind.value} over heads"
