"""Training jobs of the asyncio client."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, Concatenate, ParamSpec, TypeAlias

from . import _job_operations as operations
from . import _views as views
from ._access import FilePath
from ._arguments import checked
from ._asyncio import Caller, Messages, Stream, method
from ._calls import present_as
from ._job_convert import event
from ._job_requests import batches, state_list
from ._methods import Answer
from ._operations import Operation
from ._proto.attnrl.v1 import training_pb2
from ._waiting import Waiting
from .errors import DeadlineExceededError
from .jobs import FeedbackRecord, FeedbackResult, Job, JobEvent, JobReference, JobState, JobStateChanged

P = ParamSpec("P")

# Inside the class below, `list` is its method.
_JobList: TypeAlias = list[Job]


class AsyncJobEventStream(Stream[JobEvent]):
    """Events of a job. Closing it stops watching, not the job."""


def _streaming_method(
    operation: Callable[P, Operation[training_pb2.JobEvent, Any]],
) -> Callable[Concatenate[Caller, P], AsyncJobEventStream]:
    """A method that makes an operation's call and returns its events."""

    def method(self: Caller, /, *args: P.args, **options: P.kwargs) -> AsyncJobEventStream:
        messages = self._open(operation(*args, **options))
        return AsyncJobEventStream(messages, _events(messages))

    present_as(method, operation)
    return method


async def _events(messages: Messages[training_pb2.JobEvent]) -> AsyncIterator[JobEvent]:
    async for message in messages:
        yield event(message)


class AsyncJobs(Caller):
    """Training jobs of a server, from asyncio: `client.jobs`, and `Jobs` with `await`."""

    def __init__(self, client: Caller) -> None:
        """Calls as a client does."""
        self._client = client

    create = method(operations.create)
    get = method(operations.get)
    cancel = method(operations.cancel)
    pause = method(operations.pause)
    resume = method(operations.resume)
    watch = _streaming_method(operations.watch)
    logs = method(operations.logs)
    checkpoints = method(operations.checkpoints)
    export = method(operations.export)
    trees = method(operations.trees)

    @checked
    async def save_html(self, file: FilePath, job: JobReference, *, timeout: float | None = None) -> None:
        """Writes a job's state, curves, events and specification as one HTML file, as they are now.

        Args:
            file: The file to write, which opens in a browser without a server.
            job: A job or its id.
            timeout: Seconds for each call. Default: the client's.
        """
        shown = views.job_view(*[await self._run(call) for call in views.job_calls(job, timeout)])
        views.save(await self._run(views.viewer(timeout)), shown, file)

    @checked
    async def wait(
        self,
        job: JobReference,
        *,
        until: JobState | str | Iterable[JobState | str] = (),
        timeout: float = math.inf,
    ) -> Job:
        """Waits until a job is over, or in one of the states `until`, and returns it.

        A paused job is waited for as well, unless `until` names that state.

        Args:
            job: A job or its id.
            until: States that end the wait too.
            timeout: Seconds to wait; after them `DeadlineExceededError` is raised.

        Raises:
            JobFailedError: It failed, and `until` does not name that state.
            JobCancelledError: It was cancelled, and `until` does not name that state.
        """
        waiting = Waiting(job, until, timeout)
        try:
            now = await self.get(job, timeout=waiting.seconds_left())
            while not waiting.is_over(now.state):
                async with self.watch(job, after=now.last_sequence, timeout=waiting.seconds_left()) as events:
                    async for happened in events:
                        if isinstance(happened, JobStateChanged) and waiting.is_over(happened.state):
                            break
                now = await self.get(job, timeout=waiting.seconds_left())
        except DeadlineExceededError:
            raise waiting.too_long() from None
        return waiting.result(now)

    @checked
    async def feedback(
        self,
        job: JobReference,
        records: Iterable[FeedbackRecord],
        *,
        batch: int = 64,
        request_id: str = "",
        timeout: float | None = None,
    ) -> FeedbackResult:
        """Sends records to a job whose `feedback.enabled` is true, and says what became of them.

        An error leaves the batches before it stored. Records are refused while `feedback.capacity` of them wait.

        Args:
            job: A job or its id.
            records: (prompt, answer), or (prompt, response, reward) for "grpo" jobs.
            batch: Records sent, and stored, at a time.
            request_id: Sending the same records again with the same id and batch, after an error, stores them once.
            timeout: Seconds for each batch. Default: the client's.
        """
        result = FeedbackResult()
        for number, some in enumerate(batches(records, batch)):
            sent = operations.feedback(job, some, request_id, number, timeout)
            result = operations.joined(result, await self._run(sent))
        return result

    @checked
    async def list(
        self, states: JobState | str | Iterable[JobState | str] = (), *, timeout: float | None = None
    ) -> _JobList:
        """Returns jobs, the newest first: all, or those in some states."""
        wanted = state_list(states)
        page = await self._run(operations.list_jobs(wanted, "", timeout))
        jobs = page.jobs
        while page.next_page_token:
            page = await self._run(operations.list_jobs(wanted, page.next_page_token, timeout))
            jobs += page.jobs
        return jobs

    def _open(self, operation: Operation[Answer, Any]) -> Messages[Answer]:
        return self._client._open(operation)
