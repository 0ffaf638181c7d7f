"""Training jobs: what goes to the server, and what comes back."""

from __future__ import annotations

import json
import math
import pickle
import threading
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import grpc
import pytest
from both import Caller
from fake_server import HANG_SECONDS, FakeServer, fail
from google.protobuf.message import Message

from attnrl import (
    Checkpoint,
    CheckpointSaved,
    DeadlineExceededError,
    FeedbackResult,
    Job,
    JobCancelledError,
    JobEvaluated,
    JobEvent,
    JobFailedError,
    JobNote,
    JobState,
    JobStateChanged,
    JobStepDone,
    NotFoundError,
    PolicyPublished,
    RefusedFeedback,
)
from attnrl import _methods as methods
from attnrl._job_requests import specification_text
from attnrl._proto.attnrl.v1 import job_pb2, training_pb2
from attnrl._proto.attnrl.v1.training_pb2 import JobEvent as EventMessage

BIG_SEED = 2**64 - 1

State = training_pb2.JobState


def job_message(state: State = training_pb2.JOB_STATE_RUNNING, **fields: Any) -> training_pb2.Job:
    specification = job_pb2.JobSpecification(
        kind="grpo",
        name="",
        seed=BIG_SEED,
        steps=4,
        data=job_pb2.DataSpecification(train="graph", shuffle=False),
        rollout=job_pb2.RolloutSpecification(stop=["a", "b"]),
    )
    return training_pb2.Job(id="job-3", state=state, specification=specification, created_at=5, **fields)


def change(sequence: int, state: State, **fields: Any) -> EventMessage:
    return EventMessage(sequence=sequence, state_changed=training_pb2.JobStateChanged(state=state, **fields))


def step(sequence: int, number: int) -> EventMessage:
    return EventMessage(sequence=sequence, step=number, step_done=training_pb2.JobStep(metrics={"loss": number / 4}))


def test_a_job_is_read_with_what_is_not_set_as_none(server: FakeServer, client: Caller) -> None:
    server.answer(methods.GET_JOB, job_message())
    job = client.call("jobs.get", "job-3")
    assert job == Job(
        id="job-3",
        state=JobState.RUNNING,
        reason="",
        specification={
            "name": "",
            "kind": "grpo",
            "seed": BIG_SEED,
            "steps": 4,
            "data": {"train": "graph", "shuffle": False},
            "rollout": {"stop": ["a", "b"]},
        },
        steps_done=0,
        total_steps=None,
        created_at=5.0,
        started_at=None,
        ended_at=None,
        last_sequence=0,
        published_version=None,
        pending="",
    )
    fields: dict[str, Any] = {
        "total_steps": 0,
        "started_at": 6.0,
        "ended_at": 7.0,
        "published_version": 2,
        "pending": "pause",
    }
    server.answer(methods.GET_JOB, job_message(**fields))
    job = client.call("jobs.get", job)
    assert {name: getattr(job, name) for name in fields} == fields
    assert [request.id for request in server.requests] == ["job-3", "job-3"]


def test_a_specification_is_a_mapping_a_text_or_a_file(tmp_path: Path) -> None:
    text = "kind: sft\nsteps: 3\n"
    file = tmp_path / "job.yaml"
    file.write_text(text)
    assert specification_text(text) == text
    assert specification_text(file) == text
    mapping = {"seed": BIG_SEED, "stps": 1, "data": {"train": PurePosixPath("/a/b.jsonl")}}
    assert json.loads(specification_text(mapping)) == {"seed": BIG_SEED, "stps": 1, "data": {"train": "/a/b.jsonl"}}


def test_specifications_that_cannot_be_sent_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"give pathlib.Path\('job.yaml'\)"):
        specification_text("job.yaml")
    with pytest.raises(ValueError, match=r"epochs.*finite"):
        specification_text({"epochs": math.nan})
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"name: caf\xe9")
    with pytest.raises(ValueError, match=r"latin.yaml is not valid UTF-8 text, from byte 9 on"):
        specification_text(latin)
    with pytest.raises(TypeError, match=r"\['stop'\] must be .*, not set"):
        specification_text({"rollout": {"stop": {"a"}}})
    with pytest.raises(FileNotFoundError):
        specification_text(tmp_path / "none.yaml")


