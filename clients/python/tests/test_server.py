"""Against the program itself, with a tiny policy whose weights are random."""

from __future__ import annotations

import asyncio
import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_server import HANG_SECONDS
from program import NEEDS_PROGRAM, make_model, serving

from attnrl import (
    AsyncClient,
    Capture,
    Client,
    DeadlineExceededError,
    Exploration,
    ExploreStarted,
    Finished,
    FinishReason,
    Health,
    InvalidArgumentError,
    LayerHead,
    NotFoundError,
    RawRowsRange,
    RolloutDrawn,
    Started,
    StepClosed,
    StepMapKind,
    Text,
    Tokens,
    TraceReady,
    Verdict,
)

pytestmark = NEEDS_PROGRAM

MAX_REQUESTS = 8
PROMPT = "Tom has 3 apples and buys 4 more. How many are there?\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def target(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("logs") / "serve.log"
    with serving(model, log, "--max-requests", str(MAX_REQUESTS)) as target:
        yield target


@pytest.fixture
def client(target: str) -> Iterator[Client]:
    with Client(target, timeout=HANG_SECONDS) as client:
        yield client


def test_the_server_is_healthy(client: Client) -> None:
    assert client.health() is Health.SERVING


def test_the_policy_is_listed(client: Client) -> None:
    (policy,) = client.policies()
    assert policy.name == "tiny"
    assert policy.untrained
    assert policy.version in [version.version for version in policy.versions]
    assert client.policy() == policy
    with pytest.raises(NotFoundError, match="nobody"):
        client.policy("nobody")


def test_tokens_turn_back_into_their_text(client: Client) -> None:
    text = "naïve café: 3 * 4 = 12 🙂\n\nnext"
    found = client.tokenize(text, with_texts=True)
    assert client.detokenize(found.ids, skip_special_tokens=True) == text
    assert len(found.texts) == len(found.ids)
    assert text.encode() in b"".join(found.texts)


def test_a_seed_gives_the_same_tokens_again(client: Client) -> None:
    first = client.generate(PROMPT, max_tokens=24, seed=5, ignore_eos=True)
    assert len(first.only.ids) == first.only.completion_tokens == 24
    assert first.only.finish_reason is FinishReason.LENGTH
    assert first.only.tokens.start == first.prompt_tokens
    assert first.sampling["seed"] == 5
    assert client.generate(PROMPT, **first.sampling).only.ids == first.only.ids
    assert client.generate(PROMPT, max_tokens=24, seed=6, ignore_eos=True).only.ids != first.only.ids


def test_a_drawn_seed_is_reported_and_repeats(client: Client) -> None:
    first = client.generate(PROMPT, max_tokens=16, ignore_eos=True)
    assert client.generate(PROMPT, **first.sampling).only.ids == first.only.ids


def test_several_responses_differ(client: Client) -> None:
    answer = client.generate(PROMPT, n=4, max_tokens=16, seed=1, ignore_eos=True)
    assert [response.index for response in answer] == [0, 1, 2, 3]
    assert len({tuple(response.ids) for response in answer}) == 4


def test_sampled_logprobs_equal_scored_ones(client: Client) -> None:
    ids = client.tokenize(PROMPT).ids
    drawn = client.generate(
        ids, max_tokens=24, seed=2, temperature=0.7, logprobs=True, top_logprobs=3, entropies=True, ignore_eos=True
    ).only
    scored = client.score(ids, drawn.ids, entropies=True)
    # Both come from the same kernels; what is left is the order of sums in batches of other shapes.
    assert drawn.logprobs == pytest.approx(scored.logprobs, abs=1e-4)
    assert drawn.entropies == pytest.approx(scored.tokens.entropies, abs=1e-4)
    assert scored.tokens.ids == drawn.ids
    assert scored.tokens.start == len(ids)
    for top, logprob in zip(drawn.tokens.top, drawn.logprobs, strict=True):
        assert len(top.ids) == 3
        assert sorted(top.logprobs, reverse=True) == top.logprobs
        assert top.logprobs[0] >= logprob - 1e-4


def test_the_first_token_of_a_scored_prompt_has_no_logprob(client: Client) -> None:
    score = client.score(client.tokenize(PROMPT).ids)
    assert math.isnan(score.logprobs[0])
    assert not any(math.isnan(value) for value in score.logprobs[1:])


