"""What the clients can do, each thing once: its arguments, its request, and what becomes of the answer.

`Client` and `AsyncClient` take their methods from here, signatures and documentation included.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from google.protobuf.message import Message

from . import _convert as convert
from . import _methods as methods
from . import _requests as requests
from . import results
from ._arguments import checked, path_text
from ._generation import generations
from ._methods import Answer, Method
from ._proto.attnrl.client import grpc_standard_pb2 as standard
from ._proto.attnrl.v1 import analysis_pb2, common_pb2, generation_pb2, policy_pb2
from ._tree_convert import exploration, verified
from .errors import ProtocolError
from .options import (
    AblationMode,
    AnswerForm,
    BranchStrategy,
    Capture,
    PauseMode,
    Priority,
    Prompt,
    Response,
    RewardKind,
    Sampling,
    StepSeparator,
)
from .trees import Exploration, Verified

if TYPE_CHECKING:
    from typing_extensions import Unpack

Result = TypeVar("Result")
_Traced = TypeVar("_Traced", results.Branches, results.Ablations)


@dataclass(frozen=True)
class Operation(Generic[Answer, Result]):
    """One call to make."""

    method: Method[Answer]
    request: Message
    finish: Callable[[list[Answer]], Result]
    """Makes the result of all messages of the answer."""
    timeout: float | None
    """Seconds for the whole call, retries included; None takes the client's."""
    attach: Callable[[Result, Callable[[Operation[Any, Any]], Any]], Result] | None = None
    """Gives a blocking call's result a way to make calls, for what it fetches when first asked for."""


def once(convert: Callable[[Answer], Result]) -> Callable[[Iterable[Answer]], Result]:
    """For methods that answer with one message."""

    def finish(answers: Iterable[Answer]) -> Result:
        messages = list(answers)
        if len(messages) != 1:
            raise ProtocolError(f"{len(messages)} messages came where one was due")
        return convert(messages[0])

    return finish


@checked
def generate(
    prompt: Prompt,
    *,
    policy: str = "",
    n: int = 1,
    logprobs: bool = False,
    top_logprobs: int = 0,
    entropies: bool = False,
    texts: bool = False,
    echo: bool = False,
    skip_special_tokens: bool = False,
    capture: Capture | bool | None = None,
    priority: Priority | str | None = None,
    request_id: str = "",
    version: int | None = None,
    tools: Sequence[Mapping[str, Any]] | None = None,
    template_arguments: Mapping[str, Any] | None = None,
    continue_final_message: bool | None = None,
    timeout: float | None = None,
    **sampling: Unpack[Sampling],
) -> Operation[generation_pb2.GenerateResponse, results.Generations]:
    """Generates responses to a prompt.

    Args:
        prompt: Text, messages or token ids.
        policy: Empty means the only policy loaded.
        n: Responses to draw from this one prompt, which is computed once. 1 to 256.
        logprobs: Report each token's log-probability.
        top_logprobs: Report this many most probable alternatives at each position, at most 20.
        entropies: Report the entropy of the distribution each token was drawn from.
        texts: Report each token's bytes, and those of the alternatives: a token may hold part of a character.
        echo: Return the prompt's tokens as well, with the same detail.
        skip_special_tokens: Leave special tokens out of the text of responses. Stop texts are then looked for in what
            is left.
        capture: True, or what attention to capture: steps and influence come along.
        priority: Whether others wait for this ("interactive") or this for others ("batch").
        request_id: Returned with the answer, and what `abort` takes. Default: made by the server.
        version: Which of the policy's versions answers. Default: the one that serves new requests.
        tools, template_arguments, continue_final_message: For messages; see `Chat`.
        timeout: Seconds for the whole call. Default: the client's.
        **sampling: temperature, max_tokens, seed, stop and so on; see `Sampling`.
    """
    request = generation_pb2.GenerateRequest(
        policy=policy,
        prompt=requests.prompt_message(prompt, tools, template_arguments, continue_final_message),
        sampling=requests.sampling_options(sampling),
        n=n,
        detail=requests.token_detail(logprobs, top_logprobs, entropies, texts),
        echo=echo,
        skip_special_tokens=skip_special_tokens,
        capture=requests.capture_options(capture),
        priority=requests.priority_name(priority),
        request_id=request_id,
        version=version,
    )
    return Operation(methods.GENERATE, request, lambda answer: generations(answer, n), timeout)


