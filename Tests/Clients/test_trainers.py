"""The client with which verifiers and prime-rl draw what they learn from."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from conftest import ROOT, Server


class TokenRenderer:
    """Renders nothing: prompts come as tokens, and answers are their tokens."""

    supports_tools = False

    def get_stop_token_ids(self) -> list[int]:
        return [0]

    def parse_response(self, ids: list[int], **_: object) -> SimpleNamespace:
        return SimpleNamespace(content=str(ids), reasoning_content=None, tool_calls=[], reasoning_complete=True)


def test_renderers_client(server: Server, prompt: str) -> None:
    from openai import AsyncOpenAI
    from renderers.client import OverlongPromptError, generate

    ids = server.post("/tokenize", {"prompt": prompt}).json()["tokens"]

    async def run() -> None:
        client = AsyncOpenAI(base_url=server.v1, api_key="none", max_retries=0)

        async def draw(tokens: list[int]) -> dict:
            return await generate(
                client=client, renderer=TokenRenderer(), messages=[], model=server.model, prompt_ids=tokens,
                sampling_params={"max_tokens": 8, "temperature": 1.0, "seed": 3}, cache_salt="step-1", priority=0)

        first, again = await draw(ids), await draw(ids)
        assert first["completion_ids"] == again["completion_ids"] and first["request_id"]
        assert first["completion_logprobs"] == again["completion_logprobs"]
        assert len(first["completion_ids"]) == first["usage"]["completion_tokens"]
        # The length that /v1/models names is what the client refuses longer prompts by.
        with pytest.raises(OverlongPromptError):
            await draw(ids * 2000)

    asyncio.run(run())


def test_weights_are_exchanged_while_requests_wait(server: Server, prompt: str) -> None:
    ids = server.post("/tokenize", {"prompt": prompt}).json()["tokens"]
    folder = server.call("PolicyService/GetPolicy", {})[0]["versions"][0]["directory"]
    body = {"token_ids": ids, "sampling_params": {"max_tokens": 4, "temperature": 0}}
    before = server.post("/inference/v1/generate", body).json()["choices"][0]
    assert server.post("/pause", {}).json()["is_paused"]
    assert server.post("/update_weights", {"weight_dir": folder}).json()["status"] == "ok"
    assert not server.post("/resume", {}).json()["is_paused"]
    after = server.post("/inference/v1/generate", body).json()["choices"][0]
    assert after["token_ids"] == before["token_ids"]
    assert after["weight_versions"][0]["version"] == before["weight_versions"][0]["version"] + 1


@pytest.fixture
def client_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """This project's Python client can be imported."""
    monkeypatch.syspath_prepend(str(ROOT / "clients/python/src"))


def test_trees_are_traces(server: Server, prompt: str, client_package: None) -> None:
    from attnrl._proto.attnrl.v1.analysis_pb2 import ExploreResponse
    from attnrl._tree_convert import exploration
    from google.protobuf.json_format import ParseDict
    from verifiers.v1.graph import MessageNode
    from verifiers.v1.trace import WireTrace

    hard = "%10;Li*4;Ai-5;M2;Pb-3;Kp+a;D2;Id+m;B7?K\n"
    text, truth = (hard, "3") if server.model == "graph-model" else (prompt, "5")
    answer = server.call("AnalysisService/Explore", {
        "prompt": {"text": text}, "sampling": {"seed": 3, "maxTokens": 96}, "verifier": {"truth": truth},
        "branches": {"strategy": "BRANCH_STRATEGY_RANDOM"}, "width": 3, "continuations": 1, "depth": 2,
    })
    tree = exploration(ParseDict(line, ExploreResponse()) for line in answer).tree
    assert any(rollout.fork for rollout in tree.rollouts)

    nodes = [MessageNode.model_validate(node) for node in tree.to_verifiers()]
    for place, node in enumerate(nodes):
        sampled = sum(node.mask)
        assert (node.parent is None) == (place == 0) and (node.parent or 0) <= max(place - 1, 0)
        assert len(node.mask) == len(node.token_ids) and sampled == (len(node.token_ids) if node.sampled else 0)
        assert len(node.logprobs) == sampled
        assert place == 0 or len(node.advantages) == len(node.entropies) == sampled
    # Every token is there once.
    assert sum(len(node.token_ids) for node in nodes[1:]) == sum(len(rollout.ids) for rollout in tree.rollouts)

    # The library's own walk from the prompt to each leaf finds each response, in order.
    task = {"type": "Task", "data": {"prompt": tree.prompt_text}}
    trace = WireTrace.model_validate({"task": task, "agent": {"config": {}}, "nodes": nodes})
    branches, first = trace.branches, len(tree.prompt_ids)
    assert [branch.token_ids[first:] for branch in branches] == [
        tree.response_ids(rollout.index) for rollout in tree.rollouts]
    for branch, rollout in zip(branches, tree.rollouts):
        assert branch.token_ids[:first] == tree.prompt_ids
        assert branch.sampled_mask == [False] * first + [True] * (len(branch.token_ids) - first)
        assert branch.logprobs[first + rollout.start:] == rollout.logprobs
        assert branch.entropies[first + rollout.start:] == rollout.entropies
        assert "".join(message.content for message in branch.messages[1:]) == tree.response_text(rollout.index)
    # A trace that was written down and read again is the same.
    again = WireTrace.model_validate_json(trace.model_dump_json(context={"float_decimals": None}))
    assert again.nodes == trace.nodes
