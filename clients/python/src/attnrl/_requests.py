"""Options to messages."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_type_hints

from ._arguments import own
from ._json import json_text
from ._proto.attnrl.v1 import analysis_pb2, common_pb2
from .options import (
    AblationMode,
    AnswerForm,
    BranchStrategy,
    Capture,
    Chat,
    ControlTokens,
    LayerHead,
    Message,
    PauseMode,
    Priority,
    Prompt,
    Response,
    RewardKind,
    Sampling,
    StepMapKind,
    StepSeparator,
    Text,
)


def prompt_message(
    prompt: Prompt,
    tools: Sequence[Mapping[str, Any]] | None = None,
    template_arguments: Mapping[str, Any] | None = None,
    continue_final_message: bool | None = None,
) -> common_pb2.Prompt:
    """A prompt in whichever form it came. What a call gives beside it stands for what a `Chat` says of the same."""
    options = _given(tools=tools, template_arguments=template_arguments, continue_final_message=continue_final_message)
    chat = _as_chat(prompt)
    if chat is not None:
        place = "prompt.messages" if chat is prompt else "prompt"
        return common_pb2.Prompt(
            chat=_chat_message(place, replace(chat, **options)), control_tokens=_control_tokens(chat.control_tokens)
        )
    if any(options.values()):
        names = ", ".join(name for name, value in options.items() if value)
        raise ValueError(f"{names} would do nothing: the prompt is not a chat")
    if isinstance(prompt, str):
        return common_pb2.Prompt(text=prompt)
    if isinstance(prompt, Text):
        return common_pb2.Prompt(
            text=prompt.text,
            control_tokens=_control_tokens(prompt.control_tokens),
            **_given(add_special_tokens=prompt.add_special_tokens),
        )
    ids: Any = prompt
    return common_pb2.Prompt(token_ids=token_ids(ids))


def _as_chat(prompt: Prompt) -> Chat | None:
    """The chat that a prompt is; None where it is another thing."""
    if isinstance(prompt, Chat):
        return prompt
    if isinstance(prompt, str | Text):
        return None
    parts: list[Any] = list(prompt)
    if not parts:
        raise ValueError("the prompt is an empty list: give text, messages or token ids")
    return Chat(parts) if isinstance(parts[0], Message | Mapping) else None


def token_ids(ids: Iterable[int]) -> common_pb2.TokenIds:
    """Token ids, whatever kind of integers they are."""
    return common_pb2.TokenIds(ids=[operator.index(token) for token in ids])


def _control_tokens(choice: ControlTokens | str | None) -> str | None:
    """The choice's name in the contract."""
    return None if choice is None else f"CONTROL_TOKENS_{ControlTokens(choice).name}"


def _chat_message(place: str, chat: Chat) -> common_pb2.Chat:
    return common_pb2.Chat(
        messages=[_turn(f"{place}[{index}]", message) for index, message in enumerate(chat.messages)],
        tools=_json_or_nothing("tools", chat.tools),
        template_arguments=_json_or_nothing("template_arguments", chat.template_arguments),
        continue_final_message=chat.continue_final_message,
        **_given(add_generation_prompt=chat.add_generation_prompt, enable_thinking=chat.enable_thinking),
    )


def _turn(name: str, message: Message | Mapping[str, Any]) -> common_pb2.ChatMessage:
    turn = message if isinstance(message, Message) else _message(name, message)
    calls = turn.tool_calls
    return common_pb2.ChatMessage(
        role=turn.role,
        content=turn.content,
        reasoning_content=turn.reasoning_content,
        tool_calls=calls if isinstance(calls, str) else _json_or_nothing(f"{name}.tool_calls", calls),
        tool_call_id=turn.tool_call_id,
        name=turn.name,
    )


def _message(name: str, fields: Mapping[str, Any]) -> Message:
    """A turn as clients of OpenAI's pass it: None is nothing, and calls may stand without content."""
    given = _given(**fields)
    if "tool_calls" in given:
        given.setdefault("content", "")
    kinds = get_type_hints(Message)
    if not {"role", "content"} <= given.keys() <= kinds.keys():
        others = ", ".join(key for key in kinds if key not in ("role", "content"))
        keys = ", ".join(sorted(fields))
        raise ValueError(f"a message needs role and content, and may have {others}; {name} has: {keys}")
    return Message(**{key: own(f"{name}[{key!r}]", value, kinds[key]) for key, value in given.items()})


def _json_or_nothing(name: str, value: object) -> str:
    """JSON text, empty where there is nothing to say."""
    return json_text(name, value) if value else ""


def _given(**fields: Any) -> dict[str, Any]:
    """Fields that are not None; the others stay unset."""
    return {name: value for name, value in fields.items() if value is not None}


def sampling_options(sampling: Sampling) -> common_pb2.SamplingOptions:
    """Sampling arguments."""
    fields: dict[str, Any] = dict(sampling)
    stop = fields.pop("stop", ())
    bias = fields.pop("logit_bias", {})
    return common_pb2.SamplingOptions(
        stop=[stop] if isinstance(stop, str) else stop,
        logit_bias=[common_pb2.LogitBias(token_id=token, bias=value) for token, value in bias.items()],
        **fields,
    )


def token_detail(logprobs: bool, top_logprobs: int, entropies: bool, texts: bool) -> common_pb2.TokenDetail:
    """What to report beside tokens."""
    return common_pb2.TokenDetail(logprobs=logprobs, top_logprobs=top_logprobs, entropies=entropies, texts=texts)


