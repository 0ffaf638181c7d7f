"""Messages about trees to results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from . import trees
from ._convert import enum_member, sampling
from ._proto.attnrl.v1 import analysis_pb2, reward_pb2, training_pb2, tree_pb2
from .errors import ProtocolError
from .reward import Verdict


def _verdict(number: int) -> Verdict:
    return enum_member(reward_pb2.RewardVerdict, number, "REWARD_VERDICT_", Verdict, Verdict.INTERNAL)


def verified(message: analysis_pb2.VerifyResponse) -> list[trees.Verified]:
    """What each response is worth."""
    return [trees.Verified(item.reward, _verdict(item.verdict)) for item in message.results]


def rollout(message: tree_pb2.TreeRollout) -> trees.TreeRollout:
    """One rollout."""
    verdict = None
    if message.verdict != reward_pb2.REWARD_VERDICT_UNSPECIFIED:
        verdict = _verdict(message.verdict)
    return trees.TreeRollout(
        index=message.index,
        fork=trees.TreeFork(message.fork.rollout, message.fork.offset) if message.HasField("fork") else None,
        ids=list(message.ids),
        text=message.text,
        logprobs=list(message.logprobs),
        entropies=list(message.entropies),
        version=message.version,
        complete=message.complete,
        reward=message.reward if message.HasField("reward") else None,
        verdict=verdict,
        steps=[trees.TreeStep(step.start, step.influence) for step in message.steps],
    )


def node(message: tree_pb2.TreeNode) -> trees.TreeNode:
    """One node."""
    return trees.TreeNode(
        parent=message.parent if message.HasField("parent") else None,
        rollout=message.rollout if message.HasField("rollout") else None,
        start=message.start,
        end=message.end,
        leaves=message.leaves,
        value=message.value if message.HasField("value") else None,
        text=message.text,
    )


def checked(tree: trees.Tree) -> trees.Tree:
    """A tree whose rollouts are all there, in order, and whose nodes continue those before them."""
    for place, item in enumerate(tree.rollouts):
        if item.index != place:
            raise ProtocolError(f"rollout {item.index} came where {place} was due")
        if item.fork and not 0 <= item.fork.rollout < place:
            raise ProtocolError(f"rollout {place} continues rollout {item.fork.rollout}, which is not before it")
    for place, held in enumerate(tree.nodes):
        if (held.parent is None) != (place == 0) or (held.parent is not None and not 0 <= held.parent < place):
            raise ProtocolError(f"node {place} continues none that comes before it")
        if held.rollout is not None and not 0 <= held.rollout < len(tree.rollouts):
            raise ProtocolError(f"node {place} belongs to rollout {held.rollout}, which there is not")
    return tree


def kept_trees(messages: Iterable[training_pb2.GetTreesResponse]) -> list[trees.Tree]:
    """Trees of a job, put together from their pieces."""
    pieces: dict[int, list[tree_pb2.Tree]] = {}
    for message in messages:
        pieces.setdefault(message.index, []).append(message.tree)
    return [_joined(pieces[index]) for index in sorted(pieces)]


def _joined(pieces: list[tree_pb2.Tree]) -> trees.Tree:
    first = pieces[0]
    return checked(
        trees.Tree(
            policy=first.policy,
            step=first.step if first.HasField("step") else None,
            prompt_ids=list(first.prompt_ids),
            prompt_text=first.prompt_text,
            rollouts=[rollout(item) for piece in pieces for item in piece.rollouts],
            nodes=[node(item) for piece in pieces for item in piece.nodes],
        )
    )


class ExploreReader:
    """Turns messages into events as they come, and puts the tree together."""

    def __init__(self) -> None:
        """No message read yet."""
        self._started: trees.ExploreStarted | None = None
        self._rollouts: list[trees.TreeRollout] = []
        self._nodes: list[trees.TreeNode] = []
        self._notes: list[str] = []
        self._result: trees.Exploration | None = None

    def read(self, message: analysis_pb2.ExploreResponse) -> Iterator[trees.ExploreEvent]:
        """Events that a message completes. A kind of message that a newer server may send makes none."""
        match message.WhichOneof("event"):
            case "started":
                self._started = _started(message.started)
                yield self._started
            case "rollout":
                drawn = rollout(message.rollout)
                self._rollouts.append(drawn)
                yield trees.RolloutDrawn(drawn)
            case "note":
                self._notes.append(message.note.text)
                yield trees.ExploreNote(message.note.text)
            case "nodes":
                self._nodes += [node(item) for item in message.nodes.nodes]
            case "finished":
                self._result = self._finished(message.finished)
                yield self._result

    def result(self) -> trees.Exploration:
        """What has come of a whole answer."""
        if self._result is None:
            raise ProtocolError("the answer ended before the tree was grown")
        return self._result

    def _finished(self, message: analysis_pb2.ExploreFinished) -> trees.Exploration:
        started = self._started
        if started is None:
            raise ProtocolError("the tree was grown before the exploration started")
        tree = trees.Tree(
            policy=started.policy,
            step=None,
            prompt_ids=started.prompt_ids,
            prompt_text=started.prompt_text,
            rollouts=sorted(self._rollouts, key=lambda item: item.index),
            nodes=self._nodes,
        )
        return trees.Exploration(
            tree=checked(tree),
            started=started,
            notes=list(self._notes),
            undrawn=message.undrawn,
            cut=message.cut,
            drawn_tokens=message.drawn_tokens,
            computed_tokens=message.computed_tokens,
            total_seconds=message.total_seconds,
        )


def exploration(messages: Iterable[analysis_pb2.ExploreResponse]) -> trees.Exploration:
    """A whole answer."""
    reader = ExploreReader()
    for message in messages:
        for _ in reader.read(message):
            pass
    return reader.result()


def _started(message: analysis_pb2.ExploreStarted) -> trees.ExploreStarted:
    return trees.ExploreStarted(
        policy=message.policy,
        version=message.version,
        prompt_ids=list(message.prompt_ids),
        prompt_text=message.prompt_text,
        sampling=sampling(message.sampling),
        width=message.width,
        continuations=message.continuations,
        depth=message.depth,
        max_tokens_total=message.max_tokens_total,
    )
