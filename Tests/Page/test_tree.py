"""Branch: trees grow, their nodes are the server's, and leaves are looked at, continued, edited and compared."""

import json

from conftest import choose, grow, grown, lock, saved_json, wait_for_response
from playwright.sync_api import expect


def test_a_click_branches_a_step(open_page, address):
    page = open_page(address)
    lock(page, 2)
    page.click('.detail button:has-text("Branch here")')
    page.wait_for_selector(".node.leaf:has-text('#2')")
    grown(page)
    expect(page.locator(".node.leaf")).to_have_count(3)
    expect(page.locator(".node.leaf .cut:has-text('…')")).to_have_count(0)


def test_nodes_and_values_are_the_servers(open_page, address, server, tmp_path):
    page = open_page(address)
    grow(page)
    tree = saved_json(page, tmp_path)["tree"]
    events = server.call("AnalysisService/Explore", {
        "prompt": tree["request"]["prompt"], "sampling": tree["request"]["sampling"], "capture": {"gap": 4},
        "width": 3, "continuations": 2, "depth": 1, "maxTokensTotal": 8192, "branches": {"count": 2},
        "verifier": {"kind": "VERIFIER_KIND_TASK"}})
    nodes = [node for event in events if "nodes" in event for node in event["nodes"]["nodes"]]
    ours = page.evaluate("""async () => {
        const { session } = await import("/page/session.js");
        return session.tree.value.nodes().map(({ parent, rollout, start, end, leaves, value }) =>
            ({ parent, rollout, start, end, leaves, value }));
    }""")
    key = lambda node: (node.get("rollout"), node.get("start", 0), node.get("end", 0), node.get("leaves"))
    # The API leaves zeros out; which rollouts are drawn, and their order, follow from the seed.
    assert sorted(map(str, map(key, ours))) == sorted(map(str, map(key, nodes)))
    values = {str(key(node)): node["value"] for node in ours}
    for node in nodes:
        assert abs(values[str(key(node))] - node["value"]) < 1e-9


def test_a_mark_counts_before_a_verdict(open_page, address):
    page = open_page(address)
    grow(page)
    choose(page, 0)
    # Which leaves are right depends on the processor's arithmetic: the mark is the other of what the verifier says.
    right = page.locator(".node.leaf.chosen .verdict.right").count() == 1
    before, after, value = ("right", "wrong", "0") if right else ("wrong", "right", "1.000")
    page.wait_for_selector(f".node.leaf.chosen .verdict.{before}")
    page.click(f'button:has-text("{"✗ Wrong" if right else "✓ Right"}")')
    page.wait_for_selector(f".node.leaf.chosen .verdict.{after}")
    expect(page.locator(".node.leaf.chosen .value")).to_have_text(value)
    expect(page.locator(".tree-view aside")).to_contain_text(f"value {value[0]}")
    page.keyboard.press("n")
    page.wait_for_selector(f".node.leaf.chosen .verdict.{before}")


def test_leaves_are_filtered_and_folded(open_page, address):
    page = open_page(address)
    grow(page)
    choose(page, 0)
    page.click('button:has-text("✓ Right")')
    page.wait_for_selector(".node.leaf .verdict.right")
    everything = page.locator(".node[data-key]").count()
    page.click('button:has-text("Fold all")')
    page.wait_for_function(f"() => document.querySelectorAll('.node[data-key]').length < {everything}")
    page.click('button:has-text("Unfold all")')
    page.wait_for_function(f"() => document.querySelectorAll('.node[data-key]').length === {everything}")
    page.select_option(".tree-view .tools select", "wrong")
    page.wait_for_function("() => !document.querySelector('.node.leaf .verdict.right')")


def test_two_leaves_stand_side_by_side(open_page, address):
    page = open_page(address)
    grow(page)
    choose(page, 0)
    page.click('button:has-text("Compare…")')
    page.wait_for_selector('button:has-text("Compare with")')
    choose(page, 2)
    page.click('button:has-text("Compare with")')
    page.wait_for_selector(".comparison tbody tr")
    expect(page.locator(".comparison thead th")).to_have_count(5)


def test_a_leaf_is_looked_at_and_branched_again(open_page, address):
    page = open_page(address)
    grow(page)
    before = page.locator(".node.leaf").count()
    choose(page, 1)
    page.click('button:has-text("Look closer")')
    wait_for_response(page)
    lock(page, 2)
    page.click('.detail button:has-text("Branch here")')
    grown(page)
    expect(page.locator(".node.leaf")).to_have_count(before + 2)


def test_an_edited_step_goes_on(open_page, address, tmp_path):
    page = open_page(address)
    lock(page, 1)
    page.click('.detail button:has-text("Edit and continue")')
    # Twice the step is no step that the model wrote, and has only characters that the model knows.
    text = 2 * page.input_value("dialog textarea")
    page.fill("dialog textarea", text)
    page.click('dialog button:has-text("Go on")')
    page.wait_for_selector(".node.leaf:has-text('#1')")
    grown(page)
    rollout = saved_json(page, tmp_path)["tree"]["rollouts"][1]
    assert rollout["text"].startswith(text)
    assert rollout["forced"] > 0 and len(rollout["ids"]) > rollout["forced"]


def test_another_token_is_gone_on_with(open_page, address, tmp_path):
    page = open_page(address)
    lock(page, 1)
    page.locator("button.alternative").first.click()
    page.wait_for_selector(".node.leaf:has-text('#1')")
    grown(page)
    assert saved_json(page, tmp_path)["tree"]["rollouts"][1]["forced"] == 1


def test_the_same_tokens_are_compared_with_the_version_served_now(open_page, address):
    page = open_page(address)
    page.click('button:has-text("Look again")')
    page.wait_for_selector(".comparison tbody tr")
    expect(page.locator(".comparison tr.differs")).to_have_count(0)


def test_a_thousand_nodes_can_be_used(open_page, address, tmp_path):
    """Opened from a file as `attnrl explore --save` writes it."""
    rollouts = [{"index": 0, "ids": list(range(400)), "text": "root", "complete": True, "reward": 1.0}]
    rollouts += [{"index": n, "fork": {"rollout": n // 7, "offset": min(399, (n // 7) * 2 + n % 7 + 1)}, "ids": [5] * 300,
                  "text": f"leaf {n}", "complete": True, "reward": float(n % 3 == 0)} for n in range(1, 600)]
    file = tmp_path / "tree.json"
    file.write_text(json.dumps({"policy": "shipped", "prompt_text": "p", "prompt_ids": [1], "rollouts": rollouts, "nodes": [
        {"leaves": 600}]}))
    page = open_page(address)
    page.set_input_files("input[type=file]", file)
    page.wait_for_function("() => document.querySelectorAll('.node[data-key]').length > 1000")
    choose(page, 500)
    page.keyboard.press("j")
    page.click('button:has-text("Fold all")')
    page.wait_for_function("() => document.querySelectorAll('.node[data-key]').length < 1000")
