"""An open page leaves its server alone: what it costs is counted in requests, and in the server's own processor time."""

import os
from pathlib import Path

import pytest
from conftest import grow
from test_jobs import TREE_JOB, create

FRAMES = 120
# Seconds of the server's processor time for answering some polls, each some tenths of a millisecond; its clock has
# hundredths, and a machine that does much else makes them longer.
POLLS_LIMIT = 0.1
# Processor time of the same work differs so much on a machine whose threads share cores, which the browser's do too.
NOISE = 1.3


def processor_seconds(server) -> float:
    """Of all threads of the server so far."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_frames(page, count: int) -> None:
    page.evaluate("""async (count) => {
        for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame);
    }""", count)


@pytest.mark.parametrize("view", ["explore", "tree", "compare"])
def test_a_page_at_rest_asks_for_nothing(open_page, address, view):
    page = open_page(address)
    if view == "tree":
        grow(page)
    if view == "compare":
        page.click('button:has-text("Look again")')
        page.wait_for_selector(".comparison tbody tr")
    wait_frames(page, 2)
    page.wait_for_load_state("networkidle")
    before = len(open_page.requests)
    wait_frames(page, FRAMES)
    assert open_page.requests[before:] == []


def test_the_jobs_view_asks_seldom(open_page, address, server):
    """A job that waits is followed by one stream; the list is asked for every three seconds."""
    job = create(server, TREE_JOB | {"name": "waits", "steps": 500})
    server.call("TrainingService/PauseJob", {"id": job})
    page = open_page(f"{address}#jobs/{job}", ready=False)
    page.wait_for_selector(".job-report .state.paused", timeout=120_000)
    polls = lambda: [request for request in open_page.requests if request.endswith("ListJobs")]
    begin, spent = len(polls()), processor_seconds(server)
    for _ in range(3):
        with page.expect_request("**/*ListJobs"):
            pass
    spent = processor_seconds(server) - spent
    asked = polls()[begin:]
    print(f"{len(asked)} polls, {1000 * spent:.0f} ms of the server")
    assert len(asked) == 3
    others = [request for request in open_page.requests if "/attnrl.v1." in request and not request.endswith("ListJobs")]
    assert sum(request.endswith("WatchJob") for request in others) == 1
    server.call("TrainingService/CancelJob", {"id": job})
    assert spent <= POLLS_LIMIT


def test_generating_costs_the_same_with_pages_open(open_page, address, server):
    """The requests that would cost something are counted above; this is the sum."""
    body = {"policy": "shipped", "prompt": {"text": "Kim has 7 pens.\nHow many pens does Kim have?\n"}, "sampling": {"temperature": 1, "seed": 1, "ignoreEos": True, "maxTokens": 256},
            "n": 16}

    def cost() -> float:
        begin = processor_seconds(server)
        for _ in range(4):
            server.call("GenerationService/Generate", body)
        return processor_seconds(server) - begin

    cost()
    ratios = []
    # In turns: what else the machine does changes within seconds.
    for _ in range(4):
        alone = cost()
        pages = [open_page(f"{address}{view}", ready=False) for view in ("", "#tree", "#jobs")]
        for page in pages:
            page.wait_for_load_state("networkidle")
        opened = cost()
        for page in pages:
            page.close()
        ratios.append(opened / alone)
    print("with three pages open, of the time alone: " + ", ".join(f"{ratio:.2f}" for ratio in ratios))
    assert min(ratios) <= NOISE
