"""Clients that are built on OpenAI's, and checks of conformance."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from conftest import Server


def chat_needed(has_chat: bool) -> None:
    if not has_chat:
        pytest.skip("the model has no chat template")


@pytest.mark.parametrize("provider", ["hosted_vllm", "openai"])
def test_litellm(server: Server, prompt: str, has_chat: bool, provider: str) -> None:
    chat_needed(has_chat)
    import litellm

    request = dict(
        model=f"{provider}/{server.model}", api_base=server.v1, api_key="none", max_tokens=16, temperature=0,
        messages=[{"role": "user", "content": prompt}])
    whole = litellm.completion(**request)
    chunks = list(litellm.completion(**request, stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == (whole.choices[0].message.content or "")
    with pytest.raises(litellm.NotFoundError):
        litellm.completion(**{**request, "model": f"{provider}/none"})


def test_litellm_text(server: Server, prompt: str) -> None:
    import litellm

    answer = litellm.text_completion(
        model=f"text-completion-openai/{server.model}", api_base=server.v1, api_key="none", prompt=prompt, max_tokens=8)
    assert answer.usage.completion_tokens <= 8


def test_langchain(server: Server, prompt: str, has_chat: bool) -> None:
    chat_needed(has_chat)
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(model=server.model, base_url=server.v1, api_key="none", max_tokens=16, temperature=0, max_retries=0)
    whole = model.invoke(prompt).content
    assert "".join(chunk.content for chunk in model.stream(prompt)) == whole


def test_langchain_completions(server: Server, prompt: str) -> None:
    from langchain_openai import OpenAI

    model = OpenAI(model=server.model, base_url=server.v1, api_key="none", max_tokens=16, temperature=0, max_retries=0)
    assert "".join(model.stream(prompt)) == model.invoke(prompt)


def test_inspect(server: Server, prompt: str, has_chat: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    chat_needed(has_chat)
    import asyncio

    from inspect_ai.model import GenerateConfig, get_model

    monkeypatch.setenv("ATTNRL_API_KEY", "none")
    monkeypatch.setenv("ATTNRL_BASE_URL", server.v1)
    model = get_model(f"openai-api/attnrl/{server.model}", config=GenerateConfig(max_tokens=16, temperature=0))
    output = asyncio.run(model.generate(prompt))
    assert output.usage.output_tokens > 0 and output.choices


def test_llm_comply(server: Server, has_chat: bool) -> None:
    chat_needed(has_chat)
    # Left out: images, which no model here reads, and an error where `model` is missing, since one model needs no name.
    tests = ["chat-streaming-response", "chat-streaming-usage"]
    # These want an answer that ends by itself: of a model that speaks English.
    if server.model != "graph-model":
        tests += ["chat-basic-response", "chat-system-prompt", "chat-multi-turn"]
    run = subprocess.run(
        [Path(sys.executable).with_name("llm-comply"), "--format", "openai-chat", "-u", server.v1, "-k", "none", "-m", server.model,
         "--filter", ",".join(tests)],
        capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


# The requests of programs that need a browser or more than a gigabyte to install, as their sources send them.


def test_logitloom(server: Server) -> None:
    origin = {"Origin": "https://page.example"}
    preflight = httpx.options(
        f"{server.v1}/completions", headers={
            **origin, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,x-api-key"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "https://page.example"
    assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
    models = httpx.get(f"{server.v1}/models", headers={**origin, "Authorization": "Bearer x"}).json()
    assert models["data"][0]["owned_by"] == "vllm"
    answer = server.post("/v1/completions", {
        "model": server.model, "prompt": "a", "max_tokens": 1, "temperature": 0, "logprobs": 5}, headers=origin)
    logprobs = answer.json()["choices"][0]["logprobs"]
    assert len(logprobs["top_logprobs"][0]) <= 5 and logprobs["tokens"][0] in logprobs["top_logprobs"][0]
    other = httpx.get(f"{server.v1}/models", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in other.headers


def test_open_webui(server: Server, prompt: str, has_chat: bool) -> None:
    chat_needed(has_chat)
    assert server.model in [m["id"] for m in httpx.get(f"{server.v1}/models").json()["data"]]
    body = {"model": server.model, "stream": True, "max_tokens": 8, "stream_options": {"include_usage": True},
            "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": prompt}]}
    with httpx.stream("POST", f"{server.v1}/chat/completions", json=body, timeout=60) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in answer.iter_lines() if line.startswith("data: ")]
    assert lines[-1] == "data: [DONE]"
    assert json.loads(lines[-2][6:])["usage"]["completion_tokens"] <= 8


def test_prometheus(server: Server) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    families = {f.name: f for f in text_string_to_metric_families(httpx.get(server.url + "/metrics").text)}
    assert {"vllm:num_requests_running", "vllm:time_to_first_token_seconds", "attnrl:calls"} <= families.keys()
    assert families["vllm:time_to_first_token_seconds"].type == "histogram"


def test_openapi(server: Server) -> None:
    from openapi_spec_validator import validate

    validate(httpx.get(server.url + "/openapi.json").json())
