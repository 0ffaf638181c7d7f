"""Step maps of answers that come without one: fetched when first asked for."""

from __future__ import annotations

import asyncio
import copy
import pickle
from typing import Any

import pytest
from fake_server import FakeServer
from messages import map_rows
from messages import trace as trace_message
from test_answers import ABLATION_STARTED, ablation

from attnrl import AsyncClient, Client
from attnrl import _methods as methods
from attnrl._proto.attnrl.v1 import analysis_pb2, common_pb2

IDS = [10, 11, 12]


@pytest.fixture
def maps(server: FakeServer) -> FakeServer:
    """A server whose branches and ablations come without a map, as the real one's do."""
    server.answer(
        methods.SUGGEST_BRANCHES, analysis_pb2.SuggestBranchesResponse(trace=trace_message(4), response_ids=IDS)
    )
    server.answer(methods.ABLATE, ABLATION_STARTED, ablation(1), ablation(2))
    server.answer(
        methods.TRACE,
        analysis_pb2.TraceResponse(trace=trace_message(4)),
        analysis_pb2.TraceResponse(step_map=map_rows(0, 4)),
    )
    return server


def ask(client: Any, name: str) -> Any:
    return getattr(client, name)("a prompt", policy="tiny", max_tokens=7, gap=2)


@pytest.mark.parametrize("name", ["branches", "ablate"])
def test_a_map_is_fetched_once_for_the_response_that_was_drawn(name: str, maps: FakeServer) -> None:
    with Client(maps.target) as client:
        trace = ask(client, name).trace
        assert len(maps.requests) == 1
        assert trace.step_map[3, 1] == 3 + 1 / 16
        assert trace.step_map is trace.step_maps[0]
    _, request = maps.requests
    assert request.input.prompt.text == "a prompt"
    assert list(request.input.token_ids.ids) == IDS
    assert (request.input.policy, request.capture.gap) == ("tiny", 2)
    assert request.capture.step_map == common_pb2.STEP_MAP_MEAN


def test_it_can_be_plotted_at_once(maps: FakeServer) -> None:
    pytest.importorskip("matplotlib")
    from attnrl.plot import plot_step_map

    with Client(maps.target) as client:
        assert plot_step_map(ask(client, "branches").trace).get_title(loc="left") == "step attention, mean over heads"


def test_a_map_of_other_weights_is_none_of_the_trace(maps: FakeServer) -> None:
    later = trace_message(4)
    later.version = 8
    maps.answer(methods.TRACE, analysis_pb2.TraceResponse(trace=later))
    with Client(maps.target) as client, pytest.raises(ValueError, match="of version 8 now, and the trace of version 7"):
        _ = ask(client, "branches").trace.step_map


def test_a_map_that_is_too_large_is_said_to_be(maps: FakeServer) -> None:
    later = trace_message(4)
    later.maps_dropped = True
    maps.answer(methods.TRACE, analysis_pb2.TraceResponse(trace=later))
    with Client(maps.target) as client, pytest.raises(ValueError, match="too large for so many steps"):
        _ = ask(client, "branches").trace.step_map


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda trace: pickle.loads(pickle.dumps(trace))])
def test_copies_have_no_way_back_to_the_server(copied: Any, maps: FakeServer) -> None:
    with Client(maps.target) as client:
        trace = ask(client, "branches").trace
        again = copied(trace)
        assert again == trace
        with pytest.raises(ValueError, match="`trace` of the prompt and the response's ids returns one"):
            _ = again.step_map
    assert len(maps.requests) == 1


def test_asyncio_says_how_to_get_one(maps: FakeServer) -> None:
    async def run() -> None:
        async with AsyncClient(maps.target) as client:
            _ = (await ask(client, "branches")).trace.step_map

    with pytest.raises(ValueError, match="`trace` of the prompt and the response's ids returns one"):
        asyncio.run(run())
