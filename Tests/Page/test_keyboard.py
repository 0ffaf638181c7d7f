"""Everything without a mouse, and the focus is always to be seen."""

from conftest import wait_for_response


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
    assert page.evaluate("() => document.activeElement.name") == "prompt"
    keys.press("Control+Enter")
    wait_for_response(page)
    keys.press("Escape")
    for _ in range(3):
        keys.press("j")
    assert page.locator('.step[data-step="2"].shown').count() == 1
    keys.press("k")
    keys.press("Enter")
    assert page.locator('.step[data-step="1"]').get_attribute("aria-selected") == "true"
    keys.press("j")
    keys.press("Enter")
    keys.press("b")
    page.wait_for_selector(".node.leaf:has-text('#2')")
    page.wait_for_selector(".tree-view .notice.busy", state="hidden")
    for _ in range(4):
        keys.press("j")
    keys.press("Enter")
    if page.locator(".node.leaf.chosen").count() == 0:
        keys.press("ArrowDown")
        keys.press("Enter")
    keys.press("y")
    page.wait_for_selector(".verdict.right")
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
    keys.press("/")
    keys.type("boxed")
    page.wait_for_function("() => document.querySelectorAll('.explore .step-rows .step:not([hidden])').length === 1")
    keys.press("Escape")
    keys.press("m")
    keys.press("ArrowDown")
    page.wait_for_selector("text=looks at step")
    keys.press("t")
    assert page.evaluate("() => document.documentElement.dataset.theme") in ("dark", "light")


def test_the_focus_can_be_seen(open_page, address):
    page = open_page(address)
    for _ in range(25):
        page.keyboard.press("Tab")
        style = page.evaluate("""() => {
            const style = getComputedStyle(document.activeElement);
            return [style.outlineStyle, parseFloat(style.outlineWidth)];
        }""")
        assert style[0] != "none" and style[1] >= 1, focused(page)


def test_everything_is_reached_with_tab(open_page, address):
    page = open_page(address)
    page.click('.step[data-step="2"] .influence')
    page.evaluate("() => document.activeElement.blur()")
    for text in ("Run", "Grow a tree", "Branch here", "Edit and continue", "Maps of the strongest"):
        tab_to(page, text)
