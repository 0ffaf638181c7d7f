"""Everything without a mouse, and the focus is always to be seen."""

from conftest import find, grown, lock, wait_for_response
from playwright.sync_api import expect


def focused(page) -> str:
    return page.evaluate("() => document.activeElement.className + ' ' + document.activeElement.textContent.slice(0, 60)")


def tab_to(page, text: str, limit: int = 80) -> None:
    """Presses Tab until what has the focus has this text."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if text in focused(page):
            return
    raise AssertionError(f"{text!r} is not reached with {limit} Tabs; the focus is at {focused(page)!r}")


def test_the_walk_without_a_mouse(open_page, address):
    """Ask, go through steps, lock, branch, go through the tree, mark, share, help."""
    page = open_page(address)
    keys = page.keyboard
    keys.press("p")
    expect(page.locator("textarea[name=prompt]")).to_be_focused()
    keys.press("Control+Enter")
    wait_for_response(page)
    keys.press("Escape")
    for step in range(3):
        keys.press("j")
        page.wait_for_selector(f'.step[data-step="{step}"].shown')
    keys.press("k")
    page.wait_for_selector('.step[data-step="1"].shown')
    keys.press("Enter")
    expect(page.locator('.step[data-step="1"]')).to_have_attribute("aria-selected", "true")
    keys.press("j")
    page.wait_for_selector('.step[data-step="2"].shown')
    keys.press("Enter")
    expect(page.locator(".detail h3")).to_have_text("Step 2")
    page.wait_for_selector('.detail button:has-text("Branch here")')
    keys.press("b")
    page.wait_for_selector(".node.leaf:has-text('#2')")
    grown(page)
    mark_a_leaf(page)
    keys.press("ArrowLeft")
    keys.press("ArrowLeft")
    keys.press("s")
    assert "Save as one HTML file" in focused(page)
    keys.press("Escape")
    keys.press("?")
    page.wait_for_selector("dialog[open] kbd")
    keys.press("Escape")
    page.wait_for_selector("dialog[open]", state="detached")
    keys.press("1")
    page.wait_for_selector(".view.explore:visible")
    keys.press("/")
    expect(page.locator(".explore .search")).to_be_focused()
    find(page, ".explore .search", ".explore .step-rows .step")
    keys.press("Escape")
    keys.press("m")
    keys.press("ArrowDown")
    page.wait_for_selector("text=looks at step")
    keys.press("t")
    assert page.evaluate("() => document.documentElement.dataset.theme") in ("dark", "light")


def mark_a_leaf(page) -> None:
    """Goes down to a leaf, chooses it and marks it right."""
    page.keyboard.press("j")
    for _ in range(page.locator(".node[data-key]").count()):
        if page.evaluate("() => document.activeElement.matches('.node.leaf')"):
            break
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".node.leaf.chosen")
    page.keyboard.press("y")
    page.wait_for_selector(".node.leaf.chosen .verdict.right")


def test_the_focus_can_be_seen(open_page, address):
    page = open_page(address)
    for _ in range(25):
        page.keyboard.press("Tab")
        style = page.evaluate("""() => {
            const style = getComputedStyle(document.activeElement);
            return [style.outlineStyle, parseFloat(style.outlineWidth)];
        }""")
        assert style[0] != "none" and style[1] >= 1, focused(page)


def test_what_is_drawn_anew_keeps_the_focus(open_page, address):
    page = open_page(address)
    seen = page.evaluate("""async () => {
        const { el, replace } = await import("/page/lib/dom.js");
        const place = document.body.appendChild(el("div"));
        const draw = (names) => replace(place, names.map((name) => el("button", {}, name)));
        draw(["a", "b", "c"]);
        place.children[1].focus();
        return [["b", "x"], ["y", "z"], ["z"]].map((names) => {
            draw(names);
            return document.activeElement.textContent;
        });
    }""")
    # The one that says the same, else the one in its place.
    assert seen == ["b", "y", "z"]


def test_everything_is_reached_with_tab(open_page, address):
    page = open_page(address)
    lock(page, 2)
    page.evaluate("() => document.activeElement.blur()")
    for text in ("Run", "Grow a tree", "Branch here", "Edit and continue", "Maps of the strongest"):
        tab_to(page, text)
