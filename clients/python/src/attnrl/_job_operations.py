"""What the clients can do with training jobs, each thing once: arguments, request, and what becomes of the answer.

`Jobs` and `AsyncJobs` take their methods from here, signatures and documentation included.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike

from . import _job_convert as convert
from . import _job_requests as requests
from . import _methods as methods
from ._arguments import checked, path_text
from ._job_requests import job_id
from ._operations import Operation, once
from ._proto.attnrl.v1 import training_pb2
from ._tree_convert import kept_trees
from .jobs import (
    Checkpoint,
    Export,
    FeedbackRecord,
    FeedbackResult,
    Job,
    JobEvent,
    JobReference,
    JobState,
    RefusedFeedback,
    Specification,
)
from .trees import Tree


@checked
def create(
    specification: Specification,
    *,
    validate_only: bool = False,
    request_id: str = "",
    timeout: float | None = None,
) -> Operation[training_pb2.Job, Job]:
    """Creates a job, or only checks its specification.

    All that is wrong with it comes at once, as the `violations` of an `InvalidArgumentError`.

    Args:
        specification: A mapping, YAML or JSON text, or the path of a file on this machine. Paths inside it are those
            of the server's machine.
        validate_only: Check everything, create nothing: the job returned has no id, and every default filled in.
        request_id: Creating again with the same id and specification returns the first job.
        timeout: Seconds for the whole call. Default: the client's.
    """
    request = training_pb2.CreateJobRequest(
        text=requests.specification_text(specification), validate_only=validate_only, request_id=request_id
    )
    return Operation(methods.CREATE_JOB, request, once(convert.job), timeout)


@checked
def get(job: JobReference, *, timeout: float | None = None) -> Operation[training_pb2.Job, Job]:
    """Returns a job as it is now."""
    return Operation(methods.GET_JOB, training_pb2.GetJobRequest(id=job_id(job)), once(convert.job), timeout)


@checked
def cancel(job: JobReference, *, timeout: float | None = None) -> Operation[training_pb2.Job, Job]:
    """Ends a job, in the middle of a step too. Its checkpoints stay."""
    return Operation(methods.CANCEL_JOB, training_pb2.CancelJobRequest(id=job_id(job)), once(convert.job), timeout)


@checked
def pause(job: JobReference, *, timeout: float | None = None) -> Operation[training_pb2.Job, Job]:
    """Stops a job after its current step and saves a checkpoint.

    Answers at once; `wait(job, until=JobState.PAUSED)` waits until that is done.
    """
    return Operation(methods.PAUSE_JOB, training_pb2.PauseJobRequest(id=job_id(job)), once(convert.job), timeout)


@checked
def resume(job: JobReference, *, timeout: float | None = None) -> Operation[training_pb2.Job, Job]:
    """Goes on with a paused job."""
    return Operation(methods.RESUME_JOB, training_pb2.ResumeJobRequest(id=job_id(job)), once(convert.job), timeout)


@dataclass(frozen=True)
class JobPage:
    """Some of the jobs, and where the next ones begin."""

    jobs: list[Job]
    next_page_token: str


def list_jobs(
    states: list[JobState], page_token: str, timeout: float | None
) -> Operation[training_pb2.ListJobsResponse, JobPage]:
    """Returns one page of jobs."""
    request = training_pb2.ListJobsRequest(
        page_token=page_token, states=[f"JOB_STATE_{state.name}" for state in states]
    )

    def page(answer: training_pb2.ListJobsResponse) -> JobPage:
        return JobPage([convert.job(item) for item in answer.jobs], answer.next_page_token)

    return Operation(methods.LIST_JOBS, request, once(page), timeout)


@checked
def watch(
    job: JobReference, *, after: int = 0, past_only: bool = False, timeout: float = math.inf
) -> Operation[training_pb2.JobEvent, list[JobEvent]]:
    """Yields a job's events: those of the past first, then the others as they happen, each once and in order.

    Ends after the event that ends the job, or when the server stops. Closing the stream, or leaving its `with` block,
    stops watching; the job goes on. A stream that was cut goes on with `after=event.sequence` of the last event read.

    Args:
        job: A job or its id.
        after: Only events with higher numbers: 0 for all, `job.last_sequence` for none of the past.
        past_only: End with the last event of the past, and wait for none.
        timeout: Seconds for the whole call. Default: no limit.
    """
    request = training_pb2.WatchJobRequest(id=job_id(job), after_sequence=after, past_only=past_only)
    return Operation(
        methods.WATCH_JOB, request, lambda messages: [convert.event(message) for message in messages], timeout
    )


@checked
def logs(
    job: JobReference, *, after: int = 0, timeout: float | None = None
) -> Operation[training_pb2.JobEvent, list[JobEvent]]:
    """Returns the events of a job's past; `print(*events, sep="\\n")` shows them.

    Args:
        job: A job or its id.
        after: Only events with higher numbers.
        timeout: Seconds for the whole call. Default: the client's.
    """
    request = training_pb2.WatchJobRequest(id=job_id(job), after_sequence=after, past_only=True)
    return Operation(
        methods.WATCH_JOB, request, lambda messages: [convert.event(message) for message in messages], timeout
    )


@checked
def checkpoints(
    job: JobReference, *, timeout: float | None = None
) -> Operation[training_pb2.ListCheckpointsResponse, list[Checkpoint]]:
    """Returns the checkpoints of a job that are whole, by step."""
    request = training_pb2.ListCheckpointsRequest(job=job_id(job))
    return Operation(methods.LIST_CHECKPOINTS, request, once(convert.checkpoints), timeout)


@checked
def export(
    job: JobReference,
    directory: str | PathLike[str],
    *,
    step: int | None = None,
    timeout: float | None = None,
) -> Operation[training_pb2.ExportCheckpointResponse, Export]:
    """Copies the policy of a checkpoint to a folder in Hugging Face layout on the server's machine.

    Args:
        job: A job or its id.
        directory: An absolute path as the server sees it; the folder must not exist yet.
        step: The checkpoint's. Default: the newest.
        timeout: Seconds for the whole call. Default: the client's.
    """
    request = training_pb2.ExportCheckpointRequest(job=job_id(job), step=step, directory=path_text(directory))
    return Operation(methods.EXPORT_CHECKPOINT, request, once(convert.export), timeout)


@checked
def trees(
    job: JobReference, *, step: int | None = None, timeout: float | None = None
) -> Operation[training_pb2.GetTreesResponse, list[Tree]]:
    """Returns the rollout trees that a job has kept, by step.

    Args:
        job: A job or its id.
        step: Only trees of this step. Default: all that are kept.
        timeout: Seconds for the whole call. Default: the client's.
    """
    request = training_pb2.GetTreesRequest(job=job_id(job), step=step)
    return Operation(methods.GET_TREES, request, kept_trees, timeout)


def feedback(
    job: JobReference, records: Iterable[FeedbackRecord], request_id: str, number: int, timeout: float | None
) -> Operation[training_pb2.FeedbackResponse, FeedbackResult]:
    """Sends one batch of records."""
    request = training_pb2.FeedbackRequest(
        job=job_id(job),
        records=[requests.feedback_record(record) for record in records],
        request_id=f"{request_id}/{number}" if request_id else "",
    )
    return Operation(methods.FEEDBACK, request, once(convert.feedback), timeout)


def joined(first: FeedbackResult, second: FeedbackResult) -> FeedbackResult:
    """Results of two batches as one, records counted on."""
    given = first.taken + len(first.refused)
    refused = [RefusedFeedback(given + item.index, item.reason) for item in second.refused]
    return FeedbackResult(first.taken + second.taken, first.refused + refused)
