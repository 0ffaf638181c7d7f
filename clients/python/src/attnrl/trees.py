"""Rollout trees, and the events of one that grows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ._arguments import checked
from .options import Sampling
from .reward import Verdict


@dataclass(frozen=True)
class TreeFork:
    """Where a rollout leaves another."""

    rollout: int
    """The rollout that it continues, by index."""
    offset: int
    """Tokens of that rollout's whole response that it keeps."""


@dataclass(frozen=True)
class TreeStep:
    """A step of a response."""

    start: int
    """Offset of its first token in the whole response."""
    influence: float
    """The attention that later steps pay to it; 0 where no attention was captured."""


@dataclass(frozen=True)
class TreeRollout:
    """One response, from where it leaves the one that it continues."""

    index: int
    fork: TreeFork | None
    """None for a response drawn from the prompt."""
    ids: list[int]
    """The tokens it drew itself, behind those that it keeps of others."""
    text: str
    """Of these tokens."""
    logprobs: list[float]
    entropies: list[float]
    version: int
    complete: bool
    """Whether it ended by itself, and not at a limit on tokens."""
    reward: float | None
    """What the whole response is worth; None where nobody judged it."""
    verdict: Verdict | None
    steps: list[TreeStep]
    """Of the whole response."""

    @property
    def start(self) -> int:
        """Offset in the whole response at which its own tokens begin."""
        return self.fork.offset if self.fork else 0


@dataclass(frozen=True)
class Verified:
    """What a verifier says of one response."""

    reward: float
    """1 for a right one, 0 for any other."""
    verdict: Verdict


@dataclass(frozen=True)
class TreeNode:
    """A stretch of tokens that the same rollouts share. Node 0 is the prompt."""

    parent: int | None
    """The node that it continues, which comes before it; None for the prompt."""
    rollout: int | None
    """The rollout that drew its tokens; None for the prompt."""
    start: int
    """Tokens [start, end) of that rollout's whole response."""
    end: int
    leaves: int
    """Rollouts that end below it, one that ends in it included."""
    value: float | None
    """Mean reward of these; None unless every rollout of the tree has one."""
    text: str
    """Empty for the prompt."""


@dataclass(frozen=True)
class Tree:
    """A prompt, responses to it, and responses that continue others from somewhere on."""

    policy: str
    step: int | None
    """The step of the training job that drew it; None for others."""
    prompt_ids: list[int]
    prompt_text: str
    rollouts: list[TreeRollout]
    nodes: list[TreeNode]

    @property
    def value(self) -> float | None:
        """Mean reward of all rollouts."""
        return self.nodes[0].value if self.nodes else None

    @property
    def advantages(self) -> list[float] | None:
        """How much better each node did than the prompt and its parent; None where nodes have no values.

        It is what jobs of kind `attnrl` and `treerl` give to every token of a node: (V(node) - V(prompt) + V(node) -
        V(parent)) / sqrt(leaves). The prompt's is 0.
        """
        values = [node.value for node in self.nodes if node.value is not None]
        if len(values) < len(self.nodes):
            return None
        rewards = {rollout.reward for rollout in self.rollouts}
        if len(rewards) == 1:  # Where all are alike nothing is better, however means are rounded.
            return [0.0] * len(values)
        return [
            0.0
            if node.parent is None
            else ((value - values[0]) + (value - values[node.parent])) / math.sqrt(max(node.leaves, 1))
            for node, value in zip(self.nodes, values, strict=True)
        ]

    def children(self, node: int) -> list[int]:
        """The nodes that continue a node, by index."""
        return [index for index, other in enumerate(self.nodes) if other.parent == node]

    def response_ids(self, rollout: int) -> list[int]:
        """Tokens of a rollout's whole response: what it keeps of others, and its own."""
        own = self.rollouts[rollout]
        kept = self.response_ids(own.fork.rollout)[: own.fork.offset] if own.fork else []
        return kept + own.ids

    def response_text(self, rollout: int) -> str:
        """Text of a rollout's whole response."""
        texts: list[str] = []
        node: int | None = self._leaf(rollout)
        while node is not None:
            texts.append(self.nodes[node].text)
            node = self.nodes[node].parent
        return "".join(reversed(texts))

    @checked
    def to_verifiers(self, advantages: Sequence[float] | None = None) -> list[dict[str, Any]]:
        """The nodes as those of a trace of the verifiers library, for its `MessageNode.model_validate`.

        Node 0 is the prompt as a user's message, every other node a message of the assistant behind its parent's. The
        tokens along a path from the prompt to a node without children are those of the prompt and of one response;
        these paths come in the order of rollouts.

        Args:
            advantages: One for each node, which all of its tokens get; the prompt's is not used. `Tree.advantages`
                where it is left out.
        """
        if advantages is None:
            advantages = self.advantages
        elif len(advantages) != len(self.nodes):
            raise ValueError(f"advantages must have one for each of {len(self.nodes)} nodes, not {len(advantages)}")
        return [
            self._message_node(node, None if advantages is None else float(advantages[index]))
            for index, node in enumerate(self.nodes)
        ]

    def _message_node(self, node: TreeNode, advantage: float | None) -> dict[str, Any]:
        """A node as verifiers has it. Numbers of tokens are there for all of them or, where not known, for none."""
        if node.rollout is None:
            return {
                "parent": None,
                "message": {"role": "user", "content": self.prompt_text},
                "sampled": False,
                "token_ids": list(self.prompt_ids),
                "mask": [False] * len(self.prompt_ids),
                "logprobs": [],
                "advantages": None,
                "entropies": None,
            }
        rollout = self.rollouts[node.rollout]
        own = slice(node.start - rollout.start, node.end - rollout.start)
        count = len(rollout.ids[own])

        def known(numbers: list[float]) -> list[float] | None:
            return numbers[own] if len(numbers) == len(rollout.ids) else None

        return {
            "parent": node.parent,
            "message": {"role": "assistant", "content": node.text},
            "sampled": True,
            "token_ids": rollout.ids[own],
            "mask": [True] * count,
            "logprobs": known(rollout.logprobs) or [],
            "advantages": None if advantage is None else [advantage] * count,
            "entropies": known(rollout.entropies),
        }

    def _leaf(self, rollout: int) -> int:
        """The node that a rollout ends in: the last of those that hold its tokens."""
        return max(index for index, node in enumerate(self.nodes) if node.rollout == rollout)


@dataclass(frozen=True)
class ExploreStarted:
    """The request was accepted."""

    policy: str
    version: int
    prompt_ids: list[int]
    prompt_text: str
    sampling: Sampling
    """Every field as resolved, the seed included."""
    width: int
    continuations: int
    depth: int
    max_tokens_total: int


@dataclass(frozen=True)
class RolloutDrawn:
    """A rollout has ended. They come in any order; `rollout.index` is its place in the tree."""

    rollout: TreeRollout


@dataclass(frozen=True)
class ExploreNote:
    """Something did not go as asked, in words."""

    text: str


@dataclass(frozen=True)
class Exploration:
    """A grown tree and what it cost. As an event it is the last."""

    tree: Tree
    started: ExploreStarted
    notes: list[str]
    undrawn: int
    """Branches that were chosen and not drawn, as the budget had ended."""
    cut: int
    """Responses that the budget cut short."""
    drawn_tokens: int
    """Tokens drawn, which the budget counts."""
    computed_tokens: int
    """Tokens the server computed for all responses."""
    total_seconds: float


ExploreEvent: TypeAlias = ExploreStarted | RolloutDrawn | ExploreNote | Exploration
