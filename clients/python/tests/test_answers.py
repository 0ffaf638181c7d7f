"""What comes back from the server."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import grpc
import messages
import pytest
from both import Caller
from fake_server import FakeServer, fail
from google.protobuf.message import Message
from messages import finished, map_rows, raw_rows, run, started, tokens, trace, triangle

from attnrl import (
    Adapter,
    CancelledError,
    Finished,
    FinishReason,
    Health,
    LayerHead,
    PauseMode,
    ProtocolError,
    Started,
    StepClosed,
    StepMapKind,
    StepSeparator,
    TokenizerInfo,
    Tokens,
    TraceReady,
)
from attnrl import _methods as methods
from attnrl._proto.attnrl.client import grpc_standard_pb2 as standard
from attnrl._proto.attnrl.v1 import analysis_pb2, common_pb2, generation_pb2, policy_pb2
from attnrl._proto.attnrl.v1.generation_pb2 import GenerateResponse


def traced(index: int, steps: int) -> list[GenerateResponse]:
    """A trace in chunks."""
    parts = [GenerateResponse(trace=generation_pb2.GeneratedTrace(index=index, trace=trace(steps)))]
    for first in range(0, steps, 2):
        rows = map_rows(first, min(2, steps - first))
        parts.append(GenerateResponse(step_map=generation_pb2.GeneratedStepMap(index=index, rows=rows)))
    parts.append(GenerateResponse(raw_rows=generation_pb2.GeneratedRawRows(index=index, rows=raw_rows(3, 2))))
    return parts


def test_a_generation_is_put_together(server: FakeServer, client: Caller) -> None:
    echo = GenerateResponse(prompt=generation_pb2.GeneratedTokens(run=run(0, "abc")))
    server.answer(methods.GENERATE, started(), echo, tokens(0, 3, "x"), tokens(0, 4, "yz"), finished(0))
    answer = client.call("generate", "abc", echo=True)
    assert (answer.request_id, answer.policy, answer.version) == ("r1", "tiny", 7)
    assert (answer.prompt_tokens, answer.cached_tokens) == (3, 2)
    assert answer.prompt.text == "abc"
    assert answer.text == "xyz"
    assert len(answer) == 1
    response = answer[0]
    assert response.ids == [ord(letter) for letter in "xyz"]
    assert response.tokens.start == 3
    assert response.logprobs == [-0.5] * 3
    assert response.entropies == [0.25] * 3
    assert response.tokens.top[2].ids == [1, 2]
    assert response.tokens.top[2].texts == [b"\xc3", b"\xa9"]
    assert response.texts == [b"x", b"y", b"z"]
    assert answer.prompt.texts == [b"a", b"b", b"c"]
    assert answer.thinking
    assert response.finish_reason is FinishReason.STOP
    assert response.stop_token_id == 0  # Set, and so not None.
    assert response.versions[0].version == 7
    assert (response.first_token_seconds, response.total_seconds) == (0.125, 0.5)
    assert response.trace is None


def test_resolved_sampling_can_be_used_again(server: FakeServer, client: Caller) -> None:
    server.answer(methods.GENERATE, started(), finished(0))
    sampling = client.call("generate", "abc").sampling
    assert sampling["seed"] == 99
    assert sampling["top_k"] == 0
    assert (sampling["frequency_penalty"], sampling["presence_penalty"]) == (-0.5, 0)
    assert "top_p" not in sampling
    client.call("generate", "abc", **sampling)
    assert server.requests[1].sampling == started().started.sampling


def test_responses_are_told_apart_by_index(server: FakeServer, client: Caller) -> None:
    server.answer(
        methods.GENERATE, started(), tokens(1, 3, "b"), tokens(0, 3, "a"), finished(1), tokens(0, 4, "A"), finished(0)
    )
    answer = client.call("generate", "abc", n=2)
    assert [response.text for response in answer] == ["aA", "b"]
    with pytest.raises(ValueError, match="there are 2 responses"):
        _ = answer.text


def test_a_response_without_tokens_starts_after_the_prompt(server: FakeServer, client: Caller) -> None:
    server.answer(methods.GENERATE, started(), finished(0))
    only = client.call("generate", "abc").only
    assert (only.text, only.tokens.start, only.tokens.end) == ("", 3, 3)


def test_generated_traces_carry_maps_rows_and_tokens(server: FakeServer, client: Caller) -> None:
    server.answer(methods.GENERATE, started(), tokens(0, 3, "xyz"), *traced(0, 5), finished(0))
    found = client.call("generate", "abc", capture=True).trace
    assert found.influence == [index / 8 for index in range(5)]
    assert found.separator is StepSeparator.BLANK_LINE
    assert found.steps[4].after_thinking
    assert found.steps[1].top_heads[0].head == LayerHead(1, 2)
    assert found.tokens.text == "xyz"
    assert found.step_map.kind is StepMapKind.MEAN
    assert len(found.step_map) == 5
    assert found.step_map[4, 2] == 4 + 2 / 16
    assert list(found.step_map.row(1)) == [1, 1 + 1 / 16]
    assert found.raw_rows[0].to_lists()[1] == triangle(4, 1)
    assert found.raw_rows[0][3, 3] == 3 + 3 / 16
    with pytest.raises(IndexError, match="row 2 is not among the rows held, 3 to 4"):
        _ = found.raw_rows[0][2, 0]
    with pytest.raises(IndexError, match="column 4 is not in row 3"):
        _ = found.raw_rows[0][3, 4]


def test_a_trace_whose_map_was_too_large_says_so(server: FakeServer, client: Caller) -> None:
    message = trace(2)
    message.maps_dropped = True
    server.answer(methods.TRACE, analysis_pb2.TraceResponse(trace=message))
    found = client.call("trace", "p", "r")
    assert found.maps_dropped
    with pytest.raises(ValueError, match="too large for so many steps"):
        _ = found.step_map


def test_a_stream_yields_each_event_as_its_type(server: FakeServer, client: Caller) -> None:
    step = generation_pb2.StepClosed(index=0, step=trace(2).steps[1], attention=[0.5, 0.25], influence=[0, 1])
    server.answer(
        methods.GENERATE, started(), tokens(0, 3, "x"), GenerateResponse(step=step), *traced(0, 4), finished(0)
    )
    events = client.events("abc", capture=True)
    assert [type(event) for event in events] == [Started, Tokens, StepClosed, TraceReady, Finished]
    assert isinstance(events[0], Started)
    assert events[0].thinking
    assert isinstance(events[1], Tokens)
    assert events[1].run.texts == [b"x"]
    assert isinstance(events[2], StepClosed)
    assert events[2].step.text == "step 1\n\n"
    assert (events[2].attention, events[2].influence) == ([0.5, 0.25], [0, 1])
    assert isinstance(events[3], TraceReady)
    assert len(events[3].trace.step_maps[0]) == 4


def test_interleaved_traces_and_late_ones_are_whole(server: FakeServer, client: Caller) -> None:
    mixed = [part for pair in zip(traced(0, 4), traced(1, 4), strict=True) for part in pair]
    server.answer(methods.GENERATE, started(), finished(1), *mixed, finished(0))
    events = client.events("abc", n=2, capture=True)
    assert [(type(event), getattr(event, "index", None)) for event in events[1:]] == [
        (Finished, 1),
        (TraceReady, 0),
        (Finished, 0),
        (TraceReady, 1),
    ]


def test_kinds_of_messages_from_newer_servers_are_passed_over(server: FakeServer, client: Caller) -> None:
    server.answer(methods.GENERATE, started(), GenerateResponse(), tokens(0, 3, "x"), finished(0))
    assert client.call("generate", "abc").text == "x"


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ([], "before the generation started"),
        ([started(), tokens(0, 3, "x")], "before response 0 finished"),
        ([started(), tokens(0, 3, "x"), tokens(0, 5, "y"), finished(0)], "from 5 on came where those from 4"),
        ([started(), *traced(0, 4)[1:], finished(0)], "without a trace"),
        ([started(), *traced(0, 4)[:2], finished(0)], "2 rows for 4 steps"),
        ([started(), traced(0, 4)[2], finished(0)], "from 2 on came where those from 0"),
        ([started(), traced(0, 4)[0], traced(0, 4)[0], finished(0)], "second trace"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_an_error(
    server: FakeServer, client: Caller, answer: list[GenerateResponse], complaint: str
) -> None:
    server.answer(methods.GENERATE, *answer)
    with pytest.raises(ProtocolError, match=complaint):
        client.call("generate", "abc")


def test_a_missing_response_is_an_error(server: FakeServer, client: Caller) -> None:
    server.answer(methods.GENERATE, started(), finished(0))
    with pytest.raises(ProtocolError, match="before response 1 finished"):
        client.call("generate", "abc", n=2)


def test_rows_of_the_wrong_length_are_an_error(server: FakeServer, client: Caller) -> None:
    rows = map_rows(0, 2)
    rows.values.append(1)
    server.answer(
        methods.TRACE,
        analysis_pb2.TraceResponse(trace=trace(2)),
        analysis_pb2.TraceResponse(step_map=rows),
    )
    with pytest.raises(ProtocolError, match="2 rows from 0 on need 3 values, 4 came"):
        client.call("trace", "p", "r")


@pytest.mark.parametrize("detail", ["logprobs", "entropies", "top", "texts"])
def test_details_for_some_tokens_only_are_an_error(server: FakeServer, client: Caller, detail: str) -> None:
    short = tokens(0, 3, "xy")
    del getattr(short.tokens.run, detail)[-1]
    server.answer(methods.GENERATE, started(), short, finished(0))
    with pytest.raises(ProtocolError, match=f"2 tokens came with 1 {detail}"):
        client.call("generate", "abc")


def test_an_answer_without_details_has_none(server: FakeServer, client: Caller) -> None:
    bare = common_pb2.TokenRun(start=3, ids=[5, 6], text="xy")
    plain = GenerateResponse(tokens=generation_pb2.GeneratedTokens(run=bare))
    server.answer(methods.GENERATE, GenerateResponse(started=generation_pb2.GenerationStarted()), plain, finished(0))
    answer = client.call("generate", "abc")
    assert (answer[0].texts, answer[0].logprobs, answer[0].entropies, answer[0].tokens.top) == ([], [], [], [])
    assert not answer.thinking


def test_a_trace_has_one_map_per_head_and_blocks_of_raw_rows(server: FakeServer, client: Caller) -> None:
    part = analysis_pb2.TraceResponse
    heads = common_pb2.STEP_MAP_HEADS
    server.answer(
        methods.TRACE,
        part(tokens=run(2, "ab")),
        part(tokens=run(4, "cd")),
        part(trace=trace(3)),
        part(step_map=map_rows(0, 2, heads, head=0)),
        part(step_map=map_rows(0, 3, heads, head=1)),
        part(step_map=map_rows(2, 1, heads, head=0)),
        part(raw_rows=raw_rows(3, 1)),
        part(raw_rows=raw_rows(4, 1)),
        part(raw_rows=raw_rows(7, 2)),
    )
    found = client.call("trace", "p", "r")
    assert [(held.head, len(held)) for held in found.step_maps] == [(LayerHead(1, 0), 3), (LayerHead(1, 1), 3)]
    assert found.step_maps[0] != found.step_maps[1]
    assert found.step_maps[0].to_lists() == found.step_maps[1].to_lists()
    assert [(block.first_row, block.end_row) for block in found.raw_rows] == [(3, 5), (7, 9)]
    assert found.raw_rows[0][4, 4] == 4 + 4 / 16
    assert found.tokens.text == "abcd"
    assert found.tokens.texts == [b"a", b"b", b"c", b"d"]


def test_hidden_states_of_a_trace_come_in_pieces(server: FakeServer, client: Caller) -> None:
    part, states = analysis_pb2.TraceResponse, common_pb2.HiddenStates
    pieces = [
        states(layer=2, width=3, response=[1, 2, 3], first_step=1, row_count=2, values=[1, 2, 3, 4, 5, 6]),
        states(layer=2, width=3, first_step=3, row_count=1, values=[7, 8, 9]),
    ]
    server.answer(methods.TRACE, part(trace=trace(4)), *(part(hidden_states=piece) for piece in pieces))
    found = client.call("trace", "p", "r").hidden_states
    assert (found.layer, found.width, len(found), found.steps_dropped) == (2, 3, 3, False)
    assert list(found.response) == [1, 2, 3]
    assert list(found.step(3)) == [7, 8, 9]
    with pytest.raises(IndexError, match="step 0"):
        found.step(0)
    server.answer(methods.TRACE, part(trace=trace(4)), part(hidden_states=pieces[1]))
    with pytest.raises(ProtocolError, match="those of 1 were due"):
        client.call("trace", "p", "r")
    server.answer(methods.TRACE, part(trace=trace(4)))
    assert client.call("trace", "p", "r").hidden_states is None


def test_a_score_leaves_out_the_token_that_has_none(server: FakeServer, client: Caller) -> None:
    first = run(0, "ab")
    first.logprobs[0] = math.nan
    server.answer(
        methods.SCORE,
        generation_pb2.ScoreResponse(version=3, prompt_tokens=2, run=first),
        generation_pb2.ScoreResponse(version=3, prompt_tokens=2, run=run(2, "c")),
    )
    score = client.call("score", "abc")
    assert math.isnan(score.logprobs[0])
    assert score.total == -1.0
    assert (score.version, score.prompt_tokens, score.tokens.text) == (3, 2, "abc")
    assert score.tokens.texts == [b"a", b"b", b"c"]
    assert server.requests[0].detail.logprobs


def test_branches_are_a_list_with_notes(server: FakeServer, client: Caller) -> None:
    server.answer(
        methods.SUGGEST_BRANCHES,
        analysis_pb2.SuggestBranchesResponse(
            points=[analysis_pb2.BranchPoint(step=2, token=4, score=0.25, fallback=True, reason="earliest left")],
            threshold=0.5,
            min_gap_tokens=1,
            note="only one step is far enough",
            trace=trace(4),
            response_ids=[10, 11, 12, 13, 14, 15],
        ),
    )
    found = client.call("branches", "p", "r")
    (point,) = found
    assert (point.step, point.token, point.score, point.fallback) == (2, 4, 0.25, True)
    assert found.kept_ids(point) == [10, 11]
    assert (found.threshold, found.min_gap_tokens) == (0.5, 1)
    assert found.note == "only one step is far enough"
    assert len(found.trace.steps) == 4


def ablation(step: int, **parts: object) -> analysis_pb2.AblateResponse:
    return analysis_pb2.AblateResponse(step=analysis_pb2.StepAblation(step=step, influence=0.25, **parts))  # type: ignore[arg-type]


ABLATION_STARTED = analysis_pb2.AblateResponse(
    started=analysis_pb2.AblationStarted(
        trace=trace(4),
        response_ids=[10, 11, 12],
        mode=analysis_pb2.ABLATION_MODE_HIDE,
        steps=[1, 2],
        samples=2,
        sampling=common_pb2.SamplingOptions(seed=5, max_tokens=9),
        answer_form=analysis_pb2.ANSWER_FORM_LAST_LINE,
        answer="7",
        answer_start=5,
        answer_end=6,
    )
)


def test_ablations_are_a_list_of_steps_with_effects(server: FakeServer, client: Caller) -> None:
    forced = analysis_pb2.ForcedEffect(
        divergence=0.5, tokens=3, answer_divergence=0.25, answer_logprob_change=-1.5, answer_tokens=1, lower_bound=True
    )
    sampled = analysis_pb2.SampledEffect(
        answers=[
            analysis_pb2.AnswerCount(answer="7", with_step=2, without_step=1),
            analysis_pb2.AnswerCount(without_step=1),
        ],
        total_variation=0.5,
        divergence=0.125,
        changed=0.5,
        ablated_unfinished=1,
    )
    server.answer(
        methods.ABLATE,
        ABLATION_STARTED,
        ablation(1, forced=forced, sampled=sampled),
        ablation(2, forced=analysis_pb2.ForcedEffect(divergence=0.5, tokens=1)),
    )
    found = client.call("ablate", "p", "r")
    assert [effect.step for effect in found] == [1, 2]
    assert (found.answer, found.answer_start, found.answer_end) == ("7", 5, 6)
    assert (found.mode, found.answer_form, found.samples) == ("hide", "last_line", 2)
    assert (found.sampling["seed"], found.response_ids) == (5, [10, 11, 12])
    assert len(found.trace.steps) == 4
    first, second = found
    assert first.influence == 0.25
    assert (first.forced.divergence, first.forced.answer_divergence, first.forced.lower_bound) == (0.5, 0.25, True)
    assert first.forced.answer_logprob_change == -1.5
    assert [(count.answer, count.with_step, count.without_step) for count in first.sampled.answers] == [
        ("7", 2, 1),
        (None, 0, 1),
    ]
    assert (first.sampled.total_variation, first.sampled.changed, first.sampled.ablated_unfinished) == (0.5, 0.5, 1)
    assert second.sampled is None
    assert second.forced.answer_divergence is None
    assert second.forced.answer_logprob_change is None


def test_an_ablation_that_lacks_a_step_is_no_result(server: FakeServer, client: Caller) -> None:
    server.answer(methods.ABLATE, ABLATION_STARTED, ablation(1))
    with pytest.raises(ProtocolError, match="1 steps came where 2 were due"):
        client.call("ablate", "p", "r")
    server.answer(methods.ABLATE)
    with pytest.raises(ProtocolError, match="without saying what is ablated"):
        client.call("ablate", "p", "r")


def test_policies_are_read_page_by_page(server: FakeServer, client: Caller) -> None:
    pages = {
        "": policy_pb2.ListPoliciesResponse(policies=[policy_pb2.Policy(name="a")], next_page_token="2"),
        "2": policy_pb2.ListPoliciesResponse(policies=[policy_pb2.Policy(name="b", untrained=True)]),
    }
    server.answer_by(methods.LIST_POLICIES, lambda request, context: [pages[request.page_token]])
    assert [(policy.name, policy.untrained) for policy in client.call("policies")] == [("a", False), ("b", True)]


def test_policy_calls(server: FakeServer, client: Caller) -> None:
    policy = policy_pb2.Policy(
        name="a",
        version=2,
        versions=[policy_pb2.PolicyVersion(version=2, directory="/m", loaded_at=5.5, weight_bytes=7)],
        weights="q8_0",
        end_of_sequence=[1],
    )
    for method in (methods.GET_POLICY, methods.LOAD_POLICY, methods.SWITCH_VERSION):
        server.answer(method, policy)
    server.answer(methods.UNLOAD_POLICY, policy_pb2.UnloadPolicyResponse())
    assert client.call("policy").versions[0].directory == "/m"
    assert client.call("load_policy", "/m", name="a", weights="q8_0", as_new_version=True).weights == "q8_0"
    assert client.call("switch_version", "a", 2).end_of_sequence == [1]
    assert client.call("unload_policy", "a", drain=True) is None
    assert server.requests[1:] == [
        policy_pb2.LoadPolicyRequest(directory="/m", name="a", weights="q8_0", as_new_version=True),
        policy_pb2.SwitchVersionRequest(name="a", version=2),
        policy_pb2.UnloadPolicyRequest(name="a", drain=True),
    ]


def test_adapters_are_loaded_on_a_base(server: FakeServer, client: Caller) -> None:
    info = policy_pb2.AdapterInfo(rank=8, alpha=16, scale=2, targets=["q_proj"], base_directory="/m")
    version = policy_pb2.PolicyVersion(version=1, directory="/a", adapter=info)
    server.answer(methods.LOAD_POLICY, policy_pb2.Policy(name="math", base_policy="qwen", versions=[version]))
    policy = client.call("load_policy", "/a", name="math", base_policy="qwen")
    assert policy.base_policy == "qwen"
    assert policy.versions[0].adapter == Adapter(8, 16.0, 2.0, ["q_proj"], "/m")
    assert server.requests == [policy_pb2.LoadPolicyRequest(directory="/a", name="math", base_policy="qwen")]


def test_text_to_tokens_and_back(server: FakeServer, client: Caller) -> None:
    server.answer(methods.TOKENIZE, policy_pb2.TokenizeResponse(ids=[1, 2], texts=[b"\xc3", b"\xa9"], rendered="é"))
    server.answer(methods.DETOKENIZE, policy_pb2.DetokenizeResponse(text="é"))
    found = client.call("tokenize", "é", with_texts=True)
    assert (found.ids, found.texts, found.rendered) == ([1, 2], [b"\xc3", b"\xa9"], "é")
    assert client.call("detokenize", found.ids, skip_special_tokens=True) == "é"
    assert server.requests[1] == policy_pb2.DetokenizeRequest(ids=[1, 2], skip_special_tokens=True)


def test_a_tokenizer_is_described(server: FakeServer, client: Caller) -> None:
    described = {
        "vocabulary": 300,
        "bos_token": "<s>",
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "",
        "adds_bos_token": True,
        "chat_template": "{{ messages }}",
        "template_knows_tools": True,
    }
    assert set(described) == set(policy_pb2.TokenizerInfo.DESCRIPTOR.fields_by_name)
    server.answer(methods.GET_TOKENIZER, policy_pb2.TokenizerInfo(**described))  # type: ignore[arg-type]
    assert client.call("tokenizer", policy="tiny") == TokenizerInfo(**described)  # type: ignore[arg-type]
    client.call("tokenizer")
    assert server.requests == [policy_pb2.GetTokenizerRequest(policy="tiny"), policy_pb2.GetTokenizerRequest()]


def test_a_server_pauses_and_goes_on(server: FakeServer, client: Caller) -> None:
    paused = False

    def state(change: bool | None) -> Iterator[policy_pb2.PauseState]:
        nonlocal paused
        paused = paused if change is None else change
        yield policy_pb2.PauseState(paused=paused)

    server.answer_by(methods.PAUSE, lambda request, context: state(True))
    server.answer_by(methods.RESUME, lambda request, context: state(False))
    server.answer_by(methods.GET_PAUSE_STATE, lambda request, context: state(None))
    assert client.call("is_paused") is False
    assert client.call("pause") is True
    assert client.call("is_paused") is True
    assert client.call("resume") is False
    assert client.call("is_paused") is False
    for mode in ("keep", "wait", PauseMode.ABORT):
        client.call("pause", mode)
    assert [request.mode for request in server.requests if isinstance(request, policy_pb2.PauseRequest)] == [
        policy_pb2.PAUSE_MODE_UNSPECIFIED,
        policy_pb2.PAUSE_MODE_KEEP,
        policy_pb2.PAUSE_MODE_WAIT,
        policy_pb2.PAUSE_MODE_ABORT,
    ]


def test_requests_are_ended_by_their_ids(server: FakeServer, client: Caller) -> None:
    server.answer_by(
        methods.ABORT, lambda request, context: [generation_pb2.AbortResponse(aborted=len(request.request_ids))]
    )
    assert client.call("abort", ["a", "b"]) == 2
    assert client.call("abort", "abc") == 1
    assert client.call("abort", []) == 0
    assert [list(request.request_ids) for request in server.requests] == [["a", "b"], ["abc"], []]


@pytest.mark.parametrize("name", ["generate", "stream"])
def test_whoever_waits_for_a_generation_that_is_ended_is_told(name: str, server: FakeServer, client: Caller) -> None:
    def ended(request: Any, context: grpc.ServicerContext) -> Iterator[Message]:
        yield started()
        yield from fail(context, grpc.StatusCode.CANCELLED, "The request was cancelled.")

    server.answer_by(methods.GENERATE, ended)
    with pytest.raises(CancelledError, match="was cancelled"):
        client.call("generate", "abc") if name == "generate" else client.events("abc")


def test_a_conversation_with_tools_arrives(server: FakeServer, client: Caller) -> None:
    server.answer(methods.GENERATE, started(), finished(0))
    call = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 3}'}}
    tool = {"type": "function", "function": {"name": "add", "description": "añade", "parameters": {"a": 1.5}}}
    messages = [
        {"role": "user", "content": "3 + 4?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "name": "add", "content": "7"},
        {"role": "assistant", "content": "It is"},
    ]
    client.call(
        "generate",
        messages,
        tools=[tool],
        template_arguments={"reasoning_effort": "low"},
        continue_final_message=True,
        skip_special_tokens=True,
        texts=True,
    )
    (request,) = server.requests
    chat = request.prompt.chat
    assert (json.loads(chat.tools), json.loads(chat.template_arguments)) == ([tool], {"reasoning_effort": "low"})
    assert json.loads(chat.messages[1].tool_calls) == [call]
    assert chat.messages[1].content == ""
    assert (chat.messages[2].tool_call_id, chat.messages[2].name) == ("c1", "add")
    assert chat.continue_final_message
    assert request.skip_special_tokens
    assert request.detail.texts


def test_health(server: FakeServer, client: Caller) -> None:
    server.answer(
        methods.HEALTH_CHECK,
        standard.HealthCheckResponse(status=standard.HealthCheckResponse.NOT_SERVING),
    )
    assert client.call("health") is Health.NOT_SERVING


def test_rows_as_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    from attnrl import RawRows

    dense = RawRows(LayerHead(0, 0), 1, messages.triangle(1, 2)).to_numpy()
    assert dense.shape == (2, 3)
    assert numpy.isnan(dense[0, 2])
    assert dense[1].tolist() == [2, 2 + 1 / 16, 2 + 2 / 16]
    with pytest.raises(ValueError, match="4 values from row 1 on do not end with a whole row"):
        RawRows(LayerHead(0, 0), 1, [0.0] * 4)
