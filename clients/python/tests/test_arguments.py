"""What clients say of arguments they cannot use: the argument's name, whichever it is."""

from __future__ import annotations

import asyncio
import inspect
import math
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attnrl import AsyncClient, Capture, Chat, Client, LayerHead, Message, RawRowsRange, RetryPolicy, Text, serve_reward
from attnrl import _job_operations as job_operations
from attnrl import _operations as operations
from attnrl._operations import Operation

NOWHERE = "127.0.0.1:1"

WRONG: list[tuple[str, str, tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    ("seed", "generate", ("x",), {"seed": -1}, ValueError, "seed must be from 0 to 18446744073709551615, not -1"),
    ("max_tokens", "generate", ("x",), {"max_tokens": 1.5}, TypeError, "max_tokens must be an integer, not float"),
    ("size", "generate", ("x",), {"max_tokens": 2**40}, ValueError, "max_tokens must be from -2147483648"),
    ("stop", "generate", ("x",), {"stop": 5}, TypeError, "stop must be a text or a list of texts, not int"),
    ("stops", "generate", ("x",), {"stop": ["a", 5]}, TypeError, "stop[1] must be a text, not int"),
    (
        "parts",
        "generate",
        ([{"role": "user", "content": [{"type": "text", "text": "x"}]}],),
        {},
        TypeError,
        "prompt[0]['content'] must be a text, not list",
    ),
    ("message", "generate", (Chat([Message("user", 5)]),), {}, TypeError, "prompt.messages[0].content must be a text"),  # type: ignore[arg-type]
    ("calls", "score", (Chat([Message("user", "", tool_calls=5)]),), {}, TypeError, "prompt.messages[0].tool_calls mu"),  # type: ignore[arg-type]
    ("named", "explore", ([{"role": "tool", "content": "x", "name": 5}],), {}, TypeError, "prompt[0]['name'] must be"),
    ("call", "trace", ([{"role": "x", "tool_calls": [{}, 5]}],), {}, TypeError, "prompt[0]['tool_calls'][1] must be"),
    ("in a call", "score", ([{"role": "x", "tool_calls": [{"a": {1}}]}],), {}, TypeError, "prompt[0].tool_calls[0]['"),
    ("role", "tokenize", (Chat([{"content": "x"}]),), {}, ValueError, "prompt.messages[0] has: content"),
    ("tools", "generate", ("x",), {"tools": {}}, TypeError, "tools must be a list of dictionaries, not dict"),
    ("tool", "score", ([Message("user", "x")],), {"tools": [{"a": {1}}]}, TypeError, "tools[0]['a'] must be a text, a"),
    ("variables", "trace", ("x",), {"template_arguments": [1]}, TypeError, "template_arguments must be a dictionary"),
    ("no chat", "ablate", ("x",), {"continue_final_message": True}, ValueError, "continue_final_message would do noth"),
    ("pause", "pause", ("stop",), {}, ValueError, "mode must be one of 'keep', 'wait', 'abort', not 'stop'"),
    ("abort", "abort", (["a", 5],), {}, TypeError, "request_ids[1] must be a text, not int"),
    ("penalty", "generate", ("x",), {"presence_penalty": "1"}, TypeError, "presence_penalty must be a number, not str"),
    ("text", "generate", (Text(5),), {}, TypeError, "prompt.text must be a text, not int"),  # type: ignore[arg-type]
    ("ids", "generate", ([1, 2.5],), {}, TypeError, "prompt[1] must be an integer, not float"),
    ("prompt", "generate", (5,), {}, TypeError, "prompt must be a text or"),
    ("none", "generate", (), {}, TypeError, "generate: missing a required argument: 'prompt'"),
    ("name", "generate", ("x",), {"tempereture": 1}, TypeError, "no argument tempereture; did you mean temperature?"),
    ("unlike", "generate", ("x",), {"q": 1}, TypeError, "generate has no argument q; beside its own it takes temp"),
    ("flag", "generate", ("x",), {"logprobs": "yes"}, TypeError, "logprobs must be True or False, not str"),
    ("count", "generate", ("x",), {"n": True}, TypeError, "n must be an integer, not bool"),
    ("number", "generate", ("x",), {"temperature": "1"}, TypeError, "temperature must be a number, not str"),
    ("huge", "generate", ("x",), {"temperature": 10**400}, ValueError, "temperature is larger than any float"),
    ("bias", "generate", ("x",), {"logit_bias": [1]}, TypeError, "logit_bias must be a dictionary, not list"),
    ("key", "generate", ("x",), {"logit_bias": {"a": 1}}, TypeError, "a key of logit_bias must be an integer, not str"),
    ("value", "generate", ("x",), {"logit_bias": {7: "a"}}, TypeError, "logit_bias[7] must be a number, not str"),
    ("capture", "generate", ("x",), {"capture": {}}, TypeError, "capture must be a Capture or a bool, not dict"),
    ("heads", "trace", ("x",), {"capture": Capture(heads=[(1, "a")])}, TypeError, "capture.heads[0][1] must be an int"),  # type: ignore[list-item]
    ("head", "trace", ("x",), {"capture": Capture(heads=[(1,)])}, TypeError, "capture.heads[0] must be 2 values"),  # type: ignore[list-item]
    ("map", "trace", ("x",), {"capture": Capture(step_map="mena")}, ValueError, "capture.step_map must be one of"),
    ("layer", "trace", ("x",), {"capture": Capture(hidden_states="first")}, ValueError, "capture.hidden_states"),  # type: ignore[arg-type]
    ("choice", "branches", ("x",), {"strategy": "atention"}, ValueError, "strategy must be one of 'attention', "),
    ("priority", "generate", ("x",), {"priority": "fast"}, ValueError, "priority must be one of 'interactive', "),
    ("surrogate", "generate", ("a\ud800",), {}, ValueError, "prompt is not valid Unicode: half a "),
    ("late", "generate", ("x",), {"timeout": -1}, ValueError, "timeout must be at least 0 seconds"),
    ("nan", "generate", ("x",), {"timeout": math.nan}, ValueError, "timeout must be at least 0 seconds"),
    ("response", "score", ("x", [1.5]), {}, TypeError, "response[0] must be an integer, not float"),
    ("steps", "ablate", ("x",), {"steps": [1, "2"]}, TypeError, "steps[1] must be an integer, not str"),
    ("text as ids", "detokenize", ("abc",), {}, TypeError, "ids must be a list of integers, not str"),
    ("folder", "load_policy", (b"/x",), {}, TypeError, "directory must be a text or a PathLike, not bytes"),
    ("bad name", "load_policy", (Path("a\udce9"),), {}, ValueError, "directory is not valid Unicode"),
    ("policies", "policies", (), {"timeout": "x"}, TypeError, "timeout must be a number, not str"),
    ("version", "switch_version", ("a", "1"), {}, TypeError, "version must be an integer, not str"),
    ("job", "jobs.get", (5,), {}, TypeError, "job must be a text or a Job, not int"),
    ("nan inside", "jobs.create", ({"a": {"b": [1, math.nan]}},), {}, ValueError, "specification['a']['b'][1] must be"),
    ("set inside", "jobs.create", ({"a": {1, 2}},), {}, TypeError, "specification['a'] must be a text, a "),
    ("key inside", "jobs.create", ({"a": {1: 2}},), {}, TypeError, "a key of specification['a'] must be a "),
    ("specification", "jobs.create", (5,), {}, TypeError, "specification must be a dictionary or a text or a Path"),
    ("state", "jobs.list", ("done",), {}, ValueError, "states must be one of 'queued'"),
    ("states", "jobs.list", (["failed", "x"],), {}, ValueError, "states[1] must be one of 'queued'"),
    ("until", "jobs.wait", ("job-1",), {"until": 5}, TypeError, "until must be"),
    ("export", "jobs.export", ("job-1", 5), {}, TypeError, "directory must be a text or a PathLike, not int"),
    ("records", "jobs.feedback", ("job-1", 5), {}, TypeError, "records must be a list of"),
    ("batch", "jobs.feedback", ("job-1", []), {"batch": 1.5}, TypeError, "batch must be an integer, not float"),
]  # fmt: skip


def method(client: Any, name: str) -> Callable[..., Any]:
    for part in name.split("."):
        client = getattr(client, part)
    found: Callable[..., Any] = client
    return found


@pytest.mark.parametrize(
    ("name", "args", "options", "kind", "words"), [row[1:] for row in WRONG], ids=[r[0] for r in WRONG]
)
def test_a_wrong_argument_is_named(
    name: str, args: tuple[Any, ...], options: dict[str, Any], kind: type[Exception], words: str
) -> None:
    with Client(NOWHERE) as client, pytest.raises(kind) as blocking:
        method(client, name)(*args, **options)

    async def run() -> None:
        async with AsyncClient(NOWHERE) as client:
            await method(client, name)(*args, **options)

    with pytest.raises(kind) as waiting:
        asyncio.run(run())
    assert words in str(blocking.value)
    assert str(waiting.value) == str(blocking.value)


@pytest.mark.parametrize("module", [operations, job_operations])
def test_no_argument_of_any_call_is_left_to_protobuf(module: Any) -> None:
    """An object that is nothing at all is refused by every argument of every operation, by its name."""
    seen = 0
    for operation in vars(module).values():
        if not inspect.isfunction(operation) or not hasattr(operation, "__wrapped__"):
            continue
        parameters = inspect.signature(operation).parameters
        needed: dict[str, object] = {
            p.name: [1] if p.name == "ids" else 1 if p.name == "version" else "x" for p in parameters.values()
        }
        needed |= {"states": [], "responses": ["x"]}
        needed = {
            name: needed[name] for name, p in parameters.items() if p.default is p.empty and p.kind is not p.VAR_KEYWORD
        }
        names = [name for name, p in parameters.items() if p.kind is not p.VAR_KEYWORD]
        if len(names) < len(parameters):
            names += [
                "temperature",
                "frequency_penalty",
                "presence_penalty",
                "top_k",
                "max_tokens",
                "stop",
                "stop_token_ids",
                "seed",
                "ignore_eos",
                "logit_bias",
            ]
        for name in names:
            with pytest.raises(TypeError, match=f"^{name} must be"):
                operation(**{**needed, name: object()})
            seen += 1
    assert seen > 25


def test_a_stream_names_a_wrong_argument_too() -> None:
    with Client(NOWHERE) as client, pytest.raises(TypeError, match=r"^n must be"):
        client.stream("x", n="two")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"timeout": "x"}, "timeout must be a number"),
        ({"keepalive": 0}, "keepalive must be above 0"),
        ({"retry": 5}, "retry must be a RetryPolicy"),
    ],
)
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_clients_own_arguments_are_named(kind: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises((TypeError, ValueError), match=words):
        kind(NOWHERE, **options)
    kind(NOWHERE, timeout=math.inf, keepalive=math.inf, retry=RetryPolicy())


def test_a_rewards_arguments_are_named() -> None:
    with pytest.raises(TypeError, match=r"^judge must be"):
        serve_reward(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^port must be an integer"):
        serve_reward(lambda prompt, response, truth: 1.0, port="9000")  # type: ignore[arg-type]


def request(operation: Operation[Any, Any]) -> Any:
    return operation.request


def test_numbers_of_other_libraries_are_numbers() -> None:
    made = request(
        operations.generate(
            np.array([1, 2, 3]),  # type: ignore[arg-type]
            n=np.int64(2),
            temperature=Decimal("0.5"),  # type: ignore[arg-type]
            top_p=np.float32(0.25),
            logprobs=np.bool_(True),  # type: ignore[arg-type]
            logit_bias={np.int32(7): np.float64(1.5)},
        )
    )
    assert list(made.prompt.token_ids.ids) == [1, 2, 3]
    assert (made.n, made.sampling.temperature, made.sampling.top_p, made.detail.logprobs) == (2, 0.5, 0.25, True)
    assert [(bias.token_id, bias.bias) for bias in made.sampling.logit_bias] == [(7, 1.5)]


def test_right_arguments_arrive_as_they_are() -> None:
    capture = Capture(gap=3, heads=[LayerHead(0, 1), (2, 3)], raw_rows=[RawRowsRange(0, 1, 2, 3)])
    prompt: Any = [Message("user", "hi"), {"role": "assistant", "content": "x"}]
    made = request(operations.trace(prompt, [5], capture=capture))
    assert [turn.content for turn in made.input.prompt.chat.messages] == ["hi", "x"]
    assert [(head.layer, head.head) for head in made.capture.heads] == [(0, 1), (2, 3)]
    assert list(made.input.token_ids.ids) == [5]
    assert made.capture.gap == 3
    assert request(operations.generate("x", stop="a")).sampling.stop == ["a"]
    assert request(operations.generate("x", stop=("a", "b"))).sampling.stop == ["a", "b"]
    assert request(operations.ablate("x", "y", steps=(step for step in (1, 2)))).steps == [1, 2]


def test_the_signature_is_still_the_operations() -> None:
    parameters = inspect.signature(Client.generate).parameters
    assert list(parameters)[:4] == ["self", "prompt", "policy", "n"]
    assert parameters["n"].default == 1
