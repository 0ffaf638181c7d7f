"""What passes through nginx, and where it goes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import grpc
import pytest
from attnrl import (
    AttnRLError,
    Client,
    FailedPreconditionError,
    Finished,
    Job,
    JobState,
    JobStateChanged,
    PermissionDeniedError,
    Tokens,
    UnauthenticatedError,
    UnimplementedError,
)

from fleet import CONFIGURATION, PROBLEM, Door, Front, Server, wait_until

JOB = {
    "kind": "grpo", "policy": "shipped", "steps": 2, "data": {"train": "words-shuffled"}, "reward": {"kind": "task"},
    "batch": {"prompts_per_step": 2}, "rollout": {"group_size": 2, "max_tokens": 40},
}  # fmt: skip
CHAT = {"messages": [{"role": "user", "content": PROBLEM}], "temperature": 0}


@contextmanager
def paused_job(client: Client) -> Iterator[Job]:
    """A job that does nothing until the end."""
    job = client.jobs.create({**JOB, "steps": 100_000})
    try:
        client.jobs.pause(job.id)
        wait_until(lambda: client.jobs.get(job.id).state is JobState.PAUSED)
        yield job
    finally:
        client.jobs.cancel(job.id)


def test_a_stream_over_grpc(front: Front, replicas: list[Server]) -> None:
    """Tokens come run by run, and are those of a replica asked directly."""
    def events(door: Door) -> list[object]:
        with door.client() as client, client.stream(PROBLEM, temperature=0, logprobs=True) as stream:
            return [event for event in stream if isinstance(event, Tokens | Finished)]

    through, direct = events(front), events(replicas[0])
    assert isinstance(through[-1], Finished)
    assert sum(isinstance(event, Tokens) for event in through) > 1

    def tokens(these: list[object]) -> list[tuple[int, float]]:
        runs = [event.run for event in these if isinstance(event, Tokens)]
        return [pair for run in runs for pair in zip(run.ids, run.logprobs, strict=True)]

    assert tokens(through) == tokens(direct)


def test_calls_are_divided_and_jobs_are_not(front: Front, replicas: list[Server], jobs: Server) -> None:
    """Every replica gets some generations, and the server with the jobs none."""
    before = [server.count("Generate") for server in [*replicas, jobs]]
    with front.client() as client:
        for _ in range(6):
            client.generate("Kim has 7 pens.\n", max_tokens=2)
    after = [server.count("Generate") for server in [*replicas, jobs]]
    counts = [new - old for new, old in zip(after, before, strict=True)]
    assert min(counts[:2]) > 0
    assert counts[2] == 0


def test_events_arrive_as_they_are_sent(front: Front, replicas: list[Server]) -> None:
    """A paused replica has nothing to say but a sign of life every 8 s, which fills no buffer."""
    for replica in replicas:
        assert replica.ask("/pause", {})[0] == 200
    try:
        answer = front.request("/v1/chat/completions", {**CHAT, "stream": True})
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.readline().startswith((b": ping", b"data:"))
    finally:
        for replica in replicas:
            assert replica.ask("/resume", {})[0] == 200
    events = [line for line in answer.read().decode().splitlines() if line.startswith("data: ")]
    assert events[-1] == "data: [DONE]"
    text = "".join(json.loads(event[6:])["choices"][0]["delta"].get("content") or "" for event in events[:-1])
    whole = json.loads(front.ask("/v1/chat/completions", CHAT)[1])
    assert text == whole["choices"][0]["message"]["content"]


def test_lines_arrive_as_they_are_sent(front: Front) -> None:
    """What a paused job has to say fills no buffer either."""
    with front.client() as client, paused_job(client) as job:
        answer = front.request("/attnrl.v1.TrainingService/WatchJob", {"id": job.id}, timeout=20)
        assert json.loads(answer.readline())["sequence"] == "1"
        client.jobs.cancel(job.id)
        assert json.loads(answer.read().splitlines()[-1])["stateChanged"]["state"] == "JOB_STATE_CANCELLED"


def test_keys_are_passed_on(front: Front) -> None:
    """In either header, over HTTP and gRPC; what a key is not for is refused."""
    assert front.ask("/v1/models", key="")[0] == 401
    assert front.ask("/v1/models", key="", x_api_key=front.papers.visitor)[0] == 200
    assert front.ask("/v1/models", key=front.papers.visitor)[0] == 200
    request = {"specificationText": json.dumps(JOB)}
    assert front.ask("/attnrl.v1.TrainingService/CreateJob", request, key=front.papers.visitor)[0] == 403
    with front.client("nobody") as client, pytest.raises(UnauthenticatedError):
        client.generate("Kim", max_tokens=1)
    with front.client(front.papers.visitor) as client:
        assert client.generate("Kim", max_tokens=1).version == 1
        with pytest.raises(PermissionDeniedError):
            client.jobs.create(JOB)


def test_long_bodies_meet_the_replicas_limits(front: Front) -> None:
    """nginx's own would be 1 MiB."""
    status, body = front.ask("/v1/completions", {"prompt": "Kim " * 500_000, "max_tokens": 1})
    assert (status, json.loads(body)["error"]["status"]) == (400, "INVALID_ARGUMENT")
    status, body = front.ask("/v1/completions", {"prompt": "Kim " * 1_500_000, "max_tokens": 1})
    assert status == 413
    assert b"over the limit" in body


