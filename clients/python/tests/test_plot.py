"""Pictures, by what is on them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from messages import trace as trace_message

from attnrl import BranchPoint, LayerHead, StepMap, StepMapKind, Trace
from attnrl._convert import TraceParts

pytest.importorskip("matplotlib")

from matplotlib.colors import LogNorm, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from attnrl.plot import plot_influence, plot_step_map

BRANCH = BranchPoint(step=3, token=6, score=0.5, fallback=False, reason="")


def make_trace(steps: int, text: str | None = None, influence: float | None = None) -> Trace:
    message = trace_message(steps)
    for step in message.steps:
        step.text = step.text if text is None else text
        step.influence = step.influence if influence is None else influence
    parts = TraceParts()
    parts.add_trace(message)
    trace = parts.finish()
    values = [0.5 if column == 0 else (row + column) / 1e4 for row in range(steps) for column in range(row + 1)]
    trace.step_maps.append(StepMap(StepMapKind.MEAN, None, values))
    return trace


def test_influence_has_a_bar_per_response_step_first_on_top(tmp_path: Path) -> None:
    ax = plot_influence(make_trace(6), [BRANCH])
    bars = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert [bar.get_width() for bar in bars] == [index / 8 for index in range(1, 6)]
    labels = ax.get_yticklabels()
    assert [label.get_text() for label in labels] == [f"step {index}  {index}" for index in range(1, 6)]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    colors = [to_hex(bar.get_facecolor()) for bar in bars]
    assert colors[0] == colors[1] == colors[3]
    assert len({colors[0], colors[2], colors[4]}) == 3  # A plain step, the branch point, and one after </think>.
    legend = ax.get_legend()
    assert legend
    assert [text.get_text() for text in legend.get_texts()] == ["branch point", "</think> and after"]
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.savefig(tmp_path / "influence.png")
    assert (tmp_path / "influence.png").stat().st_size > 5000


def test_influence_options() -> None:
    with_prompt = plot_influence(make_trace(6), prompt=True, snippet=0)
    assert [label.get_text() for label in with_prompt.get_yticklabels()] == ["prompt", "1", "2", "3", "4", "5"]
    assert plot_influence(make_trace(6), log=True).get_xscale() == "log"
    nothing = plot_influence(make_trace(6, influence=0), log=True)
    assert nothing.get_xscale() == "linear"
    assert nothing.get_xlim() == (0, 1)


def test_texts_are_shortened_and_never_read_as_formulas(tmp_path: Path) -> None:
    ax = plot_influence(make_trace(2, text="let $x_\n\n" + "y" * 99), snippet=12)
    assert ax.get_yticklabels()[0].get_text() == "let \\$x_ yyy…  1"
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.savefig(tmp_path / "odd.png")


def test_long_traces_stay_of_a_size_to_look_at() -> None:
    figure = plot_influence(make_trace(2000)).figure
    assert isinstance(figure, Figure)
    assert figure.get_figheight() < 20


def test_the_step_map_leaves_the_prompt_out_unless_asked() -> None:
    ax = plot_step_map(make_trace(6), [BRANCH])
    (image,) = ax.images
    assert image.get_array().shape == (5, 5)  # type: ignore[union-attr]
    assert isinstance(image.norm, LogNorm)
    assert image.norm.vmax == pytest.approx(10 / 1e4)
    assert [text.get_text() for text in ax.texts] == ["branch 3"]
    whole = plot_step_map(make_trace(6), prompt=True, log=False).images[0]
    assert whole.get_array().shape == (6, 6)  # type: ignore[union-attr]
    assert (whole.norm.vmin, whole.norm.vmax) == (0, 0.5)


def test_the_step_map_is_a_lower_triangle() -> None:
    shown = plot_step_map(make_trace(4)).images[0].get_array()
    assert shown is not None
    assert shown.mask.tolist() == [[False, True, True], [False, False, True], [False, False, False]]  # type: ignore[attr-defined]


def test_a_head_is_named_and_axes_can_be_given() -> None:
    ax = Figure().add_subplot()
    chosen = StepMap(StepMapKind.HEADS, LayerHead(3, 5), [0.5, 0.25, 0.125])
    assert plot_step_map(make_trace(2), step_map=chosen, ax=ax, colorbar=False) is ax
    assert ax.get_title(loc="left") == "step attention, layer 3 head 5"


def test_what_cannot_be_drawn_is_refused() -> None:
    bare = make_trace(3)
    bare.step_maps.clear()
    with pytest.raises(ValueError, match="no step map: `trace` of the prompt"):
        plot_step_map(bare)
    for plot in (plot_influence, plot_step_map):
        with pytest.raises(ValueError, match="no response steps"):
            plot(make_trace(1))


def test_pyplot_is_left_alone() -> None:
    script = "import attnrl.plot, sys; sys.exit('matplotlib.pyplot' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_what_is_no_trace_is_named() -> None:
    with pytest.raises(TypeError, match="trace must be a Trace, not list"):
        plot_step_map([])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"branches\[0\] must be a BranchPoint, not int"):
        plot_influence(make_trace(3), [1])  # type: ignore[list-item]