def test_echo_returns_the_prompt(client: Client) -> None:
    ids = client.tokenize(PROMPT).ids
    answer = client.generate(ids, max_tokens=2, echo=True, logprobs=True)
    assert answer.prompt
    assert answer.prompt.ids == ids
    assert math.isnan(answer.prompt.logprobs[0])


def test_a_stream_tells_the_same_as_the_whole_answer(client: Client) -> None:
    events = list(client.stream(PROMPT, max_tokens=24, seed=5, ignore_eos=True, capture=True))
    whole = client.generate(PROMPT, max_tokens=24, seed=5, ignore_eos=True, capture=True).only
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Finished)
    assert [token for event in events if isinstance(event, Tokens) for token in event.run.ids] == whole.ids
    assert "".join(event.text for event in events if isinstance(event, Tokens)) == whole.text
    (ready,) = (event for event in events if isinstance(event, TraceReady))
    assert whole.trace
    assert ready.trace.influence == pytest.approx(whole.trace.influence, abs=1e-5)


def test_control_tokens_and_continuing_texts_reach_the_server(client: Client) -> None:
    written = Text("a<|im_end|>", add_special_tokens=False)
    as_text = Text("a<|im_end|>", add_special_tokens=False, control_tokens="as_text")
    assert len(client.tokenize(written).ids) < len(client.tokenize(as_text).ids)
    ids = client.tokenize(" b", continues=True).ids
    assert client.detokenize(ids, continues=True) == " b"
    assert client.score("a", " b").tokens.ids == ids


def test_steps_close_while_the_response_grows(client: Client) -> None:
    blank = client.tokenize(Text("\n\n", add_special_tokens=False)).ids
    if len(blank) != 1:
        pytest.skip("this tokenizer has no token for a blank line, so steps are known at the end only")
    # Random weights draw evenly among thousands of tokens; the bias makes about every tenth a blank line.
    events = list(client.stream(PROMPT, max_tokens=96, seed=3, ignore_eos=True, capture=True, logit_bias={blank[0]: 6}))
    closed = [event for event in events if isinstance(event, StepClosed)]
    (ready,) = (event for event in events if isinstance(event, TraceReady))
    assert closed
    for event in closed:
        assert len(event.attention) == len(event.influence) == event.step.index + 1
        same = ready.trace.steps[event.step.index]
        assert (event.step.start, event.step.end, event.step.text) == (same.start, same.end, same.text)
        # Influence only grows; what a step had while it was streamed is at most what it ends with.
        for so_far, final in zip(event.influence, ready.trace.influence, strict=False):
            assert so_far <= final + 1e-6
    assert [event.attention for event in closed] == [
        pytest.approx(list(ready.trace.step_map.row(event.step.index)), abs=1e-6) for event in closed
    ]


RESPONSE = "\n\n".join(f"Step {index}: {index} + 4 = {index + 4}." for index in range(12))


def test_a_given_response_is_traced(client: Client) -> None:
    trace = client.trace(PROMPT, RESPONSE, logprobs=True)
    assert len(trace.steps) >= 13  # More where the tokenizer has no token for a blank line.
    assert trace.tokens
    assert trace.tokens.text == RESPONSE
    assert len(trace.tokens.logprobs) == trace.total_tokens - trace.prompt_tokens
    assert [step.start for step in trace.steps[1:]] == [step.end for step in trace.steps[:-1]]
    assert "".join(step.text for step in trace.steps[1:]) == RESPONSE
    # The prompt, the first step and the last D steps have no influence.
    assert trace.influence[0] == trace.influence[1] == 0
    assert trace.influence[-trace.gap :] == [0] * trace.gap
    assert all(value > 0 for value in trace.influence[2 : -trace.gap])


