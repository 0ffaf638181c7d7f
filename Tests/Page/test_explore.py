"""Explore a response: what is there without doing anything, and that its numbers are the API's."""

from conftest import find, lock, saved_json
from playwright.sync_api import expect


def close(ours, theirs) -> bool:
    return abs(ours - theirs) <= 1e-6 * max(1.0, abs(theirs))


def test_opening_shows_a_response(open_page, address):
    """Whoever opens the page finds a response, step by step, without doing anything."""
    page = open_page(address)
    assert page.locator(".step-rows .step").count() > 3
    expect(page.locator('.step[data-step="0"] .text')).to_have_text(page.input_value("textarea[name=prompt]").strip())
    expect(page.locator(".step.branch .mark").first).to_have_text("▸")
    expect(page.locator("canvas.map").first).to_be_visible()


def test_numbers_are_the_servers(open_page, address, server, tmp_path):
    """Influence, excess, log-probabilities, heads and the map are what Trace says of the same tokens."""
    shown = saved_json(open_page(address), tmp_path)["response"]
    parts = server.call("AnalysisService/Trace", {
        "input": {"prompt": {"tokenIds": {"ids": shown["promptIds"]}},
                  "tokenIds": {"ids": [token["id"] for token in shown["tokens"]]}},
        "capture": {}, "detail": {"logprobs": True, "entropies": True}})
    trace = next(part["trace"] for part in parts if "trace" in part)
    tokens = [run for part in parts if "tokens" in part for run in part["tokens"]["logprobs"]]
    assert len(trace["steps"]) == len(shown["steps"])
    for ours, theirs in zip(shown["steps"], trace["steps"], strict=True):
        assert close(ours["influence"], theirs.get("influence", 0))
        assert close(ours["excess"], theirs.get("excess", 0))
        assert all(close(a["influence"], b["influence"]) for a, b in zip(ours["topHeads"], theirs.get("topHeads", []), strict=True))
    assert all(close(ours["logprob"], theirs) for ours, theirs in zip(shown["tokens"], tokens, strict=True))
    values = next(part["stepMap"]["values"] for part in parts if "stepMap" in part)
    assert all(close(ours, theirs) for ours, theirs in zip(sum(shown["map"], []), values, strict=True))


def test_branch_marks_are_those_of_the_command_line(open_page, address, server, tmp_path):
    page = open_page(address)
    steps = saved_json(page, tmp_path)["response"]["steps"]
    influence = sorted(step["influence"] for step in steps[1:])
    place = 0.8 * (len(influence) - 1)
    low, high = influence[int(place)], influence[min(int(place) + 1, len(influence) - 1)]
    threshold = low + (high - low) * (place - int(place)) or min(value for value in influence if value > 0)
    worth = {step["index"] for step in steps[1:] if step["influence"] >= threshold * (1 - 1e-6)}
    marked = {int(row.get_attribute("data-step")) for row in page.locator(".step.branch").all()}
    assert marked == worth


def test_hover_previews_and_click_locks(open_page, address):
    page = open_page(address)
    page.hover('.step[data-step="2"] .influence')
    page.wait_for_selector('.step[data-step="2"].shown')
    expect(page.locator(".detail h3")).to_have_text("Step 2")
    lock(page, 2)
    page.hover('.step[data-step="4"] .influence')
    page.wait_for_selector('.step[data-step="4"].shown')
    expect(page.locator('.step[data-step="2"]')).to_have_attribute("aria-selected", "true")
    expect(page.locator(".detail h3")).to_have_text("Step 2")


def test_map_and_rows_are_linked(open_page, address):
    page = open_page(address)
    canvas = page.locator("section .map-box canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + box["height"] - 3)
    page.wait_for_selector('.step[data-step="1"].shown')
    page.wait_for_selector("text=looks at step 1")


def test_heads_have_maps_of_their_own(open_page, address, server, tmp_path):
    page = open_page(address)
    page.click('button:has-text("Maps of the strongest")')
    page.wait_for_selector(".small-map canvas")
    response = saved_json(page, tmp_path)["response"]
    name, rows = response["headMaps"][0]
    layer, head = (int(part[1:]) for part in name.split("."))
    parts = server.call("AnalysisService/Trace", {
        "input": {"prompt": {"tokenIds": {"ids": response["promptIds"]}},
                  "tokenIds": {"ids": [token["id"] for token in response["tokens"]]}},
        "capture": {"stepMap": "STEP_MAP_HEADS", "heads": [{"layer": layer, "head": head}]}})
    values = next(part["stepMap"]["values"] for part in parts if "stepMap" in part)
    assert all(close(ours, theirs) for ours, theirs in zip(sum(rows, []), values, strict=True))
    page.click(f'.head:has-text("{name}")')
    page.wait_for_selector(f'.head[aria-pressed="true"]:has-text("{name}")')


def test_the_causal_column_says_its_cost_and_equals_ablate(open_page, address, server, tmp_path):
    page = open_page(address)
    lock(page, 2)
    page.click('summary:has-text("Does it matter")')
    page.wait_for_selector(".cost:has-text('This step')")
    response = saved_json(page, tmp_path)["response"]
    step = response["steps"][2]
    total = response["steps"][-1]["end"]
    later = len(response["promptIds"]) + len(response["tokens"]) - step["end"]
    assert later >= total - step["end"]
    expect(page.locator(".cost")).to_contain_text(f"This step: {later} tokens computed again")
    page.click('button:has-text("Ablate this step")')
    page.wait_for_selector("text=Hidden: KL")
    shown = dict(saved_json(page, tmp_path)["response"]["ablations"])["ABLATION_MODE_HIDE:2"]["forced"]
    parts = server.call("AnalysisService/Ablate", {
        "input": {"prompt": {"tokenIds": {"ids": response["promptIds"]}},
                  "tokenIds": {"ids": [token["id"] for token in response["tokens"]]}},
        "capture": {}, "steps": [2], "samples": 0, "mode": "ABLATION_MODE_HIDE"})
    theirs = next(part["step"]["forced"] for part in parts if "step" in part)
    assert close(shown["divergence"], theirs["divergence"])
    assert shown["tokens"] == theirs["tokens"]


def test_tokens_have_probabilities_and_alternatives(open_page, address):
    page = open_page(address)
    lock(page, 2)
    page.hover(".chips .tok >> nth=1")
    page.wait_for_selector(".token-readout:has-text('ln p')")
    expect(page.locator(".alternative").nth(1)).to_be_visible()


def test_shading_by_tokens(open_page, address):
    page = open_page(address)
    page.select_option(".tools select", "entropy")
    page.wait_for_selector('.step[data-step="1"] .cell.text .tok')
    page.select_option(".tools select", "influence")
    page.wait_for_selector('.step[data-step="1"] .cell.text .tok', state="detached")


def test_find_lists_only_steps_with_the_text(open_page, address):
    page = open_page(address)
    find(page, ".explore .search", ".explore .step-rows .step")