@checked
def score(
    prompt: Prompt,
    response: Response | None = None,
    *,
    policy: str = "",
    top_logprobs: int = 0,
    entropies: bool = False,
    texts: bool = False,
    priority: Priority | str | None = None,
    tools: Sequence[Mapping[str, Any]] | None = None,
    template_arguments: Mapping[str, Any] | None = None,
    continue_final_message: bool | None = None,
    timeout: float | None = None,
) -> Operation[generation_pb2.ScoreResponse, results.Score]:
    """Returns the log-probabilities of given tokens, each given those before it.

    With a response, only its tokens are scored, else those of the prompt. With `texts`, each token's bytes come along.
    `tools`, `template_arguments` and `continue_final_message` are for messages; see `Chat`.
    """
    request = generation_pb2.ScoreRequest(
        policy=policy,
        prompt=requests.prompt_message(prompt, tools, template_arguments, continue_final_message),
        detail=requests.token_detail(True, top_logprobs, entropies, texts),
        priority=requests.priority_name(priority),
    )
    if isinstance(response, str):
        request.response_text = response
    elif response is not None:
        request.response_ids.CopyFrom(requests.token_ids(response))
    return Operation(methods.SCORE, request, convert.score, timeout)


@checked
def abort(
    request_ids: str | Sequence[str], *, timeout: float | None = None
) -> Operation[generation_pb2.AbortResponse, int]:
    """Ends generations in flight, and returns how many there were. Their callers get a `CancelledError`.

    Args:
        request_ids: One id or several, at most 1000: as `generate` was given it, or as `Started` tells it. Ids of none
            in flight are passed over.
        timeout: Seconds for the whole call. Default: the client's.
    """
    request = generation_pb2.AbortRequest(request_ids=[request_ids] if isinstance(request_ids, str) else request_ids)

    def count(answer: generation_pb2.AbortResponse) -> int:
        return answer.aborted

    return Operation(methods.ABORT, request, once(count), timeout)


@checked
def trace(
    prompt: Prompt,
    response: Response | None = None,
    *,
    policy: str = "",
    version: int | None = None,
    capture: Capture | None = None,
    logprobs: bool = False,
    top_logprobs: int = 0,
    entropies: bool = False,
    texts: bool = False,
    tools: Sequence[Mapping[str, Any]] | None = None,
    template_arguments: Mapping[str, Any] | None = None,
    continue_final_message: bool | None = None,
    timeout: float | None = None,
    **sampling: Unpack[Sampling],
) -> Operation[analysis_pb2.TraceResponse, results.Trace]:
    """Returns a response's steps, their influence, and the attention between them.

    Without a response one is generated first, drawn as `sampling` says. `version` is one of the policy's, by default
    the one that serves new requests. `tools`, `template_arguments` and `continue_final_message` are for messages; see
    `Chat`.
    """
    subject = requests.trace_input(
        policy,
        requests.prompt_message(prompt, tools, template_arguments, continue_final_message),
        response,
        sampling,
    )
    if version is not None:
        subject.version = version
    request = analysis_pb2.TraceRequest(
        input=subject,
        capture=requests.capture_options(capture or True),
        detail=requests.token_detail(logprobs, top_logprobs, entropies, texts),
    )
    return Operation(methods.TRACE, request, convert.trace, timeout)


