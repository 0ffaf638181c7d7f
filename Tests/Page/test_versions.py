"""Versions of one policy side by side, and verdicts on what was branched by hand."""

import pytest
from conftest import SHIPPED_DATA, Server, grown, lock
from playwright.sync_api import expect
from test_jobs import create

# Written answers always move the weights, and at this rate the policy still answers at length: both are looked at.
WRITTEN_JOB = {
    "kind": "sft", "policy": "shipped", "steps": 2, "data": {"train": SHIPPED_DATA}, "batch": {"sequences_per_step": 4},
    "publish": {"every_steps": 1}, "optimizer": {"learning_rate": 1e-4}}


@pytest.fixture
def trained(tmp_path):
    """A server whose policy has an earlier version that is another model."""
    server = Server(tmp_path)
    job = create(server, WRITTEN_JOB)
    # Until it is over.
    server.call("TrainingService/WatchJob", {"id": job})
    yield server
    server.stop()


def test_an_earlier_version_looks_at_the_same_tokens(open_page, trained):
    policy = trained.call("PolicyService/ListPolicies", {})[0]["policies"][0]
    versions = [int(version["version"]) for version in policy["versions"]]
    assert len(versions) > 1
    page = open_page(f"http://{trained.upstream}/")
    page.goto(f"http://{trained.upstream}/#compare")
    page.select_option(".compare select[name=version]", str(versions[0]))
    page.click('.compare button:has-text("Compare")')
    page.wait_for_selector(".comparison tbody tr")
    expect(page.locator(".comparison thead th").first).to_contain_text(f"version {policy['version']}")
    expect(page.locator(".comparison thead th").last).to_contain_text(f"version {versions[0]}")
    expect(page.locator(".comparison .difference.more, .comparison .difference.less").first).to_be_visible()
    page.select_option('.compare label:has-text("and") select', "new")
    page.click('.compare button:has-text("Compare")')
    page.wait_for_selector(".compare .notice.busy", state="hidden")
    expect(page.locator(".comparison thead th").last).to_contain_text(f"version {versions[0]}")


def test_an_earlier_version_answers(open_page, trained):
    policy = trained.call("PolicyService/ListPolicies", {})[0]["policies"][0]
    first = policy["versions"][0]["version"]
    page = open_page(f"http://{trained.upstream}/")
    page.click(".prompt-form summary")
    page.select_option(".prompt-form select[name=version]", str(first))
    page.click('.prompt-form button:has-text("Run")')
    expect(page.locator(".response-main .summary h2")).to_contain_text(f"version {first}")


def test_what_is_branched_by_hand_is_judged(open_page, address, server):
    page = open_page(address)
    lock(page, 2)
    page.click('.detail button:has-text("Branch here")')
    page.wait_for_selector(".node.leaf:has-text('#2')")
    grown(page)
    expect(page.locator(".node.leaf")).to_have_count(3)
    expect(page.locator(".node.leaf .verdict.unjudged")).to_have_count(0)
    texts = page.evaluate("""async () => {
        const { session } = await import("/page/session.js");
        const { wholeText } = await import("/page/model/growing.js");
        const tree = session.tree.value;
        return Promise.all(tree.rollouts.map(async (each) => [await wholeText(tree, each), each.verdict]));
    }""")
    prompt = page.input_value("textarea[name=prompt]")
    [answer] = server.call("AnalysisService/Verify", {
        "prompt": prompt, "responses": [text for text, _ in texts], "verifier": {"kind": "VERIFIER_KIND_TASK"}})
    assert [result["verdict"] for result in answer["results"]] == [verdict for _, verdict in texts]


def test_why_something_is_not_judged_is_said(open_page, address):
    page = open_page(address)
    page.fill("textarea[name=prompt]", "no problem of a task")
    page.click(".prompt-form summary")
    page.fill("input[name=maxTokens]", "8")
    page.click('.prompt-form button:has-text("Run")')
    page.wait_for_selector(".explore > .notice.busy", state="hidden")
    lock(page, 1)
    page.click('.detail button:has-text("Branch here")')
    page.wait_for_selector("text=Not judged: ")
    page.select_option(".grow-form select >> nth=1", "VERIFIER_KIND_EXACT")
    page.fill("input[name=truth]", "nothing")
    page.click('button:has-text("Judge what is not judged")')
    expect(page.locator(".node.leaf .verdict.unjudged")).to_have_count(0)
    expect(page.locator("text=Not judged: ")).to_have_count(0)
