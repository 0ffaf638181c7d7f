"""Large responses and a small page. Times are of the page's own thread, so that a busy machine does not matter."""

import gzip
import json
import random
import re
import urllib.request

import pytest
from conftest import ROOT, frames, lock, saved

FILES = ROOT / "Sources/Hosting/Resources/page"
FRAME = 1 / 60


def response(tokens: int, steps: int) -> dict:
    """A response of so many tokens and steps, all of them different."""
    draw = random.Random(1)
    prompt = 40
    size = tokens // steps
    ends = [prompt + size * (n + 1) for n in range(steps)]
    ends[-1] = prompt + tokens
    words = ["so", "the", "sum", "is", "then", "carry", "one", "over", "which", "leaves"]
    entry = lambda: {"id": draw.randrange(50_000), "text": "d29yZCA=", "logprob": -draw.random(), "entropy": draw.random() * 2,
                     "top": {"ids": [1, 2], "logprobs": [-0.1, -2.5], "texts": ["YQ==", "Yg=="]}}
    rows = [{"index": 0, "start": 0, "end": prompt, "text": "prompt", "influence": 0, "excess": 0, "topHeads": [],
             "meanLogprob": None, "meanEntropy": None, "afterThinking": False}]
    for n, end in enumerate(ends):
        rows.append({"index": n + 1, "start": ends[n - 1] if n else prompt, "end": end,
                     "text": " ".join(draw.choices(words, k=size)) + "\n\n", "influence": draw.random(), "excess": draw.random(),
                     "topHeads": [{"layer": draw.randrange(30), "head": draw.randrange(9), "influence": draw.random()}] * 4,
                     "meanLogprob": -draw.random(), "meanEntropy": draw.random(), "afterThinking": False})
    # More steps than some thousand have no map: the server leaves it out.
    maps = [[round(draw.random() ** 6, 7) for _ in range(row + 1)] for row in range(steps + 1)] if steps <= 1000 else []
    return {"format": "attnrl-view", "version": 1, "kind": "response", "saved": "2026-01-01T00:00:00Z", "response": {
        "request": {"policy": "large", "prompt": {"text": "prompt"}, "sampling": {}, "capture": {"gap": 4}}, "policy": "large",
        "version": 1, "promptIds": list(range(prompt)), "promptText": "prompt", "tokens": [entry() for _ in range(tokens)],
        "steps": rows, "map": maps, "headMaps": [], "ablations": [], "layers": 30, "heads": 9, "gap": 4,
        "separator": "STEP_SEPARATOR_BLANK_LINE"}}


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    file = tmp_path_factory.mktemp("large") / "large.json"
    file.write_text(json.dumps(response(8192, 300)))
    return file


class Clock:
    """Seconds that the page's thread has worked."""

    def __init__(self, page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def now(self) -> float:
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def open_file(page, file, count: int) -> None:
    page.set_input_files("input[type=file]", file)
    page.wait_for_function(f"() => document.querySelectorAll('.step-rows .step').length === {count}")
    frames(page)


def test_300_steps_are_painted_within_a_second(open_page, address, large):
    page = open_page(address)
    clock = Clock(page)
    before = clock.now()
    open_file(page, large, 301)
    spent = clock.now() - before
    print(f"8192 tokens, 300 steps: {spent:.3f} s")
    assert spent < 1


def test_300_steps_are_scrolled_at_60_frames(open_page, address, large):
    page = open_page(address)
    open_file(page, large, 301)
    clock = Clock(page)
    before = clock.now()
    frames = page.evaluate("""async () => {
        const scroller = document.querySelector(".steps-scroller");
        let frames = 0;
        for (let top = 0; top < scroller.scrollHeight && frames < 200; top += 120, frames++) {
            scroller.scrollTop = top;
            await new Promise(requestAnimationFrame);
        }
        return frames;
    }""")
    spent = (clock.now() - before) / frames
    print(f"{frames} frames, {1000 * spent:.2f} ms each")
    assert frames > 50 and spent < FRAME


def test_a_hover_is_shown_within_50_milliseconds(open_page, address, large):
    page = open_page(address)
    open_file(page, large, 301)
    clock = Clock(page)
    before = clock.now()
    page.evaluate("""async () => {
        for (let step = 1; step <= 40; step++) {
            document.querySelector(`.step[data-step="${step}"] .text`).dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
            await new Promise(requestAnimationFrame);
        }
    }""")
    spent = (clock.now() - before) / 40
    print(f"{1000 * spent:.2f} ms for each hover")
    assert spent < 0.05


def test_a_saved_file_of_300_steps_is_small(open_page, address, large, tmp_path):
    page = open_page(address)
    open_file(page, large, 301)
    file = saved(page, "Save as one HTML file", tmp_path)
    size = file.stat().st_size
    print(f"{size} bytes")
    assert size <= 3 << 20
    offline = open_page(file.as_uri(), ready=False)
    offline.wait_for_selector('.step[data-step="300"]', state="attached")


def test_32k_tokens_and_the_most_steps_open(open_page, address, tmp_path):
    file = tmp_path / "largest.json"
    file.write_text(json.dumps(response(32_768, 4096)))
    page = open_page(address)
    open_file(page, file, 4097)
    lock(page, 5)


def test_the_whole_page_is_small():
    size = sum(len(gzip.compress(file.read_bytes(), 9)) for file in FILES.rglob("*") if file.is_file())
    print(f"{size} bytes compressed")
    assert size <= 150 * 1000


def test_the_whole_page_is_small_on_its_way(server):
    """What a browser is sent that takes gzip, which all do."""
    start = (FILES / "index.html").read_text()
    names = ["", *re.findall(r'(?:href|src)="(page/[^"]+)"', start), "page/fields.json"]
    size = 0
    for name in names:
        request = urllib.request.Request(f"http://{server.upstream}/{name}", headers={"accept-encoding": "gzip, br"})
        with urllib.request.urlopen(request) as answer:
            body = answer.read()
            assert answer.headers["vary"] == "accept-encoding"
            if answer.headers["content-encoding"] == "gzip":
                assert len(gzip.decompress(body)) > len(body)
            size += len(body)
    print(f"{len(names)} files, {size} bytes")
    assert size <= 150 * 1000


def test_modules_are_loaded_at_once():
    """The page's start names every module, so that none waits for another to ask for it."""
    start = (FILES / "index.html").read_text()
    modules = {str(file.relative_to(FILES)) for file in FILES.rglob("*.js")} - {"standalone.js"}
    assert {name for name in modules if f'href="page/{name}"' not in start and f'src="page/{name}"' not in start} == set()