def test_health(front: Front) -> None:
    """Over HTTP and gRPC, without a key."""
    assert front.ask("/health", key="")[0] == 200
    assert json.loads(front.ask("/healthz", key="")[1]) == {"status": "SERVING"}
    credentials = grpc.ssl_channel_credentials(front.papers.authority.read_bytes())
    with grpc.secure_channel(f"127.0.0.1:{front.port}", credentials) as channel:
        check = channel.unary_unary("/grpc.health.v1.Health/Check")
        assert check(b"", timeout=20) == b"\x08\x01"  # SERVING


def test_a_job_is_where_the_jobs_are(front: Front, replicas: list[Server]) -> None:
    """Whoever is asked first, a job is found, and what it publishes is behind the other door alone."""
    with front.client() as client:
        job = client.jobs.create(JOB)
        for _ in range(4):
            assert client.jobs.get(job.id).id == job.id
        events = list(client.jobs.watch(job.id))
        assert isinstance(events[-1], JobStateChanged)
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert client.jobs.get(job.id).steps_done == 2
    status, body = front.ask("/attnrl.v1.TrainingService/GetJob", {"id": job.id})
    assert (status, json.loads(body)["id"]) == (200, job.id)
    with replicas[0].client() as client, pytest.raises(FailedPreconditionError):
        client.jobs.get(job.id)
    # What the job has published is behind the other door, and only there.
    with front.jobs.client() as client:
        assert client.generate("Kim", max_tokens=1, version=2).version == 2
    with front.client() as client:
        assert [version.version for version in client.policies()[0].versions] == [1]


def test_what_is_about_one_server_is_refused(front: Front) -> None:
    """Only behind the other door it is clear which server is meant."""
    methods = ["PolicyService/Pause", "PolicyService/LoadPolicy", "GenerationService/Abort"]
    routes = ["/pause", "/resume", "/update_weights", "/inference/v1/abort_requests"]
    for path in [*routes, *(f"/attnrl.v1.{method}" for method in methods)]:
        status, body = front.ask(path, {})
        assert (status, b"Ask each" in body) == (404, True), path
    assert front.ask("/metrics")[0] == 404
    with front.client() as client, pytest.raises(UnimplementedError):
        client.pause()
    assert front.jobs.ask("/metrics")[0] == 200
    assert front.jobs.ask("/", key="")[1].startswith(b"<!doctype html>")


def test_a_quiet_call_has_the_time_that_the_configuration_says(
    front: Front, jobs: Server, another_front: Callable[..., Front]
) -> None:
    """Servers show signs of life every 30 s: a limit below that ends a watch, and the one that is set is far above."""
    text = CONFIGURATION.read_text()
    assert "grpc_read_timeout  2m;" in text
    assert "proxy_read_timeout 1h;" in text
    with front.client() as client, paused_job(client) as job:

        def watch(door: Door, ended: list[float]) -> threading.Thread:
            def run() -> None:
                begin = time.monotonic()
                with door.client() as watcher, suppress(AttnRLError):
                    list(watcher.jobs.watch(job.id))
                ended.append(time.monotonic() - begin)

            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            return thread

        hasty = another_front([jobs, jobs], {"grpc_read_timeout  2m": "grpc_read_timeout 1s"})
        patient_ended, hasty_ended = [], []
        patient = watch(front, patient_ended)
        watch(hasty, hasty_ended).join(timeout=30)
        assert hasty_ended
        assert not patient_ended
        client.jobs.cancel(job.id)
        patient.join(timeout=30)
        assert patient_ended


def test_replicas_without_tls(front: Front, another_front: Callable[..., Front]) -> None:
    """On one machine, with the change that the configuration names."""
    plain = Server(front.papers, tls=False)
    try:
        plain.await_start()
        nginx = another_front([plain, plain], {"https://$": "http://$", "grpcs://": "grpc://"})
        assert nginx.ask("/v1/completions", {"prompt": "Kim", "max_tokens": 2})[0] == 200
        with nginx.client() as client:
            assert client.generate("Kim", max_tokens=2).version == 1
    finally:
        assert plain.end() == 0
