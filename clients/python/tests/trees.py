"""A small tree as the server sends it."""

from __future__ import annotations

from attnrl._proto.attnrl.v1 import analysis_pb2, common_pb2, reward_pb2, training_pb2, tree_pb2
from attnrl._proto.attnrl.v1.analysis_pb2 import ExploreResponse


def rollouts(*, judged: bool = True) -> list[tree_pb2.TreeRollout]:
    """Two responses, the first of which is continued behind two tokens."""
    drawn = [
        tree_pb2.TreeRollout(index=0, ids=[1, 2, 3, 4], text="abcd", complete=True),
        tree_pb2.TreeRollout(index=1, ids=[5], text="e", complete=False),
        tree_pb2.TreeRollout(index=2, fork=tree_pb2.TreeFork(rollout=0, offset=2), ids=[6, 7, 8], text="fgh"),
    ]
    verdicts = [reward_pb2.REWARD_VERDICT_CORRECT, reward_pb2.REWARD_VERDICT_NO_ANSWER]
    for rollout, verdict, reward in zip(drawn, [*verdicts, verdicts[0]], [1.0, 0.0, 1.0], strict=True):
        rollout.version = 7
        rollout.logprobs.extend([-0.5] * len(rollout.ids))
        rollout.entropies.extend([0.25] * len(rollout.ids))
        rollout.steps.extend([tree_pb2.TreeStep(start=0), tree_pb2.TreeStep(start=2, influence=0.125)])
        if judged:
            rollout.verdict, rollout.reward = verdict, reward
    return drawn


def nodes(*, judged: bool = True) -> list[tree_pb2.TreeNode]:
    """Its nodes: the prompt, the first response in two stretches, the second, and the continuation."""
    made = [
        tree_pb2.TreeNode(leaves=3),
        tree_pb2.TreeNode(parent=0, rollout=0, start=0, end=2, leaves=2, text="ab"),
        tree_pb2.TreeNode(parent=1, rollout=0, start=2, end=4, leaves=1, text="cd"),
        tree_pb2.TreeNode(parent=0, rollout=1, start=0, end=1, leaves=1, text="e"),
        tree_pb2.TreeNode(parent=1, rollout=2, start=2, end=5, leaves=1, text="fgh"),
    ]
    if judged:
        for node, value in zip(made, [0.75, 1.0, 1.0, 0.0, 1.0], strict=True):
            node.value = value
    return made


def explore_answer() -> list[ExploreResponse]:
    """What Explore answers: rollouts as they end, and the nodes in two messages."""
    drawn, made = rollouts(), nodes()
    return [
        ExploreResponse(
            started=analysis_pb2.ExploreStarted(
                policy="tiny",
                version=7,
                prompt_ids=[9, 9],
                prompt_text="?!",
                sampling=common_pb2.SamplingOptions(seed=5, max_tokens=16),
                width=2,
                continuations=1,
                depth=1,
                max_tokens_total=64,
            )
        ),
        ExploreResponse(rollout=drawn[1]),
        ExploreResponse(rollout=drawn[0]),
        ExploreResponse(note=analysis_pb2.ExploreNote(text="Rollout 1: The response is a single step.")),
        ExploreResponse(rollout=drawn[2]),
        ExploreResponse(nodes=analysis_pb2.TreeNodes(nodes=made[:2])),
        ExploreResponse(nodes=analysis_pb2.TreeNodes(nodes=made[2:])),
        ExploreResponse(
            finished=analysis_pb2.ExploreFinished(
                rollout_count=3, undrawn=1, cut=1, drawn_tokens=8, computed_tokens=11, total_seconds=0.5
            )
        ),
    ]


def kept_answer() -> list[training_pb2.GetTreesResponse]:
    """What GetTrees answers: a tree in two pieces, and one in one."""
    first = tree_pb2.Tree(policy="tiny", step=3, prompt_ids=[9], prompt_text="?", rollouts=rollouts()[:2])
    rest = tree_pb2.Tree(rollouts=rollouts()[2:], nodes=nodes())
    second = tree_pb2.Tree(policy="tiny", step=4, prompt_ids=[9], rollouts=rollouts(), nodes=nodes())
    return [
        training_pb2.GetTreesResponse(index=0, tree=first),
        training_pb2.GetTreesResponse(index=0, tree=rest),
        training_pb2.GetTreesResponse(index=1, tree=second),
    ]