def test_step_maps_are_means_of_raw_rows(client: Client) -> None:
    length = client.trace(PROMPT, RESPONSE).total_tokens
    trace = client.trace(
        PROMPT,
        RESPONSE,
        capture=Capture(step_map=StepMapKind.HEADS, heads=[(0, 1)], raw_rows=[RawRowsRange(0, 1, 0, length)]),
    )
    (step_map,) = trace.step_maps
    (raw,) = trace.raw_rows
    assert step_map.head == raw.head == LayerHead(0, 1)
    assert len(raw) == length
    for row in (0, length // 2, length - 1):
        assert sum(raw.row(row)) == pytest.approx(1, abs=1e-3)
    later, earlier = trace.steps[5], trace.steps[3]
    pairs = [raw[i, t] for i in range(later.start, later.end) for t in range(earlier.start, earlier.end)]
    assert step_map[5, 3] == pytest.approx(sum(pairs) / len(pairs), abs=1e-5)


def test_hidden_states_are_means_over_steps(client: Client) -> None:
    trace = client.trace(PROMPT, RESPONSE, capture=Capture(hidden_states=1))
    states = trace.hidden_states
    assert states is not None
    assert (states.layer, len(states)) == (1, len(trace.steps) - 1)
    lengths = [step.end - step.start for step in trace.steps[1:]]
    for column in range(states.width):
        total = sum(length * states.step(index + 1)[column] for index, length in enumerate(lengths))
        assert states.response[column] == pytest.approx(total / sum(lengths), abs=1e-4)
    drawn = client.generate(PROMPT, max_tokens=20, seed=1, capture=Capture(hidden_states="last"))[0]
    again = client.trace(PROMPT, drawn.ids, capture=Capture(hidden_states="last"))
    assert drawn.trace is not None
    assert drawn.trace.hidden_states == again.hidden_states


def test_branches_are_steps_of_the_response(client: Client) -> None:
    found = client.branches(PROMPT, RESPONSE, min_gap_tokens=4)
    assert len(found) == 2, found.note
    assert found.trace.total_tokens - found.trace.prompt_tokens == len(found.response_ids)
    for point in found:
        assert found.trace.steps[point.step].start == point.token
        assert len(found.kept_ids(point)) == point.token - found.trace.prompt_tokens
    first, again = (
        client.branches(PROMPT, RESPONSE, strategy="random", branch_seed=3, min_gap_tokens=4) for _ in range(2)
    )
    assert list(first) == list(again)


def test_the_map_of_a_drawn_response_is_that_of_its_trace(client: Client) -> None:
    for found in (
        client.branches(PROMPT, max_tokens=48, seed=1, ignore_eos=True),
        client.ablate(PROMPT, max_tokens=48, seed=1, ignore_eos=True, samples=0),
    ):
        again = client.trace(client.tokenize(PROMPT).ids, found.response_ids)
        assert found.trace.step_map == again.step_map


def test_a_response_too_short_to_branch_says_so(client: Client) -> None:
    found = client.branches(PROMPT, "Seven.\n\nYes.")  # two steps: the first is never a branch point
    assert len(found) < 2
    assert found.note


def test_ablations_say_what_hiding_and_resampling_change(client: Client) -> None:
    hidden = client.ablate(PROMPT, RESPONSE, steps=[3, 1], samples=2, max_tokens=6, seed=1)
    assert [effect.step for effect in hidden] == [1, 3]
    for effect in hidden:
        assert effect.influence == hidden.trace.steps[effect.step].influence
        assert effect.forced is not None
        assert effect.forced.divergence > 0
        assert effect.sampled is not None
        assert 0 <= effect.sampled.total_variation <= 1
        assert sum(count.with_step for count in effect.sampled.answers) == 2
        assert sum(count.without_step for count in effect.sampled.answers) == 2
    assert hidden.trace.total_tokens - hidden.trace.prompt_tokens == len(hidden.response_ids)
    again = client.ablate(PROMPT, RESPONSE, steps=[1, 3], samples=2, max_tokens=6, seed=1)
    assert list(again) == list(hidden)
    resampled = client.ablate(PROMPT, RESPONSE, steps=[2], mode="resample", samples=2, max_tokens=6)
    assert resampled[0].forced is None
    assert resampled[0].sampled is not None
    with pytest.raises(InvalidArgumentError, match="Step 0 is the prompt"):
        client.ablate(PROMPT, RESPONSE, steps=[0])


def test_a_continuation_from_a_branch_point_starts_there(client: Client) -> None:
    prompt = client.tokenize(PROMPT).ids
    found = client.branches(prompt, RESPONSE, min_gap_tokens=4)
    point = found[0]
    kept = prompt + found.kept_ids(point)
    continued = client.generate(kept, max_tokens=4, ignore_eos=True)
    assert continued.only.tokens.start == point.token


def test_bad_options_name_the_field(client: Client) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        client.generate(PROMPT, temperature=-1)
    assert any("temperature" in violation.field for violation in caught.value.violations), caught.value
    with pytest.raises(NotFoundError, match="nobody"):
        client.generate(PROMPT, policy="nobody")


def test_a_deadline_ends_a_generation_and_the_server_goes_on(client: Client) -> None:
    with pytest.raises(DeadlineExceededError):
        client.generate(PROMPT, n=256, ignore_eos=True, timeout=0.05)
    assert client.generate(PROMPT, max_tokens=4, ignore_eos=True).only.completion_tokens == 4


def test_a_closed_stream_leaves_the_server_free(client: Client) -> None:
    # Each would go on for many seconds, and there is room for a few.
    for _ in range(3 * MAX_REQUESTS):
        with client.stream(PROMPT, n=256, ignore_eos=True) as stream:
            assert isinstance(next(stream), Started)
    assert client.generate(PROMPT, max_tokens=4, ignore_eos=True).only.completion_tokens == 4


def test_a_version_is_loaded_switched_and_unloaded(client: Client, model: Path) -> None:
    try:
        first = client.load_policy(model, name="other")
        second = client.load_policy(model, name="other", as_new_version=True)
        assert second.version != first.version
        assert len(second.versions) == 2
        assert client.switch_version("other", first.version).version == first.version
        assert client.generate(PROMPT, policy="other", max_tokens=2).version == first.version
        assert {policy.name for policy in client.policies()} == {"other", "tiny"}
    finally:
        client.unload_policy("other", drain=True)
    assert [policy.name for policy in client.policies()] == ["tiny"]


def test_asyncio_calls_are_served_together(target: str) -> None:
    async def run() -> list[list[int]]:
        async with AsyncClient(target, timeout=HANG_SECONDS) as client:
            calls = (client.generate(PROMPT, max_tokens=16, seed=seed, ignore_eos=True) for seed in range(6))
            return [answer.only.ids for answer in await asyncio.gather(*calls)]

    together = asyncio.run(run())
    with Client(target, timeout=HANG_SECONDS) as client:
        alone = [client.generate(PROMPT, max_tokens=16, seed=seed, ignore_eos=True).only.ids for seed in range(6)]
    assert together == alone


def test_the_example_draws_its_pictures(target: str, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    example = Path(__file__).parent.parent / "examples" / "trace_and_plot.py"
    command = [sys.executable, str(example), PROMPT, "--server", target, "--max-tokens", "64", "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"influence.png", "step_map.png"}


def test_a_tree_is_grown_the_same_by_both_clients(client: Client, target: str) -> None:
    options = {"width": 2, "points": 1, "min_gap_tokens": 1, "max_tokens": 30, "seed": 3, "ignore_eos": True}
    with client.explore(PROMPT, truth="7", **options) as stream:  # type: ignore[arg-type]
        events = list(stream)
        result = stream.result()
    assert isinstance(events[0], ExploreStarted)
    assert events[-1] is result
    # A response with one line break has too few steps to be branched.
    assert sum(isinstance(event, RolloutDrawn) for event in events) == len(result.tree.rollouts) > 2
    tree = result.tree
    assert tree.prompt_text == PROMPT
    assert [rollout.index for rollout in tree.rollouts if rollout.fork is None] == [0, 1]
    assert tree.value == 0  # The model is untrained.
    assert {rollout.verdict for rollout in tree.rollouts} == {Verdict.NO_ANSWER}
    assert result.drawn_tokens == sum(len(rollout.ids) for rollout in tree.rollouts)
    for rollout in tree.rollouts:
        assert len(tree.response_ids(rollout.index)) == 30
        assert tree.response_text(rollout.index).endswith(rollout.text)

    async def again() -> Exploration:
        async with AsyncClient(target, timeout=HANG_SECONDS) as other:
            return await other.explore(PROMPT, truth="7", **options).result()  # type: ignore[arg-type]

    assert asyncio.run(again()).tree == tree


def test_an_exploration_that_is_left_frees_the_server(client: Client) -> None:
    with client.explore(PROMPT, width=64, max_tokens_total=1 << 20, max_tokens=400, ignore_eos=True) as stream:
        assert isinstance(next(stream), ExploreStarted)
    # Far more than the requests that the server takes at once.
    for _ in range(2 * MAX_REQUESTS):
        client.generate(PROMPT, max_tokens=1)


def test_what_cannot_be_explored_is_named(client: Client) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        client.explore(PROMPT, width=0, reward="task").result()
    assert {violation.field for violation in caught.value.violations} == {"width", "verifier.task"}
