"""A picture of a rollout tree."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ._arguments import checked
from .trees import Tree

_INK = "#333333"
_LINK = "#b0b0b0"
_NO_VALUE = "#4c78a8"
_CMAP = "RdYlGn"


@checked
def plot_tree(tree: Tree, *, ax: Axes | None = None, colorbar: bool = True, labels: bool = True) -> Axes:
    """Draws a tree from left to right: each node a bar over its tokens' places in the response, coloured by its value.

    Args:
        tree: What to draw.
        ax: Where to draw. Default: a new figure, tall enough for every response.
        colorbar: Draw the key to the colours, where nodes have values.
        labels: Write each response's number, and its verdict where it has one, behind its end.
    """
    if len(tree.nodes) < 2:
        raise ValueError("the tree has no responses to draw")
    rows = _rows(tree)
    leaves = tree.nodes[0].leaves
    if ax is None:
        height = min(max(2.4, 0.2 * leaves + 1.1), 24.0)
        ax = Figure(figsize=(9.0, height), dpi=150, layout="constrained").add_subplot()
    values = [node.value for node in tree.nodes if node.value is not None]
    # Rewards from 0 to 1 keep one scale from tree to tree.
    scale = ScalarMappable(Normalize(min([0.0, *values]), max([1.0, *values])), _CMAP)
    _draw_links(ax, tree, rows)
    bars = [[(node.start, row), (node.end, row)] for node, row in zip(tree.nodes, rows, strict=True)][1:]
    shades = scale.to_rgba(np.array([node.value or 0.0 for node in tree.nodes[1:]]))
    colors = list(shades) if values else _NO_VALUE
    ax.add_collection(LineCollection(bars, colors=colors, linewidths=4, capstyle="butt", zorder=2))
    if labels:
        _label_ends(ax, tree, rows)
    ax.set_xlim(0, max(node.end for node in tree.nodes) or 1)
    ax.set_ylim(leaves - 0.4, -0.6)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_yticks([])
    ax.tick_params(labelsize=8)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.set_xlabel("token of the response", fontsize=9)
    if colorbar and values:
        bar = ax.figure.colorbar(scale, ax=ax, fraction=0.03, pad=0.08)
        bar.set_label("value: mean reward below", fontsize=9)
        bar.ax.tick_params(labelsize=8)
    return ax


def _rows(tree: Tree) -> list[float]:
    """Where each node is drawn: ends of responses a row each, from top to bottom; others amid what is below them."""
    children: list[list[int]] = [[] for _ in tree.nodes]
    for index, node in enumerate(tree.nodes):
        if node.parent is not None:
            children[node.parent].append(index)
    rows = [0.0] * len(tree.nodes)
    row = 0
    order: list[int] = []
    open_nodes = [0]
    while open_nodes:
        index = open_nodes.pop()
        order.append(index)
        open_nodes += reversed(children[index])
        if not children[index]:
            rows[index] = float(row)
            row += 1
    for index in reversed(order):
        if children[index]:
            rows[index] = sum(rows[child] for child in children[index]) / len(children[index])
    return rows


def _draw_links(ax: Axes, tree: Tree, rows: list[float]) -> None:
    links = []
    for index, node in enumerate(tree.nodes):
        if node.parent is not None:
            links.append([(node.start, rows[node.parent]), (node.start, rows[index])])
    ax.add_collection(LineCollection(links, colors=_LINK, linewidths=0.8, zorder=1))


def _label_ends(ax: Axes, tree: Tree, rows: list[float]) -> None:
    inner = {node.parent for node in tree.nodes}
    for index, node in enumerate(tree.nodes):
        if index in inner or node.rollout is None:
            continue
        rollout = tree.rollouts[node.rollout]
        verdict = f" {rollout.verdict.value}" if rollout.verdict else ""
        ax.annotate(
            f"{rollout.index}{verdict}{'' if rollout.complete else ' (cut)'}", (node.end, rows[index]),
            xytext=(4, 0), textcoords="offset points", va="center", fontsize=7, color=_INK, annotation_clip=False,
        )  # fmt: skip
