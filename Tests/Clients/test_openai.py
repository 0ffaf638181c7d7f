"""The official client: everything that it has for completions, chats and responses."""

from __future__ import annotations

import openai
import pytest

from conftest import Server


@pytest.fixture(scope="module")
def client(server: Server) -> openai.OpenAI:
    return openai.OpenAI(base_url=server.v1, api_key="none", max_retries=0)


def test_models(client: openai.OpenAI, server: Server) -> None:
    models = client.models.list().data
    assert [model.id for model in models] == [server.model]
    assert client.models.retrieve(server.model).id == server.model
    with pytest.raises(openai.NotFoundError) as error:
        client.models.retrieve("none")
    assert error.value.code == "model_not_found"


def test_completion_streams_what_it_answers_whole(client: openai.OpenAI, server: Server, prompt: str) -> None:
    request = dict(model=server.model, prompt=prompt, max_tokens=24, seed=3, temperature=0.7, logprobs=2)
    whole = client.completions.create(**request)
    chunks = list(client.completions.create(**request, stream=True, stream_options={"include_usage": True}))
    assert "".join(c.text for chunk in chunks for c in chunk.choices) == whole.choices[0].text
    assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens == whole.usage.completion_tokens
    streamed = [x for chunk in chunks for c in chunk.choices if c.logprobs for x in c.logprobs.token_logprobs]
    assert streamed == whole.choices[0].logprobs.token_logprobs
    assert whole.usage.completion_tokens == len(streamed)


def test_chat_streams_what_it_answers_whole(client: openai.OpenAI, server: Server, prompt: str, has_chat: bool) -> None:
    if not has_chat:
        pytest.skip("the model has no chat template")
    request = dict(
        model=server.model, messages=[{"role": "developer", "content": "Be brief."}, {"role": "user", "content": prompt}],
        max_completion_tokens=24, seed=3, n=2, logprobs=True, top_logprobs=2)
    whole = client.chat.completions.create(**request)
    chunks = list(client.chat.completions.create(**request, stream=True, stream_options={"include_usage": True}))
    for index, choice in enumerate(whole.choices):
        own = [c for chunk in chunks for c in chunk.choices if c.index == index]
        assert own[0].delta.role == "assistant" and own[-1].finish_reason == choice.finish_reason
        assert "".join(c.delta.content or "" for c in own) == (choice.message.content or "")
        assert [t for c in own if c.logprobs for t in c.logprobs.content] == choice.logprobs.content
    assert chunks[-1].usage.completion_tokens == whole.usage.completion_tokens


def test_trace_comes_with_the_answer(client: openai.OpenAI, server: Server, prompt: str) -> None:
    answer = client.completions.create(
        model=server.model, prompt=prompt, max_tokens=48, temperature=0, extra_body={"attnrl": {"trace": {}}})
    trace = answer.choices[0].model_extra["attnrl"]["trace"]
    assert trace["steps"] and "influence" in trace["steps"][-1] or len(trace["steps"]) < 6
    tokens = sum(step["end"] - step.get("start", 0) for step in trace["steps"])
    assert tokens == answer.usage.total_tokens


def test_trace_streams_with_the_answer(client: openai.OpenAI, server: Server, prompt: str, has_chat: bool) -> None:
    if not has_chat:
        pytest.skip("the model has no chat template")
    chunks = client.chat.completions.create(
        model=server.model, messages=[{"role": "user", "content": prompt + "\n"}], max_tokens=48, temperature=0, stream=True,
        extra_body={"attnrl": {"trace": {}}})
    choices = [choice for chunk in chunks for choice in chunk.choices]
    own = [choice.model_extra["attnrl"] for choice in choices if "attnrl" in (choice.model_extra or {})]
    steps = [x["step"] for x in own if "step" in x]
    trace = own[-1]["trace"]
    assert choices[-1].finish_reason and len(steps) in (len(trace["steps"]), len(trace["steps"]) - 1, len(trace["steps"]) - 2)


def test_score_of_given_tokens(client: openai.OpenAI, server: Server, prompt: str) -> None:
    ids = server.post("/tokenize", {"prompt": prompt}).json()["tokens"]
    answer = client.completions.create(
        model=server.model, prompt=[ids, ids[:3]], max_tokens=1, echo=True, logprobs=1, temperature=0)
    assert [len(choice.logprobs.token_logprobs) for choice in answer.choices] == [len(ids) + 1, 4]
    assert answer.choices[0].logprobs.token_logprobs[0] is None


def test_response(client: openai.OpenAI, server: Server, prompt: str, has_chat: bool) -> None:
    if not has_chat:
        pytest.skip("the model has no chat template")
    request = dict(model=server.model, input=prompt, max_output_tokens=24, temperature=0)
    whole = client.responses.create(**request)
    events = list(client.responses.create(**request, stream=True))
    assert events[0].type == "response.created" and events[-1].type in ("response.completed", "response.incomplete")
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == whole.output_text


@pytest.mark.parametrize(
    ("body", "field"),
    [({"temperature": -1}, "temperature"), ({"best_of": 3}, "best_of"), ({"max_tokens": "x"}, "max_tokens")])
def test_errors_name_the_field(client: openai.OpenAI, server: Server, body: dict, field: str) -> None:
    with pytest.raises(openai.BadRequestError) as error:
        client.completions.create(model=server.model, prompt="a", extra_body=body)
    assert error.value.param == field
    with pytest.raises(openai.NotFoundError):
        client.completions.create(model="none", prompt="a")


def test_headers(client: openai.OpenAI, server: Server) -> None:
    raw = client.completions.with_raw_response.create(
        model=server.model, prompt="a", max_tokens=1, extra_body={"nonsense": 1}, extra_headers={"X-Request-Id": "mine"})
    assert raw.headers["x-request-id"] == "mine" and raw.headers["x-attnrl-ignored"] == "nonsense"


def test_leaving_a_stream_ends_it(client: openai.OpenAI, server: Server, prompt: str) -> None:
    import httpx

    stream = client.completions.create(model=server.model, prompt=prompt, max_tokens=200, stream=True)
    next(iter(stream))
    stream.close()
    for _ in range(200):
        if 'vllm:num_requests_running{model_name="%s"} 0.0' % server.model in httpx.get(server.url + "/metrics").text:
            return
        import time

        time.sleep(0.05)
    raise AssertionError("the request is still being computed")