@checked
def branches(
    prompt: Prompt,
    response: Response | None = None,
    *,
    policy: str = "",
    strategy: BranchStrategy | str | None = None,
    count: int | None = None,
    quantile: float | None = None,
    min_gap_tokens: int | None = None,
    min_gap_fraction: float | None = None,
    branch_seed: int | None = None,
    gap: int | None = None,
    include_after_thinking: bool = False,
    separator: StepSeparator | str | None = None,
    separator_text: str = "",
    tools: Sequence[Mapping[str, Any]] | None = None,
    template_arguments: Mapping[str, Any] | None = None,
    continue_final_message: bool | None = None,
    timeout: float | None = None,
    **sampling: Unpack[Sampling],
) -> Operation[analysis_pb2.SuggestBranchesResponse, results.Branches]:
    """Chooses steps of a response that are worth continuing differently from.

    Without a response one is generated first, drawn as `sampling` says.

    Args:
        prompt: Text, messages or token ids.
        response: Text or token ids.
        policy: Empty means the only policy loaded.
        strategy: "attention" (default), "first_steps", "random" and so on; see `BranchStrategy`.
        count: Points wanted. Default: 2.
        quantile: Quantile of influence a candidate must reach, in [0, 1]. Default: 0.8.
        min_gap_tokens: Least distance in tokens from the response's start and between points. Default: 512, or an
            eighth of the response when that is less.
        min_gap_fraction: The same as a fraction of the response.
        branch_seed: Seed of the random strategy.
        gap: D, steps skipped after a step before later attention to it counts. Default: 4.
        include_after_thinking: Score steps from the one holding </think> on as well.
        separator, separator_text: Where steps end; see `Capture`.
        tools, template_arguments, continue_final_message: For messages; see `Chat`.
        timeout: Seconds for the whole call. Default: the client's.
        **sampling: How to draw the response; see `Sampling`.
    """
    request = analysis_pb2.SuggestBranchesRequest(
        input=requests.trace_input(
            policy,
            requests.prompt_message(prompt, tools, template_arguments, continue_final_message),
            response,
            sampling,
        ),
        options=requests.branch_options(strategy, count, quantile, min_gap_tokens, min_gap_fraction, branch_seed),
        capture=requests.step_options(gap, include_after_thinking, separator, separator_text),
    )
    return Operation(
        methods.SUGGEST_BRANCHES, request, once(convert.branches), timeout, _fetching_maps(request, timeout)
    )


@checked
def explore(
    prompt: Prompt,
    *,
    policy: str = "",
    width: int | None = None,
    points: int | None = None,
    continuations: int | None = None,
    depth: int | None = None,
    max_tokens_total: int | None = None,
    truth: str | None = None,
    reward: RewardKind | str | None = None,
    pattern: str | None = None,
    ignore_case: bool = False,
    task: str | None = None,
    strategy: BranchStrategy | str | None = None,
    quantile: float | None = None,
    min_gap_tokens: int | None = None,
    min_gap_fraction: float | None = None,
    branch_seed: int | None = None,
    gap: int | None = None,
    include_after_thinking: bool = False,
    separator: StepSeparator | str | None = None,
    separator_text: str = "",
    tools: Sequence[Mapping[str, Any]] | None = None,
    template_arguments: Mapping[str, Any] | None = None,
    continue_final_message: bool | None = None,
    timeout: float | None = None,
    **sampling: Unpack[Sampling],
) -> Operation[analysis_pb2.ExploreResponse, Exploration]:
    """Grows a tree: draws responses, continues them from branch points, and values every stretch by what is below it.

    Iterating yields events as the tree grows: `ExploreStarted`, a `RolloutDrawn` for each response, `ExploreNote`s, and
    an `Exploration` with the whole tree at last, which `result()` waits for and returns. Closing the stream, or leaving
    its `with` block, ends the growing.

    Args:
        prompt: Text, messages or token ids.
        policy: Empty means the only policy loaded.
        width: Responses to draw from the prompt. Default: 6.
        points: Branch points of each response. Default: 2.
        continuations: Responses to draw from each branch point. Default: 2.
        depth: Levels of branching; at 2 continuations are branched as well. Default: 1.
        max_tokens_total: Tokens that all responses together may draw. Default: 65536.
        truth: The right answer, so that responses are judged and nodes have values.
        reward: How they are judged: "math" (default), "exact" or "regex" against `truth`, or "task", by the checker of
            a built-in task.
        pattern: For "regex": captures the answer in its first group.
        ignore_case: For "exact" and "regex": upper and lower case are the same.
        task: For "task": which one. Default: the one whose problem the prompt is.
        strategy: How branch points are chosen; see `BranchStrategy`.
        quantile: Quantile of influence a candidate must reach, in [0, 1]. Default: 0.8.
        min_gap_tokens: Least distance in tokens between points; as of `branches`.
        min_gap_fraction: The same as a fraction of the response.
        branch_seed: Seed of the random strategy. Default: `seed`.
        gap: D, steps skipped after a step before later attention to it counts. Default: 4.
        include_after_thinking: Score steps from the one holding </think> on as well.
        separator, separator_text: Where steps end; see `Capture`.
        tools, template_arguments, continue_final_message: For messages; see `Chat`.
        timeout: Seconds for the whole call. Default: the client's.
        **sampling: How to draw, `max_tokens` being of whole responses; see `Sampling`.
    """
    request = analysis_pb2.ExploreRequest(
        policy=policy,
        prompt=requests.prompt_message(prompt, tools, template_arguments, continue_final_message),
        sampling=requests.sampling_options(sampling),
        branches=requests.branch_options(strategy, points, quantile, min_gap_tokens, min_gap_fraction, branch_seed),
        capture=requests.step_options(gap, include_after_thinking, separator, separator_text),
        width=width,
        continuations=continuations,
        depth=depth,
        max_tokens_total=max_tokens_total,
        verifier=requests.verifier(truth, reward, pattern, ignore_case, task),
    )
    return Operation(methods.EXPLORE, request, exploration, timeout)


