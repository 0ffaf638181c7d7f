"""Views saved as files, and verdicts on responses that are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from both import Caller
from fake_server import FakeServer
from google.protobuf.json_format import ParseDict
from messages import run, trace
from trees import explore_answer, nodes, rollouts

from attnrl import ProtocolError, Trace, Verdict, Verified
from attnrl import _methods as methods
from attnrl._proto.attnrl.v1 import analysis_pb2, common_pb2, reward_pb2, training_pb2, tree_pb2
from attnrl._tree_convert import exploration

PAGE = '<html><script type="application/json" id="view">null</script><p>null</p></html>'


def saved(file: Path) -> dict[str, Any]:
    """The view in a file."""
    text = file.read_text(encoding="utf-8")
    begin, end = PAGE.split("null", 1)
    assert text.startswith(begin)
    assert text.endswith(end)
    data = text[len(begin) : -len(end)]
    assert "<" not in data
    view: dict[str, Any] = json.loads(data)
    assert (view["format"], view["version"]) == ("attnrl-view", 1)
    return view


@pytest.fixture(autouse=True)
def page(server: FakeServer) -> None:
    server.answer(methods.GET_VIEWER, analysis_pb2.Viewer(html=PAGE))


def test_a_trace_is_saved_with_all_that_the_server_said(server: FakeServer, client: Caller, tmp_path: Path) -> None:
    message = trace(3)
    message.steps[1].text = "</script><script>"
    parts = [
        analysis_pb2.TraceResponse(tokens=run(2, "abcd")),
        analysis_pb2.TraceResponse(trace=message),
        analysis_pb2.TraceResponse(
            step_map=common_pb2.StepMapRows(kind=common_pb2.STEP_MAP_MEAN, row_count=3, values=[0.1] * 6)
        ),
    ]
    server.answer(methods.TRACE, *parts)
    traced: Trace = client.call("trace", "?", "abcd", version=7)
    assert server.requests[-1].input.version == 7
    client.call("save_html", tmp_path / "trace.html", traced)
    view = saved(tmp_path / "trace.html")
    assert view["kind"] == "response"
    assert [ParseDict(part, analysis_pb2.TraceResponse()) for part in view["parts"]] == parts


def test_a_tree_is_saved_as_it_was_drawn(client: Caller, tmp_path: Path) -> None:
    explored = exploration(explore_answer())
    for number, shown in enumerate([explored, explored.tree]):
        file = tmp_path / f"{number}.html"
        client.call("save_html", file, shown)
        tree = ParseDict(saved(file)["message"], tree_pb2.Tree())
        assert tree == tree_pb2.Tree(
            policy="tiny", prompt_ids=[9, 9], prompt_text="?!", rollouts=rollouts(), nodes=nodes()
        )


def test_a_job_is_saved_with_its_events(server: FakeServer, client: Caller, tmp_path: Path) -> None:
    job = training_pb2.Job(id="job-1", state=training_pb2.JOB_STATE_RUNNING, last_sequence=2)
    events = [
        training_pb2.JobEvent(sequence=1, step=1, step_done=training_pb2.JobStep(metrics={"reward/mean": 0.5})),
        training_pb2.JobEvent(sequence=2, note=training_pb2.JobNote(warning=True)),
    ]
    server.answer(methods.GET_JOB, job)
    server.answer(methods.WATCH_JOB, *events)
    checkpoint = training_pb2.Checkpoint(step=1, path="step-1", bytes=9)
    server.answer(methods.LIST_CHECKPOINTS, training_pb2.ListCheckpointsResponse(checkpoints=[checkpoint]))
    client.call("jobs.save_html", tmp_path / "job.html", "job-1")
    view = saved(tmp_path / "job.html")
    assert ParseDict(view["message"], training_pb2.Job()) == job
    assert [ParseDict(event, training_pb2.JobEvent()) for event in view["events"]] == events
    assert view["checkpoints"][0]["path"] == "step-1"


def test_a_page_without_a_place_is_refused(server: FakeServer, client: Caller, tmp_path: Path) -> None:
    server.answer(methods.GET_VIEWER, analysis_pb2.Viewer(html="<p>"))
    with pytest.raises(ProtocolError, match="no place"):
        client.call("save_html", tmp_path / "a.html", exploration(explore_answer()))
    assert not (tmp_path / "a.html").exists()


def test_responses_are_judged(server: FakeServer, client: Caller) -> None:
    server.answer(
        methods.VERIFY,
        analysis_pb2.VerifyResponse(
            results=[
                analysis_pb2.Verified(reward=1, verdict=reward_pb2.REWARD_VERDICT_CORRECT),
                analysis_pb2.Verified(verdict=reward_pb2.REWARD_VERDICT_NO_ANSWER),
            ]
        ),
    )
    found = client.call("verify", ["a", "b"], truth="a", reward="exact")
    assert found == [Verified(1.0, Verdict.CORRECT), Verified(0.0, Verdict.NO_ANSWER)]
    request = server.requests[-1]
    assert list(request.responses) == ["a", "b"]
    assert request.verifier.kind == analysis_pb2.VERIFIER_KIND_EXACT
    with pytest.raises(ValueError, match="nothing is given to judge by"):
        client.call("verify", ["a"])
    with pytest.raises(TypeError):
        client.call("verify", "a", truth="a")
