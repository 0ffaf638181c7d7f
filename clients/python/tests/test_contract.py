"""The generated code and the method table against the .proto files."""

from __future__ import annotations

import filecmp
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from attnrl import JobState, Verdict
from attnrl import _methods as methods
from attnrl._methods import Method
from attnrl._proto.attnrl.v1 import (
    analysis_pb2,
    generation_pb2,
    policy_pb2,
    preference_pb2,
    reward_pb2,
    training_pb2,
)
from attnrl.reward import JUDGE_PATH

CLIENT = Path(__file__).parent.parent
COMMITTED = CLIENT / "src" / "attnrl" / "_proto"


def installed_tools() -> str | None:
    try:
        return version("grpcio-tools")
    except PackageNotFoundError:
        return None


def pinned_tools() -> str:
    found = re.search(r'"grpcio-tools==([\d.]+)"', (CLIENT / "pyproject.toml").read_text())
    assert found
    return found.group(1)


@pytest.mark.skipif(
    installed_tools() != pinned_tools(),
    reason=f"needs grpcio-tools {pinned_tools()}, which generated the committed code; found {installed_tools()}",
)
def test_the_committed_code_is_what_the_contract_generates(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    subprocess.run([sys.executable, str(CLIENT / "generate"), str(fresh)], check=True)
    files = {path.relative_to(fresh) for path in fresh.rglob("*.py*") if "__pycache__" not in path.parts}
    committed = {path.relative_to(COMMITTED) for path in COMMITTED.rglob("*.py*") if "__pycache__" not in path.parts}
    assert files == committed
    differing = [str(path) for path in files if not filecmp.cmp(fresh / path, COMMITTED / path, shallow=False)]
    assert not differing, f"run clients/python/generate: {differing}"


def test_every_method_of_the_contract_is_in_the_table() -> None:
    table = {
        (method.path, method.answer.DESCRIPTOR.full_name, method.streams)
        for method in vars(methods).values()
        if isinstance(method, Method) and method.path.startswith("/attnrl.")
    }
    contract = {
        (f"/{service.full_name}/{method.name}", method.output_type.full_name, method.server_streaming)
        for file in (analysis_pb2, generation_pb2, policy_pb2, preference_pb2, training_pb2)
        for service in file.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }
    assert table == contract


def test_the_reward_service_is_that_of_the_contract() -> None:
    (service,) = reward_pb2.DESCRIPTOR.services_by_name.values()
    (method,) = service.methods
    assert f"/{service.full_name}/{method.name}" == JUDGE_PATH
    verdicts = set(reward_pb2.RewardVerdict.keys()) - {"REWARD_VERDICT_UNSPECIFIED"}
    assert {f"REWARD_VERDICT_{verdict.name}" for verdict in Verdict} == verdicts


def test_every_state_of_a_job_is_known() -> None:
    assert {f"JOB_STATE_{state.name}" for state in JobState} == set(training_pb2.JobState.keys())


def test_the_package_lives_beside_googles_own_messages() -> None:
    script = "import attnrl; from google.rpc import status_pb2, error_details_pb2; print('ok')"
    pytest.importorskip("google.rpc")
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "ok\n", done.stderr
