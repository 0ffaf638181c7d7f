"""Curves of a training job."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ._arguments import checked
from .client import Client
from .jobs import Job, JobEvaluated, JobEvent, JobStepDone

_CURVE = "#4c78a8"
_EVALUATION = "#e4572e"
_INK = "#333333"
_GRID = "#e3e3e3"

USUAL_METRICS = ("reward/mean", "eval/accuracy", "loss", "response/tokens")
"""What is drawn unless told otherwise, as far as the job has it."""

TREE_METRICS = (
    "reward/mean",
    "reward/leaves",
    "eval/accuracy",
    "eval/sound",
    "loss",
    "policy/entropy",
    "policy/kl",
    "policy/clipped",
    "policy/lag",
    "response/tokens",
    "prompts",
    "rows",
    "rows_kept",
    "tokens/valid",
    "solved_all",
    "solved_none",
    "branch/position",
    "branch/fallbacks",
    "tree_token_ratio",
    "time/rollouts",
    "time/update",
)
"""What there is to see of a job that grows trees; drawn for `metrics="tree"`, as far as the job has it."""


@checked
def plot_training(
    source: Iterable[JobEvent] | Job | str,
    metrics: Sequence[str] | Literal["tree"] | None = None,
    *,
    client: Client | None = None,
    axes: Sequence[Axes] | None = None,
    window: int = 1,
) -> list[Axes]:
    """Draws metrics of a job over its steps, each on axes of its own, one below the other.

    Where a step was done again after a restart, the later values are drawn. Values that are not finite leave a gap.

    Args:
        source: Events, as `client.jobs.logs` and `client.jobs.watch` give them, or with `client` a job or its id.
        metrics: Their names, or "tree" for all that a job with trees has to show. Default: `reward/mean`,
            `eval/accuracy`, `loss` and `response/tokens`, as far as the job has them.
        client: Whom to ask for a job's events.
        axes: Where to draw, one for each metric. Default: those of a new figure.
        window: Steps to average over, each with those before it; above 1, the values themselves are drawn pale.
            Evaluations are not averaged.
    """
    if window < 1:
        raise ValueError(f"a window of {window} steps: give 1 or more")
    curves = _curves(_events(source, client))
    names = _chosen(curves, metrics)
    if axes is None:
        # More than a few are too long a picture in one column.
        columns = 1 if len(names) <= 6 else 3
        rows = math.ceil(len(names) / columns)
        figure = Figure(figsize=(7.0 if columns == 1 else 12.0, 0.6 + 1.9 * rows), dpi=150, layout="constrained")
        axes = list(figure.subplots(rows, columns, sharex=True, squeeze=False).flat)
        for ax in axes[len(names) :]:
            ax.remove()
        axes = axes[: len(names)]
    elif len(axes) != len(names):
        raise ValueError(f"{len(axes)} axes for {len(names)} metrics: {', '.join(names)}")
    for ax, name in zip(axes, names, strict=True):
        _draw(ax, name, curves[name], window)
    axes[-1].set_xlabel("step", fontsize=9)
    return list(axes)


def _events(source: Iterable[JobEvent] | Job | str, client: Client | None) -> Iterable[JobEvent]:
    if not isinstance(source, str | Job):
        return source
    if client is None:
        raise ValueError("a job's events come from a server: give client=Client(...) too, or the events themselves")
    return client.jobs.logs(source)


class _Curve:
    """Values of one metric by step, and whether evaluations gave them."""

    def __init__(self, evaluated: bool) -> None:
        self.evaluated = evaluated
        self.values: dict[int, float] = {}


def _curves(events: Iterable[JobEvent]) -> dict[str, _Curve]:
    curves: dict[str, _Curve] = {}
    for event in events:
        if isinstance(event, JobStepDone | JobEvaluated):
            for name, value in event.metrics.items():
                curve = curves.setdefault(name, _Curve(isinstance(event, JobEvaluated)))
                curve.values[event.step] = value
    return curves


def _chosen(curves: dict[str, _Curve], metrics: Sequence[str] | Literal["tree"] | None) -> list[str]:
    if not curves:
        raise ValueError("no step is done yet: there is nothing to draw")
    known = TREE_METRICS if metrics == "tree" else USUAL_METRICS if metrics is None else None
    names = list(metrics or ()) if known is None else [name for name in known if name in curves]
    missing = [name for name in names if name not in curves]
    if missing or not names:
        raise ValueError(f"the job has no {', '.join(missing) or 'usual metric'}; it has {', '.join(sorted(curves))}")
    return names


def _draw(ax: Axes, name: str, curve: _Curve, window: int) -> None:
    steps = np.array(sorted(curve.values))
    values = np.array([curve.values[step] for step in steps], dtype=np.float64)
    values[~np.isfinite(values)] = math.nan
    style: dict[str, Any] = {"color": _EVALUATION if curve.evaluated else _CURVE, "linewidth": 1.4}
    if curve.evaluated or len(steps) == 1:
        style |= {"marker": "o", "markersize": 3.5}
    if window > 1 and not curve.evaluated:
        ax.plot(steps, values, **{**style, "linewidth": 0.8, "alpha": 0.35})
        values = _trailing_mean(values, window)
    ax.plot(steps, values, **style)
    ax.set_title(name, fontsize=9, loc="left", color=_INK)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=10, integer=True, min_n_ticks=1))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5))
    ax.grid(color=_GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.tick_params(labelsize=8)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def _trailing_mean(values: np.ndarray[Any, Any], window: int) -> np.ndarray[Any, Any]:
    """Mean of each value and those before it, `window` in all, leaving out what is not finite."""
    means = np.full(len(values), math.nan)
    for index in range(len(values)):
        part = values[max(0, index + 1 - window) : index + 1]
        part = part[np.isfinite(part)]
        if part.size:
            means[index] = part.mean()
    return means