@checked
def ablate(
    prompt: Prompt,
    response: Response | None = None,
    *,
    policy: str = "",
    steps: Iterable[int] = (),
    mode: AblationMode | str | None = None,
    samples: int | None = None,
    answer: AnswerForm | str | None = None,
    gap: int | None = None,
    include_after_thinking: bool = False,
    separator: StepSeparator | str | None = None,
    separator_text: str = "",
    tools: Sequence[Mapping[str, Any]] | None = None,
    template_arguments: Mapping[str, Any] | None = None,
    continue_final_message: bool | None = None,
    timeout: float | None = None,
    **sampling: Unpack[Sampling],
) -> Operation[analysis_pb2.AblateResponse, results.Ablations]:
    """Takes steps of a response away, one at a time, and returns what becomes of what follows.

    Without a response one is generated first.

    Args:
        prompt: Text, messages or token ids.
        response: Text or token ids.
        policy: Empty means the only policy loaded.
        steps: Steps to ablate, as `trace` numbers them. Default: every response step that at least two tokens follow,
            of more than 64 those of greatest influence.
        mode: "hide" (default) or "resample"; see `AblationMode`.
        samples: Continuations drawn with a step, and as many without it. 0 draws none, to hide only. Default: 8.
        answer: What counts as the answer; see `AnswerForm`. Default: the last box, where the response has one, else the
            last line.
        gap: D, steps skipped after a step before later attention to it counts. Default: 4.
        include_after_thinking: Score steps from the one holding </think> on as well.
        separator, separator_text: Where steps end; see `Capture`.
        tools, template_arguments, continue_final_message: For messages; see `Chat`.
        timeout: Seconds for the whole call. Default: the client's.
        **sampling: How to draw continuations, and the response where none is given; see `Sampling`.
    """
    generated: Sampling = sampling if response is None else {}
    request = analysis_pb2.AblateRequest(
        input=requests.trace_input(
            policy,
            requests.prompt_message(prompt, tools, template_arguments, continue_final_message),
            response,
            generated,
        ),
        capture=requests.step_options(gap, include_after_thinking, separator, separator_text),
        steps=[operator.index(step) for step in steps],
        mode=requests.ablation_mode(mode),
        samples=samples,
        sampling=requests.sampling_options(sampling),
        answer=requests.answer_form(answer),
    )
    return Operation(methods.ABLATE, request, convert.ablations, timeout, _fetching_maps(request, timeout))


def _fetching_maps(
    request: analysis_pb2.SuggestBranchesRequest | analysis_pb2.AblateRequest, timeout: float | None
) -> Callable[[_Traced, Callable[[Operation[Any, Any]], Any]], _Traced]:
    """Lets the trace of an answer get its step map, which the answer leaves out, by a call of its own."""

    def attach(result: _Traced, run: Callable[[Operation[Any, Any]], Any]) -> _Traced:
        def fetch() -> results.Trace:
            again = analysis_pb2.TraceRequest(
                input=analysis_pb2.TraceInput(
                    policy=result.trace.policy,
                    prompt=request.input.prompt,
                    token_ids=common_pb2.TokenIds(ids=result.response_ids),
                ),
                capture=request.capture,
            )
            again.capture.step_map = common_pb2.STEP_MAP_MEAN
            fetched: results.Trace = run(Operation(methods.TRACE, again, convert.trace, timeout))
            return fetched

        return replace(result, trace=replace(result.trace, _fetch=fetch))

    return attach