def test_create_carries_every_option(server: FakeServer, client: Caller) -> None:
    server.answer(methods.CREATE_JOB, training_pb2.Job())
    job = client.call("jobs.create", "kind: sft\n", validate_only=True, request_id="r")
    assert (job.id, job.state) == ("", JobState.UNSPECIFIED)
    assert server.requests == [training_pb2.CreateJobRequest(text="kind: sft\n", validate_only=True, request_id="r")]


@pytest.mark.parametrize("name", ["cancel", "pause", "resume"])
def test_a_change_returns_the_job(server: FakeServer, client: Caller, name: str) -> None:
    method = {"cancel": methods.CANCEL_JOB, "pause": methods.PAUSE_JOB, "resume": methods.RESUME_JOB}[name]
    server.answer(method, job_message(pending=name))
    assert client.call(f"jobs.{name}", "job-3").pending == name
    assert server.requests[0].id == "job-3"


def test_all_pages_of_jobs_are_read(server: FakeServer, client: Caller) -> None:
    def answer(request: Any, context: grpc.ServicerContext) -> list[Message]:
        following = {"": "2", "2": ""}[request.page_token]
        return [training_pb2.ListJobsResponse(jobs=[job_message()], next_page_token=following)]

    server.answer_by(methods.LIST_JOBS, answer)
    assert len(client.call("jobs.list", iter(["running", JobState.PAUSED]))) == 2
    assert [list(request.states) for request in server.requests] == [[2, 3], [2, 3]]
    client.call("jobs.list", "failed")
    assert list(server.requests[2].states) == [training_pb2.JOB_STATE_FAILED]
    with pytest.raises(ValueError, match="asleep"):
        client.call("jobs.list", "asleep")


def test_events_come_as_the_class_of_their_kind(server: FakeServer, client: Caller) -> None:
    common: dict[str, Any] = {"time": 2.5, "step": 3, "message": "m"}
    server.answer(
        methods.WATCH_JOB,
        change(1, training_pb2.JOB_STATE_RUNNING, reason="r", resumed_from_step=0),
        EventMessage(sequence=2, step_done=training_pb2.JobStep(metrics={"loss": 0.5}, skipped="s", total_steps=9)),
        EventMessage(sequence=3, evaluated=training_pb2.JobEvaluated(metrics={"eval/accuracy": 1}), **common),
        EventMessage(sequence=4, checkpoint_saved=training_pb2.CheckpointSaved(path="/p", bytes=8)),
        EventMessage(sequence=5, policy_published=training_pb2.PolicyPublished(policy="tiny", version=2)),
        EventMessage(sequence=6, note=training_pb2.JobNote(warning=True)),
        EventMessage(sequence=7, **common),
    )
    events = client.job_events("job-3", after=4, past_only=True)
    assert events == [
        JobStateChanged(1, 0, 0, "", JobState.RUNNING, "r", 0),
        JobStepDone(2, 0, 0, "", {"loss": 0.5}, "s", 9),
        JobEvaluated(3, 2.5, 3, "m", {"eval/accuracy": 1.0}),
        CheckpointSaved(4, 0, 0, "", "/p", 8),
        PolicyPublished(5, 0, 0, "", "tiny", 2),
        JobNote(6, 0, 0, "", True),
        JobEvent(7, 2.5, 3, "m"),  # Of a kind that only a newer server knows.
    ]
    assert str(events[2]).endswith("  m")
    assert server.requests == [training_pb2.WatchJobRequest(id="job-3", after_sequence=4, past_only=True)]
    assert client.call("jobs.logs", "job-3", after=2) == events
    assert server.requests[1] == training_pb2.WatchJobRequest(id="job-3", after_sequence=2, past_only=True)