def capture_options(capture: Capture | bool | None) -> common_pb2.CaptureOptions | None:
    """Capture options; None and False capture nothing, True captures with the server's defaults."""
    if capture is None or capture is False:
        return None
    if capture is True:
        return common_pb2.CaptureOptions()
    kind = capture.step_map
    if kind is None and capture.heads:
        kind = StepMapKind.HEADS
    return common_pb2.CaptureOptions(
        gap=capture.gap,
        step_map=None if kind is None else f"STEP_MAP_{StepMapKind(kind).name}",
        heads=[_layer_head(head) for head in capture.heads],
        top_heads=capture.top_heads,
        include_after_thinking=capture.include_after_thinking,
        separator=_separator(capture.separator),
        separator_text=capture.separator_text,
        raw_rows=[
            common_pb2.RawRowsSelection(
                head=common_pb2.LayerHead(layer=rows.layer, head=rows.head),
                query_start=rows.query_start,
                query_end=rows.query_end,
            )
            for rows in capture.raw_rows
        ],
        hidden_states=_hidden_states(capture.hidden_states),
    )


def _hidden_states(layer: int | str | None) -> common_pb2.HiddenStateOptions | None:
    if layer is None:
        return None
    if isinstance(layer, str):
        if layer != "last":
            raise ValueError(f'capture.hidden_states must be a layer or "last", not {layer!r}')
        return common_pb2.HiddenStateOptions()
    return common_pb2.HiddenStateOptions(layer=layer)


def step_options(
    gap: int | None, include_after_thinking: bool, separator: StepSeparator | str | None, separator_text: str
) -> common_pb2.CaptureOptions:
    """How steps are cut and scored, where nothing else of a capture is asked for."""
    return common_pb2.CaptureOptions(
        gap=gap,
        include_after_thinking=include_after_thinking,
        separator=_separator(separator),
        separator_text=separator_text,
    )


def _separator(separator: StepSeparator | str | None) -> str | None:
    return None if separator is None else f"STEP_SEPARATOR_{StepSeparator(separator).name}"


def _layer_head(head: LayerHead | tuple[int, int]) -> common_pb2.LayerHead:
    layer, index = (head.layer, head.head) if isinstance(head, LayerHead) else head
    return common_pb2.LayerHead(layer=layer, head=index)


def priority_name(priority: Priority | str | None) -> str:
    """The priority's name in the contract."""
    return "PRIORITY_UNSPECIFIED" if priority is None else f"PRIORITY_{Priority(priority).name}"


def trace_input(
    policy: str, prompt: common_pb2.Prompt, response: Response | None, sampling: Sampling
) -> analysis_pb2.TraceInput:
    """A prompt with a response that is given, or one to generate."""
    message = analysis_pb2.TraceInput(policy=policy, prompt=prompt)
    options = sampling_options(sampling)
    if response is None:
        message.generate.CopyFrom(options)
        return message
    if sampling:
        raise ValueError(f"{', '.join(sampling)} would do nothing: the response is given, so none is generated")
    if isinstance(response, str):
        message.text = response
    else:
        message.token_ids.CopyFrom(token_ids(response))
    return message


def pause_mode(mode: PauseMode | str | None) -> str:
    """The mode's name in the contract."""
    return "PAUSE_MODE_UNSPECIFIED" if mode is None else f"PAUSE_MODE_{PauseMode(mode).name}"


def ablation_mode(mode: AblationMode | str | None) -> str:
    """The mode's name in the contract."""
    return "ABLATION_MODE_UNSPECIFIED" if mode is None else f"ABLATION_MODE_{AblationMode(mode).name}"


def answer_form(form: AnswerForm | str | None) -> str:
    """The form's name in the contract."""
    return "ANSWER_FORM_UNSPECIFIED" if form is None else f"ANSWER_FORM_{AnswerForm(form).name}"


def branch_options(
    strategy: BranchStrategy | str | None,
    count: int | None,
    quantile: float | None,
    min_gap_tokens: int | None,
    min_gap_fraction: float | None,
    seed: int | None,
) -> analysis_pb2.BranchOptions:
    """How to choose branch points."""
    if min_gap_tokens is not None and min_gap_fraction is not None:
        raise ValueError("give min_gap_tokens or min_gap_fraction, not both")
    return analysis_pb2.BranchOptions(
        strategy=None if strategy is None else f"BRANCH_STRATEGY_{BranchStrategy(strategy).name}",
        count=count,
        quantile=quantile,
        min_gap_tokens=min_gap_tokens,
        min_gap_fraction=min_gap_fraction,
        seed=seed,
    )


def verifier(
    truth: str | None, reward: RewardKind | str | None, pattern: str | None, ignore_case: bool, task: str | None
) -> analysis_pb2.Verifier | None:
    """What responses are judged by; None where nothing is."""
    if all(value is None for value in (truth, reward, pattern, task)) and not ignore_case:
        return None
    kind = RewardKind.TASK if reward is None and task is not None else RewardKind(reward or RewardKind.MATH)
    if kind is not RewardKind.TASK and truth is None:
        raise ValueError(f"reward {kind.value!r} compares with truth, the right answer: give it")
    return analysis_pb2.Verifier(
        kind=f"VERIFIER_KIND_{kind.name}", truth=truth, pattern=pattern, ignore_case=ignore_case, task=task
    )
