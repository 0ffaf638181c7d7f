"""What goes to the server."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest

from attnrl import Capture, Chat, ControlTokens, LayerHead, Message, RawRowsRange, Text
from attnrl import _operations as operations
from attnrl import _requests as requests
from attnrl._proto.attnrl.v1 import analysis_pb2, common_pb2, generation_pb2, policy_pb2


def test_a_prompt_is_text_ids_or_messages() -> None:
    assert requests.prompt_message("hi").text == "hi"
    assert not requests.prompt_message("hi").HasField("add_special_tokens")
    assert requests.prompt_message(Text("hi", add_special_tokens=False)).add_special_tokens is False
    assert requests.prompt_message(Text("hi", add_special_tokens=False)).HasField("add_special_tokens")
    assert list(requests.prompt_message([1, 2]).token_ids.ids) == [1, 2]
    assert list(requests.prompt_message(range(3)).token_ids.ids) == [0, 1, 2]

    turns: list[Message | Mapping[str, str]] = [{"role": "user", "content": "a"}, Message("assistant", "b", "c")]
    chat = requests.prompt_message(turns).chat
    assert [(turn.role, turn.content, turn.reasoning_content) for turn in chat.messages] == [
        ("user", "a", ""),
        ("assistant", "b", "c"),
    ]
    assert not chat.HasField("enable_thinking")
    quiet = requests.prompt_message(Chat([Message("user", "a")], add_generation_prompt=False, enable_thinking=True))
    assert (quiet.chat.add_generation_prompt, quiet.chat.enable_thinking) == (False, True)


def test_control_tokens_are_named_with_a_text_or_chat() -> None:
    chat = Chat([Message("user", "hi")], control_tokens=ControlTokens.AS_TEXT)
    for written in (Text("hi", control_tokens="as_text"), chat):
        assert requests.prompt_message(written).control_tokens == common_pb2.CONTROL_TOKENS_AS_TEXT
    for prompt in ("hi", [1, 2], Text("hi")):
        assert requests.prompt_message(prompt).control_tokens == common_pb2.CONTROL_TOKENS_UNSPECIFIED
    with pytest.raises(ValueError, match="tokens"):
        requests.prompt_message(Text("hi", control_tokens="tokens"))


def test_prompts_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="empty list"):
        requests.prompt_message([])
    with pytest.raises(ValueError, match=r"tool_call_id, name; prompt\[1\] has: content, mood, role"):
        requests.prompt_message([{"role": "user", "content": "a"}, {"role": "user", "content": "a", "mood": "x"}])
    lacking: list[dict[str, Any]] = [{"role": "user"}, {"role": "user", "content": None}, {"tool_calls": [CALL]}]
    for turn in lacking:
        with pytest.raises(ValueError, match="needs role and content"):
            requests.prompt_message([turn])
    with pytest.raises(TypeError):
        requests.prompt_message([1.5])  # type: ignore[arg-type]


CALL = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 3}'}}
TOOL = {"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}


@pytest.mark.parametrize("calls", [[CALL], (CALL,), json.dumps([CALL])], ids=["list", "tuple", "text"])
@pytest.mark.parametrize("form", [Message, dict])
def test_messages_bring_tool_calls_and_their_answers(calls: Any, form: Any) -> None:
    answer = form(role="tool", content="7", tool_call_id="c1", name="add")
    turns = requests.prompt_message([form(role="assistant", content="", tool_calls=calls), answer]).chat.messages
    assert json.loads(turns[0].tool_calls) == [CALL]
    assert turns[1] == common_pb2.ChatMessage(role="tool", content="7", tool_call_id="c1", name="add")


def test_what_a_message_has_none_of_is_nothing() -> None:
    """Clients of OpenAI's leave out the content beside calls, and write None for what is not there."""
    plain = common_pb2.ChatMessage(role="assistant", content="a")
    turn = {"role": "assistant", "content": "a", "tool_calls": None, "tool_call_id": None, "function_call": None}
    assert list(requests.prompt_message([turn]).chat.messages) == [plain]
    assert list(requests.prompt_message([{"role": "assistant", "content": "a", "tool_calls": []}]).chat.messages) == [
        plain
    ]
    for bare in ({"role": "assistant", "tool_calls": [CALL]}, {"role": "a", "content": None, "tool_calls": [CALL]}):
        assert requests.prompt_message([bare]).chat.messages[0].content == ""


def test_a_chat_has_tools_arguments_and_a_beginning() -> None:
    chat = Chat([Message("user", "a")], tools=[TOOL], template_arguments={"k": [1]}, continue_final_message=True)
    made = requests.prompt_message(chat).chat
    assert (json.loads(made.tools), json.loads(made.template_arguments)) == ([TOOL], {"k": [1]})
    assert made.continue_final_message
    # What a call gives stands for the chat's own; what it does not give is as the chat has it.
    other = requests.prompt_message(chat, tools=[], continue_final_message=False).chat
    assert (other.tools, other.template_arguments, other.continue_final_message) == ("", made.template_arguments, False)
    # Not "[]": templates that know no tools are fine with none.
    empty = requests.prompt_message(Chat([Message("user", "a")], tools=[], template_arguments={})).chat
    assert (empty.tools, empty.template_arguments) == ("", "")


