"""Waiting for a job, for both clients."""

from __future__ import annotations

import time
from collections.abc import Iterable

import grpc

from ._job_requests import job_id, state_list
from .errors import DeadlineExceededError
from .jobs import Job, JobCancelledError, JobFailedError, JobReference, JobState


class Waiting:
    """What a wait waits for, and how long it still may."""

    def __init__(self, job: JobReference, until: JobState | str | Iterable[JobState | str], timeout: float) -> None:
        """Starts the clock."""
        self._job = job_id(job)
        self._until = state_list(until)
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout

    def seconds_left(self) -> float:
        """Seconds until the wait is too long, never below 0."""
        return max(self._deadline - time.monotonic(), 0)

    def is_over(self, state: JobState) -> bool:
        """Whether a job in this state is waited for no longer."""
        return state.is_final or state in self._until

    def result(self, job: Job) -> Job:
        """The job waited for, unless it ended in a way that was not asked for."""
        if job.state is JobState.FAILED and job.state not in self._until:
            raise JobFailedError(job)
        if job.state is JobState.CANCELLED and job.state not in self._until:
            raise JobCancelledError(job)
        return job

    def too_long(self) -> DeadlineExceededError:
        """The error of a wait that reached its deadline."""
        wanted = " or ".join(state.value for state in self._until) or "over"
        return DeadlineExceededError(
            grpc.StatusCode.DEADLINE_EXCEEDED, f"{self._job} was not {wanted} within {self._timeout:g} s"
        )
