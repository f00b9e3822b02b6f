"""The figures on every size of screen; and what else a person may look up."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from hub.web.effects.view import effects_page
from hub.web.rendering import render
from tests.browser.conftest import OpenTablet, Shop
from tests.browser.looks import (
    TOUCH_PX,
    at_every_size,
    findings,
    findings_by_day_and_night,
    sticks_out,
)
from tests.hub.web.test_effects import DOCUMENT, WORDS


def show_figures(page: Page, shop: Shop) -> None:
    """Open the page over figures that take a real shop weeks to collect."""

    def answer(route: Route) -> None:
        part = render("effects/_effects.html", {"effects": effects_page(DOCUMENT)})
        route.fulfill(body=part, content_type="text/html")

    page.route("**/fragments/effects*", answer)
    page.goto(f"{shop.hub.address}/effects?store=oslo")
    expect(page.locator("#effects table")).to_be_visible()


def test_every_figure_and_grade_is_in_sight_and_axe_finds_nothing(
    shop: Shop, tablet: OpenTablet
) -> None:
    page = tablet(reduced_motion="reduce")
    show_figures(page, shop)
    assert findings_by_day_and_night(page) == []
    figures = page.locator("tbody :is(th, td)")
    assert figures.count() == 10 * len(DOCUMENT.rows)
    expect(page.locator("tbody tr .grade")).to_have_text(["Grade D"] * len(DOCUMENT.rows))
    for size in at_every_size(page):
        assert not sticks_out(page), size
        hidden = figures.evaluate_all(
            """cells => cells
                .filter(cell => cell.textContent.trim())
                .filter(cell => {
                    const box = cell.getBoundingClientRect();
                    return box.left < 0 || box.right > innerWidth || !cell.checkVisibility();
                })
                .map(cell => cell.textContent.trim())"""
        )
        assert hidden == [], size
    assert findings(page) == [], "on a phone"
    for summary in page.locator("#effects summary").all():
        # A click fails where anything else lies on top.
        summary.click(timeout=2000)
        box = summary.bounding_box()
        assert box is not None
        assert box["height"] >= TOUCH_PX
    expect(page.get_by_text(WORDS)).to_be_visible()
    expect(page.locator(".confounded .grade")).to_have_text("Grade X")


def test_a_wrong_address_is_answered_with_a_page(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet("/nosuch", may_complain="status of 404")
    expect(page.get_by_role("heading")).to_have_text("Nothing here")
    page.get_by_role("link", name="Back to the zones").click()
    expect(page.locator(".zone:visible")).to_have_count(1)


def test_the_api_is_described_without_the_internet(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet(may_complain="status of 404")
    foreign: list[str] = []
    page.on(
        "request",
        lambda request: (
            foreign.append(request.url)
            if not request.url.startswith((shop.hub.address, "data:"))
            else None
        ),
    )
    page.goto(f"{shop.hub.address}/docs")
    page.locator("#operations-tag-zones").click()
    page.get_by_text("/api/v1/zones", exact=True).first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table")).to_contain_text("sales-floor")
    assert foreign == []
    page.goto(f"{shop.hub.address}/redoc")
    expect(page.get_by_role("heading")).to_have_text("Nothing here")
