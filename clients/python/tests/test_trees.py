"""Exploring, and the trees of jobs."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import grpc
import pytest
from both import Caller
from fake_server import HANG_SECONDS, FakeServer
from trees import explore_answer, kept_answer, nodes, rollouts

from attnrl import (
    AsyncClient,
    Client,
    Exploration,
    ExploreNote,
    ExploreStarted,
    ProtocolError,
    RolloutDrawn,
    Tree,
    TreeFork,
    TreeNode,
    TreeStep,
    Verdict,
)
from attnrl import _methods as methods
from attnrl import _operations as operations
from attnrl._proto.attnrl.v1 import analysis_pb2, training_pb2, tree_pb2
from attnrl._tree_convert import exploration, kept_trees


def both_results(target: str, stop_after: int | None = None) -> tuple[list[Any], list[Any]]:
    """Events and result of the blocking and of the asyncio client."""
    with Client(target, timeout=HANG_SECONDS) as client, client.explore("?!", width=2) as stream:
        blocking: list[Any] = list(islice(stream, stop_after))
        blocking.append(stream.result())

    async def run() -> list[Any]:
        async with AsyncClient(target, timeout=HANG_SECONDS) as client, client.explore("?!", width=2) as stream:
            events: list[Any] = []
            async for event in stream:
                events.append(event)
                if len(events) == stop_after:
                    break
            return [*events, await stream.result()]

    return blocking, asyncio.run(run())


def test_events_come_as_the_tree_grows_and_the_result_has_all_of_it(server: FakeServer) -> None:
    server.answer(methods.EXPLORE, *explore_answer())
    for events in both_results(server.target):
        assert [type(event) for event in events] == [
            ExploreStarted, RolloutDrawn, RolloutDrawn, ExploreNote, RolloutDrawn, Exploration, Exploration,
        ]  # fmt: skip
        result = events[-1]
        assert result == events[-2]
        assert result.notes == ["Rollout 1: The response is a single step."]
        assert (result.undrawn, result.cut, result.drawn_tokens, result.computed_tokens) == (1, 1, 8, 11)
        tree = result.tree
        assert tree.value == 0.75
        assert [rollout.index for rollout in tree.rollouts] == [0, 1, 2]
        assert tree.rollouts[2].fork == TreeFork(0, 2)
        assert tree.rollouts[2].start == 2
        assert tree.rollouts[0].steps[1] == TreeStep(2, 0.125)
        assert tree.rollouts[1].verdict is Verdict.NO_ANSWER
        assert tree.rollouts[1].reward == 0
        assert tree.response_ids(2) == [1, 2, 6, 7, 8]
        assert [tree.response_text(index) for index in range(3)] == ["abcd", "e", "abfgh"]
        assert [tree.children(node) for node in range(5)] == [[1, 3], [2, 4], [], [], []]
        assert tree.nodes[0].parent is None
        assert tree.nodes[0].rollout is None


def test_the_result_can_be_asked_for_at_any_time(server: FakeServer) -> None:
    server.answer(methods.EXPLORE, *explore_answer())
    for events in both_results(server.target, stop_after=2):
        assert [type(event) for event in events] == [ExploreStarted, RolloutDrawn, Exploration]


def test_closing_the_stream_cancels_the_call(server: FakeServer) -> None:
    def endless(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        yield explore_answer()[0]
        server.cancelled.wait(HANG_SECONDS)

    server.answer_by(methods.EXPLORE, endless)
    with Client(server.target, timeout=HANG_SECONDS) as client, client.explore("?!") as stream:
        assert isinstance(next(stream), ExploreStarted)
    assert server.cancelled.wait(HANG_SECONDS)


def test_an_answer_that_is_no_tree_is_refused() -> None:
    answer = explore_answer()
    with pytest.raises(ProtocolError, match="ended before the tree was grown"):
        exploration(answer[:-1])
    with pytest.raises(ProtocolError, match="rollout 1 came where 0 was due"):
        exploration([message for message in answer if message.rollout.text != "abcd"])
    orphan = analysis_pb2.ExploreResponse(nodes=analysis_pb2.TreeNodes(nodes=[tree_pb2.TreeNode(parent=9, rollout=0)]))
    with pytest.raises(ProtocolError, match="node 5 continues none"):
        exploration([*answer[:-1], orphan, answer[-1]])
    backwards = rollouts()[0]
    backwards.fork.rollout = 1
    tree = tree_pb2.Tree(rollouts=[backwards])
    with pytest.raises(ProtocolError, match="rollout 0 continues rollout 1"):
        kept_trees([training_pb2.GetTreesResponse(tree=tree)])


def test_an_explore_request_carries_every_option() -> None:
    request = operations.explore(
        "x", policy="tiny", width=3, points=4, continuations=5, depth=2, max_tokens_total=77, truth="8",
        reward="regex", pattern="= (.+)", ignore_case=True, strategy="random", quantile=0.5, min_gap_tokens=6,
        branch_seed=9, gap=2, include_after_thinking=True, seed=1,
    ).request  # fmt: skip
    assert isinstance(request, analysis_pb2.ExploreRequest)
    assert (request.policy, request.prompt.text, request.sampling.seed) == ("tiny", "x", 1)
    assert (request.width, request.continuations, request.depth, request.max_tokens_total) == (3, 5, 2, 77)
    assert request.branches == analysis_pb2.BranchOptions(
        strategy=analysis_pb2.BRANCH_STRATEGY_RANDOM, count=4, quantile=0.5, min_gap_tokens=6, seed=9
    )
    assert (request.capture.gap, request.capture.include_after_thinking) == (2, True)
    assert request.verifier == analysis_pb2.Verifier(
        kind=analysis_pb2.VERIFIER_KIND_REGEX, truth="8", pattern="= (.+)", ignore_case=True
    )


def test_what_is_left_out_is_left_to_the_server() -> None:
    request = operations.explore("x").request
    assert isinstance(request, analysis_pb2.ExploreRequest)
    for name in ("width", "continuations", "depth", "max_tokens_total", "verifier"):
        assert not request.HasField(name)
    truth_alone = operations.explore("x", truth="4").request
    assert isinstance(truth_alone, analysis_pb2.ExploreRequest)
    assert truth_alone.verifier == analysis_pb2.Verifier(kind=analysis_pb2.VERIFIER_KIND_MATH, truth="4")
    task = operations.explore("x", task="graph").request
    assert isinstance(task, analysis_pb2.ExploreRequest)
    assert task.verifier == analysis_pb2.Verifier(kind=analysis_pb2.VERIFIER_KIND_TASK, task="graph")
    with pytest.raises(ValueError, match="'exact' compares with truth"):
        operations.explore("x", reward="exact")


def test_trees_of_a_job_are_put_together(server: FakeServer, client: Caller) -> None:
    server.answer(methods.GET_TREES, *kept_answer())
    trees = client.call("jobs.trees", "job-3", step=3)
    assert [tree.step for tree in trees] == [3, 4]
    assert [len(tree.rollouts) for tree in trees] == [3, 3]
    assert trees[0].prompt_text == "?"
    assert trees[0].rollouts == trees[1].rollouts
    assert trees[0].nodes == trees[1].nodes
    (request,) = server.requests
    assert (request.job, request.step) == ("job-3", 3)


def kept(*, judged: bool = True) -> Tree:
    message = tree_pb2.Tree(
        prompt_ids=[9, 9], prompt_text="?!", rollouts=rollouts(judged=judged), nodes=nodes(judged=judged)
    )
    return kept_trees([training_pb2.GetTreesResponse(tree=message)])[0]


def test_advantages_compare_a_node_with_the_prompt_and_its_parent() -> None:
    tree = kept()
    assert tree.advantages == pytest.approx([0, 0.5 / math.sqrt(2), 0.25, -1.5, 0.25])
    assert kept(judged=False).advantages is None
    # A mean that was rounded makes no response better than others that earned the same.
    alike = replace(
        tree,
        rollouts=[replace(rollout, reward=0.1) for rollout in tree.rollouts],
        nodes=[replace(node, value=0.1 + 1e-17 * place) for place, node in enumerate(tree.nodes)],
    )
    assert alike.advantages == [0] * 5


def test_verifiers_is_given_every_stretch_once() -> None:
    tree = kept()
    made = tree.to_verifiers()
    assert made[0] == {
        "parent": None,
        "message": {"role": "user", "content": "?!"},
        "sampled": False,
        "token_ids": [9, 9],
        "mask": [False, False],
        "logprobs": [],
        "advantages": None,
        "entropies": None,
    }
    assert made[4] == {
        "parent": 1,
        "message": {"role": "assistant", "content": "fgh"},
        "sampled": True,
        "token_ids": [6, 7, 8],
        "mask": [True] * 3,
        "logprobs": [-0.5] * 3,
        "advantages": [0.25] * 3,
        "entropies": [0.25] * 3,
    }
    assert [node["parent"] for node in made] == [None, 0, 1, 0, 1]
    assert [node["token_ids"] for node in made] == [[9, 9], [1, 2], [3, 4], [5], [6, 7, 8]]


def test_verifiers_is_told_what_is_not_known() -> None:
    tree = kept(judged=False)
    bare = replace(tree, rollouts=[replace(rollout, logprobs=[], entropies=[]) for rollout in tree.rollouts])
    for node in bare.to_verifiers():
        assert (node["logprobs"], node["advantages"], node["entropies"]) == ([], None, None)


def test_verifiers_is_given_other_advantages() -> None:
    tree = kept(judged=False)
    made = tree.to_verifiers([0, 1, 2, 3, 4])
    assert [node["advantages"] for node in made] == [None, [1, 1], [2, 2], [3], [4, 4, 4]]
    with pytest.raises(ValueError, match="one for each of 5 nodes, not 2"):
        tree.to_verifiers([0, 1])
    with pytest.raises(TypeError, match="advantages"):
        tree.to_verifiers("01234")  # type: ignore[arg-type]


def test_a_response_that_ends_where_another_leaves_it_has_a_node_of_its_own() -> None:
    tree = kept()
    ended = TreeNode(parent=4, rollout=2, start=5, end=5, leaves=1, value=1.0, text="")
    last = replace(tree, nodes=[*tree.nodes, ended]).to_verifiers()[-1]
    assert (last["parent"], last["message"]["content"]) == (4, "")
    for name in ("token_ids", "mask", "logprobs", "advantages", "entropies"):
        assert last[name] == []
