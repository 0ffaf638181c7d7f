"""Training jobs on the program itself, with tiny policies whose weights are random."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_server import HANG_SECONDS
from program import NEEDS_PROGRAM, line_after, make_model, serving, stop

from attnrl import (
    AsyncClient,
    CheckpointSaved,
    Client,
    FailedPreconditionError,
    InvalidArgumentError,
    JobCancelledError,
    JobEvaluated,
    JobFailedError,
    JobState,
    JobStateChanged,
    JobStepDone,
    NotFoundError,
    PolicyPublished,
    serve_reward,
)

pytestmark = NEEDS_PROGRAM

EXAMPLE = Path(__file__).parent.parent / "examples" / "length_reward.py"

ROUNDING = 1e-9
"""A mean of a few doubles below 10 that is summed in another order differs by some roundings of 1e-16 of them."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def target(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("jobs")
    with serving(model, folder / "serve.log", "--jobs", str(folder / "jobs")) as target:
        yield target


@pytest.fixture
def client(target: str) -> Iterator[Client]:
    with Client(target, timeout=HANG_SECONDS) as client:
        yield client


@pytest.fixture
def policy(client: Client, model: Path, request: pytest.FixtureRequest) -> str:
    """A policy of the test's own: one has one job at a time."""
    return client.load_policy(model, name=request.node.name).name


def sft(policy: str, steps: int, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "sft",
        "policy": policy,
        "steps": steps,
        "data": {"train": "chain-short", "held_out": "chain-short"},
        "batch": {"sequences_per_step": 2},
        "compute": {"threads": 1},
        **fields,
    }


def grpo(policy: str, steps: int, address: str, **external: Any) -> dict[str, Any]:
    return {
        "kind": "grpo",
        "policy": policy,
        "steps": steps,
        "data": {"train": "chain-short"},
        "reward": {"kind": "external", "external": {"address": address, **external}},
        "rollout": {"group_size": 2, "max_tokens": 8},
        "batch": {"prompts_per_step": 2},
        "compute": {"threads": 1},
    }


def wait_for_a_step(client: Client, job: str) -> int:
    """Waits until a job does a step after now, and returns the event's number."""
    with client.jobs.watch(job, after=client.jobs.get(job).last_sequence) as events:
        return next(event.sequence for event in events if isinstance(event, JobStepDone))


def test_a_job_learns_and_its_policy_is_exported(client: Client, policy: str, tmp_path: Path) -> None:
    evaluation = {"every_steps": 3, "prompts": 2, "max_tokens": 4}
    job = client.jobs.create(sft(policy, 3, evaluation=evaluation))
    with client.jobs.watch(job) as stream:
        events = list(stream)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    steps = [event for event in events if isinstance(event, JobStepDone)]
    assert [event.step for event in steps] == [1, 2, 3]
    assert all(event.metrics["loss"] > 0 and not event.skipped for event in steps)
    (evaluated,) = (event for event in events if isinstance(event, JobEvaluated))
    assert 0 <= evaluated.metrics["eval/accuracy"] <= 1
    (published,) = (event for event in events if isinstance(event, PolicyPublished))
    (saved,) = (event for event in events if isinstance(event, CheckpointSaved))
    last = events[-1]
    assert isinstance(last, JobStateChanged)
    assert last.state is JobState.SUCCEEDED

    done = client.jobs.wait(job)
    assert (done.state, done.steps_done, done.total_steps) == (JobState.SUCCEEDED, 3, 3)
    assert done.last_sequence == last.sequence
    assert done.published_version == published.version == client.policy(policy).version
    assert done.started_at is not None
    assert done.ended_at is not None
    assert done.created_at <= done.started_at <= done.ended_at

    assert client.jobs.logs(job) == events
    with client.jobs.watch(job, after=steps[1].sequence) as rest:
        assert list(rest) == events[steps[1].sequence :]

    (checkpoint,) = client.jobs.checkpoints(job)
    assert (checkpoint.step, checkpoint.path, checkpoint.bytes) == (3, saved.path, saved.bytes)
    export = client.jobs.export(job, tmp_path / "export")
    assert export.checkpoint == checkpoint
    # An export is float32 and would be computed as such; the policy may be served in bfloat16.
    precision = client.policy(policy).precision
    trained = client.load_policy(export.directory, name=f"{policy} exported", precision=precision)
    assert not trained.untrained
    own, served = (client.score("1+1", "=2", policy=name).total for name in (trained.name, policy))
    assert own == served  # The same weights, in one precision.
    with pytest.raises(NotFoundError):
        client.jobs.export(job, tmp_path / "other", step=2)


