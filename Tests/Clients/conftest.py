"""A server for clients that other people wrote, asked over loopback only.

ATTNRL_BIN names the program (default: .build/release/attnrl). The model is a small one that speaks no English; ATTNRL_CLIENTS_MODEL
names the folder of another one, with a chat template of its own.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]

# Clients that look for settings, models or updates elsewhere are told not to.
os.environ.update(
    HF_HUB_OFFLINE="1", LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_TELEMETRY="False", INSPECT_DISABLE_UPDATES="1",
    OPENAI_API_KEY="none", NO_PROXY="127.0.0.1", no_proxy="127.0.0.1",
)


class Server:
    """The server's address, and the name of its model."""

    def __init__(self, url: str, model: str) -> None:
        self.url, self.model, self.v1 = url, model, f"{url}/v1"

    def post(self, path: str, body: object, **options: object) -> httpx.Response:
        return httpx.post(self.url + path, json=body, timeout=120, **options)

    def call(self, method: str, body: object) -> list[dict]:
        """A method of a service as JSON lines."""
        answer = self.post(f"/attnrl.v1.{method}", body)
        answer.raise_for_status()
        import json

        return [json.loads(line) for line in answer.text.splitlines() if line]


@pytest.fixture(scope="session")
def server():
    program = os.environ.get("ATTNRL_BIN", str(ROOT / ".build/release/attnrl"))
    folder = os.environ.get("ATTNRL_CLIENTS_MODEL")
    model = f"model={folder}" if folder else f"graph-model={ROOT / 'Tests/Fixtures/graph-model'}"
    process = subprocess.Popen(
        [program, "serve", "--model", model, "--port", "0", "--cors-origin", "https://page.example"],
        stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        match = re.search(r"serving on (\S+)", line)
        assert match, f"the server did not begin to serve: {line!r}"
        url = f"http://{match[1]}"
        yield Server(url, httpx.get(f"{url}/v1/models").json()["data"][0]["id"])
    finally:
        process.terminate()
        assert process.wait(timeout=60) == 0


@pytest.fixture(scope="session")
def prompt(server: Server) -> str:
    """Something that the model knows how to answer."""
    return "%10;Li*4;Ai-5;M2;?M" if server.model == "graph-model" else "What is 2 + 3? Think step by step."


@pytest.fixture(scope="session")
def has_chat(server: Server) -> bool:
    return server.call("PolicyService/GetPolicy", {})[0].get("hasChatTemplate", False)
