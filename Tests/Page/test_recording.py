"""Writes docs/images/page.webp where ATTNRL_PICTURES is set: a walk through the page, as the README shows it."""

import io
import json
import os

import pytest
from conftest import ROOT, choose, grown, lock, wait_for_response
from PIL import Image
from playwright.sync_api import expect
from proxy import Proxy

FILE = ROOT / "docs/images/page.webp"
LIMIT = 4 * 1000 * 1000
SIZE = {"width": 1100, "height": 720}
# Seconds.
BRIEF, NORMAL, LONG = 0.25, 1.2, 2.5

pytestmark = pytest.mark.skipif(not os.environ.get("ATTNRL_PICTURES"), reason="ATTNRL_PICTURES is not set")


class Recording:
    """Pictures of a page, and how long each is shown."""

    def __init__(self, page) -> None:
        self.page = page
        self.frames: list[tuple[Image.Image, float]] = []

    def take(self, seconds: float = NORMAL) -> None:
        # Two looks at the same are one.
        frame = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        if self.frames and frame.tobytes() == self.frames[-1][0].tobytes():
            frame, seconds = self.frames[-1][0], seconds + self.frames.pop()[1]
        self.frames.append((frame, seconds))

    def point(self, selector: str, seconds: float = NORMAL) -> None:
        """Moves the pointer there, and shows that."""
        self.page.locator(selector).first.scroll_into_view_if_needed()
        self.page.hover(selector)
        self.take(seconds)

    def write(self) -> None:
        first, *others = [frame for frame, _ in self.frames]
        durations = [round(1000 * seconds) for _, seconds in self.frames]
        first.save(FILE, save_all=True, append_images=others, duration=durations, loop=0, quality=80, method=4)
        assert FILE.stat().st_size <= LIMIT
        print(f"{len(self.frames)} pictures, {sum(durations) / 1000:.0f} s, {FILE.stat().st_size} bytes")


def test_a_walk_through_the_page(open_page, server):
    proxy = Proxy(server.upstream, own_files=os.environ.get("ATTNRL_PAGE") == "sources")
    page = open_page(proxy.address, viewport=SIZE)
    record = Recording(page)
    watch_it_written(page, proxy, record)
    look_closer(page, record)
    branch_and_mark(page, record)
    teach(page, record)
    record.write()
    proxy.close()


def watch_it_written(page, proxy, record) -> None:
    page.click(".prompt-form summary")
    page.fill("input[name=seed]", "3")
    page.click(".prompt-form summary")
    record.point('.prompt-form button:has-text("Run")')
    proxy.delay = 0.02
    page.click('.prompt-form button:has-text("Run")')
    page.wait_for_selector(".explore > .notice.busy")
    while page.locator(".explore > .notice.busy:visible").count():
        record.take(BRIEF)
    proxy.delay = 0.0
    wait_for_response(page)
    record.take()


def look_closer(page, record) -> None:
    for step in range(1, min(6, page.locator(".step-rows .step").count())):
        record.point(f'.step[data-step="{step}"] .influence', 0.7)
    lock(page, 2)
    record.take(LONG)
    page.click('summary:has-text("Does it matter")')
    record.point('button:has-text("Ablate this step")')
    page.click('button:has-text("Ablate this step")')
    page.wait_for_selector("text=Hidden: KL")
    record.take(LONG)
    page.click('summary:has-text("Does it matter")')


def branch_and_mark(page, record) -> None:
    record.point('.detail button:has-text("Branch here")')
    page.click('.detail button:has-text("Branch here")')
    page.wait_for_selector(".node.leaf:has-text('#2')")
    grown(page)
    expect(page.locator(".node.leaf .verdict.unjudged")).to_have_count(0)
    page.locator(".tree-scroller").scroll_into_view_if_needed()
    record.take(LONG)
    for leaf, mark in [(1, "✓ Right"), (2, "✗ Wrong")]:
        choose(page, leaf)
        record.take()
        record.point(f'button:has-text("{mark}")', 0.6)
        page.click(f'button:has-text("{mark}")')
        record.take()


def teach(page, record) -> None:
    record.point('button:has-text("Begin a job…")')
    page.click('button:has-text("Begin a job…")')
    page.wait_for_selector(".problems .fine")
    specification = json.loads(page.input_value(".spec")) | {"name": "recorded"}
    page.fill(".spec", json.dumps(specification, indent=2))
    page.wait_for_selector(".problems .fine")
    record.take(LONG)
    page.click('dialog button:has-text("Create")')
    page.wait_for_selector("text=2 answers taken by")
    record.point('button:has-text("Watch it")')
    page.click('button:has-text("Watch it")')
    for step in (1, 2, 4, 6, 8, 10):
        page.wait_for_selector(f".events li:has-text('step {step} ')", timeout=300_000)
        record.take(0.8)
    page.wait_for_selector(".job-report .state.succeeded", timeout=300_000)
    record.take(LONG)
