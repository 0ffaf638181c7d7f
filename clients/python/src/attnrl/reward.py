"""Rewards of your own: a RewardService that judges the responses of "grpo" jobs by a Python function.

    from attnrl import serve_reward

    def short(prompt, response, truth):
        return max(0.0, 1 - len(response) / 200)

    serve_reward(short, port=9000).wait()

A job uses it with `reward.kind: external` and `reward.external.address: HOST:9000`.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Any, NoReturn, TypeAlias

import grpc

from ._access import FilePath, Key, given_key, server_credentials
from ._address import is_loopback, joined, listen_host
from ._arguments import checked
from ._proto.attnrl.v1 import reward_pb2

JUDGE_PATH = "/attnrl.v1.RewardService/Judge"

LARGEST_SCORE = 1000.0
"""Scores are within this of 0: what the contract allows."""

_log = logging.getLogger("attnrl.reward")


class Verdict(str, Enum):
    """What a response is found to be."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    UNDECIDED = "undecided"
    """It was read, and no means at hand tells whether it is right."""
    NO_ANSWER = "no_answer"
    """There is no answer in the response."""
    PARSE_ERROR = "parse_error"
    """There is one, and it cannot be read."""
    TIMEOUT = "timeout"
    """Comparing took too much work."""
    INTERNAL = "internal"
    """It could not be judged, by no fault of the response."""


@dataclass(frozen=True)
class Judgement:
    """A verdict with what else there is to say."""

    verdict: Verdict | str
    score: float | None = None
    """The reward, finite, -1000 to 1000. None: what the job's `reward.scores` says of the verdict."""
    answer: str = ""
    """What was taken for the answer, for logs."""
    detail: str = ""
    """Why, for logs."""


@dataclass(frozen=True)
class RewardItem:
    """A response to judge."""

    prompt: str
    """As the data has it, before any template."""
    response: str
    truth: str
    """The right answer as the data has it; empty where there is none."""


@dataclass(frozen=True)
class RewardBatch:
    """Responses that a job wants judged together."""

    job: str
    step: int
    batch_id: str
    """The same for all attempts at one batch."""
    items: list[RewardItem]


Reward: TypeAlias = "bool | float | Verdict | Judgement"
"""What a response is worth: right or not, a score (above 0 counts as right), a verdict, or all of it."""

RewardFunction: TypeAlias = Callable[[str, str, str], Reward]
"""Takes prompt, response and truth."""


class RewardService:
    """What judges. Override `judge`, or `judge_batch` where a whole batch is judged better at once.

    Whatever they raise fails the attempt: the job tries again, then does what its `reward.external.on_failure` says. A
    single response that cannot be judged is `Verdict.INTERNAL`.
    """

    def judge(self, prompt: str, response: str, truth: str) -> Reward:
        """Judges one response."""
        raise NotImplementedError(f"{type(self).__name__} overrides neither judge nor judge_batch")

    def judge_batch(self, batch: RewardBatch) -> Iterable[Reward]:
        """Judges a batch, each response by `judge`: one reward for each item, in the same order."""
        return [self.judge(item.prompt, item.response, item.truth) for item in batch.items]


class _FunctionService(RewardService):
    def __init__(self, function: RewardFunction) -> None:
        self._function = function

    def judge(self, prompt: str, response: str, truth: str) -> Reward:
        return self._function(prompt, response, truth)


class RewardServer:
    """A RewardService that listens. Leaving its `with` block stops it."""

    def __init__(self, server: grpc.Server, host: str, port: int, *, tls: bool = False) -> None:
        """A server that was started."""
        self._server = server
        self.port = port
        self.address = f"https://{joined(host, port)}" if tls else joined(host, port)
        """For `reward.external.address`, where the job's server reaches this machine under the same name."""

    def wait(self) -> None:
        """Waits until the server is stopped, by another thread or Ctrl-C."""
        self._server.wait_for_termination()

    def stop(self, grace: float | None = None) -> None:
        """Stops listening; calls in flight have `grace` seconds to end."""
        self._server.stop(grace).wait()

    def __enter__(self) -> RewardServer:
        """Returns itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops."""
        self.stop()


