"""What people need who see, hear or hold differently: axe, dark and light, phones, less motion."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import choose, grow, lock, wait_for_response

VIEWS = ["explore", "tree", "compare", "jobs", "dialog"]


def show(page, view: str, address: str) -> None:
    if view == "explore":
        lock(page, 2)
        page.click("summary:has-text('Does it matter')")
        page.click(".prompt-form summary")
    elif view == "tree":
        grow(page)
        choose(page, 1)
        page.click('button:has-text("✓ Right")')
    elif view == "compare":
        page.click('button:has-text("Look again")')
        page.wait_for_selector(".comparison tbody tr")
    else:
        page.goto(f"{address}#jobs")
        page.wait_for_selector(".job-list tbody tr")
        if view == "dialog":
            page.click('button:has-text("New job")')
            page.wait_for_selector(".problems li")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_serious(open_page, address, view, scheme):
    page = open_page(address, color_scheme=scheme, bypass_csp=True)
    show(page, view, address)
    found = Axe().run(page).response["violations"]
    serious = [f"{item['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
               for item in found if item["impact"] in ("serious", "critical") for node in item["nodes"]]
    assert serious == []


@pytest.mark.parametrize("view", VIEWS[:4])
def test_a_phone_needs_no_sideways_scrolling(open_page, address, view):
    page = open_page(address, viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True)
    show(page, view, address)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth + 1")


def test_less_motion_is_heeded(open_page, address):
    page = open_page(address, reduced_motion="reduce")
    moving = page.evaluate("""() => {
        document.body.append(Object.assign(document.createElement("span"), { className: "spinner" }));
        return document.getAnimations().length;
    }""")
    assert moving == 0


def test_a_response_in_the_dark(open_page, address):
    page = open_page(address, color_scheme="dark")
    back = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.keyboard.press("t")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") != back
    page.reload()
    wait_for_response(page)
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") != back
