"""A server, a browser, and pages that must not complain.

ATTNRL_BIN names the program, ATTNRL_BROWSER the browser. With ATTNRL_PAGE=sources the page's files come from the sources
through `proxy.py`, so that they can be changed without building the program.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from proxy import Proxy

ROOT = Path(__file__).resolve().parents[2]
PROBLEM_FILE = ROOT / "examples/problem.txt"
# Problems of the kind that the shipped model knows, as the page has them.
SHIPPED_DATA = re.search(r'shippedData = "(.*)"', (ROOT / "Sources/Hosting/Resources/page/model/shipped.js").read_text())[1]

# Guards against hanging; whatever a test looks at is waited for.
HANG_LIMIT = 300_000
expect.set_options(timeout=HANG_LIMIT)


class Server:
    """A server process, and its methods as JSON."""

    def __init__(self, folder: Path, *arguments: str, port: int = 0) -> None:
        self.folder, self.arguments, self.port = folder, arguments, port
        self.process: subprocess.Popen[str] | None = None
        self.headers = {"content-type": "application/json"}
        self.start()

    def start(self) -> None:
        program = os.environ.get("ATTNRL_BIN", str(ROOT / ".build/release/attnrl"))
        self.process = subprocess.Popen(
            [program, "serve", "--shipped", "--jobs", str(self.folder / "jobs"), "--port", str(self.port),
             "--log-level", "error", *self.arguments],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        match = re.search(r"serving on (\S+):(\d+)", line)
        assert match, f"the server did not begin to serve: {line!r}"
        self.port = int(match[2])
        self.upstream = f"127.0.0.1:{self.port}"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(timeout=90) == 0

    def call(self, method: str, body: object) -> list[dict]:
        request = urllib.request.Request(
            f"http://{self.upstream}/attnrl.v1.{method}", json.dumps(body).encode(), self.headers)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return [json.loads(line) for line in answer.read().splitlines() if line]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory):
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def address(server: Server):
    """Where the page is."""
    if os.environ.get("ATTNRL_PAGE") != "sources":
        yield f"http://{server.upstream}/"
        return
    proxy = Proxy(server.upstream, own_files=True)
    yield proxy.address
    proxy.close()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        # A container's root may make no sandbox of its own.
        browser = playwright.chromium.launch(executable_path=os.environ["ATTNRL_BROWSER"], args=["--no-sandbox"])
        yield browser
        browser.close()


class Opened:
    """Opens pages, and collects what they complain of."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.contexts = []
        self.complaints: list[str] = []
        self.requests: list[str] = []

    def __call__(self, address: str, *, ready: bool = True, **options: object) -> Page:
        context = self.browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(HANG_LIMIT)
        page.on("pageerror", lambda error: self.complaints.append(f"{error}\n{error.stack}"))
        page.on("console", self._said)
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(address)
        if ready:
            wait_for_response(page)
        return page

    def _said(self, message) -> None:
        # What the server refuses is told to the person; the browser's own line of it is no complaint.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)


def wait_for_response(page: Page) -> None:
    """Until a response is there as a whole."""
    page.wait_for_selector('.step[data-step="2"]')
    page.wait_for_selector(".explore > .notice.busy", state="hidden")
    page.wait_for_selector(".response-main >> text=largest of")


def lock(page: Page, step: int) -> None:
    """Locks a step, and waits until it is the one that is described."""
    page.click(f'.step[data-step="{step}"] .influence')
    expect(page.locator(f'.step[data-step="{step}"]')).to_have_attribute("aria-selected", "true")
    expect(page.locator(".detail h3")).to_have_text(re.compile(f"^Step {step}(, the prompt)?$"))
    page.wait_for_selector(".detail .figures")


def choose(page: Page, leaf: int) -> None:
    """Chooses one of the leaves that are listed, and waits until it is the one that is described."""
    row = page.locator(".node.leaf").nth(leaf)
    row.click()
    expect(row).to_have_class(re.compile("chosen"))
    expect(page.locator(".tree-view aside h3").first).to_contain_text(row.locator("b").inner_text().strip())


def frames(page: Page) -> None:
    """Waits until what has happened so far is painted."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def grown(page: Page) -> None:
    """Waits until a tree no longer grows."""
    frames(page)
    page.wait_for_selector(".tree[aria-busy=false] .node.leaf")


def find(page: Page, search: str, rows: str) -> None:
    """Finds the last row by typing how it begins, and waits until only rows with that are listed."""
    texts = [text.strip().lower() for text in page.locator(f"{rows} .text").all_inner_texts()]
    # A step may have several lines, and a line cannot be ended in what is typed.
    beginning = (texts[-1].splitlines() or [""])[0][:40].strip()
    page.locator(search).press_sequentially(beginning)
    expect(page.locator(f"{rows}:not([hidden])")).to_have_count(sum(beginning in text for text in texts))


@pytest.fixture
def open_page(browser: Browser):
    opened = Opened(browser)
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.complaints == []


def saved(page: Page, name: str, folder: Path) -> Path:
    """Saves what is shown, by the name of the menu's button."""
    page.click(".menu > summary")
    with page.expect_download() as download:
        page.click(f'button:has-text("{name}")')
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def saved_json(page: Page, folder: Path) -> dict:
    return json.loads(saved(page, "Save as JSON", folder).read_text())


def grow(page: Page) -> None:
    """Grows a tree, and waits for its end."""
    page.goto(page.url.split("#")[0] + "#tree")
    page.click('.grow-form button:has-text("Grow")')
    grown(page)
