"""Curves of a training job, by what is on them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from attnrl import JobEvaluated, JobEvent, JobNote, JobStepDone

pytest.importorskip("matplotlib")

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attnrl.plot import plot_training


def done(step: int, **metrics: float) -> JobStepDone:
    named = {name.replace("_", "/"): value for name, value in metrics.items()}
    return JobStepDone(step, 0, step, "", named, "", None)


def evaluated(step: int, accuracy: float) -> JobEvaluated:
    return JobEvaluated(step, 0, step, "", {"eval/accuracy": accuracy})


def points(ax: Axes, line: int = -1) -> list[tuple[float, float]]:
    drawn = ax.lines[line]
    return list(zip(drawn.get_xdata(), drawn.get_ydata(), strict=True))  # type: ignore[arg-type]


EVENTS: list[JobEvent] = [
    done(1, loss=4, reward_mean=0.25, other=1),
    JobNote(2, 0, 1, "", False),
    done(2, loss=2, reward_mean=0.5, other=1),
    evaluated(2, 0.5),
    done(3, loss=1, reward_mean=1, other=1),
]


def test_usual_metrics_that_a_job_has_are_drawn_below_each_other(tmp_path: Path) -> None:
    axes = plot_training(iter(EVENTS))
    assert [ax.get_title(loc="left") for ax in axes] == ["reward/mean", "eval/accuracy", "loss"]
    assert points(axes[0]) == [(1, 0.25), (2, 0.5), (3, 1)]
    assert points(axes[1]) == [(2, 0.5)]
    assert points(axes[2]) == [(1, 4), (2, 2), (3, 1)]
    assert axes[1].lines[0].get_color() != axes[0].lines[0].get_color()
    assert [ax.get_xlabel() for ax in axes] == ["", "", "step"]
    figure = axes[0].figure
    assert isinstance(figure, Figure)
    figure.savefig(tmp_path / "training.png")
    assert (tmp_path / "training.png").stat().st_size > 5000


def test_metrics_and_axes_are_chosen() -> None:
    own = Figure().subplots(2, 1)
    axes = plot_training(EVENTS, ["other", "loss"], axes=list(own))
    assert axes == list(own)
    assert [ax.get_title(loc="left") for ax in axes] == ["other", "loss"]
    with pytest.raises(ValueError, match="1 axes for 2 metrics: other, loss"):
        plot_training(EVENTS, ["other", "loss"], axes=[own[0]])


def test_steps_that_were_done_again_have_their_later_values() -> None:
    (ax,) = plot_training([done(1, loss=4), done(2, loss=9), done(2, loss=2), done(3, loss=1)])
    assert points(ax) == [(1, 4), (2, 2), (3, 1)]


def test_a_window_averages_what_is_finite_over_the_values_drawn_pale() -> None:
    (ax,) = plot_training([done(step, loss=value) for step, value in enumerate([4, math.inf, 2, 6], 1)], window=2)
    assert len(ax.lines) == 2
    assert [value for _, value in points(ax)] == [4, 4, 2, 4]
    pale = [value for _, value in points(ax, 0)]
    assert math.isnan(pale[1])
    assert (pale[0], pale[2:]) == (4, [2, 6])


def test_a_job_with_trees_shows_what_there_is_of_it() -> None:
    metrics = {"policy/lag": 0.3, "loss": 1.0, "reward/mean": 0.5, "reward/leaves": 0.4, "tree_token_ratio": 0.6}
    metrics |= {"branch/position": 0.2, "branch/fallbacks": 0.1, "time/step": 2.0}
    axes = plot_training([JobStepDone(step, 0, step, "", metrics, "", None) for step in (1, 2)], "tree")
    assert [ax.get_title(loc="left") for ax in axes] == [
        "reward/mean",
        "reward/leaves",
        "loss",
        "policy/lag",
        "branch/position",
        "branch/fallbacks",
        "tree_token_ratio",
    ]
    assert len(axes[0].figure.axes) == 7
    with pytest.raises(ValueError, match="no usual metric"):
        plot_training([done(1, other=2.0)], "tree")


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="no step is done"):
        plot_training([EVENTS[1]])
    with pytest.raises(ValueError, match="has no speed; it has eval/accuracy, loss, other, reward/mean"):
        plot_training(EVENTS, ["loss", "speed"])
    with pytest.raises(ValueError, match="no usual metric; it has other"):
        plot_training([done(1, other=1)])
    with pytest.raises(ValueError, match="give client="):
        plot_training("job-1")
    with pytest.raises(ValueError, match="a window of 0"):
        plot_training(EVENTS, window=0)