def test_closing_a_watch_cancels_the_call(server: FakeServer, client: Caller) -> None:
    def answer(request: Any, context: grpc.ServicerContext) -> Iterator[Message]:
        yield step(1, 1)
        server.cancelled.wait(2 * HANG_SECONDS)

    server.answer_by(methods.WATCH_JOB, answer)
    assert len(client.job_events("job-3", stop_after=1)) == 1
    assert server.cancelled.wait(HANG_SECONDS)


class Life:
    """A job whose state is that of the last event watched."""

    def __init__(self, server: FakeServer, *events: EventMessage, begins: int = 0, reason: str = "") -> None:
        self.events, self.seen, self.reason = events, begins, reason
        server.answer_by(methods.GET_JOB, self.get)
        server.answer_by(methods.WATCH_JOB, self.watch)

    def get(self, request: Any, context: grpc.ServicerContext) -> list[Message]:
        states = [event.state_changed.state for event in self.events[: self.seen] if event.HasField("state_changed")]
        state = states[-1] if states else training_pb2.JOB_STATE_QUEUED
        return [job_message(state, reason=self.reason, last_sequence=self.seen)]

    def watch(self, request: Any, context: grpc.ServicerContext) -> Iterator[Message]:
        for event in self.events[request.after_sequence :]:
            self.seen = max(self.seen, event.sequence)
            yield event


def life(ending: State) -> list[EventMessage]:
    return [
        change(1, training_pb2.JOB_STATE_RUNNING),
        step(2, 1),
        change(3, training_pb2.JOB_STATE_PAUSED),
        change(4, training_pb2.JOB_STATE_RUNNING),
        change(5, ending),
    ]


@pytest.mark.parametrize("begins", [0, 3, 5])
def test_waiting_returns_a_job_that_succeeded(server: FakeServer, client: Caller, begins: int) -> None:
    Life(server, *life(training_pb2.JOB_STATE_SUCCEEDED), begins=begins)
    assert client.call("jobs.wait", "job-3").state is JobState.SUCCEEDED
    watched = [request for request in server.requests if isinstance(request, training_pb2.WatchJobRequest)]
    assert [request.after_sequence for request in watched] == ([] if begins == 5 else [begins])


def test_waiting_goes_on_when_the_stream_ends_before_the_job(server: FakeServer, client: Caller) -> None:
    events = life(training_pb2.JOB_STATE_SUCCEEDED)
    whole = Life(server, *events)
    calls: list[int] = []

    def watch(request: Any, context: grpc.ServicerContext) -> Iterator[Message]:
        calls.append(request.after_sequence)
        for event in events[request.after_sequence : request.after_sequence + 2]:
            whole.seen = event.sequence
            yield event

    server.answer_by(methods.WATCH_JOB, watch)
    assert client.call("jobs.wait", "job-3").state is JobState.SUCCEEDED
    assert calls == [0, 2, 4]


@pytest.mark.parametrize(
    ("ending", "error", "word"),
    [
        (training_pb2.JOB_STATE_FAILED, JobFailedError, "failed"),
        (training_pb2.JOB_STATE_CANCELLED, JobCancelledError, "cancelled"),
    ],
)
def test_waiting_raises_for_a_job_that_did_not_succeed(
    server: FakeServer, client: Caller, ending: State, error: type[Exception], word: str
) -> None:
    Life(server, *life(ending), reason="the loss is not finite")
    with pytest.raises(error) as caught:
        client.call("jobs.wait", "job-3")
    assert str(caught.value) == f"job-3 {word} after 0 steps: the loss is not finite"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert client.call("jobs.wait", "job-3", until=word).state.value == word


def test_waiting_until_a_state_ends_there(server: FakeServer, client: Caller) -> None:
    events = life(training_pb2.JOB_STATE_SUCCEEDED)[:3]
    Life(server, *events)
    assert client.call("jobs.wait", "job-3", until=JobState.PAUSED).state is JobState.PAUSED


