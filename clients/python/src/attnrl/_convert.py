"""Messages to results."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from typing import TypeVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper

from . import results
from ._proto.attnrl.client import grpc_standard_pb2 as standard
from ._proto.attnrl.v1 import analysis_pb2, common_pb2, generation_pb2, policy_pb2
from .errors import ProtocolError
from .events import Finished, Started
from .options import AblationMode, AnswerForm, LayerHead, Sampling, StepMapKind, StepSeparator

_E = TypeVar("_E", bound=Enum)


def enum_member(wire: EnumTypeWrapper, number: int, prefix: str, kind: type[_E], unknown: _E) -> _E:
    """The member a number stands for; `unknown` for numbers that a newer server may know."""
    if number not in wire.values():
        return unknown
    name = wire.Name(number).removeprefix(prefix)
    return kind.__members__.get(name, unknown)


def layer_head(message: common_pb2.LayerHead) -> LayerHead:
    """A head's place."""
    return LayerHead(message.layer, message.head)


def token_run(message: common_pb2.TokenRun) -> results.TokenRun:
    """A run of tokens, with details for each token or none."""
    count = len(message.ids)
    for name in ("logprobs", "entropies", "top", "texts"):
        details = len(getattr(message, name))
        if details not in (0, count):
            raise ProtocolError(f"{count} tokens came with {details} {name}")
    return results.TokenRun(
        start=message.start,
        ids=list(message.ids),
        text=message.text,
        logprobs=list(message.logprobs),
        entropies=list(message.entropies),
        top=[results.TopLogprobs(list(top.ids), list(top.logprobs), list(top.texts)) for top in message.top],
        texts=list(message.texts),
    )


def join_runs(runs: Iterable[results.TokenRun], start: int) -> results.TokenRun:
    """Consecutive runs as one; `start` is where it stands when there are none."""
    joined: results.TokenRun | None = None
    written: list[str] = []
    for run in runs:
        written.append(run.text)
        if joined is None:
            joined = results.TokenRun(run.start, [], "")
        if run.ids and run.start != joined.end:
            raise ProtocolError(f"tokens from {run.start} on came where those from {joined.end} on were due")
        joined.ids.extend(run.ids)
        joined.logprobs.extend(run.logprobs)
        joined.entropies.extend(run.entropies)
        joined.top.extend(run.top)
        joined.texts.extend(run.texts)
    return replace(joined or results.TokenRun(start, [], ""), text="".join(written))


def sampling(message: common_pb2.SamplingOptions) -> Sampling:
    """Sampling as resolved, in the form that calls take."""
    resolved = Sampling(
        stop=list(message.stop),
        stop_token_ids=list(message.stop_token_ids),
        ignore_eos=message.ignore_eos,
        logit_bias={bias.token_id: bias.bias for bias in message.logit_bias},
    )
    for name in (
        "temperature", "top_p", "top_k", "min_p", "repetition_penalty", "frequency_penalty", "presence_penalty",
        "max_tokens", "min_tokens", "seed",
    ):  # fmt: skip
        if message.HasField(name):
            resolved[name] = getattr(message, name)
    return resolved


def started(message: generation_pb2.GenerationStarted) -> Started:
    """The first event."""
    return Started(
        request_id=message.request_id,
        policy=message.policy,
        version=message.version,
        prompt_tokens=message.prompt_tokens,
        cached_tokens=message.cached_tokens,
        sampling=sampling(message.sampling),
        thinking=message.thinking,
    )


def finished(message: generation_pb2.GenerationFinished) -> Finished:
    """The last event of a response."""
    return Finished(
        index=message.index,
        reason=_finish_reason(message.reason),
        stop_text=message.stop_text,
        stop_token_id=message.stop_token_id if message.HasField("stop_token_id") else None,
        completion_tokens=message.completion_tokens,
        versions=[results.VersionRange(item.start, item.end, item.version) for item in message.versions],
        first_token_seconds=message.first_token_seconds,
        total_seconds=message.total_seconds,
    )


def _finish_reason(number: int) -> results.FinishReason:
    kinds = results.FinishReason
    return enum_member(common_pb2.FinishReason, number, "FINISH_REASON_", kinds, kinds.UNSPECIFIED)


def step(message: common_pb2.Step) -> results.Step:
    """One step."""
    return results.Step(
        index=message.index,
        start=message.start,
        end=message.end,
        text=message.text,
        influence=message.influence,
        top_heads=[results.HeadInfluence(layer_head(top.head), top.influence) for top in message.top_heads],
        mean_logprob=message.mean_logprob,
        mean_entropy=message.mean_entropy,
        after_thinking=message.after_thinking,
        excess=message.excess,
    )


