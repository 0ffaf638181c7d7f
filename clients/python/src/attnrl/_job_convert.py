"""Messages about jobs to results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.protobuf.message import Message

from . import jobs
from ._convert import enum_member
from ._proto.attnrl.v1 import training_pb2


def job(message: training_pb2.Job) -> jobs.Job:
    """One job."""
    return jobs.Job(
        id=message.id,
        state=_state(message.state),
        reason=message.reason,
        specification=fields(message.specification),
        steps_done=message.steps_done,
        total_steps=message.total_steps if message.HasField("total_steps") else None,
        created_at=message.created_at,
        started_at=message.started_at or None,
        ended_at=message.ended_at or None,
        last_sequence=message.last_sequence,
        published_version=message.published_version or None,
        pending=message.pending,
        ranks=tuple(
            jobs.RankShare(
                rank=share.rank,
                host=share.host,
                drawn_tokens=share.drawn_tokens,
                learnt_tokens=share.learnt_tokens,
                bytes_sent=share.bytes_sent,
                seconds_computing=share.seconds_computing,
                seconds_waiting=share.seconds_waiting,
                seconds_aside=share.seconds_aside,
            )
            for share in message.ranks
        ),
    )


def fields(message: Message) -> dict[str, Any]:
    """The fields that are set, by name, those of nested messages too.

    Unlike protobuf's own conversion it keeps 64-bit integers as integers, which a specification needs.
    """
    plain: dict[str, Any] = {}
    for field, value in message.ListFields():
        if isinstance(value, Message):
            plain[field.name] = fields(value)
        else:
            plain[field.name] = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
    return plain


def event(message: training_pb2.JobEvent) -> jobs.JobEvent:
    """One event, of the class of its kind."""
    sequence, time, step, text = message.sequence, message.time, message.step, message.message
    match message.WhichOneof("event"):
        case "state_changed":
            change = message.state_changed
            resumed = change.resumed_from_step if change.HasField("resumed_from_step") else None
            return jobs.JobStateChanged(sequence, time, step, text, _state(change.state), change.reason, resumed)
        case "step_done":
            done = message.step_done
            total = done.total_steps if done.HasField("total_steps") else None
            return jobs.JobStepDone(sequence, time, step, text, dict(done.metrics), done.skipped, total)
        case "evaluated":
            return jobs.JobEvaluated(sequence, time, step, text, dict(message.evaluated.metrics))
        case "checkpoint_saved":
            saved = message.checkpoint_saved
            return jobs.CheckpointSaved(sequence, time, step, text, saved.path, saved.bytes)
        case "policy_published":
            published = message.policy_published
            return jobs.PolicyPublished(sequence, time, step, text, published.policy, published.version)
        case "note":
            return jobs.JobNote(sequence, time, step, text, message.note.warning)
    return jobs.JobEvent(sequence, time, step, text)


def checkpoint(message: training_pb2.Checkpoint) -> jobs.Checkpoint:
    """One checkpoint."""
    return jobs.Checkpoint(message.step, message.path, message.bytes, message.created_at)


def checkpoints(message: training_pb2.ListCheckpointsResponse) -> list[jobs.Checkpoint]:
    """All checkpoints of a job."""
    return [checkpoint(item) for item in message.checkpoints]


def export(message: training_pb2.ExportCheckpointResponse) -> jobs.Export:
    """What was exported."""
    return jobs.Export(checkpoint(message.checkpoint), message.directory, message.bytes)


def feedback(message: training_pb2.FeedbackResponse) -> jobs.FeedbackResult:
    """What became of one request's records."""
    return jobs.FeedbackResult(
        message.taken, [jobs.RefusedFeedback(item.index, item.reason) for item in message.refused]
    )


def _state(number: int) -> jobs.JobState:
    return enum_member(training_pb2.JobState, number, "JOB_STATE_", jobs.JobState, jobs.JobState.UNSPECIFIED)
