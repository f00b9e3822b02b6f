"""The history page: a day as it was, its filters, and a moment explained."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from hub.database import open_database
from tests.browser import yesterday
from tests.browser.conftest import OpenTablet, Shop
from tests.browser.looks import (
    at_every_size,
    findings,
    findings_by_day_and_night,
    sticks_out,
    too_low,
)


@pytest.fixture(scope="module", autouse=True)
def told(running_shop: Shop) -> None:
    """What the agent told of yesterday, and what people did then."""
    engine = open_database(running_shop.hub.database)
    yesterday.tell(engine)
    engine.dispose()


PAGE = f"/history?store=oslo&day={yesterday.yesterday()}"
MOMENT = f"/explain?store=oslo&zone=entrance&at={yesterday.yesterday()}T14:10"


def words(page: Page) -> list[str]:
    return page.locator(".entries .words").all_inner_texts()


def test_a_day_says_what_played_who_did_what_and_what_failed(tablet: OpenTablet) -> None:
    page = tablet(PAGE)
    said = words(page)
    for line in (
        "Entrance Calm morning until 11:00",
        "Entrance Nothing was reported until 14:00",
        "Kim chose Event in Entrance until 21:00",
        "Nora deployed version 12 of the schedule",
        "window-strip stopped answering: no answer on pin 12",
        "Somebody pressed the calm button in Entrance",
    ):
        assert line in said
    expect(page.get_by_text("“Evenings” ends at 21:00 instead of 20:00")).to_be_visible()
    entrance = page.locator(".ribbon").first
    assert entrance.locator("rect.gap").count() >= 2
    assert entrance.locator("rect.partly").count() == 1


def test_a_filter_is_taken_up_at_once_and_kept_over_days(tablet: OpenTablet) -> None:
    page = tablet(PAGE)
    page.locator("select[name=person]").select_option("Nora")
    page.wait_for_url(re.compile("person=Nora"))
    assert words(page) == ["Nora deployed version 12 of the schedule"]
    page.get_by_role("link", name="The day before").click()
    expect(page.get_by_text("Nothing of that kind happened on this day")).to_be_visible()
    expect(page.locator("select[name=person]")).to_have_value("Nora")


def test_a_tap_on_the_ribbon_explains_that_very_moment(tablet: OpenTablet) -> None:
    page = tablet(PAGE)
    ribbon = page.locator(".ribbon svg").first
    box = ribbon.bounding_box()
    assert box is not None
    # Ten past two, in the middle of what was not confirmed.
    ribbon.click(position={"x": box["width"] * 14.25 / 24, "y": box["height"] / 2})
    expect(page.get_by_role("heading", level=1)).to_contain_text("Entrance, 14:1")
    expect(page.locator(".report")).to_contain_text("Not every device did what the scene asks")
    expect(page.locator(".report tbody")).to_contain_text("no answer on pin 12")
    page.get_by_role("link", name="1 h earlier").click()
    expect(page.get_by_text("Nothing was reported of this moment")).to_be_visible()


def test_now_is_explained_by_plan_and_agent(shop: Shop, tablet: OpenTablet) -> None:
    shop.hub.call(
        "PUT", "/api/v1/zones/entrance/override?store=oslo", {"scene": "event", "end": 30}
    )
    page = tablet("/explain?store=oslo&zone=entrance&at=")
    claims = page.locator(".claims li")
    expect(claims.first).to_contain_text("This one won")
    expect(claims.first).to_contain_text("Event")
    expect(claims.last).to_contain_text("The override is stronger")
    expect(page.locator(".report")).to_be_visible()


def test_everybody_can_use_it(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet(PAGE, reduced_motion="reduce")
    for path in (PAGE, MOMENT):
        page.goto(f"{shop.hub.address}{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert findings_by_day_and_night(page) == []
        for size in at_every_size(page):
            targets = "a, button, select, input:not([type=hidden])"
            assert too_low(page, f"main :is({targets})") == [], size
            assert not sticks_out(page), size
        assert findings(page) == [], "on a phone"
        page.set_viewport_size({"width": 1280, "height": 800})
