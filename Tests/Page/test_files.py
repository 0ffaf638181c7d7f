"""Files that the command line writes show in a browser what the API says, and ask for nothing."""

import json
import os
import subprocess

import pytest
from conftest import PROBLEM_FILE, Server, choose, lock, wait_for_response
from playwright.sync_api import expect
from test_jobs import TREE_JOB, create

# Figures are shown with three or four digits.
ROUNDING = 5e-3


def run(server: Server, *arguments: str) -> str:
    """What a command of the program prints."""
    environment = os.environ | {"ATTNRL_SERVER": server.upstream}
    done = subprocess.run([os.environ["ATTNRL_BIN"], *arguments], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def opened(open_page, file):
    """The page of a file, which asked for nothing but itself and is small."""
    assert file.stat().st_size <= 3 << 20
    before = len(open_page.requests)
    page = open_page(file.as_uri(), ready=False)
    page.wait_for_selector("main > *:not(h1)")
    assert open_page.requests[before:] == [file.as_uri()]
    return page


def shows(text: str, value: float) -> bool:
    """Whether a figure is that of a value; a dot stands for 0."""
    return abs((0 if text == "·" else float(text)) - value) <= ROUNDING * abs(value)


@pytest.fixture
def traced(server, tmp_path):
    """A trace as JSON, and its file."""
    file = tmp_path / "trace.html"
    output = run(server, "trace", "--file", str(PROBLEM_FILE), "--seed", "5", "-o", "json", "--html", str(file))
    return json.loads(output), file


def test_a_trace_shows_the_figures_of_the_api(open_page, traced):
    trace, file = traced
    page = opened(open_page, file)
    rows = page.locator(".step-rows .step")
    expect(rows).to_have_count(len(trace["steps"]))
    for row, step in list(zip(rows.all(), trace["steps"], strict=True))[1:]:
        assert row.locator(".text").text_content().strip() == step["text"].strip()
        assert shows(row.locator(".influence .value").inner_text(), step["influence"])
        assert shows(row.locator(".logprob").inner_text(), step["mean_logprob"])
    lock(page, 1)
    page.hover(".chips .tok >> nth=0")
    page.wait_for_selector(".token-readout:has-text('ln p')")
    expect(page.locator("canvas.map").first).to_be_visible()


def test_a_trace_is_looked_at_in_the_page_but_not_branched(open_page, address, traced):
    _, file = traced
    page = open_page(address)
    page.set_input_files("input[type=file]", file)
    page.wait_for_selector("text=saved without the prompt's tokens")
    page.click('.step[data-step="1"] .influence')
    page.wait_for_selector(".detail .chips")
    assert page.locator('.detail button:has-text("Branch here")').count() == 0
    page.click('.prompt-form button:has-text("Run")')
    wait_for_response(page)
    lock(page, 1)
    page.wait_for_selector('.detail button:has-text("Branch here")')


def test_a_tree_shows_the_values_of_the_api(open_page, address, server, tmp_path):
    saved, file = tmp_path / "tree.json", tmp_path / "tree.html"
    run(server, "explore", "--file", str(PROBLEM_FILE), "--reward", "task", "--width", "3", "--seed", "3", "--save", str(saved))
    assert run(server, "tree", "show", str(saved), "--html", str(file)) == ""
    tree = json.loads(saved.read_text())
    page = opened(open_page, file)
    expect(page.locator(".node.leaf")).to_have_count(len(tree["rollouts"]))
    verdicts = {"CORRECT": "right", "INCORRECT": "wrong"}
    for rollout in tree["rollouts"]:
        leaf = page.locator(f".node.leaf:has(b:text-is('#{rollout['index']}'))")
        assert leaf.locator(".value").inner_text() == ("0" if rollout["reward"] == 0 else f"{rollout['reward']:.3f}")
        expect(leaf.locator(f".verdict.{verdicts.get(rollout['verdict'], 'none')}")).to_have_count(1)
    root = tree["nodes"][0]["value"]
    assert page.locator(".node .value").nth(1).inner_text() == ("0" if root == 0 else f"{root:.3f}")
    for shown in (saved, file):
        page = open_page(address)
        page.set_input_files("input[type=file]", shown)
        expect(page.locator(".node.leaf")).to_have_count(len(tree["rollouts"]))
        expect(page.locator(".node.leaf .verdict.unjudged")).to_have_count(0)
        choose(page, 0)


def test_several_trees_are_too_many_for_a_file(server, tmp_path):
    trees = tmp_path / "trees.jsonl"
    run(server, "explore", "--file", str(PROBLEM_FILE), "--width", "1", "--depth", "0", "--save", str(trees))
    trees.write_text(2 * trees.read_text())
    done = subprocess.run([os.environ["ATTNRL_BIN"], "tree", "show", str(trees), "--html", str(tmp_path / "a.html")],
                          capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "2 trees" in done.stderr


def test_a_job_shows_the_figures_of_the_api(open_page, server, tmp_path):
    job = create(server, TREE_JOB | {"name": "reported"})
    run(server, "job", "wait", job)
    file = tmp_path / "job.html"
    run(server, "job", "report", job, "--html", str(file))
    page = opened(open_page, file)
    page.wait_for_selector(".job-report .state.succeeded")
    page.wait_for_selector(".curve:has-text('reward/mean')")
    events = server.call("TrainingService/WatchJob", {"id": job, "pastOnly": True})
    expect(page.locator(".events li")).to_have_count(len(events))
    page.click('summary:has-text("The last figures")')
    last = [event for event in events if "stepDone" in event][-1]["stepDone"]["metrics"]
    for name in ("reward/mean", "policy/entropy"):
        cells = page.locator(f"tr:has(code:text-is('{name}')) td").all_inner_texts()
        assert shows(cells[2], last[name])