def test_waiting_too_long_says_for_what(server: FakeServer, client: Caller) -> None:
    server.answer(methods.GET_JOB, job_message())
    server.answer_by(methods.WATCH_JOB, lambda request, context: nothing_until(server.cancelled))
    with pytest.raises(DeadlineExceededError, match=r"job-3 was not paused within 0.5 s"):
        client.call("jobs.wait", "job-3", until=["paused"], timeout=0.5)


def nothing_until(event: threading.Event) -> Iterator[Message]:
    """No messages, whose end comes only after an event."""
    event.wait(2 * HANG_SECONDS)
    yield from ()


def test_waiting_for_a_job_that_is_none(server: FakeServer, client: Caller) -> None:
    server.answer_by(
        methods.GET_JOB, lambda request, context: fail(context, grpc.StatusCode.NOT_FOUND, "no job-3 here")
    )
    with pytest.raises(NotFoundError, match="no job-3"):
        client.call("jobs.wait", "job-3")


def test_checkpoints_and_exports(server: FakeServer, client: Caller) -> None:
    saved = training_pb2.Checkpoint(step=5, path="/p", bytes=8, created_at=2.5)
    server.answer(methods.LIST_CHECKPOINTS, training_pb2.ListCheckpointsResponse(checkpoints=[saved]))
    assert client.call("jobs.checkpoints", "job-3") == [Checkpoint(5, "/p", 8, 2.5)]
    server.answer(
        methods.EXPORT_CHECKPOINT,
        training_pb2.ExportCheckpointResponse(checkpoint=saved, directory="/out", bytes=4),
    )
    export = client.call("jobs.export", "job-3", PurePosixPath("/out"))
    assert (export.checkpoint.step, export.directory, export.bytes) == (5, "/out", 4)
    client.call("jobs.export", "job-3", "/out", step=0)
    assert server.requests[1:] == [
        training_pb2.ExportCheckpointRequest(job="job-3", directory="/out"),
        training_pb2.ExportCheckpointRequest(job="job-3", directory="/out", step=0),
    ]


def test_feedback_goes_in_batches_and_refusals_are_counted_through(server: FakeServer, client: Caller) -> None:
    def answer(request: Any, context: grpc.ServicerContext) -> list[Message]:
        refused = [
            training_pb2.RefusedFeedback(index=index, reason="empty")
            for index, record in enumerate(request.records)
            if not record.prompt
        ]
        return [training_pb2.FeedbackResponse(taken=len(request.records) - len(refused), refused=refused)]

    server.answer_by(methods.FEEDBACK, answer)
    records = [("a", "1"), ("", "2"), ("c", "response", 1), ("", "3"), ("e", "4")]
    result = client.call("jobs.feedback", "job-3", iter(records), batch=2, request_id="x")
    assert [request.request_id for request in server.requests] == ["x/0", "x/1", "x/2"]
    assert result == FeedbackResult(3, [RefusedFeedback(1, "empty"), RefusedFeedback(3, "empty")])
    assert [len(request.records) for request in server.requests] == [2, 2, 1]
    assert {request.job for request in server.requests} == {"job-3"}
    assert server.requests[0].records[0].answer == "1"
    rewarded = server.requests[1].records[0].rewarded
    assert (rewarded.response, rewarded.reward) == ("response", 1.0)
    assert client.call("jobs.feedback", "job-3", []) == FeedbackResult()


@pytest.mark.parametrize("record", ["ab", "abc", ("a",), ("a", 1.0), ("a", "b", "c"), ("a", "b", 1.0, 2)])
def test_records_that_are_none_are_refused(client: Caller, record: Any) -> None:
    with pytest.raises(ValueError, match="is not a record"):
        client.call("jobs.feedback", "job-3", [record])


def test_a_batch_holds_at_least_one_record(client: Caller) -> None:
    with pytest.raises(ValueError, match="a batch of 0 records"):
        client.call("jobs.feedback", "job-3", [("a", "b")], batch=0)
