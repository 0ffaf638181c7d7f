"""Rollout trees, and the events of one that grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

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
