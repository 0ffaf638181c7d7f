"""The answer to Generate as events, and events as responses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from . import _convert as convert
from ._proto.attnrl.v1 import generation_pb2
from .errors import ProtocolError
from .events import Event, Finished, PromptTokens, Started, StepClosed, Tokens, TraceReady
from .results import Generation, Generations, TokenRun, Trace


class EventReader:
    """Turns messages into events as they come.

    A trace arrives in chunks. They are held back until the response finishes, so that `TraceReady` is whole.
    """

    def __init__(self) -> None:
        """No message read yet."""
        self._traces: dict[int, convert.TraceParts] = {}

    def read(self, message: generation_pb2.GenerateResponse) -> Iterator[Event]:
        """Events that a message completes. A kind of message that a newer server may send makes none."""
        match message.WhichOneof("event"):
            case "started":
                yield convert.started(message.started)
            case "prompt":
                yield PromptTokens(message.prompt.index, convert.token_run(message.prompt.run))
            case "tokens":
                yield Tokens(message.tokens.index, convert.token_run(message.tokens.run))
            case "step":
                yield _step_closed(message.step)
            case "trace":
                self._parts(message.trace.index).add_trace(message.trace.trace)
            case "step_map":
                self._parts(message.step_map.index).add_step_map(message.step_map.rows)
            case "raw_rows":
                self._parts(message.raw_rows.index).add_raw_rows(message.raw_rows.rows)
            case "hidden_states":
                self._parts(message.hidden_states.index).add_hidden_states(message.hidden_states.states)
            case "finished":
                yield from self._held(message.finished.index)
                yield convert.finished(message.finished)

    def end(self) -> Iterator[Event]:
        """Traces still held back when the answer has ended."""
        for index in sorted(self._traces):
            yield from self._held(index)

    def _parts(self, index: int) -> convert.TraceParts:
        return self._traces.setdefault(index, convert.TraceParts())

    def _held(self, index: int) -> Iterator[Event]:
        parts = self._traces.pop(index, None)
        if parts is not None:
            yield TraceReady(index, parts.finish())


def _step_closed(message: generation_pb2.StepClosed) -> StepClosed:
    return StepClosed(message.index, convert.step(message.step), list(message.attention), list(message.influence))


@dataclass
class _Response:
    """What has come of one response."""

    runs: list[TokenRun] = field(default_factory=list)
    trace: Trace | None = None
    end: Finished | None = None


def generations(messages: Iterable[generation_pb2.GenerateResponse], count: int = 1) -> Generations:
    """A whole answer, of `count` responses."""
    start: Started | None = None
    prompt: list[TokenRun] = []
    responses = {index: _Response() for index in range(count)}
    for event in _events(messages):
        match event:
            case Started():
                start = event
            case PromptTokens():
                prompt.append(event.run)
            case Tokens():
                responses.setdefault(event.index, _Response()).runs.append(event.run)
            case TraceReady():
                responses.setdefault(event.index, _Response()).trace = event.trace
            case Finished():
                responses.setdefault(event.index, _Response()).end = event
            case StepClosed():
                pass  # The trace at the end says all of it.
    if start is None:
        raise ProtocolError("the answer ended before the generation started")
    return Generations(
        request_id=start.request_id,
        policy=start.policy,
        version=start.version,
        prompt_tokens=start.prompt_tokens,
        cached_tokens=start.cached_tokens,
        sampling=start.sampling,
        responses=[_generation(index, responses[index], start.prompt_tokens) for index in sorted(responses)],
        prompt=convert.join_runs(prompt, 0) if prompt else None,
        thinking=start.thinking,
    )


def _events(messages: Iterable[generation_pb2.GenerateResponse]) -> Iterator[Event]:
    reader = EventReader()
    for message in messages:
        yield from reader.read(message)
    yield from reader.end()


def _generation(index: int, response: _Response, prompt_tokens: int) -> Generation:
    end = response.end
    if end is None:
        raise ProtocolError(f"the answer ended before response {index} finished")
    tokens = convert.join_runs(response.runs, prompt_tokens)
    return Generation(
        index=index,
        tokens=tokens,
        finish_reason=end.reason,
        stop_text=end.stop_text,
        stop_token_id=end.stop_token_id,
        completion_tokens=end.completion_tokens,
        versions=end.versions,
        first_token_seconds=end.first_token_seconds,
        total_seconds=end.total_seconds,
        trace=response.trace and replace(response.trace, tokens=tokens),
    )
