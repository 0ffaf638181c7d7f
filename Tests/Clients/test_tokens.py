"""Tokens in, tokens out: renderers' and verifiers' clients, which are strict about them."""

from __future__ import annotations

import math

from conftest import Server


def test_contract(server: Server, prompt: str) -> None:
    ids = server.post("/tokenize", {"prompt": prompt}).json()["tokens"]
    answer = server.post("/inference/v1/generate", {
        "model": server.model, "token_ids": ids, "cache_salt": "a", "sampling_params": {
            "max_tokens": 8, "temperature": 1, "logprobs": 1, "stop_token_ids": [], "skip_special_tokens": False}})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    choice = body["choices"][0]
    content = choice["logprobs"]["content"]
    assert len(content) == len(choice["token_ids"])
    for token, entry in zip(choice["token_ids"], content, strict=True):
        assert entry["token"] == f"token_id:{token}" and math.isfinite(entry["logprob"])
    assert choice["finish_reason"] in ("stop", "length") and body["request_id"]
