"""Share: one file that opens without a server, JSON that opens again, links that restore a view."""

import json

import pytest
from conftest import grow, saved, saved_json, wait_for_response
from playwright.sync_api import expect


def opened_offline(open_page, file):
    """Opens a file, and gives the page and what it asked for."""
    before = len(open_page.requests)
    page = open_page(file.as_uri(), ready=False)
    page.wait_for_selector("main > *:not(h1)")
    return page, open_page.requests[before:]


def shown(page, what: str):
    """Shows one of the views, with something in it."""
    if what == "tree":
        grow(page)
    elif what == "comparison":
        page.click('button:has-text("Look again")')
        page.wait_for_selector(".comparison tbody tr")


@pytest.mark.parametrize("what, sign", [
    ("response", ".step-rows .step"), ("tree", ".node.leaf"), ("comparison", ".comparison tbody tr")])
def test_a_file_opens_without_a_server(open_page, address, tmp_path, what, sign):
    page = open_page(address)
    shown(page, what)
    rows = page.locator(f"{sign}:visible").count()
    file = saved(page, "Save as one HTML file", tmp_path)
    offline, requests = opened_offline(open_page, file)
    assert requests == [file.as_uri()]
    expect(offline.locator(sign)).to_have_count(rows)
    assert "Content-Security-Policy" in file.read_text()


def test_a_saved_response_is_explored_as_it_was(open_page, address, tmp_path):
    """Without a server: hover, lock and map work as before."""
    file = saved(open_page(address), "Save as one HTML file", tmp_path)
    page, _ = opened_offline(open_page, file)
    page.click('.step[data-step="2"] .influence')
    expect(page.locator(".detail h3")).to_have_text("Step 2")
    expect(page.locator("canvas.map").first).to_be_visible()
    page.wait_for_selector(".detail .chips")
    assert page.locator('button:has-text("Branch here")').count() == 0


@pytest.mark.parametrize("how", ["Save as JSON", "Save as one HTML file"])
def test_files_open_again_in_the_page(open_page, address, tmp_path, how):
    page = open_page(address)
    before = saved_json(page, tmp_path)
    file = saved(page, how, tmp_path)
    page.reload()
    wait_for_response(page)
    page.click('.prompt-form button:has-text("Run")')
    wait_for_response(page)
    page.set_input_files("input[type=file]", file)
    page.wait_for_function("""async (ids) => {
        const { session } = await import("/page/session.js");
        return String(session.response.value.ids) === String(ids);
    }""", arg=[token["id"] for token in before["response"]["tokens"]])
    after = saved_json(page, tmp_path)
    assert after["response"] == before["response"]


def test_a_link_restores_the_same_numbers(open_page, address, tmp_path):
    page = open_page(address, permissions=["clipboard-read", "clipboard-write"])
    before = saved_json(page, tmp_path)["response"]
    page.click(".menu > summary")
    page.click('button:has-text("Copy a link")')
    page.wait_for_selector("text=in the clipboard")
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert link.startswith(address) and "#explore?v=" in link
    after = saved_json(open_page(link), tmp_path)["response"]
    assert [token["id"] for token in after["tokens"]] == [token["id"] for token in before["tokens"]]
    for ours, theirs in zip(after["steps"], before["steps"], strict=True):
        assert abs(ours["influence"] - theirs["influence"]) < 1e-6
        assert ours["text"] == theirs["text"]


def test_a_broken_file_is_refused_in_words(open_page, address, tmp_path):
    page = open_page(address)
    for text in ["", "not json", "{}", '{"format": "attnrl-view", "kind": "nothing"}', "<!doctype html><p>no"]:
        file = tmp_path / "broken.json"
        file.write_text(text)
        page.set_input_files("input[type=file]", file)
        page.wait_for_selector("main > .notice.failed")


def test_a_tree_of_the_command_line_opens(open_page, address, tmp_path):
    file = tmp_path / "tree.json"
    file.write_text(json.dumps({
        "policy": "shipped", "prompt_text": "p", "prompt_ids": [1],
        "rollouts": [{"index": 0, "ids": [5, 6, 7], "text": "abc", "reward": 1.0, "verdict": "REWARD_VERDICT_CORRECT", "complete": True},
                     {"index": 1, "fork": {"rollout": 0, "offset": 1}, "ids": [8], "text": "x", "reward": 0.0,
                      "verdict": "REWARD_VERDICT_INCORRECT", "complete": True}],
        "nodes": [{"leaves": 2, "value": 0.5}, {"parent": 0, "rollout": 0, "end": 1, "leaves": 2, "value": 0.5, "text": "a"},
                  {"parent": 1, "rollout": 0, "start": 1, "end": 3, "leaves": 1, "value": 1.0, "text": "bc"},
                  {"parent": 1, "rollout": 1, "start": 1, "end": 2, "leaves": 1, "value": 0.0, "text": "x"}]}))
    page = open_page(address)
    page.set_input_files("input[type=file]", file)
    page.wait_for_selector(".node.leaf:has-text('bc')")
    expect(page.locator(".node .verdict.right")).to_have_count(1)
    expect(page.locator(".node .verdict.wrong")).to_have_count(1)
