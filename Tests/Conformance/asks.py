"""Requests by clients of every kind, and their answers in a form that does not depend on when each piece came."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from typing import Any

from attnrl._proto.attnrl.v1 import analysis_pb2, common_pb2, generation_pb2, policy_pb2
from faults import PATIENCE, PROMPT, RESPONSE, Address, Door
from http1 import exchange

COMPLETION = {"prompt": PROMPT, "max_tokens": 12, "seed": 7, "ignore_eos": True, "n": 2, "logprobs": 2}
TRACE = {"input": {"prompt": {"text": PROMPT}, "text": RESPONSE}, "capture": {}}


def messages(door: Door, address: Address, path: str, request: Any) -> list[bytes]:
    """What stock grpcio is answered with."""
    with door.channel(address) as channel:
        call = channel.unary_stream(path, request_serializer=type(request).SerializeToString)
        metadata = [(name.lower(), value) for name, value in door.headers.items()]
        return list(call(request, timeout=PATIENCE, metadata=metadata))


def tokenize(door: Door, address: Address) -> object:
    request = policy_pb2.TokenizeRequest(prompt={"text": PROMPT}, with_texts=True)
    return messages(door, address, "/attnrl.v1.PolicyService/Tokenize", request)


def joined(runs: list[common_pb2.TokenRun]) -> bytes:
    """Tokens come in runs of those that are ready; here as one."""
    whole = common_pb2.TokenRun(start=runs[0].start, text="".join(run.text for run in runs))
    for run in runs:
        whole.ids.extend(run.ids)
        whole.logprobs.extend(run.logprobs)
        whole.top.extend(run.top)
    return whole.SerializeToString()


def trace(door: Door, address: Address) -> object:
    given = analysis_pb2.TraceInput(prompt={"text": PROMPT}, text=RESPONSE)
    request = analysis_pb2.TraceRequest(input=given, capture={}, detail={"logprobs": True})
    answers = messages(door, address, "/attnrl.v1.AnalysisService/Trace", request)
    parts = [analysis_pb2.TraceResponse.FromString(one) for one in answers]
    others = [part.SerializeToString() for part in parts if part.WhichOneof("part") != "tokens"]
    return joined([part.tokens for part in parts if part.WhichOneof("part") == "tokens"]), others


def score(door: Door, address: Address) -> object:
    request = generation_pb2.ScoreRequest(
        prompt={"text": PROMPT}, response_text=RESPONSE, detail={"logprobs": True, "top_logprobs": 20}
    )
    answers = messages(door, address, "/attnrl.v1.GenerationService/Score", request)
    return joined([generation_pb2.ScoreResponse.FromString(one).run for one in answers])


def generate(door: Door, address: Address) -> object:
    request = generation_pb2.GenerateRequest(
        prompt={"text": PROMPT},
        n=2,
        sampling={"max_tokens": 30, "seed": 7, "ignore_eos": True},
        detail={"logprobs": True},
        capture={},
        request_id="ask",
    )
    runs: list[list[common_pb2.TokenRun]] = [[], []]
    # By response, and what is said of the whole.
    others: list[list[bytes]] = [[], [], []]
    for one in messages(door, address, "/attnrl.v1.GenerationService/Generate", request):
        message = generation_pb2.GenerateResponse.FromString(one)
        kind = message.WhichOneof("event")
        if kind == "tokens":
            runs[message.tokens.index].append(message.tokens.run)
            continue
        if kind == "finished":
            message.finished.first_token_seconds = message.finished.total_seconds = 0
        others[2 if kind == "started" else getattr(message, kind).index].append(message.SerializeToString())
    return [joined(some) for some in runs], others


def client(door: Door, address: Address) -> object:
    """The project's own client."""
    with door.client(address, timeout=PATIENCE) as client:
        answer = client.generate(PROMPT, n=2, max_tokens=30, seed=7, ignore_eos=True, logprobs=True, capture=True)
        branches = client.branches(PROMPT, RESPONSE)
        maps = [[one.trace.step_map[row, 0] for row in range(len(one.trace.steps))] for one in answer]
        # As text: a step of the prompt has NaN for its mean, which is not equal to itself.
        return repr([(one.ids, one.text, one.logprobs, one.trace.steps) for one in answer]), maps, repr(branches)


def completion(door: Door, address: Address) -> object:
    answer = json.loads(door.post("/v1/completions", COMPLETION, address))
    return answer["choices"], answer["usage"]


def lines(door: Door, address: Address) -> object:
    """A gRPC method's stream over HTTP/1.1, as lines of JSON."""
    answer = door.post("/attnrl.v1.AnalysisService/Trace", TRACE, address)
    parts = [json.loads(line) for line in answer.splitlines()]
    assert any("trace" in part for part in parts), answer
    return [part for part in parts if "tokens" not in part], "".join(
        part["tokens"]["text"] for part in parts if "tokens" in part
    )


def page(door: Door, address: Address) -> object:
    return door.post("/openapi.json", None, address)


def events(door: Door, address: Address) -> object:
    """Server-sent events: the choices, each with what its chunks say joined."""
    stream = door.post("/v1/completions", {**COMPLETION, "stream": True, "attnrl": {"trace": True}}, address)
    *chunks, done = stream.decode().removesuffix("\n\n").split("\n\n")
    assert done == "data: [DONE]", done
    choices: dict[int, list[Any]] = {}
    for chunk in chunks:
        if chunk == ": ping":
            continue
        for choice in json.loads(chunk.removeprefix("data: "))["choices"]:
            so_far = choices.setdefault(choice["index"], ["", [], None, []])
            so_far[0] += choice["text"]
            so_far[1] += (choice["logprobs"] or {}).get("token_logprobs", [])
            so_far[2] = choice["finish_reason"] or so_far[2]
            so_far[3] += [choice["attnrl"]] if "attnrl" in choice else []
    return choices


def pipelined(door: Door, address: Address) -> object:
    """Raw sockets: requests that do not wait for each other's answers."""
    body = json.dumps({"prompt": PROMPT}).encode()
    post = b"POST /tokenize HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Request-Id: %d\r\n"
    whole = post % 1 + b"Content-Length: %d\r\n\r\n" % len(body) + body
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    last = post % 2 + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunks
    found = exchange(address, whole * 3 + last, patience=PATIENCE)
    if len(found) < 4:
        raise http.client.IncompleteRead(b"")
    return [(one.status, [field for field in one.headers if field[0] != "date"], one.body) for one in found]


ASKS: dict[str, Callable[[Door, Address], object]] = {
    one.__name__: one for one in (tokenize, trace, score, generate, client, completion, lines, page, events, pipelined)
}
