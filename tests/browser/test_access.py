"""Everybody can use the pages: axe finds nothing, targets are big enough, keys are enough."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.ceiling import Report
from tests.browser.conftest import OpenTablet, Shop, card
from tests.browser.looks import at_every_size, findings_by_day_and_night, sticks_out, too_small


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


def test_axe_finds_nothing(shop: Shop, tablet: OpenTablet) -> None:
    lively(shop)
    page = tablet(reduced_motion="reduce")
    now(page)
    assert findings_by_day_and_night(page) == []
    page.locator("#spot-all-oslo input").check()
    expect(page.locator("#all-oslo .troubles")).to_be_visible()
    assert findings_by_day_and_night(page) == []
    ask(page)
    assert findings_by_day_and_night(page) == []
    page.keyboard.press("Escape")
    effects(page)
    assert findings_by_day_and_night(page) == []


def test_a_thumb_hits_every_button_and_nothing_sticks_out(shop: Shop, tablet: OpenTablet) -> None:
    lively(shop)
    # Without motion, or a dialog that still rises would be measured.
    page = tablet(reduced_motion="reduce")
    ask(page)
    for size in at_every_size(page):
        assert too_small(page, "button, a:not(.skip), summary") == [], size
        assert not sticks_out(page), size


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