def test_transformers_computes_what_is_served_of_an_export(client: Client, policy: str, tmp_path: Path) -> None:
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    job = client.jobs.create(sft(policy, 2))
    client.jobs.wait(job)
    folder = client.jobs.export(job, tmp_path / "export").directory
    name = client.load_policy(folder, name=f"{policy} exported", precision="float32").name
    prompt = "Compute a = 7 + 5, then b = a * 3. What is b?"
    ids = client.tokenize(prompt, policy=name).ids
    served = client.score(prompt, policy=name).logprobs[1:]

    assert transformers.AutoTokenizer.from_pretrained(folder)(prompt).input_ids == ids
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    with torch.no_grad():
        logprobs = model(torch.tensor([ids])).logits[0, :-1].log_softmax(-1)
    computed = logprobs.gather(-1, torch.tensor(ids[1:]).unsqueeze(-1)).squeeze(-1).tolist()
    # Both float32, sums in another order.
    assert max(abs(a - b) for a, b in zip(served, computed, strict=True)) < 1e-4


def test_a_reward_in_python_trains(client: Client, policy: str) -> None:
    scores: list[float] = []

    def reward(prompt: str, response: str, truth: str) -> float:
        assert prompt
        assert truth
        scores.append(len(response) / 16 - 0.25)
        return scores[-1]

    with serve_reward(reward) as server:
        job = client.jobs.create(grpo(policy, 2, server.address))
        assert client.jobs.wait(job).steps_done == 2
    steps = [event.metrics for event in client.jobs.logs(job) if isinstance(event, JobStepDone)]
    assert [metrics["prompts"] for metrics in steps] == [2, 2]
    assert len(scores) == 8
    for metrics, own in zip(steps, (scores[:4], scores[4:]), strict=True):
        assert metrics["reward/mean"] == pytest.approx(sum(own) / 4, abs=ROUNDING)
        assert metrics["verdict/correct"] == sum(score > 0 for score in own) / 4


def test_a_reward_that_raises_fails_a_job_that_asked_for_that(client: Client, policy: str) -> None:
    calls: list[str] = []

    def reward(prompt: str, response: str, truth: str) -> bool:
        calls.append(response)
        raise ZeroDivisionError

    with serve_reward(reward) as server:
        job = client.jobs.create(grpo(policy, 2, server.address, retries=1, on_failure="fail"))
        with pytest.raises(JobFailedError, match="ZeroDivisionError") as caught:
            client.jobs.wait(job)
    assert server.address in caught.value.job.reason
    assert len(calls) == 2  # The first response, once for each attempt.


def test_the_example_rewards_a_job(client: Client, policy: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, str(EXAMPLE), "--port", "0"]
    with (
        log.open("w") as talk,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=talk, text=True) as process,
    ):
        try:
            address = line_after("judging on ", process, log)
            job = client.jobs.create(grpo(policy, 1, address, on_failure="fail"))
            assert client.jobs.wait(job).state is JobState.SUCCEEDED
        finally:
            stop(process)
    (step,) = (event for event in client.jobs.logs(job) if isinstance(event, JobStepDone))
    assert step.metrics["verdict/no_answer"] == 1  # Eight tokens of noise hold no box.


def test_a_job_is_paused_fed_resumed_and_cancelled(client: Client, policy: str) -> None:
    job = client.jobs.create(sft(policy, 10**6, feedback={"enabled": True}, publish={"every_steps": 0})).id
    wait_for_a_step(client, job)
    client.jobs.pause(job)
    paused = client.jobs.wait(job, until=JobState.PAUSED)
    assert paused.state is JobState.PAUSED
    assert [checkpoint.step for checkpoint in client.jobs.checkpoints(job)] == [paused.steps_done]
    assert client.jobs.list(JobState.PAUSED) == [paused]

    with pytest.raises(FailedPreconditionError, match=job):
        client.jobs.create(sft(policy, 1))
    records = [("1+1=", "2"), ("", "3"), ("2+2=", "4"), ("3+3=", "5", 1.0)]
    result = client.jobs.feedback(job, records, batch=2)  # type: ignore[arg-type]
    assert result.taken == 2
    assert [refused.index for refused in result.refused] == [1, 3]
    assert "prompt is empty" in result.refused[0].reason

    client.jobs.resume(job)
    wait_for_a_step(client, job)
    client.jobs.cancel(job)
    with pytest.raises(JobCancelledError) as caught:
        client.jobs.wait(job)
    assert caught.value.job.steps_done > paused.steps_done
    with pytest.raises(FailedPreconditionError):
        client.jobs.resume(job)


