"""Jobs and Teach: what is marked reaches a job, the job is watched and steered, and its tree is looked at."""

import json

import pytest
from conftest import SHIPPED_DATA, choose, grow, saved, saved_json
from playwright.sync_api import expect

TREE_JOB = {
    "kind": "attnrl", "name": "watched", "policy": "shipped", "steps": 2,
    "data": {"train": SHIPPED_DATA},
    "reward": {"kind": "task"}, "rollout": {"max_tokens": 700, "group_size": 2}, "batch": {"prompts_per_step": 2},
    "branching": {"min_gap_fraction": 0.05}, "adaptive": {"branched_rollouts": 2}, "trees": {"every_steps": 1}, "publish": {"every_steps": 0},
    "optimizer": {"learning_rate": 1e-6}}


def create(server, specification) -> str:
    return server.call("TrainingService/CreateJob", {"text": json.dumps(specification)})[0]["id"]


@pytest.mark.parametrize("kind", ["grpo", "direct_advantage"])
def test_two_marks_begin_a_job_that_moves(open_page, address, server, kind):
    """Two leaves are marked, a job is begun with them, and it learns from both."""
    page = open_page(address)
    grow(page)
    choose(page, 0)
    page.click('button:has-text("✓ Right")')
    choose(page, 1)
    page.click('button:has-text("✗ Wrong")')
    expect(page.locator("text=2 answers marked or edited: 1 right")).to_be_visible()
    page.get_by_label("A new job").select_option(kind)
    page.click('button:has-text("Begin a job…")')
    specification = json.loads(page.input_value(".spec"))
    specification |= {"steps": 3, "name": "taught"}
    specification["rollout"]["group_size"] = 2
    if kind == "direct_advantage":
        specification["adaptive"] = {"branched_rollouts": 2}
    specification["batch"]["prompts_per_step"] = 1
    page.fill(".spec", json.dumps(specification))
    page.wait_for_selector(".problems .fine")
    page.click('dialog button:has-text("Create")')
    page.wait_for_selector("text=2 answers taken by")
    page.click('button:has-text("Watch it")')
    page.wait_for_selector(".job-report .state.succeeded", timeout=180_000)
    page.wait_for_selector(".curve:has-text('reward/mean')")


def test_curves_and_events_are_the_servers(open_page, address, server, tmp_path):
    job = create(server, TREE_JOB)
    page = open_page(f"{address}#jobs/{job}", ready=False)
    page.wait_for_selector(".job-report .state.succeeded", timeout=180_000)
    shown = saved_json(page, tmp_path)["job"]
    events = server.call("TrainingService/WatchJob", {"id": job, "pastOnly": True})
    assert [event["sequence"] for event in shown["events"]] == [event["sequence"] for event in events]
    metrics = {name: dict(points) for name, points in shown["metrics"]}
    for event in events:
        for name, value in event.get("stepDone", {}).get("metrics", {}).items():
            assert metrics[name][int(event["step"])] == value
    file = saved(page, "Save as one HTML file", tmp_path)
    offline = open_page(file.as_uri(), ready=False)
    offline.wait_for_selector(".curve:has-text('reward/mean')")
    page.fill('.jobs input[placeholder="newest"]', "1")
    page.click('button:has-text("Look at a tree")')
    page.wait_for_selector(".node.leaf")


def test_a_job_is_paused_resumed_and_cancelled(open_page, address, server):
    job = create(server, TREE_JOB | {"steps": 500, "name": "steered"})
    page = open_page(f"{address}#jobs/{job}", ready=False)
    page.click('button:text-is("Pause")')
    page.wait_for_selector(".job-report .state.paused", timeout=120_000)
    page.click('button:text-is("Resume")')
    page.wait_for_selector('button:text-is("Pause")', timeout=120_000)
    page.click('button:text-is("Cancel")')
    page.click('dialog button:has-text("Cancel the job")')
    page.wait_for_selector(".job-report .state.cancelled", timeout=120_000)
    expect(page.locator('button:text-is("Resume")')).to_have_count(0)


def test_the_editor_knows_every_field(open_page, address, server):
    page = open_page(f"{address}#jobs", ready=False)
    page.click('button:has-text("New job")')
    page.wait_for_selector("text=data.train")
    page.wait_for_selector(".field-table tbody tr")
    expect(page.locator(".field-table tbody tr").nth(60)).to_be_attached()
    page.fill('[aria-label="data.train"]', "graph")
    page.keyboard.press("Tab")
    page.wait_for_selector(".problems .fine")
    page.fill('.spec-editor input[type=search]', "learning_rate")
    page.fill('[aria-label="optimizer.learning_rate"]', "-1")
    page.keyboard.press("Tab")
    page.wait_for_selector(".problems .failed:has-text('optimizer.learning_rate')")
    assert json.loads(page.input_value(".spec"))["optimizer"] == {"learning_rate": -1}
