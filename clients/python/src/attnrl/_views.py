"""What the page shows, as documents that open without a server; docs/page.md has their form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeAlias

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from . import _job_operations as jobs
from . import _methods as methods
from . import results, trees
from ._access import FilePath
from ._operations import Operation, once
from ._proto.attnrl.v1 import analysis_pb2, common_pb2, tree_pb2
from .errors import ProtocolError
from .jobs import JobReference
from .options import StepSeparator
from .results import FinishReason

Shown: TypeAlias = results.Trace | trees.Tree | trees.Exploration
Fields: TypeAlias = dict[str, Any]

_PLACE = ' id="view">'


def viewer(timeout: float | None) -> Operation[analysis_pb2.Viewer, str]:
    """The page that shows a view."""
    return Operation(methods.GET_VIEWER, analysis_pb2.GetViewerRequest(), once(lambda answer: answer.html), timeout)


def job_calls(job: JobReference, timeout: float | None) -> list[Operation[Any, list[Fields]]]:
    """Calls for a job, its events and its checkpoints, whose results are the messages as JSON has them."""
    calls: list[Operation[Any, Any]] = [jobs.get(job, timeout=timeout), jobs.logs(job, timeout=timeout)]
    calls.append(jobs.checkpoints(job, timeout=timeout))
    return [replace(call, finish=lambda answers: [MessageToDict(answer) for answer in answers]) for call in calls]


def job_view(job: Sequence[Fields], events: Sequence[Fields], checkpoints: Sequence[Fields]) -> Fields:
    """A job, of what `job_calls` gave."""
    found = [item for page in checkpoints for item in page.get("checkpoints", [])]
    return _view("job", message=job[0], events=list(events), checkpoints=found)


def view(shown: Shown) -> Fields:
    """A trace or a tree."""
    if isinstance(shown, results.Trace):
        return _view("response", request={}, parts=[MessageToDict(part) for part in _trace_parts(shown)])
    tree = shown.tree if isinstance(shown, trees.Exploration) else shown
    return _view("tree", message=MessageToDict(_tree_message(tree)))


def save(page: str, shown: Fields, file: FilePath) -> None:
    """Writes a view into the page that shows it."""
    if f"{_PLACE}null<" not in page:
        raise ProtocolError("the page that shows views has no place for one")
    # Within a script element only its end could be mistaken for markup.
    data = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    Path(file).write_text(page.replace(f"{_PLACE}null<", f"{_PLACE}{data}<", 1), encoding="utf-8")


def _view(kind: str, **content: object) -> Fields:
    saved = datetime.now(timezone.utc).isoformat(timespec="seconds")
    return {"format": "attnrl-view", "version": 1, "kind": kind, "saved": saved, **content}


def _trace_parts(trace: results.Trace) -> Iterator[Message]:
    """The messages of the answer that a trace was made of."""
    if trace.tokens:
        yield analysis_pb2.TraceResponse(tokens=_run(trace.tokens))
    message = common_pb2.Trace(
        policy=trace.policy,
        version=trace.version,
        prompt_tokens=trace.prompt_tokens,
        total_tokens=trace.total_tokens,
        separator=_named("STEP_SEPARATOR_", trace.separator, StepSeparator.UNSPECIFIED),
        gap=trace.gap,
        layers=trace.layers,
        heads=trace.heads,
        steps=map(_step, trace.steps),
        maps_dropped=trace.maps_dropped,
        finish_reason=_named("FINISH_REASON_", trace.finish_reason, FinishReason.UNSPECIFIED),
        stop_text=trace.stop_text,
        stop_token_id=trace.stop_token_id,
    )
    yield analysis_pb2.TraceResponse(trace=message)
    for step_map in trace.step_maps:
        rows = common_pb2.StepMapRows(
            kind=_named("STEP_MAP_", step_map.kind),
            head=_head(step_map.head) if step_map.head else None,
            row_count=len(step_map),
            values=step_map.values,
        )
        yield analysis_pb2.TraceResponse(step_map=rows)


def _run(run: results.TokenRun) -> common_pb2.TokenRun:
    return common_pb2.TokenRun(
        start=run.start,
        ids=run.ids,
        text=run.text,
        logprobs=run.logprobs,
        entropies=run.entropies,
        top=[common_pb2.TopLogprobs(ids=top.ids, logprobs=top.logprobs, texts=top.texts) for top in run.top],
        texts=run.texts,
    )


def _step(step: results.Step) -> common_pb2.Step:
    return common_pb2.Step(
        index=step.index,
        start=step.start,
        end=step.end,
        text=step.text,
        influence=step.influence,
        top_heads=[common_pb2.HeadInfluence(head=_head(top.head), influence=top.influence) for top in step.top_heads],
        mean_logprob=step.mean_logprob,
        mean_entropy=step.mean_entropy,
        after_thinking=step.after_thinking,
        excess=step.excess,
    )


def _head(head: Any) -> common_pb2.LayerHead:
    return common_pb2.LayerHead(layer=head.layer, head=head.head)


def _tree_message(tree: trees.Tree) -> tree_pb2.Tree:
    return tree_pb2.Tree(
        policy=tree.policy,
        step=tree.step,
        prompt_ids=tree.prompt_ids,
        prompt_text=tree.prompt_text,
        rollouts=map(_rollout, tree.rollouts),
        nodes=map(_node, tree.nodes),
    )


def _rollout(rollout: trees.TreeRollout) -> tree_pb2.TreeRollout:
    fork = rollout.fork
    return tree_pb2.TreeRollout(
        index=rollout.index,
        fork=tree_pb2.TreeFork(rollout=fork.rollout, offset=fork.offset) if fork else None,
        ids=rollout.ids,
        text=rollout.text,
        logprobs=rollout.logprobs,
        entropies=rollout.entropies,
        version=rollout.version,
        complete=rollout.complete,
        reward=rollout.reward,
        verdict=_named("REWARD_VERDICT_", rollout.verdict),
        steps=[tree_pb2.TreeStep(start=step.start, influence=step.influence) for step in rollout.steps],
    )


def _node(node: trees.TreeNode) -> tree_pb2.TreeNode:
    return tree_pb2.TreeNode(
        parent=node.parent,
        rollout=node.rollout,
        start=node.start,
        end=node.end,
        leaves=node.leaves,
        value=node.value,
        text=node.text,
    )


def _named(prefix: str, member: Any, unspecified: object = None) -> Any:
    """An enum's member by the name that the contract has for it."""
    return None if member is None or member == unspecified else f"{prefix}{member.name}"
