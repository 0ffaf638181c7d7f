"""Arguments about jobs to messages."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ._json import json_text
from ._proto.attnrl.v1 import training_pb2
from .jobs import FeedbackRecord, Job, JobReference, JobState, Specification


def job_id(job: JobReference) -> str:
    """The id of a job."""
    return job.id if isinstance(job, Job) else job


def state_list(states: JobState | str | Iterable[JobState | str]) -> list[JobState]:
    """States, given as one or as several. Every state is a text, and a text is one state."""
    return [JobState(states)] if isinstance(states, str) else [JobState(state) for state in states]


def specification_text(specification: Specification) -> str:
    """The text to send. Mappings go as JSON, so that the server can name fields which the contract does not have."""
    if isinstance(specification, Mapping):
        return json_text("specification", specification)
    if isinstance(specification, str):
        if "\n" not in specification and specification.endswith((".yaml", ".yml", ".json")):
            raise ValueError(
                f"{specification!r} is taken for YAML, not for a file: give pathlib.Path({specification!r})"
            )
        return specification
    try:
        return Path(specification).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{specification} is not valid UTF-8 text, from byte {error.start} on") from None


def feedback_record(record: FeedbackRecord) -> training_pb2.FeedbackRecord:
    """A record in whichever form it came."""
    # Without the test for text a string of two or three characters would pass for a record.
    if not isinstance(record, str):
        match tuple(record):
            case (str(prompt), str(answer)):
                return training_pb2.FeedbackRecord(prompt=prompt, answer=answer)
            case (str(prompt), str(response), float(reward) | int(reward)):
                rewarded = training_pb2.RewardedResponse(response=response, reward=reward)
                return training_pb2.FeedbackRecord(prompt=prompt, rewarded=rewarded)
    raise ValueError(f"{record!r} is not a record: give (prompt, answer) or (prompt, response, reward)")


def batches(records: Iterable[FeedbackRecord], size: int) -> Iterator[list[FeedbackRecord]]:
    """Records in lists of a size; the last may be shorter."""
    if size < 1:
        raise ValueError(f"a batch of {size} records: give 1 or more")
    remaining = iter(records)
    while batch := list(itertools.islice(remaining, size)):
        yield batch
