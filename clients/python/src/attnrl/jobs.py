"""Training jobs: what is known of one, the events of its life, its checkpoints, and feedback for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from os import PathLike
from typing import Any, TypeAlias

Specification: TypeAlias = Mapping[str, Any] | str | PathLike[str]
"""A job's specification: a mapping, YAML or JSON text, or the path of a file on this machine that holds such text."""

FeedbackRecord: TypeAlias = tuple[str, str] | tuple[str, str, float]
"""(prompt, right answer), or (prompt, response, reward), which only "grpo" jobs take."""


class JobState(str, Enum):
    """What a job does."""

    QUEUED = "queued"
    """Waits for its turn."""
    RUNNING = "running"
    """Computes, or goes on computing when the server starts again."""
    PAUSED = "paused"
    """Stopped with everything kept, until it is resumed."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNSPECIFIED = "unspecified"

    @property
    def is_final(self) -> bool:
        """Whether a job in this state is over."""
        return self in (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True)
class RankShare:
    """What a rank did in a step, and how long that took in seconds."""

    rank: int
    host: str
    """The machine it runs on."""
    drawn_tokens: int
    learnt_tokens: int
    """Those it computed gradients of."""
    bytes_sent: int
    seconds_computing: float
    seconds_waiting: float
    """For other ranks."""
    seconds_aside: float
    """While messages were on their way beside what it computed."""


@dataclass(frozen=True)
class Job:
    """A training job as it was when the server answered. Times are seconds since 1970."""

    id: str
    """ "job-12"; empty when the specification was only checked."""
    state: JobState
    reason: str
    """Why it is in this state, where there is something to say."""
    specification: dict[str, Any]
    """With every default filled in; `create` takes it again."""
    steps_done: int
    """Those of before a restart included."""
    total_steps: int | None
    """None while that is not known."""
    created_at: float
    started_at: float | None
    """When it last began to compute."""
    ended_at: float | None
    last_sequence: int
    """Number of its last event; 0 before the first."""
    published_version: int | None
    """Version of the policy published last."""
    pending: str
    """What was asked of it and not done yet: "pause", "cancel", or empty."""
    ranks: tuple[RankShare, ...] = ()
    """What each rank did in the last step; empty for one rank, once it is over, and before the server has done a step."""


JobReference: TypeAlias = str | Job
"""A job, or its id."""


@dataclass(frozen=True)
class JobEvent:
    """Something that happened to a job. A kind that only a newer server knows is of this class itself.

    After the server was killed, steps behind the last checkpoint are done again and have events again: the later ones
    count.
    """

    sequence: int
    """Given once per job, from 1 on without gaps; `watch(job, after=sequence)` goes on behind it."""
    time: float
    """Seconds since 1970."""
    step: int
    """Steps done by then."""
    message: str
    """In words, for people."""

    def __str__(self) -> str:
        """The time of day where this runs, and the message."""
        return f"{datetime.fromtimestamp(self.time):%H:%M:%S}  {self.message}"


@dataclass(frozen=True)
class JobStateChanged(JobEvent):
    """The job is in another state."""

    state: JobState
    reason: str
    resumed_from_step: int | None
    """The checkpoint's step that it goes on from; None when it begins anew."""


@dataclass(frozen=True)
class JobStepDone(JobEvent):
    """A step is done."""

    metrics: dict[str, float]
    """By name, as "loss" or "reward/mean"."""
    skipped: str
    """Why nothing was learnt; empty when it went well."""
    total_steps: int | None


@dataclass(frozen=True)
class JobEvaluated(JobEvent):
    """The policy was examined on held-out data."""

    metrics: dict[str, float]
    """By name, as "eval/accuracy"."""


@dataclass(frozen=True)
class CheckpointSaved(JobEvent):
    """A checkpoint is whole, on the server's machine."""

    path: str
    bytes: int


@dataclass(frozen=True)
class PolicyPublished(JobEvent):
    """The server answers with new weights."""

    policy: str
    version: int


@dataclass(frozen=True)
class JobNote(JobEvent):
    """Anything else that is worth saying."""

    warning: bool
    """Whether somebody should look at it."""


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint that is whole."""

    step: int
    """Steps done when it was saved."""
    path: str
    """On the server's machine."""
    bytes: int
    created_at: float


@dataclass(frozen=True)
class Export:
    """A checkpoint's policy, copied to a folder in Hugging Face layout on the server's machine."""

    checkpoint: Checkpoint
    directory: str
    bytes: int


@dataclass(frozen=True)
class RefusedFeedback:
    """A record that the server did not store."""

    index: int
    """Which of the records given, from 0."""
    reason: str


@dataclass(frozen=True)
class FeedbackResult:
    """What became of records: those not refused are stored, and are not lost when the server is killed."""

    taken: int = 0
    refused: list[RefusedFeedback] = field(default_factory=list)


class JobEndedError(Exception):
    """A job that was waited for ended without success."""

    def __init__(self, job: Job) -> None:
        """An error about a job."""
        super().__init__(job)
        self.job = job

    def __str__(self) -> str:
        """Which job, how it ended and why."""
        reason = f": {self.job.reason}" if self.job.reason else ""
        return f"{self.job.id} {self.job.state.value} after {self.job.steps_done} steps{reason}"


class JobFailedError(JobEndedError):
    """The job failed; `job.reason` says why."""


class JobCancelledError(JobEndedError):
    """The job was cancelled."""