def test_all_problems_of_a_specification_come_at_once(client: Client, policy: str) -> None:
    bad = {"kind": "grpo", "stps": 2, "rollout": {"group_size": 1}, "data": {"train_on_prompt": True}}
    with pytest.raises(InvalidArgumentError) as caught:
        client.jobs.create({**bad, "policy": policy})
    fields = {violation.field: violation.description for violation in caught.value.violations}
    assert {"stps", "rollout.group_size", "data.train_on_prompt", "data.train", "steps"} <= set(fields)
    assert "Did you mean steps?" in fields["stps"]
    with pytest.raises(InvalidArgumentError, match="nobody"):
        client.jobs.create(sft("nobody", 1), validate_only=True)
    assert policy not in {job.specification["policy"] for job in client.jobs.list()}


@pytest.mark.parametrize("form", ["text", "file", "mapping"])
def test_a_specification_is_checked_in_each_form(client: Client, tmp_path: Path, form: str) -> None:
    text = "kind: sft\npolicy: tiny\nsteps: 5\nseed: 18446744073709551615\ndata: {train: chain-short}\n"
    file = tmp_path / "job.yaml"
    file.write_text(text)
    mapping = {"kind": "sft", "policy": "tiny", "steps": 5, "seed": 2**64 - 1, "data": {"train": "chain-short"}}
    specification: dict[str, Any] = {"text": text, "file": file, "mapping": mapping}
    checked = client.jobs.create(specification[form], validate_only=True)
    assert checked.id == ""
    assert checked.specification["seed"] == 2**64 - 1
    assert checked.specification["data"]["shuffle"] is True
    assert client.jobs.create(checked.specification, validate_only=True) == checked


def test_a_request_id_makes_one_job(client: Client, policy: str) -> None:
    specification = sft(policy, 10**6, publish={"every_steps": 0})
    first, again = (client.jobs.create(specification, request_id=policy) for _ in range(2))
    client.jobs.cancel(first)
    assert again.id == first.id
    with pytest.raises(NotFoundError):
        client.jobs.get("job-999999")


def test_jobs_from_asyncio(target: str, client: Client, policy: str) -> None:
    async def run() -> None:
        async with AsyncClient(target, timeout=HANG_SECONDS) as client:
            job = await client.jobs.create(sft(policy, 10**6, publish={"every_steps": 0}))
            async with client.jobs.watch(job) as events:
                async for event in events:
                    if isinstance(event, JobStepDone):
                        break
            waiting = asyncio.create_task(client.jobs.wait(job))
            await client.jobs.cancel(job)
            with pytest.raises(JobCancelledError):
                await waiting
            assert job.id in [job.id for job in await client.jobs.list("cancelled")]

    asyncio.run(run())


def test_a_job_is_drawn_by_its_id(client: Client, policy: str) -> None:
    pytest.importorskip("matplotlib")
    from attnrl.plot import plot_training

    job = client.jobs.create(sft(policy, 2))
    client.jobs.wait(job)
    steps = [event for event in client.jobs.logs(job) if isinstance(event, JobStepDone)]
    (ax,) = plot_training(job.id, client=client)
    assert ax.get_title(loc="left") == "loss"
    (line,) = ax.lines
    drawn: Any = line.get_xydata()
    assert drawn.tolist() == [[event.step, event.metrics["loss"]] for event in steps]


def test_the_trees_of_a_job_can_be_read(client: Client, policy: str) -> None:
    job = client.jobs.create(
        {
            "kind": "treerl",
            "policy": policy,
            "steps": 2,
            "data": {"train": "chain-short"},
            "reward": {"kind": "task"},
            "batch": {"prompts_per_step": 2},
            "rollout": {"group_size": 2, "max_tokens": 16},
            "branching": {"min_gap_tokens": 1},
            "adaptive": {"branched_rollouts": 2},
            "trees": {"every_steps": 1, "per_step": 1},
        }
    )
    client.jobs.wait(job, timeout=HANG_SECONDS)
    trees = client.jobs.trees(job)
    assert [tree.step for tree in trees] == [1, 2]
    assert all(tree.prompt_text.endswith("?\n") and len(tree.rollouts) >= 2 for tree in trees)
    assert all(tree.value is not None and tree.policy == policy for tree in trees)
    assert client.jobs.trees(job, step=2) == trees[1:]
    with pytest.raises(NotFoundError, match="It has some of steps 1, 2"):
        client.jobs.trees(job, step=3)
