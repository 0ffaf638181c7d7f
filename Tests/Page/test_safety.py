"""What models and people write is never markup, and a key is never in an address."""

import json
import os
import subprocess
import urllib.request

import pytest
from conftest import Server, frames, grow, lock, saved, wait_for_response
from playwright.sync_api import expect

CORPUS = [
    "<script>window.broken = 1</script>",
    "<img src=x onerror='window.broken = 1'>",
    "<svg onload='window.broken = 1'><a href='javascript:window.broken = 1'>x</a></svg>",
    "\"><iframe srcdoc='<script>parent.broken = 1</script>'></iframe>",
    "</script><script>window.broken = 1</script>",
    "</textarea><style>*{display:none}</style><b onmouseover=broken=1>",
    "<!--<script>", "]]>", "${window.broken = 1}", "{{constructor.constructor('window.broken=1')()}}",
    "\u202egnp.exe", "javascript:window.broken = 1", "&lt;b&gt;",
]


def check(page) -> None:
    assert page.evaluate("() => window.broken") is None
    markup = "script:not([src]):not([type]), iframe, object, embed, [onerror], [onload], [onmouseover], img, a[href^='javascript']"
    assert page.locator(markup).count() == 0


@pytest.mark.parametrize("text", CORPUS)
def test_prompts_are_text(open_page, address, tmp_path, text):
    """In the rows, the tree, a comparison, and a saved file."""
    page = open_page(address)
    page.fill("textarea[name=prompt]", text)
    page.click(".prompt-form summary")
    page.fill("input[name=maxTokens]", "24")
    page.click('.prompt-form button:has-text("Run")')
    page.wait_for_function("(text) => document.querySelector('.step[data-step=\"0\"] .text')?.textContent.trim() === text", arg=text.strip())
    page.wait_for_selector(".explore > .notice.busy", state="hidden")
    lock(page, 0)
    check(page)
    file = saved(page, "Save as one HTML file", tmp_path)
    offline = open_page(file.as_uri(), ready=False)
    offline.wait_for_selector(".step-rows .step")
    expect(offline.locator('.step[data-step="0"] .text')).to_have_text(text.strip())
    check(offline)
    page.click('button:has-text("Grow a tree")')
    page.fill(".grow-form input >> nth=0", "1")
    page.fill(".grow-form input >> nth=4", "8")
    page.select_option(".grow-form select >> nth=1", "")
    page.click('.grow-form button:has-text("Grow")')
    page.wait_for_selector(".node.leaf")
    page.click(".node >> nth=1")
    check(page)


def test_everything_in_a_file_is_text(open_page, address, tmp_path):
    """A response, tree and job made up of nothing but markup, opened in the page."""
    bad = " ".join(CORPUS)
    step = {"index": 1, "start": 1, "end": 2, "text": bad, "influence": 1, "excess": 1, "topHeads": [], "meanLogprob": -1, "meanEntropy": 1}
    response = {"request": {"policy": bad, "prompt": {"text": bad}}, "policy": bad, "version": 1, "promptIds": [1], "promptText": bad,
                "tokens": [{"id": 1, "text": "PGI+", "logprob": -1, "entropy": 1, "top": {"ids": [1], "logprobs": [-1], "texts": ["PGI+"]}}],
                "steps": [{**step, "index": 0, "start": 0, "end": 1}, step], "map": [[1], [1, 1]], "error": bad,
                "headMaps": [[bad, [[1], [1, 1]]]], "ablations": [], "separator": bad}
    rollout = {"index": 0, "ids": [1], "text": bad, "complete": True, "verdict": bad, "steps": []}
    tree = {"policy": bad, "promptText": bad, "promptIds": [1], "rollouts": [rollout], "notes": [bad],
            "texts": [["0:0:1", bad]], "edits": [[0, bad]], "marks": []}
    views = [{"kind": "response", "response": response}, {"kind": "tree", "tree": tree},
             {"kind": "comparison", "responses": [response, response]}]
    page = open_page(address)
    for view in views:
        file = tmp_path / f"{view['kind']}.json"
        file.write_text(json.dumps({"format": "attnrl-view", "version": 1, **view}))
        page.set_input_files("input[type=file]", file)
        page.wait_for_function("() => document.body.textContent.includes('window.broken')")
        if view["kind"] == "response":
            lock(page, 1)
        if view["kind"] == "tree":
            page.click(".node.leaf")
            page.wait_for_selector(".node.leaf.chosen")
        frames(page)
        check(page)


def test_names_and_errors_of_jobs_are_text(open_page, address, server):
    bad = CORPUS[1]
    job = server.call("TrainingService/CreateJob", {"text": json.dumps({
        "kind": "sft", "name": bad, "policy": "shipped", "steps": 1, "data": {"train": "graph"}, "batch": {"sequences_per_step": 1}})})[0]
    page = open_page(f"{address}#jobs/{job['id']}", ready=False)
    page.wait_for_selector(f"td:has-text({json.dumps(bad)})")
    page.click('button:has-text("New job")')
    page.fill(".spec", f"kind: {bad}")
    page.wait_for_selector(".problems .failed")
    check(page)


def test_the_page_says_what_may_run(server):
    """Of the program itself, not of the proxy."""
    with urllib.request.urlopen(f"http://{server.upstream}/") as answer:
        policy = answer.headers["content-security-policy"]
        text = answer.read().decode()
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "<script>" not in text and "style=" not in text


def test_a_key_is_asked_for_once_and_stays_out_of_addresses(open_page, tmp_path):
    program = os.environ["ATTNRL_BIN"]
    keys = tmp_path / "keys.json"
    made = subprocess.run([program, "keys", "make", "page", "--keys", str(keys), "--scope", "infer,trace,train"],
                          capture_output=True, text=True, check=True)
    key = next(word for word in made.stdout.split() if word.startswith("attnrl"))
    server = Server(tmp_path, "--keys", str(keys))
    try:
        page = open_page(f"http://{server.upstream}/", ready=False)
        page.fill("dialog input[name=key]", key)
        page.click('dialog button:has-text("Use it")')
        wait_for_response(page)
        grow(page)
        page.reload()
        page.goto(f"http://{server.upstream}/#explore")
        wait_for_response(page)
        assert page.locator("dialog").count() == 0
        assert all(key not in url for url in open_page.requests)
        assert key not in page.content()
        assert page.evaluate("() => Object.values({...localStorage})").count(key) == 0
        page.click(".menu > summary")
        page.click('button:has-text("Forget the key")')
        page.click('.prompt-form button:has-text("Run")')
        page.wait_for_selector("dialog input[name=key]")
        page.keyboard.press("Escape")
        page.wait_for_selector(".notice.failed")
    finally:
        server.stop()