CHAT_OPERATIONS = ["generate", "score", "trace", "branches", "explore", "ablate", "tokenize"]


@pytest.mark.parametrize("name", CHAT_OPERATIONS)
def test_every_call_of_a_chat_takes_tools_arguments_and_a_beginning(name: str) -> None:
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    options = {"tools": [TOOL], "template_arguments": {"k": True}, "continue_final_message": True}
    request: Any = getattr(operations, name)(turns, **options).request
    prompt = request.input.prompt if hasattr(request, "input") else request.prompt
    assert prompt == requests.prompt_message(Chat(turns, **options))  # type: ignore[arg-type]
    for prompt in ("text", [1, 2], Text("text")):
        with pytest.raises(ValueError, match=r"^tools, template_arguments, continue_final_message would do n"):
            getattr(operations, name)(prompt, **options)
        getattr(operations, name)(prompt, tools=[], template_arguments={}, continue_final_message=False)


def test_no_other_call_takes_a_prompt() -> None:
    functions = {name: value for name, value in vars(operations).items() if inspect.isfunction(value)}
    taking = {name for name, function in functions.items() if "prompt" in inspect.signature(function).parameters}
    assert taking == set(CHAT_OPERATIONS)


def test_names_of_chats_and_messages_are_those_of_the_contract() -> None:
    chat = {field.name for field in fields(Chat)} - {"control_tokens"}  # Of the prompt that holds it.
    assert chat == set(common_pb2.Chat.DESCRIPTOR.fields_by_name)
    assert {field.name for field in fields(Message)} == set(common_pb2.ChatMessage.DESCRIPTOR.fields_by_name)


@pytest.mark.parametrize("name", ["generate", "score", "trace"])
def test_details_are_those_of_the_contract(name: str) -> None:
    given = {"logprobs": True, "top_logprobs": 2, "entropies": True, "texts": True}
    assert set(given) == set(common_pb2.TokenDetail.DESCRIPTOR.fields_by_name)
    if name == "score":
        given.pop("logprobs")  # Always there.
    request: Any = getattr(operations, name)("x", **given).request
    assert request.detail == common_pb2.TokenDetail(logprobs=True, top_logprobs=2, entropies=True, texts=True)
    assert not getattr(operations, name)("x").request.detail.texts


def test_unset_sampling_stays_unset_and_zero_is_set() -> None:
    message = requests.sampling_options({"temperature": 0, "stop": "END", "logit_bias": {3: -1.5}})
    assert message.HasField("temperature")
    assert not message.HasField("top_p")
    assert list(message.stop) == ["END"]
    assert [(bias.token_id, bias.bias) for bias in message.logit_bias] == [(3, -1.5)]


def test_misspelt_sampling_is_refused() -> None:
    with pytest.raises(TypeError, match=r"no argument max_token; did you mean max_tokens\?"):
        operations.generate("x", max_token=3)  # type: ignore[call-arg]


def test_a_generate_request_carries_every_option() -> None:
    request = operations.generate(
        "x",
        policy="tiny",
        n=3,
        logprobs=True,
        top_logprobs=5,
        entropies=True,
        texts=True,
        echo=True,
        skip_special_tokens=True,
        capture=True,
        priority="batch",
        request_id="r",
        seed=2**63,
        max_tokens=4,
        frequency_penalty=-0.5,
        presence_penalty=0,
    ).request
    assert request == generation_pb2.GenerateRequest(
        policy="tiny",
        prompt=common_pb2.Prompt(text="x"),
        sampling=common_pb2.SamplingOptions(seed=2**63, max_tokens=4, frequency_penalty=-0.5, presence_penalty=0),
        n=3,
        detail=common_pb2.TokenDetail(logprobs=True, top_logprobs=5, entropies=True, texts=True),
        echo=True,
        skip_special_tokens=True,
        capture=common_pb2.CaptureOptions(),
        priority=generation_pb2.PRIORITY_BATCH,
        request_id="r",
    )
    plain = operations.generate("x").request
    assert isinstance(plain, generation_pb2.GenerateRequest)
    assert not plain.HasField("capture")
    assert not plain.sampling.HasField("presence_penalty")


