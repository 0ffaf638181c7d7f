"""Writes docs/images where ATTNRL_PICTURES is set: the main views, as the README and docs/page.md show them."""

import os

import pytest
from conftest import ROOT, choose, grow, lock, wait_for_response
from test_jobs import TREE_JOB, create

FOLDER = ROOT / "docs/images"
LIMIT = 250 * 1000

pytestmark = pytest.mark.skipif(not os.environ.get("ATTNRL_PICTURES"), reason="ATTNRL_PICTURES is not set")


def take(page, name: str) -> None:
    page.wait_for_timeout(300)
    file = FOLDER / f"page-{name}.png"
    page.screenshot(path=file)
    assert file.stat().st_size <= LIMIT


@pytest.fixture
def page(open_page, address):
    return open_page(address, viewport={"width": 1180, "height": 860})


def ask(page) -> None:
    """The same response each time."""
    page.click(".prompt-form summary")
    page.fill("input[name=seed]", "3")
    page.click('.prompt-form button:has-text("Run")')
    wait_for_response(page)
    page.click(".prompt-form summary")


def test_explore(page):
    ask(page)
    page.click('button:has-text("Maps of the strongest")')
    page.wait_for_selector(".small-map canvas")
    page.click('summary:has-text("Does it matter")')
    page.click('button:has-text("All steps")')
    # Its notice may be gone by now: all but the last step have a figure then.
    page.wait_for_function("""() => {
        const cells = [...document.querySelectorAll(".step[data-step] .effect")];
        return cells.length > 2 && cells.slice(1, -1).every((cell) => cell.textContent);
    }""")
    page.click('summary:has-text("Does it matter")')
    lock(page, 2)
    page.evaluate("() => scrollTo(0, 380)")
    page.hover('.step[data-step="2"] .influence')
    take(page, "explore")


def test_branch(page):
    ask(page)
    grow(page)
    choose(page, 0)
    page.click('button:has-text("✗ Wrong")')
    choose(page, 4)
    page.click('button:has-text("✓ Right")')
    take(page, "branch")


def test_jobs(page, server, address):
    job = create(server, TREE_JOB | {"steps": 12, "optimizer": {"learning_rate": 1e-4}, "rollout": {"max_tokens": 700, "group_size": 4}})
    page.goto(f"{address}#jobs/{job}")
    page.wait_for_selector(".job-report .state.succeeded", timeout=300_000)
    take(page, "jobs")


def test_dark(open_page, address):
    page = open_page(address, viewport={"width": 1180, "height": 860}, color_scheme="dark")
    ask(page)
    lock(page, 2)
    page.evaluate("() => scrollTo(0, 380)")
    page.hover('.step[data-step="2"] .influence')
    take(page, "dark")
