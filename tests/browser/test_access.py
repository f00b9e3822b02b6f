"""Everybody can use the pages: axe finds nothing, targets are big enough, keys are enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from hub.web.assets import NODE_MODULES
from tests.browser.ceiling import Report
from tests.browser.conftest import OpenTablet, Shop, card

SIZES = {"wide": (1280, 800), "tall": (800, 1280), "phone": (390, 844)}
TOUCH_PX = 48
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def lively(shop: Shop) -> None:
    """A shop with an override, something broken and something unknown."""
    shop.hub.call(
        "PUT", "/api/v1/zones/entrance/override?store=oslo", {"scene": "event", "end": 30}
    )
    shop.ceiling.say("sales-floor", Report(broken={"window-lamps": "not answering"}))


def now(page: Page) -> None:
    expect(card(page, "sales-floor").locator(".trouble")).to_be_visible()


def ask(page: Page) -> None:
    card(page, "attic").get_by_role("button", name="Opening").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def effects(page: Page) -> None:
    page.get_by_role("link", name="Effects").click()
    expect(page.locator("#effects h2").first).to_be_visible(timeout=30_000)


def findings(page: Page) -> list[str]:
    """What axe finds on the page as it is, in words."""
    script = (NODE_MODULES / "axe-core/axe.min.js").read_text()
    page.evaluate(f"{{ {script} }}")
    found: dict[str, Any] = page.evaluate("axe.run()")
    return [
        f"{problem['id']}: {node['target']} {node['failureSummary']}"
        for problem in found["violations"]
        for node in problem["nodes"]
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("show", [now, ask, effects])
def test_axe_finds_nothing(
    shop: Shop, tablet: OpenTablet, show: Callable[[Page], None], scheme: Literal["light", "dark"]
) -> None:
    lively(shop)
    page = tablet(color_scheme=scheme, reduced_motion="reduce")
    show(page)
    assert findings(page) == []


@pytest.mark.parametrize("size", SIZES)
def test_a_thumb_hits_every_button_and_nothing_sticks_out(
    shop: Shop, tablet: OpenTablet, size: str
) -> None:
    lively(shop)
    width, height = SIZES[size]
    # Without motion, or a dialog that still rises would be measured.
    page = tablet(viewport={"width": width, "height": height}, reduced_motion="reduce")
    ask(page)
    small = page.evaluate(
        """least => [...document.querySelectorAll('button, a:not(.skip), summary')]
            .filter(element => element.checkVisibility())
            .map(element => [element.textContent.trim(), element.getBoundingClientRect()])
            .filter(([_, box]) => box.width < least - 0.5 || box.height < least - 0.5)
            .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)""",
        TOUCH_PX,
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_keys_are_enough(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet()
    tile = card(page, "entrance").get_by_role("button", name="Evening")
    tile.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(tile).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".choice").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card(page, "entrance").locator(".scene")).to_have_text("Evening")
    # Focus is where it was, although the card is a new one now.
    expect(tile).to_be_focused()