@dataclass(frozen=True)
class PolicyPage:
    """Some of the policies, and where the next ones begin."""

    policies: list[results.Policy]
    next_page_token: str


@checked
def verify(
    responses: Sequence[str],
    *,
    problem: str = "",
    truth: str | None = None,
    reward: RewardKind | str | None = None,
    pattern: str | None = None,
    ignore_case: bool = False,
    task: str | None = None,
    timeout: float | None = None,
) -> Operation[analysis_pb2.VerifyResponse, list[Verified]]:
    """Judges responses that are there, as `explore` judges those that it draws.

    Args:
        responses: At most 256.
        problem: The prompt's text, which a task's checker reads; other verifiers do not need it.
        truth: The right answer.
        reward: How they are judged: "math" (default), "exact" or "regex" against `truth`, or "task", by the checker of
            the built-in task that the problem is of.
        pattern: For "regex": captures the answer in its first group.
        ignore_case: For "exact" and "regex": upper and lower case are the same.
        task: For "task": which one. Default: the one that the problem is of.
        timeout: Seconds for the whole call. Default: the client's.
    """
    if isinstance(responses, str):
        raise TypeError("responses must be a list of texts, not a text")
    verifier = requests.verifier(truth, reward, pattern, ignore_case, task)
    if verifier is None:
        raise ValueError("nothing is given to judge by: give truth, or reward='task'")
    request = analysis_pb2.VerifyRequest(prompt=problem, responses=responses, verifier=verifier)
    return Operation(methods.VERIFY, request, once(verified), timeout)


@checked
def list_policies(page_token: str, timeout: float | None) -> Operation[policy_pb2.ListPoliciesResponse, PolicyPage]:
    """Returns one page of policies."""
    request = policy_pb2.ListPoliciesRequest(page_token=page_token)

    def page(answer: policy_pb2.ListPoliciesResponse) -> PolicyPage:
        return PolicyPage([convert.policy(item) for item in answer.policies], answer.next_page_token)

    return Operation(methods.LIST_POLICIES, request, once(page), timeout)


@checked
def policy(name: str = "", *, timeout: float | None = None) -> Operation[policy_pb2.Policy, results.Policy]:
    """Returns one policy; an empty name means the only one loaded."""
    request = policy_pb2.GetPolicyRequest(name=name)
    return Operation(methods.GET_POLICY, request, once(convert.policy), timeout)


@checked
def load_policy(
    directory: str | PathLike[str],
    *,
    name: str = "",
    precision: str = "",
    weights: str = "",
    as_new_version: bool = False,
    base_policy: str = "",
    timeout: float | None = None,
) -> Operation[policy_pb2.Policy, results.Policy]:
    """Loads a policy from a Hugging Face directory on the server's machine, or an adapter on a loaded one.

    Args:
        directory: Where it lies, as the server sees it; for an adapter (LoRA), the folder that PEFT wrote.
        name: To serve it under. Default: the directory's name.
        precision: "auto" (default), "float32" or "bfloat16".
        weights: What to keep weights in: "auto" (default), numbers of the precision, or "q8_0", blocks of 8 bits.
        as_new_version: Add a version to a policy already loaded under this name and serve it.
        base_policy: For an adapter under a name of its own: the loaded policy it is an adapter on. Default: the one
            that adapter_config.json names, or else the only one.
        timeout: Seconds for the whole call. Default: the client's.
    """
    request = policy_pb2.LoadPolicyRequest(
        directory=path_text(directory),
        name=name,
        precision=precision,
        weights=weights,
        as_new_version=as_new_version,
        base_policy=base_policy,
    )
    return Operation(methods.LOAD_POLICY, request, once(convert.policy), timeout)


@checked
def unload_policy(
    name: str, *, drain: bool = False, timeout: float | None = None
) -> Operation[policy_pb2.UnloadPolicyResponse, None]:
    """Unloads a policy. Requests in flight on it are cancelled unless `drain` lets them finish first."""
    request = policy_pb2.UnloadPolicyRequest(name=name, drain=drain)

    def nothing(_: policy_pb2.UnloadPolicyResponse) -> None:
        return None

    return Operation(methods.UNLOAD_POLICY, request, once(nothing), timeout)