class TraceParts:
    """Gathers a trace and the chunks of maps and raw rows that follow it."""

    def __init__(self) -> None:
        """Nothing gathered yet."""
        self._trace: common_pb2.Trace | None = None
        self._maps: dict[tuple[StepMapKind, LayerHead | None], array[float]] = {}
        self._raw: list[results.RawRows] = []
        self._states: results.HiddenStates | None = None

    def add_trace(self, message: common_pb2.Trace) -> None:
        """Adds the steps."""
        if self._trace is not None:
            raise ProtocolError("a second trace came for one response")
        self._trace = message

    def add_step_map(self, message: common_pb2.StepMapRows) -> None:
        """Adds rows of a map, in order for each map."""
        kind = enum_member(common_pb2.StepMapKind, message.kind, "STEP_MAP_", StepMapKind, StepMapKind.NONE)
        if kind is StepMapKind.NONE:
            raise ProtocolError(f"rows came of a step map of unknown kind {message.kind}")
        head = layer_head(message.head) if kind is StepMapKind.HEADS else None
        values = self._maps.setdefault((kind, head), array("f"))
        held = results.StepMap(kind, head, values)
        _check_rows(message.first_row, message.row_count, len(message.values), due=held.end_row)
        values.extend(message.values)

    def add_raw_rows(self, message: common_pb2.RawAttentionRows) -> None:
        """Adds raw rows. Rows that continue those of the same head extend them, others begin a new block."""
        head = layer_head(message.head)
        _check_rows(message.first_query, message.row_count, len(message.values), due=message.first_query)
        for index, block in enumerate(self._raw):
            if block.head == head and block.end_row == message.first_query:
                block.values.extend(message.values)
                self._raw[index] = results.RawRows(head, block.first_row, block.values)
                return
        self._raw.append(results.RawRows(head, message.first_query, array("f", message.values)))

    def add_hidden_states(self, message: common_pb2.HiddenStates) -> None:
        """Adds means of steps, in order."""
        held = self._states
        if held is None:
            held = self._states = results.HiddenStates(
                message.layer, message.width, array("f", message.response), steps_dropped=message.steps_dropped
            )
        if message.first_step != len(held) + 1:
            raise ProtocolError(f"states from step {message.first_step} on came, those of {len(held) + 1} were due")
        if len(message.values) != message.row_count * held.width:
            raise ProtocolError(f"{message.row_count} states of {held.width} came with {len(message.values)} values")
        held.values.extend(message.values)

    def finish(self, tokens: results.TokenRun | None = None) -> results.Trace:
        """The trace, whose maps must have a row for every step."""
        if self._trace is None:
            raise ProtocolError("the answer ended without a trace")
        message = self._trace
        maps = [results.StepMap(kind, head, values) for (kind, head), values in self._maps.items()]
        for step_map in maps:
            if len(step_map) != len(message.steps):
                raise ProtocolError(f"a step map has {len(step_map)} rows for {len(message.steps)} steps")
        return results.Trace(
            policy=message.policy,
            version=message.version,
            prompt_tokens=message.prompt_tokens,
            total_tokens=message.total_tokens,
            separator=enum_member(
                common_pb2.StepSeparator, message.separator, "STEP_SEPARATOR_",
                StepSeparator, StepSeparator.UNSPECIFIED,
            ),
            gap=message.gap,
            layers=message.layers,
            heads=message.heads,
            steps=[step(item) for item in message.steps],
            step_maps=maps,
            raw_rows=self._raw,
            tokens=tokens,
            maps_dropped=message.maps_dropped,
            finish_reason=_finish_reason(message.finish_reason) if message.finish_reason else None,
            stop_text=message.stop_text,
            stop_token_id=message.stop_token_id if message.HasField("stop_token_id") else None,
            hidden_states=self._states,
        )  # fmt: skip


def _check_rows(first: int, count: int, values: int, *, due: int) -> None:
    if first != due:
        raise ProtocolError(f"rows from {first} on came where those from {due} on were due")
    expected = sum(row + 1 for row in range(first, first + count))
    if values != expected:
        raise ProtocolError(f"{count} rows from {first} on need {expected} values, {values} came")


def trace(messages: Iterable[analysis_pb2.TraceResponse]) -> results.Trace:
    """The parts of an answer put together."""
    parts = TraceParts()
    runs: list[results.TokenRun] = []
    prompt_tokens = 0
    for message in messages:
        match message.WhichOneof("part"):
            case "tokens":
                runs.append(token_run(message.tokens))
            case "trace":
                parts.add_trace(message.trace)
                prompt_tokens = message.trace.prompt_tokens
            case "step_map":
                parts.add_step_map(message.step_map)
            case "raw_rows":
                parts.add_raw_rows(message.raw_rows)
            case "hidden_states":
                parts.add_hidden_states(message.hidden_states)
    return parts.finish(join_runs(runs, prompt_tokens))


def score(messages: Iterable[generation_pb2.ScoreResponse]) -> results.Score:
    """The runs of an answer as one."""
    answers = list(messages)
    if not answers:
        raise ProtocolError("the answer ended without a score")
    first = answers[0]
    runs = join_runs((token_run(answer.run) for answer in answers), first.run.start)
    return results.Score(version=first.version, prompt_tokens=first.prompt_tokens, tokens=runs)


