"""Rewards as served to jobs."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Iterable
from pathlib import Path
from runpy import run_path
from typing import Any

import grpc
import pytest
from certificates import Certificates
from fake_server import HANG_SECONDS

from attnrl import Judgement, Reward, RewardBatch, RewardItem, RewardServer, RewardService, Verdict, serve_reward
from attnrl._access import client_credentials
from attnrl._proto.attnrl.v1 import reward_pb2
from attnrl.reward import JUDGE_PATH, judgement

EXAMPLE = Path(__file__).parent.parent / "examples" / "length_reward.py"


def ask(
    server: RewardServer,
    *items: tuple[str, str, str],
    authorization: str | None = None,
    credentials: grpc.ChannelCredentials | None = None,
) -> list[reward_pb2.Judgement]:
    """Asks as a job does."""
    request = reward_pb2.JudgeRequest(
        job="job-1",
        step=7,
        batch_id="b",
        items=[
            reward_pb2.JudgeItem(prompt=prompt, response=response, truth=truth) for prompt, response, truth in items
        ],
    )
    target = server.address.removeprefix("https://")
    with grpc.secure_channel(target, credentials) if credentials else grpc.insecure_channel(target) as channel:
        judge = channel.unary_unary(
            JUDGE_PATH,
            request_serializer=reward_pb2.JudgeRequest.SerializeToString,
            response_deserializer=reward_pb2.JudgeResponse.FromString,
        )
        metadata = (("authorization", authorization),) if authorization else None
        answer: reward_pb2.JudgeResponse = judge(request, timeout=HANG_SECONDS, metadata=metadata)
    return list(answer.judgements)


def test_a_function_judges_each_response_in_order() -> None:
    def reward(prompt: str, response: str, truth: str) -> bool | float:
        return len(response) / 4 if prompt == "long" else response == truth

    with serve_reward(reward) as server:
        found = ask(server, ("p", "4", "4"), ("p", "5", "4"), ("long", "abc", ""))
    assert [item.verdict for item in found] == [
        reward_pb2.REWARD_VERDICT_CORRECT,
        reward_pb2.REWARD_VERDICT_INCORRECT,
        reward_pb2.REWARD_VERDICT_CORRECT,
    ]
    assert [item.HasField("score") for item in found] == [False, False, True]
    assert found[2].score == 0.75


def test_a_service_may_judge_a_whole_batch() -> None:
    class Ranking(RewardService):
        def judge_batch(self, batch: RewardBatch) -> Iterable[Reward]:
            assert batch == RewardBatch("job-1", 7, "b", [RewardItem("p", "aa", "t"), RewardItem("p", "a", "")])
            return (Judgement("no_answer", -len(item.response), "x", "why") for item in batch.items)

    with serve_reward(Ranking()) as server:
        found = ask(server, ("p", "aa", "t"), ("p", "a", ""))
    assert [item.score for item in found] == [-2, -1]
    assert {(item.verdict, item.answer, item.detail) for item in found} == {
        (reward_pb2.REWARD_VERDICT_NO_ANSWER, "x", "why")
    }


class Shortened(RewardService):
    def judge_batch(self, batch: RewardBatch) -> Iterable[Reward]:
        return []


def raising(prompt: str, response: str, truth: str) -> bool:
    raise KeyError(f"secret {prompt}")


@pytest.mark.parametrize(
    ("judge", "kind"),
    [(raising, "KeyError"), (Shortened(), "ValueError"), (RewardService(), "NotImplementedError")],
    ids=["raises", "answers too few", "overrides nothing"],
)
def test_a_reward_that_fails_fails_the_attempt(judge: Any, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    with (
        serve_reward(judge) as server,
        caplog.at_level(logging.ERROR, "attnrl.reward"),
        pytest.raises(grpc.RpcError) as caught,
    ):
        ask(server, ("prompt", "a", "b"))
    failure: Any = caught.value
    assert failure.code() is grpc.StatusCode.INTERNAL
    assert kind in failure.details()
    assert "prompt" not in failure.details()
    assert "job-1, step 7: batch b" in caplog.text


@pytest.mark.parametrize(
    ("reward", "full"),
    [
        (True, Judgement(Verdict.CORRECT)),
        (False, Judgement(Verdict.INCORRECT)),
        (2, Judgement(Verdict.CORRECT, 2.0)),
        (0.0, Judgement(Verdict.INCORRECT, 0.0)),
        (-1.5, Judgement(Verdict.INCORRECT, -1.5)),
        (Verdict.TIMEOUT, Judgement(Verdict.TIMEOUT)),
        (Judgement("parse_error", detail="?"), Judgement(Verdict.PARSE_ERROR, detail="?")),
    ],
)
def test_what_a_function_returns_becomes_a_judgement(reward: Reward, full: Judgement) -> None:
    assert judgement(reward) == full


def test_numbers_of_numpy_are_numbers() -> None:
    np = pytest.importorskip("numpy")
    assert judgement(np.float32(0.5)) == Judgement(Verdict.CORRECT, 0.5)
    assert judgement(np.bool_(False)) == Judgement(Verdict.INCORRECT)


@pytest.mark.parametrize("reward", [math.nan, math.inf, 1000.5, Judgement("correct", -1001), Judgement("right")])
def test_rewards_out_of_range_are_refused(reward: Reward) -> None:
    with pytest.raises(ValueError, match=r"score|right"):
        judgement(reward)


@pytest.mark.parametrize("reward", [None, "1", [1.0]])
def test_other_types_are_refused(reward: Any) -> None:
    with pytest.raises(TypeError, match="return a bool"):
        judgement(reward)


def test_one_port_has_one_server() -> None:
    with serve_reward(raising) as server, pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{server.port}"):
        serve_reward(raising, port=server.port)


def test_waiting_ends_when_the_server_stops() -> None:
    server = serve_reward(raising)
    waiting = threading.Thread(target=server.wait)
    waiting.start()
    server.stop()
    waiting.join(HANG_SECONDS)
    assert not waiting.is_alive()


def right(prompt: str, response: str, truth: str) -> bool:
    return response == truth


@pytest.mark.parametrize("given", ["key", "key_file"])
def test_a_key_keeps_others_out(given: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("the-key\n")
    settings: dict[str, Any] = {given: "the-key" if given == "key" else tmp_path / "key"}
    with serve_reward(right, **settings) as server:
        assert len(ask(server, ("p", "4", "4"), authorization="Bearer the-key")) == 1
        assert len(ask(server, ("p", "4", "4"), authorization="bearer the-key")) == 1
        for wrong in (None, "Bearer the-kez", "Bearer the-key2", "Bearer", "the-key", "Basic the-key"):
            with pytest.raises(grpc.RpcError) as caught:
                ask(server, ("p", "4" * 5_000_000, "4"), authorization=wrong)
            failure: Any = caught.value
            assert failure.code() is grpc.StatusCode.UNAUTHENTICATED
            assert "the-ke" not in failure.details()


def test_the_environments_key_is_for_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTNRL_KEY", "the-key")
    with serve_reward(right) as server:
        assert len(ask(server, ("p", "4", "4"))) == 1


def test_a_reward_is_served_with_tls(certificates: Certificates) -> None:
    own: dict[str, Any] = {"tls_cert": certificates.pem("server"), "tls_key": certificates.key("server")}
    with serve_reward(right, **own, key="the-key") as server:
        assert server.address == f"https://127.0.0.1:{server.port}"
        trusting = client_credentials(certificates.pem("ca"), None, None)
        assert len(ask(server, ("p", "4", "4"), authorization="Bearer the-key", credentials=trusting)) == 1
        with pytest.raises(grpc.RpcError, match="UNAUTHENTICATED"):
            ask(server, ("p", "4", "4"), credentials=trusting)
        with pytest.raises(grpc.RpcError, match="UNAVAILABLE"):
            ask(server, ("p", "4", "4"), authorization="Bearer the-key")


def test_callers_may_need_certificates(certificates: Certificates) -> None:
    ca, client = certificates.pem("ca"), (certificates.pem("client"), certificates.key("client"))
    own: dict[str, Any] = {
        "tls_cert": certificates.pem("server"),
        "tls_key": certificates.key("server"),
        "tls_client_ca": ca,
    }
    with serve_reward(right, **own) as server:
        assert len(ask(server, ("p", "4", "4"), credentials=client_credentials(ca, *client))) == 1
        with pytest.raises(grpc.RpcError, match="UNAVAILABLE"):
            ask(server, ("p", "4", "4"), credentials=client_credentials(ca, None, None))


def test_other_machines_reach_it_only_if_it_is_closed_or_that_is_asked_for(certificates: Certificates) -> None:
    ca = {"tls_client_ca": certificates.pem("ca")}
    tls = {"tls_cert": certificates.pem("server"), "tls_key": certificates.key("server")}
    open_to_others: list[dict[str, Any]] = [{}, {"key": "the-key"}, tls]
    for settings in open_to_others:
        with pytest.raises(ValueError, match=r"other machines can reach 0\.0\.0\.0:0: give tls_cert"):
            serve_reward(right, host="0.0.0.0", **settings)
    allowed: list[dict[str, Any]] = [{"insecure": True}, {**tls, "key": "the-key"}, {**tls, **ca}]
    for settings in allowed:
        serve_reward(right, host="0.0.0.0", **settings).stop()


def test_a_server_checks_callers_certificates_with_one_of_its_own(certificates: Certificates) -> None:
    with pytest.raises(ValueError, match="tls_client_ca is given without tls_cert and tls_key"):
        serve_reward(right, tls_client_ca=certificates.pem("ca"))
    with pytest.raises(ValueError, match="key and key_file are both given"):
        serve_reward(right, key="a", key_file="b")


def test_the_example_pays_for_right_and_short_responses() -> None:
    reward = run_path(str(EXAMPLE))["reward"]
    assert reward(10, "", "no box", "4").verdict is Verdict.NO_ANSWER
    assert reward(10, "", r"\boxed{4", "4").verdict is Verdict.NO_ANSWER
    assert reward(10, "", r"\boxed{4} or \boxed{5}", "4") == Judgement(Verdict.INCORRECT, answer="5")
    assert reward(20, "", r"ab\boxed{4}", "4") == Judgement(Verdict.CORRECT, 1 - 0.5 * 11 / 20, "4")
    assert reward(3, "", r"\boxed{4}", "4").score == 0.5