@checked
def switch_version(
    name: str, version: int, *, timeout: float | None = None
) -> Operation[policy_pb2.Policy, results.Policy]:
    """Serves new requests with another loaded version of a policy's weights."""
    request = policy_pb2.SwitchVersionRequest(name=name, version=version)
    return Operation(methods.SWITCH_VERSION, request, once(convert.policy), timeout)


@checked
def tokenize(
    prompt: Prompt,
    *,
    policy: str = "",
    with_texts: bool = False,
    continues: bool = False,
    tools: Sequence[Mapping[str, Any]] | None = None,
    template_arguments: Mapping[str, Any] | None = None,
    continue_final_message: bool | None = None,
    timeout: float | None = None,
) -> Operation[policy_pb2.TokenizeResponse, results.Tokenization]:
    """Returns the token ids of a text or chat, and with `with_texts` each token's bytes.

    With `continues`, those of a text that follows another, as a response follows its prompt. `tools`,
    `template_arguments` and `continue_final_message` are for messages; see `Chat`.
    """
    request = policy_pb2.TokenizeRequest(
        policy=policy,
        prompt=requests.prompt_message(prompt, tools, template_arguments, continue_final_message),
        with_texts=with_texts,
        continues=continues,
    )
    return Operation(methods.TOKENIZE, request, once(convert.tokenization), timeout)


@checked
def detokenize(
    ids: Sequence[int],
    *,
    policy: str = "",
    skip_special_tokens: bool = False,
    continues: bool = False,
    timeout: float | None = None,
) -> Operation[policy_pb2.DetokenizeResponse, str]:
    """Returns the text of token ids; with `continues`, of ids that follow others."""
    request = policy_pb2.DetokenizeRequest(
        policy=policy, ids=requests.token_ids(ids).ids, skip_special_tokens=skip_special_tokens, continues=continues
    )

    def text(answer: policy_pb2.DetokenizeResponse) -> str:
        return answer.text

    return Operation(methods.DETOKENIZE, request, once(text), timeout)


@checked
def tokenizer(
    policy: str = "", *, timeout: float | None = None
) -> Operation[policy_pb2.TokenizerInfo, results.TokenizerInfo]:
    """Returns what a policy's tokenizer says of itself; an empty name means the only policy loaded."""
    request = policy_pb2.GetTokenizerRequest(policy=policy)
    return Operation(methods.GET_TOKENIZER, request, once(convert.tokenizer), timeout)


@checked
def pause(
    mode: PauseMode | str | None = None, *, timeout: float | None = None
) -> Operation[policy_pb2.PauseState, bool]:
    """Stops computing, for all policies, until `resume`: for trainers that exchange weights.

    Requests are still taken, and wait. Answers when the pause holds, and returns whether it does: another caller may
    have resumed meanwhile.

    Args:
        mode: What becomes of the responses that are being computed: "keep" (default), "wait" or "abort"; see
            `PauseMode`.
        timeout: Seconds for the whole call. Default: the client's.
    """
    return Operation(methods.PAUSE, policy_pb2.PauseRequest(mode=requests.pause_mode(mode)), once(_paused), timeout)


@checked
def resume(*, timeout: float | None = None) -> Operation[policy_pb2.PauseState, bool]:
    """Goes on after `pause`. Returns whether the server is paused all the same: another caller may have paused it."""
    return Operation(methods.RESUME, policy_pb2.ResumeRequest(), once(_paused), timeout)


@checked
def is_paused(*, timeout: float | None = None) -> Operation[policy_pb2.PauseState, bool]:
    """Returns whether `pause` holds."""
    return Operation(methods.GET_PAUSE_STATE, policy_pb2.GetPauseStateRequest(), once(_paused), timeout)


def _paused(answer: policy_pb2.PauseState) -> bool:
    return answer.paused


@checked
def health(
    service: str = "", *, timeout: float | None = None
) -> Operation[standard.HealthCheckResponse, results.Health]:
    """Returns what the server's health service says, of the server or of one service."""
    request = standard.HealthCheckRequest(service=service)
    return Operation(methods.HEALTH_CHECK, request, once(convert.health), timeout)
