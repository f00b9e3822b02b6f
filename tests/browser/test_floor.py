"""The floor plan is drawn by finger, mouse or keys, saved, and never over somebody unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import OpenTablet, Shop, spot
from tests.browser.looks import at_every_size, findings_by_day_and_night, sticks_out, too_small

PATH = "/floor?store=oslo"
API = "/api/v1/stores/oslo/floor"


@pytest.fixture
def drawn(shop: Shop) -> Iterator[Shop]:
    """The shop; afterwards nobody has drawn anything."""
    yield shop
    shop.hub.call("PUT", API, {"shapes": {}})


def shape(page: Page, zone: str) -> Locator:
    return page.locator(f"#floor-plane [data-shape={zone}]")


def drag(page: Page, of: Locator, dx: float, dy: float) -> None:
    """Drag something from its middle by so many units of the plane."""
    box, plane = of.bounding_box(), page.locator("#floor-plane").bounding_box()
    assert box is not None
    assert plane is not None
    unit = plane["width"] / 1000
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx * unit, y + dy * unit, steps=4)
    page.mouse.up()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def shapes(shop: Shop) -> Any:
    return shop.hub.get(API)["drawing"]["shapes"]


def test_a_zone_is_dragged_resized_and_saved_and_stands_there_on_the_plan(
    drawn: Shop, tablet: OpenTablet
) -> None:
    page = tablet(PATH)
    before = shapes(drawn)["sales-floor"]
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_in_viewport(ratio=1)
    expect(page.locator("#floor-over")).to_be_hidden()
    drag(page, shape(page, "sales-floor").locator("polygon"), -100, -41)
    expect(shape(page, "sales-floor")).to_have_attribute("aria-pressed", "true")
    over = "These zones lie over each other: Entrance, Sales floor"
    expect(page.locator("#floor-over")).to_have_text(over)
    # Pulled at its lower right corner, by a finger that need not hit the grid.
    drag(page, page.locator("#floor-plane [data-corner='2'] .reach"), -87, -64)
    save(page)
    expect(page.locator("#floor-kept")).to_have_text("Saved.")
    after = shapes(drawn)["sales-floor"]
    assert (after["x"] % 20, after["y"] % 20) == (0, 0)
    assert abs(after["x"] - (before["x"] - 100)) <= 10
    assert after["width"] == pytest.approx(before["width"] - 87, abs=20)
    assert after["height"] < before["height"]
    page.get_by_role("link", name="Back to Now").click()
    box = spot(page, "sales-floor").get_attribute("data-place")
    assert box is not None
    assert float(box.split()[0]) == after["x"] / 10


def test_keys_draw_as_well_and_every_step_can_be_undone(drawn: Shop, tablet: OpenTablet) -> None:
    page = tablet(PATH)
    before = shapes(drawn)["entrance"]
    entrance = shape(page, "entrance")
    entrance.focus()
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowLeft", "Shift+ArrowUp"):
        page.keyboard.press(key)
    words = re.compile(rf"^Entrance: .* at {before['x'] + 20}, {before['y'] + 20}$")
    expect(entrance).to_have_attribute("aria-label", words)
    expect(entrance).to_be_focused()
    expect(page.locator("#floor-told")).to_have_text(words)
    for _ in range(4):
        page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    assert shapes(drawn)["entrance"] == before


def test_corners_outline_and_words(drawn: Shop, tablet: OpenTablet) -> None:
    page = tablet(PATH)
    page.locator("[data-zone=entrance]").click()
    page.get_by_role("button", name="With corners of its own").click()
    page.get_by_role("button", name="One more corner").click()
    expect(page.locator("#floor-plane [data-corner]")).to_have_count(5)
    page.get_by_role("button", name="Outline of the shop").click()
    page.get_by_label("A word on the plan").fill("Stairs")
    page.get_by_role("button", name="Add", exact=True).click()
    save(page)
    expect(page.locator("#floor-kept")).to_have_text("Saved.")
    drawing = drawn.hub.get(API)["drawing"]
    assert drawing["shapes"]["entrance"]["kind"] == "polygon"
    assert len(drawing["shapes"]["entrance"]["points"]) == 5
    assert len(drawing["outline"]) == 4
    assert drawing["labels"] == [{"text": "Stairs", "x": 500, "y": 350}]
    page.get_by_role("link", name="Back to Now").click()
    expect(page.locator(".ground text")).to_have_text("Stairs")
    expect(spot(page, "entrance").locator(".edge")).to_be_visible()


def test_what_is_drawn_while_save_is_under_way_is_not_taken_for_saved(
    drawn: Shop, tablet: OpenTablet
) -> None:
    page = tablet(PATH)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(f"**{API}", hold)
    button = page.get_by_role("button", name="Save", exact=True)
    before = shapes(drawn)["attic"]["x"]
    shape(page, "attic").focus()
    page.keyboard.press("ArrowLeft")
    with page.expect_request(f"**{API}"):
        button.click()
    shape(page, "attic").focus()
    page.keyboard.press("ArrowRight")
    expect(button).to_be_disabled()
    held.pop().continue_()
    expect(page.locator("#floor-kept")).to_have_text("Saved.")
    assert shapes(drawn)["attic"]["x"] == before - 20
    page.unroute(f"**{API}")
    button.click()
    expect(button).to_be_disabled()
    expect(page.locator("#floor-kept")).to_have_text("Saved.")
    assert shapes(drawn)["attic"]["x"] == before


def test_of_two_who_draw_the_slower_sees_who_was_faster_and_decides(
    drawn: Shop, tablet: OpenTablet
) -> None:
    first, second = tablet(PATH), tablet(PATH, may_complain="412")
    for page, key in ((first, "ArrowRight"), (second, "ArrowLeft")):
        shape(page, "attic").focus()
        page.keyboard.press(key)
    save(first)
    expect(first.locator("#floor-kept")).to_have_text("Saved.")
    theirs = shapes(drawn)["attic"]
    save(second)
    expect(second.locator("#floor-said")).to_contain_text("drew the floor plan, at")
    assert shapes(drawn)["attic"] == theirs
    second.get_by_role("button", name="Save mine over it").click()
    expect(second.locator("#floor-kept")).to_have_text("Saved.")
    assert shapes(drawn)["attic"]["x"] < theirs["x"]


def test_what_was_not_saved_is_there_after_a_reload(drawn: Shop, tablet: OpenTablet) -> None:
    page = tablet(PATH)
    shape(page, "attic").focus()
    page.keyboard.press("ArrowLeft")
    moved = shape(page, "attic").get_attribute("aria-label") or ""
    page.reload()
    expect(page.locator("#floor-kept")).to_contain_text("is here again")
    expect(shape(page, "attic")).to_have_attribute("aria-label", moved)
    page.get_by_role("button", name="Discard changes").click()
    expect(shape(page, "attic")).not_to_have_attribute("aria-label", moved)


def test_everybody_can_use_the_editor(drawn: Shop, tablet: OpenTablet) -> None:
    page = tablet(PATH, reduced_motion="reduce")
    shape(page, "attic").focus()
    assert findings_by_day_and_night(page) == []
    for size in at_every_size(page):
        assert too_small(page, "main :is(button, a, input)") == [], size
        assert not sticks_out(page), size