def branches(message: analysis_pb2.SuggestBranchesResponse) -> results.Branches:
    """Branch points with the trace they were chosen from."""
    parts = TraceParts()
    parts.add_trace(message.trace)
    return results.Branches(
        points=[
            results.BranchPoint(point.step, point.token, point.score, point.fallback, point.reason)
            for point in message.points
        ],
        threshold=message.threshold,
        min_gap_tokens=message.min_gap_tokens,
        note=message.note,
        trace=parts.finish(),
        response_ids=list(message.response_ids),
    )


def ablations(messages: Iterable[analysis_pb2.AblateResponse]) -> results.Ablations:
    """What was ablated, and one effect for each step."""
    begun: analysis_pb2.AblationStarted | None = None
    effects: list[results.StepAblation] = []
    for message in messages:
        match message.WhichOneof("part"):
            case "started":
                begun = message.started
            case "step":
                effects.append(_step_ablation(message.step))
    if begun is None:
        raise ProtocolError("the answer ended without saying what is ablated")
    if [effect.step for effect in effects] != list(begun.steps):
        raise ProtocolError(f"{len(effects)} steps came where {len(begun.steps)} were due")
    parts = TraceParts()
    parts.add_trace(begun.trace)
    return results.Ablations(
        steps=effects,
        mode=enum_member(analysis_pb2.AblationMode, begun.mode, "ABLATION_MODE_", AblationMode, AblationMode.HIDE),
        samples=begun.samples,
        sampling=sampling(begun.sampling),
        answer=begun.answer,
        answer_form=enum_member(
            analysis_pb2.AnswerForm, begun.answer_form, "ANSWER_FORM_", AnswerForm, AnswerForm.LAST_LINE
        ),
        answer_start=begun.answer_start,
        answer_end=begun.answer_end,
        trace=parts.finish(),
        response_ids=list(begun.response_ids),
    )


def _step_ablation(message: analysis_pb2.StepAblation) -> results.StepAblation:
    return results.StepAblation(
        step=message.step,
        influence=message.influence,
        forced=_forced_effect(message.forced) if message.HasField("forced") else None,
        sampled=_sampled_effect(message.sampled) if message.HasField("sampled") else None,
    )


def _forced_effect(message: analysis_pb2.ForcedEffect) -> results.ForcedEffect:
    has_answer = message.HasField("answer_divergence")
    return results.ForcedEffect(
        divergence=message.divergence,
        tokens=message.tokens,
        answer_divergence=message.answer_divergence if has_answer else None,
        answer_logprob_change=message.answer_logprob_change if has_answer else None,
        answer_tokens=message.answer_tokens,
        lower_bound=message.lower_bound,
    )


def _sampled_effect(message: analysis_pb2.SampledEffect) -> results.SampledEffect:
    return results.SampledEffect(
        answers=[
            results.AnswerCount(item.answer if item.HasField("answer") else None, item.with_step, item.without_step)
            for item in message.answers
        ],
        total_variation=message.total_variation,
        divergence=message.divergence,
        changed=message.changed,
        base_unfinished=message.base_unfinished,
        ablated_unfinished=message.ablated_unfinished,
    )


def policy_version(message: policy_pb2.PolicyVersion) -> results.PolicyVersion:
    """One version of a policy."""
    adapter = None
    if message.HasField("adapter"):
        found = message.adapter
        adapter = results.Adapter(found.rank, found.alpha, found.scale, list(found.targets), found.base_directory)
    return results.PolicyVersion(message.version, message.directory, message.loaded_at, message.weight_bytes, adapter)


def policy(message: policy_pb2.Policy) -> results.Policy:
    """One policy."""
    return results.Policy(
        name=message.name,
        version=message.version,
        versions=[policy_version(item) for item in message.versions],
        family=message.family,
        precision=message.precision,
        weights=message.weights,
        parameters=message.parameters,
        layers=message.layers,
        heads=message.heads,
        key_value_heads=message.key_value_heads,
        hidden_size=message.hidden_size,
        head_size=message.head_size,
        feed_forward_size=message.feed_forward_size,
        vocabulary=message.vocabulary,
        context=message.context,
        has_chat_template=message.has_chat_template,
        untrained=message.untrained,
        end_of_sequence=list(message.end_of_sequence),
        base_policy=message.base_policy,
    )


def tokenization(message: policy_pb2.TokenizeResponse) -> results.Tokenization:
    """Tokens of a text."""
    return results.Tokenization(list(message.ids), list(message.texts), message.rendered)


def tokenizer(message: policy_pb2.TokenizerInfo) -> results.TokenizerInfo:
    """One tokenizer."""
    return results.TokenizerInfo(
        vocabulary=message.vocabulary,
        bos_token=message.bos_token,
        eos_token=message.eos_token,
        pad_token=message.pad_token,
        unk_token=message.unk_token,
        adds_bos_token=message.adds_bos_token,
        chat_template=message.chat_template,
        template_knows_tools=message.template_knows_tools,
    )


def health(message: standard.HealthCheckResponse) -> results.Health:
    """What the health service says."""
    status = standard.HealthCheckResponse.ServingStatus
    return enum_member(status, message.status, "", results.Health, results.Health.UNKNOWN)