def test_capture_options() -> None:
    message = requests.capture_options(
        Capture(gap=2, heads=[(1, 2), LayerHead(3, 4)], top_heads=0, raw_rows=[RawRowsRange(1, 2, 5, 9)])
    )
    assert message == common_pb2.CaptureOptions(
        gap=2,
        step_map=common_pb2.STEP_MAP_HEADS,
        heads=[common_pb2.LayerHead(layer=1, head=2), common_pb2.LayerHead(layer=3, head=4)],
        top_heads=0,
        raw_rows=[common_pb2.RawRowsSelection(head=common_pb2.LayerHead(layer=1, head=2), query_start=5, query_end=9)],
    )
    assert requests.capture_options(Capture(step_map="max")) == common_pb2.CaptureOptions(
        step_map=common_pb2.STEP_MAP_MAX
    )
    assert requests.capture_options(Capture(hidden_states=2)).hidden_states.layer == 2  # type: ignore[union-attr]
    last = requests.capture_options(Capture(hidden_states="last"))
    assert last is not None
    assert last.HasField("hidden_states")
    assert not last.hidden_states.HasField("layer")
    assert requests.capture_options(False) is None
    with pytest.raises(ValueError, match="median"):
        requests.capture_options(Capture(step_map="median"))


def test_a_trace_is_of_a_given_response_or_a_generated_one() -> None:
    given = operations.trace("p", "r").request
    assert isinstance(given, analysis_pb2.TraceRequest)
    assert given.input.text == "r"
    assert given.HasField("capture")
    ids = operations.trace("p", [1, 2]).request
    assert isinstance(ids, analysis_pb2.TraceRequest)
    assert list(ids.input.token_ids.ids) == [1, 2]
    generated = operations.trace("p", max_tokens=9).request
    assert isinstance(generated, analysis_pb2.TraceRequest)
    assert generated.input.generate.max_tokens == 9
    plain = operations.trace("p").request
    assert isinstance(plain, analysis_pb2.TraceRequest)
    assert plain.input.WhichOneof("response") == "generate"
    with pytest.raises(ValueError, match="max_tokens would do nothing"):
        operations.trace("p", "r", max_tokens=9)


def test_branch_options() -> None:
    request = operations.branches(
        "p", "r", strategy="token_entropy", count=0, quantile=0.5, min_gap_fraction=0.25, branch_seed=3, gap=1
    ).request
    assert isinstance(request, analysis_pb2.SuggestBranchesRequest)
    assert request.options == analysis_pb2.BranchOptions(
        strategy=analysis_pb2.BRANCH_STRATEGY_TOKEN_ENTROPY, count=0, quantile=0.5, min_gap_fraction=0.25, seed=3
    )
    assert request.capture == common_pb2.CaptureOptions(gap=1)
    with pytest.raises(ValueError, match="not both"):
        operations.branches("p", "r", min_gap_tokens=3, min_gap_fraction=0.1)
    with pytest.raises(ValueError, match="cleverest"):
        operations.branches("p", "r", strategy="cleverest")


def test_ablation_options() -> None:
    request = operations.ablate(
        "p", "r", steps=range(2, 4), mode="resample", samples=3, answer="last_line", gap=1, temperature=0.5
    ).request
    assert isinstance(request, analysis_pb2.AblateRequest)
    assert request.input.text == "r"
    assert list(request.steps) == [2, 3]
    assert request.mode == analysis_pb2.ABLATION_MODE_RESAMPLE
    assert request.samples == 3
    assert request.answer == analysis_pb2.ANSWER_FORM_LAST_LINE
    assert request.capture == common_pb2.CaptureOptions(gap=1)
    assert request.sampling.temperature == 0.5
    generated = operations.ablate("p", max_tokens=9).request
    assert isinstance(generated, analysis_pb2.AblateRequest)
    assert generated.input.generate.max_tokens == generated.sampling.max_tokens == 9
    assert not generated.HasField("samples")
    with pytest.raises(ValueError, match="remove"):
        operations.ablate("p", "r", mode="remove")


def test_every_choice_has_a_number_in_the_contract() -> None:
    from attnrl import (
        AblationMode,
        AnswerForm,
        BranchStrategy,
        FinishReason,
        PauseMode,
        Priority,
        StepMapKind,
        StepSeparator,
    )

    def names(kind: type, prefix: str) -> set[str]:
        return {f"{prefix}{name}" for name in kind.__members__} | {f"{prefix}UNSPECIFIED"}  # type: ignore[attr-defined]

    assert names(AblationMode, "ABLATION_MODE_") == set(analysis_pb2.AblationMode.keys())
    assert names(AnswerForm, "ANSWER_FORM_") == set(analysis_pb2.AnswerForm.keys())
    assert names(BranchStrategy, "BRANCH_STRATEGY_") == set(analysis_pb2.BranchStrategy.keys())
    assert names(PauseMode, "PAUSE_MODE_") == set(policy_pb2.PauseMode.keys())
    assert names(Priority, "PRIORITY_") == set(generation_pb2.Priority.keys())
    assert names(StepMapKind, "STEP_MAP_") == set(common_pb2.StepMapKind.keys())
    assert names(FinishReason, "FINISH_REASON_") == set(common_pb2.FinishReason.keys())
    assert names(StepSeparator, "STEP_SEPARATOR_") == set(common_pb2.StepSeparator.keys())


def test_sampling_names_are_those_of_the_contract() -> None:
    from attnrl import Sampling

    assert set(Sampling.__annotations__) == set(common_pb2.SamplingOptions.DESCRIPTOR.fields_by_name)
