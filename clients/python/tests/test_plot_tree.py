"""The picture of a tree, by what is on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trees import kept_answer, nodes, rollouts

from attnrl import Tree
from attnrl._proto.attnrl.v1 import training_pb2, tree_pb2
from attnrl._tree_convert import kept_trees

pytest.importorskip("matplotlib")

from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from attnrl.plot import plot_tree


def make_tree(*, judged: bool = True) -> Tree:
    message = tree_pb2.Tree(policy="tiny", rollouts=rollouts(judged=judged), nodes=nodes(judged=judged))
    return kept_trees([training_pb2.GetTreesResponse(tree=message)])[0]


def bars_of(ax: object) -> LineCollection:
    """The bars are what is drawn thick."""
    (bars,) = (found for found in ax.collections if found.get_linewidths()[0] == 4)  # type: ignore[attr-defined]
    assert isinstance(bars, LineCollection)
    return bars


def colors_of(ax: object) -> list[tuple[float, ...]]:
    return [tuple(color) for color in np.asarray(bars_of(ax).get_edgecolor()).tolist()]


def test_nodes_lie_at_their_tokens_and_responses_end_on_rows_of_their_own(tmp_path: Path) -> None:
    ax = plot_tree(make_tree())
    bars = bars_of(ax)
    # Responses 0 and 2 end on rows 0 and 1, and what they share amid them; response 1 is on row 2.
    assert [segment.tolist() for segment in bars.get_segments()] == [
        [[0, 0.5], [2, 0.5]], [[2, 0], [4, 0]], [[0, 2], [1, 2]], [[2, 1], [5, 1]],
    ]  # fmt: skip
    assert ax.get_xlim() == (0, 5)
    assert [text.get_text() for text in ax.texts] == ["0 correct", "1 no_answer (cut)", "2 correct (cut)"]
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.savefig(tmp_path / "tree.png")
    assert (tmp_path / "tree.png").stat().st_size > 5000


def test_colours_are_values() -> None:
    colors = colors_of(plot_tree(make_tree()))
    assert colors[0] == colors[1] == colors[3]
    assert colors[2] != colors[0]
    plain = plot_tree(make_tree(judged=False))
    assert len(set(colors_of(plain))) == 1
    assert isinstance(plain.figure, Figure)
    assert len(plain.figure.axes) == 1  # No key to colours that say nothing.


def test_axes_can_be_given_and_labels_left_out() -> None:
    ax = Figure().add_subplot()
    assert plot_tree(make_tree(), ax=ax, colorbar=False, labels=False) is ax
    assert not ax.texts


def test_a_tree_without_responses_is_refused() -> None:
    tree = kept_trees(kept_answer())[0]
    with pytest.raises(ValueError, match="no responses"):
        plot_tree(replace(tree, rollouts=[], nodes=tree.nodes[:1]))