@checked
def serve_reward(
    judge: RewardFunction | RewardService,
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    workers: int = 1,
    key: str | None = None,
    key_file: FilePath | None = None,
    tls_cert: FilePath | None = None,
    tls_key: FilePath | None = None,
    tls_client_ca: FilePath | None = None,
    insecure: bool = False,
) -> RewardServer:
    """Serves a reward to training jobs, until it is stopped.

    Args:
        judge: A function of prompt, response and truth, or a `RewardService`.
        port: Where to listen; 0 takes a free one, which `RewardServer.port` tells.
        host: Address to listen on. One that other machines can reach needs TLS, and a key or `tls_client_ca`.
        workers: Batches judged at a time, each by a thread. With more than one, `judge` must allow for that.
        key: What callers must send as `authorization: Bearer KEY`.
        key_file: A file that holds the key.
        tls_cert: A PEM file of the server's certificate, to serve with TLS.
        tls_key: A PEM file of that certificate's key.
        tls_client_ca: A PEM file of authorities, one of which must have signed a caller's own certificate.
        insecure: Whether other machines may reach it without all that.

    Raises:
        OSError: Nothing can listen there; another program does, say. Or a file cannot be read.
        ValueError: An argument is wrong, or the server would be open to other machines.
    """
    host = listen_host(host)
    address = joined(host, port)
    known = given_key(key, key_file)
    credentials = server_credentials(tls_cert, tls_key, tls_client_ca)
    closed = credentials is not None and (known is not None or tls_client_ca is not None)
    if not (closed or insecure or is_loopback(address)):
        raise ValueError(
            f"other machines can reach {address}: give tls_cert and tls_key, and a key or tls_client_ca, or "
            "insecure=True where all of them may read and ask"
        )
    service = judge if isinstance(judge, RewardService) else _FunctionService(judge)
    options = [
        ("grpc.so_reuseport", 0),  # Or a second server on the same port would take half of the calls.
        ("grpc.max_receive_message_length", -1),
    ]
    server = grpc.server(
        ThreadPoolExecutor(workers, "attnrl-reward"), handlers=[_Handler(service, known)], options=options
    )
    try:
        bound = (
            server.add_insecure_port(address) if credentials is None else server.add_secure_port(address, credentials)
        )
    except RuntimeError as error:
        raise OSError(f"cannot listen on {address}: {error}") from None
    server.start()
    return RewardServer(server, host, bound, tls=credentials is not None)


class _Handler(grpc.GenericRpcHandler):
    """Answers Judge to those who have the key, without generated stubs."""

    def __init__(self, service: RewardService, key: Key | None) -> None:
        self._key = key
        self._judge = grpc.unary_unary_rpc_method_handler(
            lambda request, context: _answer(service, request, context),
            request_deserializer=reward_pb2.JudgeRequest.FromString,
            response_serializer=reward_pb2.JudgeResponse.SerializeToString,
        )

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any] | None:
        if self._key is not None and not self._key.is_in(details.invocation_metadata):
            return _REFUSAL
        return self._judge if details.method == JUDGE_PATH else None


def _refuse(requests: object, context: grpc.ServicerContext) -> NoReturn:
    context.abort(grpc.StatusCode.UNAUTHENTICATED, "this reward needs its key, sent as `authorization: Bearer KEY`")


# As a stream of requests, of which none is read: they may be large.
_REFUSAL: grpc.RpcMethodHandler[Any, Any] = grpc.stream_unary_rpc_method_handler(_refuse)


def _answer(
    service: RewardService, request: reward_pb2.JudgeRequest, context: grpc.ServicerContext
) -> reward_pb2.JudgeResponse:
    if not context.is_active():  # It waited for others until the job gave it up.
        return reward_pb2.JudgeResponse()
    items = [RewardItem(item.prompt, item.response, item.truth) for item in request.items]
    batch = RewardBatch(request.job, request.step, request.batch_id, items)
    try:
        rewards = list(service.judge_batch(batch))
        if len(rewards) != len(items):
            raise ValueError(f"{len(rewards)} rewards came for {len(items)} responses")
        return reward_pb2.JudgeResponse(judgements=[_message(judgement(reward)) for reward in rewards])
    except Exception as error:
        # The status goes to another machine's log: it names the error, and its text, which may hold a prompt, stays.
        _log.exception("%s, step %d: batch %s could not be judged", batch.job, batch.step, batch.batch_id)
        context.abort(grpc.StatusCode.INTERNAL, f"the reward raised {type(error).__name__}; its own log says more")


def judgement(reward: Reward) -> Judgement:
    """A reward in its full form.

    Raises:
        TypeError: It is none of the kinds of `Reward`.
        ValueError: The verdict's name is none, or the score not finite or out of range.
    """
    if hasattr(reward, "item"):  # A number of NumPy or PyTorch.
        reward = reward.item()
    if isinstance(reward, Judgement):
        return Judgement(Verdict(reward.verdict), _score(reward.score), reward.answer, reward.detail)
    if isinstance(reward, Verdict):
        return Judgement(reward)
    if isinstance(reward, bool):
        return Judgement(Verdict.CORRECT if reward else Verdict.INCORRECT)
    if isinstance(reward, int | float):
        score = _score(reward)
        return Judgement(Verdict.CORRECT if reward > 0 else Verdict.INCORRECT, score)
    raise TypeError(f"a reward of type {type(reward).__name__}: return a bool, a number, a Verdict or a Judgement")


def _score(score: float | None) -> float | None:
    if score is None:
        return None
    if not math.isfinite(score) or abs(score) > LARGEST_SCORE:
        raise ValueError(f"a score of {score}: give a finite one from -{LARGEST_SCORE:g} to {LARGEST_SCORE:g}")
    return float(score)


def _message(judgement: Judgement) -> reward_pb2.Judgement:
    return reward_pb2.Judgement(
        verdict=f"REWARD_VERDICT_{Verdict(judgement.verdict).name}",
        score=judgement.score,
        answer=judgement.answer,
        detail=judgement.detail,
    )
