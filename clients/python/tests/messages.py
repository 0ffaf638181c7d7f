"""Answers as the server makes them."""

from __future__ import annotations

from attnrl._proto.attnrl.v1 import common_pb2, generation_pb2
from attnrl._proto.attnrl.v1.generation_pb2 import GenerateResponse


def run(start: int, text: str) -> common_pb2.TokenRun:
    """A run of one token per character."""
    count = len(text)
    return common_pb2.TokenRun(
        start=start,
        ids=[ord(character) for character in text],
        text=text,
        logprobs=[-0.5] * count,
        entropies=[0.25] * count,
        top=[common_pb2.TopLogprobs(ids=[1, 2], logprobs=[-0.5, -1.5], texts=[b"\xc3", b"\xa9"])] * count,
        texts=[character.encode() for character in text],
    )


def started(prompt_tokens: int = 3) -> GenerateResponse:
    return GenerateResponse(
        started=generation_pb2.GenerationStarted(
            request_id="r1",
            policy="tiny",
            version=7,
            prompt_tokens=prompt_tokens,
            cached_tokens=2,
            sampling=common_pb2.SamplingOptions(
                temperature=0.5,
                top_k=0,
                frequency_penalty=-0.5,
                presence_penalty=0,
                seed=99,
                stop=["END"],
                logit_bias=[common_pb2.LogitBias(token_id=4, bias=-2)],
            ),
            thinking=True,
        )
    )


def tokens(index: int, start: int, text: str) -> GenerateResponse:
    return GenerateResponse(tokens=generation_pb2.GeneratedTokens(index=index, run=run(start, text)))


def finished(index: int) -> GenerateResponse:
    return GenerateResponse(
        finished=generation_pb2.GenerationFinished(
            index=index,
            reason=common_pb2.FINISH_REASON_STOP,
            stop_token_id=0,
            completion_tokens=2,
            versions=[common_pb2.VersionRange(start=3, end=5, version=7)],
            first_token_seconds=0.125,
            total_seconds=0.5,
        )
    )


def trace(step_count: int) -> common_pb2.Trace:
    """A trace of steps of two tokens each."""
    return common_pb2.Trace(
        policy="tiny",
        version=7,
        prompt_tokens=2,
        total_tokens=2 * step_count,
        separator=common_pb2.STEP_SEPARATOR_BLANK_LINE,
        gap=4,
        layers=2,
        heads=3,
        steps=[
            common_pb2.Step(
                index=index,
                start=2 * index,
                end=2 * index + 2,
                text=f"step {index}\n\n",
                influence=index / 8,
                top_heads=[common_pb2.HeadInfluence(head=common_pb2.LayerHead(layer=1, head=2), influence=index / 8)],
                mean_logprob=-1,
                mean_entropy=2,
                after_thinking=index == step_count - 1,
            )
            for index in range(step_count)
        ],
    )


def triangle(first: int, count: int) -> list[float]:
    """Value j + k / 16 at row j, column k."""
    return [row + column / 16 for row in range(first, first + count) for column in range(row + 1)]


def map_rows(
    first: int, count: int, kind: common_pb2.StepMapKind = common_pb2.STEP_MAP_MEAN, head: int = 0
) -> common_pb2.StepMapRows:
    return common_pb2.StepMapRows(
        kind=kind,
        head=common_pb2.LayerHead(layer=1, head=head),
        first_row=first,
        row_count=count,
        values=triangle(first, count),
    )


def raw_rows(first: int, count: int, head: int = 0) -> common_pb2.RawAttentionRows:
    return common_pb2.RawAttentionRows(
        head=common_pb2.LayerHead(layer=0, head=head),
        first_query=first,
        row_count=count,
        values=triangle(first, count),
    )
