"""The pages of scenes: editing touches no lamp, an audition one zone, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Locator, Page, Route, expect

from scenes.plan import Plan
from tests.browser.conftest import OpenTablet, Shop
from tests.browser.looks import at_every_size, findings_by_day_and_night, sticks_out, too_small
from tests.browser.signing_in import manager_with_a_password, sign_in_over
from tests.waiting import wait_until

OWN = "late-evening"
EDITOR = f"/scenes/{OWN}?store=oslo"
SAVED = re.compile("^Saved as a draft")


@pytest.fixture
def own(shop: Shop) -> Iterator[str]:
    """A scene of the shop's own, a published copy of Evening."""
    shop.hub.call("POST", "/api/v1/scenes/evening/clone", {"id": OWN, "name": "Late evening"})
    shop.hub.call("POST", f"/api/v1/scenes/{OWN}/publish", {})
    yield OWN
    for zone in ("entrance", "sales-floor"):
        shop.hub.call("DELETE", f"/api/v1/zones/{zone}/override?store=oslo")
        shop.hub.call("DELETE", f"/api/v1/zones/{zone}/audition?store=oslo")
    shop.hub.call("DELETE", f"/api/v1/scenes/{OWN}")


def newest(shop: Shop) -> Any:
    """The newest revision, as the API has it."""
    said = shop.hub.get(f"/api/v1/scenes/{OWN}")
    return said["draft"] or said


def open_editor(tablet: OpenTablet, **options: Any) -> Page:
    page = tablet(EDITOR, **options)
    expect(page.locator("#editor[data-ready]")).to_be_visible()
    return page


def slider(page: Page, name: str) -> Locator:
    """The visible slider of that name."""
    return page.get_by_role("slider", name=name, exact=True)


def do(page: Page, name: str) -> None:
    """Tap a button of the bar that stays in sight."""
    page.locator(".save-bar").get_by_role("button", name=name).click()


def said(page: Page) -> Locator:
    return page.locator("#unsaved")


def test_moving_every_slider_and_saving_touches_no_lamp_and_an_audition_one_zone(
    shop: Shop, own: str, tablet: OpenTablet
) -> None:
    page = open_editor(tablet)
    shop.ceiling.heard.clear()
    heard = shop.ceiling.heard
    for each in page.get_by_role("slider").all():
        each.press("ArrowRight")
    expect(said(page)).to_have_text(re.compile(r"^\d+ unsaved changes$"))
    do(page, "Save draft")
    expect(said(page)).to_have_text(SAVED)
    draft = newest(shop)
    assert (draft["light"]["all"]["level"], draft["music"]["volume"]) == (51, 36)

    # A plan that the saving had made would have come before the audition's.
    # What is on its way there is not said to be done, and is said in the zone too.
    shop.ceiling.reports["entrance"].fading = True
    page.get_by_role("button", name="Audition 60 s").click()
    trying = page.locator("#trying")
    expect(trying).to_have_text(re.compile(r"^Entrance: fading in\. Returns by itself in \d+"))
    shop.ceiling.reports["entrance"].fading = False
    expect(page.locator(".there[data-zone=entrance]")).to_contain_text("Late evening is tried out")
    stop, bar = (page.locator(each).bounding_box() for each in ("[data-do=stop]", ".save-bar"))
    assert stop is not None
    assert bar is not None
    assert stop["y"] + stop["height"] <= bar["y"]
    expect(trying).to_have_text(re.compile(r"^Entrance: done: it plays\. Returns by itself in \d+"))
    assert {plan.zone for plan in heard} == {"entrance"}
    assert _played(heard[-1]).light["all"].level == 51
    # A slider that moves meanwhile is heard; many moves are put together.
    before = len(heard)
    slider(page, "Level").evaluate(
        """slider => {
            for (let level = 52; level <= 60; level += 1) {
                slider.value = level;
                slider.dispatchEvent(new Event('input', { bubbles: true }));
            }
        }"""
    )
    wait_until(lambda: _played(heard[-1]).light["all"].level == 60, 10, "the slider to be heard")
    assert len(heard) - before <= 2
    page.get_by_role("button", name="Stop").click()
    expect(trying).to_have_text("Entrance is back: Trading.")
    assert {plan.zone for plan in heard} == {"entrance"}
    assert shop.zone("entrance")["desired"]["scene"] == "trading"


def _played(plan: Plan) -> Any:
    return plan.scenes["audition"]


def test_an_audition_returns_by_itself_and_a_page_that_came_later_counts_it_down(
    shop: Shop, own: str, tablet: OpenTablet
) -> None:
    recipe = {**_document(newest(shop)), "music": {"source": "playlist:calm", "volume": 10}}
    path = "/api/v1/zones/sales-floor/audition?store=oslo"
    shop.hub.call("POST", path, {"scene": recipe, "of": OWN, "seconds": 10})
    page = open_editor(tablet)
    expect(page.get_by_role("radio", name=re.compile("^Sales floor"))).to_be_checked()
    trying = page.locator("#trying")
    expect(trying).to_have_text(re.compile(r"^Sales floor: done: it plays\. Returns by itself in"))
    expect(trying).to_have_text("Sales floor is back: Trading.", timeout=15_000)
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()


def test_a_slider_is_heard_only_in_what_was_begun_here(
    shop: Shop, own: str, tablet: OpenTablet
) -> None:
    recipe = _document(newest(shop))
    path = "/api/v1/zones/sales-floor/audition?store=oslo"
    shop.hub.call("POST", path, {"scene": recipe, "of": OWN, "seconds": 60})
    page = open_editor(tablet)
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.method) if "/audition" in each.url else None)
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    slider(page, "Level").press("ArrowRight")
    expect(said(page)).to_have_text("1 unsaved change")
    stop.click()
    expect(page.locator("#trying")).to_have_text("Sales floor is back: Trading.")
    assert sent == ["DELETE"]


def test_an_audition_says_what_was_refused_and_ends_only_when_the_hub_ended_it(
    shop: Shop, own: str, tablet: OpenTablet
) -> None:
    page = open_editor(tablet, may_complain="409|412|503")
    trying = page.locator("#trying")
    stop = page.get_by_role("button", name="Stop")
    zone, audition = re.compile(r"/zones/entrance\?"), re.compile(r"/zones/entrance/audition")

    def looked() -> None:
        with page.expect_response(zone):
            pass

    def earlier(route: Route) -> None:
        """What the agent says while it still plays the recipe before."""
        said = route.fetch()
        body = said.json()
        body["reported"]["since"] = "2026-01-01T00:00:00Z"
        route.fulfill(response=said, json=body)

    def refuse(status: int, words: str) -> None:
        page.route(audition, lambda route: route.fulfill(status=status, json={"message": words}))

    page.route(zone, earlier)
    page.get_by_role("button", name="Audition 60 s").click()
    looked()
    looked()
    expect(trying).to_have_text(re.compile(r"^Entrance: asked\. Returns by itself in \d+"))
    page.unroute(zone)
    expect(trying).to_have_text(re.compile(r"^Entrance: done: it plays\."))

    refuse(409, "that is too much")
    slider(page, "Level").press("ArrowRight")
    expect(trying).to_have_text("That is too much.")
    looked()
    looked()
    assert trying.text_content() == "That is too much."
    page.unroute(audition)
    slider(page, "Level").press("ArrowRight")
    expect(trying).to_have_text(re.compile(r"^Entrance: done: it plays\."))

    refuse(503, "try again")
    stop.click()
    expect(trying).to_have_text("Try again.")
    expect(stop).to_be_visible()
    page.unroute(audition)
    stop.click()
    expect(trying).to_have_text("Entrance is back: Trading.")
    expect(stop).to_be_hidden()


def test_who_took_the_place_of_an_audition_is_named_and_is_not_taken_over_unseen(
    shop: Shop, own: str, tablet: OpenTablet
) -> None:
    page = open_editor(tablet, may_complain="412")
    trying = page.locator("#trying")
    stop = page.get_by_role("button", name="Stop")
    begin = page.get_by_role("button", name="Audition 60 s")
    path = "/api/v1/zones/entrance/audition?store=oslo"
    theirs = {"scene": {**_document(newest(shop)), "name": "Dusk"}, "of": "dusk"}
    begin.click()
    expect(stop).to_be_visible()
    shop.hub.call("POST", path, theirs)
    expect(trying).to_have_text(re.compile("tries out Dusk$"))
    expect(stop).to_be_hidden()
    # What was shown is replaced by a tap, and what could not be shown is not.
    expect(page.locator(".there[data-zone=entrance]")).to_contain_text("tries out Dusk")
    begin.click()
    stop.click()
    expect(trying).to_have_text("Entrance is back: Trading.")
    page.route("**/fragments/scenes/*/places*", lambda route: route.abort())
    shop.hub.call("POST", path, theirs)
    begin.click()
    expect(trying).to_have_text(re.compile("began an audition"))
    expect(stop).to_be_hidden()
    assert shop.zone("entrance")["audition"]["name"] == "Dusk"


def test_who_was_slower_sees_both_changes_and_keeps_both(
    shop: Shop, own: str, tablet: OpenTablet
) -> None:
    page = open_editor(tablet, may_complain="412")
    slider(page, "Level").press("ArrowRight")
    theirs = {**_document(newest(shop)), "music": {"source": "playlist:calm", "volume": 12}}
    shop.hub.call("PUT", f"/api/v1/scenes/{OWN}", {"scene": theirs})
    do(page, "Save draft")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[data-theirs] li")).to_contain_text(["playlist:calm", "12 %"])
    expect(dialog.locator("[data-mine] li")).to_have_text("Light level 50 % → 51 %")
    assert newest(shop)["light"]["all"]["level"] == 50
    dialog.get_by_role("button", name=re.compile("^Both")).click()
    expect(slider(page, "Volume")).to_have_value("12")
    do(page, "Save draft")
    expect(said(page)).to_have_text(SAVED)
    both = newest(shop)
    assert (both["light"]["all"]["level"], both["music"]["volume"]) == (51, 12)


def test_a_reload_offers_the_edits_again_and_sends_none(
    shop: Shop, own: str, tablet: OpenTablet
) -> None:
    page = open_editor(tablet)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    slider(page, "Volume").press("ArrowRight")
    page.reload()
    assert asked == ["beforeunload"]
    kept = page.locator("#kept")
    expect(kept.locator("li")).to_have_text("Volume 35 % → 36 %")
    assert newest(shop)["music"]["volume"] == 35
    expect(slider(page, "Volume")).to_have_value("35")
    # What is moved while they are offered takes nothing of them, and stands on them.
    slider(page, "Level").press("ArrowRight")
    page.reload()
    expect(kept.locator("li")).to_have_text(["Light level 50 % → 51 %", "Volume 35 % → 36 %"])
    slider(page, "Warmth").press("ArrowRight")
    kept.get_by_role("button", name="Take them up again").click()
    for name, value in (("Volume", "36"), ("Level", "51"), ("Warmth", "2750")):
        expect(slider(page, name)).to_have_value(value)
    do(page, "Save draft")
    expect(said(page)).to_have_text(SAVED)
    page.reload()
    expect(page.locator("#editor[data-ready]")).to_be_visible()
    expect(kept).to_be_hidden()


def test_what_was_saved_is_said_to_be_where_the_rest_of_the_page_does_not_come(
    shop: Shop, own: str, tablet: OpenTablet
) -> None:
    page = open_editor(tablet)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/fragments/scenes/*/standing*", lambda route: route.abort())
    page.route(f"**/api/v1/scenes/{OWN}", hold)
    slider(page, "Volume").press("ArrowRight")
    with page.expect_request(f"**/api/v1/scenes/{OWN}"):
        do(page, "Save draft")
    # A slider that moves on the way is nowhere but here.
    slider(page, "Level").press("ArrowRight")
    held[0].continue_()
    expect(said(page)).to_have_text("1 unsaved change")
    expect(slider(page, "Level")).to_have_value("51")
    assert (newest(shop)["music"]["volume"], newest(shop)["light"]["all"]["level"]) == (36, 50)
    page.unroute(f"**/api/v1/scenes/{OWN}")
    do(page, "Save draft")
    expect(said(page)).to_have_text(SAVED)
    assert newest(shop)["light"]["all"]["level"] == 51


def test_who_was_overtaken_over_a_question_sees_what_is_there_and_asks_again(
    shop: Shop, own: str, tablet: OpenTablet
) -> None:
    page = open_editor(tablet, may_complain="412")
    theirs = {**_document(newest(shop)), "music": {"source": "playlist:calm", "volume": 12}}
    shop.hub.call("PUT", f"/api/v1/scenes/{OWN}", {"scene": theirs})

    def retire() -> None:
        page.get_by_role("button", name="Retire").click()
        page.get_by_role("dialog").get_by_role("button", name="Retire").click()

    page.locator("summary", has_text="More").last.click()
    retire()
    expect(said(page)).to_contain_text("The page shows that now.")
    expect(slider(page, "Volume")).to_have_value("12")
    if not page.get_by_role("button", name="Retire").is_visible():
        page.locator("summary", has_text="More").last.click()
    retire()
    expect(page.locator("#standing .state").first).to_have_text("Retired")


def test_who_signs_in_over_the_editor_goes_on_with_their_edits(
    shop: Shop, own: str, tablet: OpenTablet
) -> None:
    manager_with_a_password(shop.hub.database)
    page = open_editor(tablet, may_complain="40[13]")
    slider(page, "Volume").press("ArrowRight")
    page.context.clear_cookies()
    do(page, "Save draft")
    expect(said(page)).to_have_text("Sign in, then tap again. Your edits are kept.")
    sign_in_over(page)
    # Another person than before: the page says so, and takes nothing from under their hands.
    expect(slider(page, "Volume")).to_have_value("36")
    assert newest(shop)["music"]["volume"] == 35
    do(page, "Save draft")
    expect(said(page)).to_have_text(SAVED)
    assert newest(shop)["music"]["volume"] == 36


def test_a_scene_is_retired_and_brought_back_by_who_keeps_unsaved_edits(
    shop: Shop, own: str, tablet: OpenTablet, tmp_path: Path
) -> None:
    page = open_editor(tablet)
    slider(page, "Volume").press("ArrowRight")
    page.locator("summary", has_text="More").last.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a file").click()
    page.get_by_role("button", name="Retire").click()
    page.get_by_role("dialog").get_by_role("button", name="Retire").click()
    state = page.locator("#standing .state").first
    expect(state).to_have_text("Retired")
    # What nobody saved is there still.
    expect(slider(page, "Volume")).to_have_value("36")
    do(page, "Discard")
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(slider(page, "Volume")).to_have_value("35")
    do(page, "Publish")
    dialog = page.get_by_role("dialog", name="Publish Late evening?")
    expect(dialog).to_contain_text("It comes back from retirement")
    dialog.get_by_role("button", name="Publish").click()
    expect(state).to_have_text("Published")
    # The file comes back with other music in it; who has unsaved edits is asked first.
    file = tmp_path / "late-evening.yaml"
    said_by_file = Path(download.value.path()).read_text(encoding="utf-8")
    assert "volume: 35" in said_by_file
    file.write_text(said_by_file.replace("volume: 35", "volume: 21"), encoding="utf-8")
    slider(page, "Level").press("ArrowRight")
    page.locator("summary", has_text="More").last.click()
    page.locator("input[type=file]").set_input_files(file)
    ask = page.get_by_role("dialog")
    expect(ask).to_contain_text("Your unsaved edits give way to what the file says.")
    ask.get_by_role("button", name="Change nothing").click()
    expect(slider(page, "Level")).to_have_value("51")
    page.locator("input[type=file]").set_input_files(file)
    ask.get_by_role("button", name="Take it from the file").click()
    expect(slider(page, "Volume")).to_have_value("21")
    # They are offered again, also after a file that was taken.
    expect(page.locator("#kept")).to_be_visible()
    assert newest(shop)["music"]["volume"] == 21


def test_where_a_scene_is_tried_out_the_page_says_what_is_reported_there(
    shop: Shop, own: str, tablet: OpenTablet
) -> None:
    page = open_editor(tablet)
    entrance = page.locator(".there[data-zone=entrance]")
    expect(entrance).to_have_text(re.compile(r"Trading, \d+ s ago"))
    gallery = tablet("/scenes?store=oslo")
    event = gallery.locator(".scene-card", has_text="Event")
    expect(event).not_to_contain_text("On now")
    # Nobody reports anything of the attic.
    expect(page.locator(".there[data-zone=attic]")).to_have_text(re.compile("No report yet"))
    wish = {"scene": "event", "end": {"minutes": 30}}
    shop.hub.call("PUT", "/api/v1/zones/entrance/override?store=oslo", wish)
    expect(entrance).to_have_text(re.compile(r"Event, \d+ s ago"), timeout=15_000)
    expect(event).to_contain_text("On now by plan: Entrance")


def test_publishing_says_what_changes_and_where_it_is_heard(
    shop: Shop, own: str, tablet: OpenTablet
) -> None:
    wish = {"scene": OWN, "end": {"minutes": 30}}
    shop.hub.call("PUT", "/api/v1/zones/entrance/override?store=oslo", wish)
    page = open_editor(tablet)
    slider(page, "Warmth").press("ArrowRight")
    do(page, "Publish")
    dialog = page.get_by_role("dialog", name="Publish Late evening?")
    expect(dialog.locator("li").nth(0)).to_have_text("Colour temperature 2700 K → 2750 K")
    heard = "On now in Entrance, Oslo, Storgata: it fades over in 1 min"
    expect(dialog.locator("li").nth(1)).to_have_text(heard)
    assert shop.ceiling.plans["entrance"].scenes[OWN].light["all"].temperature_k == 2700
    dialog.get_by_role("button", name="Publish").click()
    expect(said(page)).to_have_text("Published.")
    wait_until(
        lambda: shop.ceiling.plans["entrance"].scenes[OWN].light["all"].temperature_k == 2750,
        5,
        "the published scene in the plan",
    )
    expect(page.locator("#standing .state").first).to_have_text("Published")


def test_keys_are_enough_also_for_a_colour(shop: Shop, own: str, tablet: OpenTablet) -> None:
    page = open_editor(tablet)
    page.get_by_role("radio", name="White").focus()
    page.keyboard.press("ArrowRight")
    hue = page.get_by_role("slider", name="Hue")
    hue.focus()
    field = page.get_by_role("textbox", name="As a number")
    before = field.input_value()
    for key in ("ArrowUp", "Shift+ArrowRight"):
        page.keyboard.press(key)
        expect(field).not_to_have_value(before)
        before = field.input_value()
    expect(hue).to_have_attribute("aria-valuetext", re.compile(r"^\w+, \d+°$"))
    field.fill("#3355FF")
    expect(hue).to_have_attribute("aria-valuetext", "blue, 230°")
    level = slider(page, "Level")
    level.focus()
    page.keyboard.press("End")
    expect(level).to_have_attribute("aria-valuetext", "100 per cent")
    page.locator(".save-bar").get_by_role("button", name="Save draft").focus()
    page.keyboard.press("Enter")
    expect(said(page)).to_have_text(SAVED)
    assert (
        newest(shop)["light"]["all"]
        == {"level": 100, "colour": "#3355ff", "fade_s": 60} | {"temperature_k": None}
        or newest(shop)["light"]["all"]["colour"] == "#3355ff"
    )


def test_what_is_beyond_a_limit_is_said_before_it_is_sent(own: str, tablet: OpenTablet) -> None:
    page = open_editor(tablet)
    slider(page, "Volume").press("End")
    expect(said(page)).to_have_text("The volume is over the limit of 50 %.")
    expect(page.locator(".save-bar").get_by_role("button", name="Save draft")).to_be_disabled()


def test_a_new_scene_begins_as_a_copy_and_goes_again(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet("/scenes?store=oslo")
    page.get_by_role("link", name="New scene").click()
    page.get_by_label("What people call it").fill("Højt humør")
    page.get_by_role("radio", name="Event").check(force=True)
    page.get_by_role("button", name="Make the draft").click()
    expect(page.locator("#scene-name")).to_have_text("Højt humør")
    made = shop.hub.get("/api/v1/scenes/hojt-humor")
    event = shop.hub.get("/api/v1/scenes/event")
    assert (made["state"], made["light"]) == ("draft", event["light"])
    page.locator("summary", has_text="More").last.click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Ready to play")).to_be_visible()
    expect(page.get_by_text("Højt humør")).to_have_count(0)


def _document(scene: dict[str, Any]) -> dict[str, Any]:
    fields = ("name", "description", "mood", "experience", "limits", "light", "music", "scent")
    return {field: scene[field] for field in fields}


def gallery(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.hub.address}/scenes?store=oslo")
    expect(page.get_by_role("heading", name="Ready to play")).to_be_visible()


def new(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.hub.address}/new-scene?store=oslo")
    expect(page.get_by_role("button", name="Make the draft")).to_be_visible()


def editing(page: Page, shop: Shop) -> None:
    """An editor with all parts in sight: a colour, edits that wait, every list open."""
    page.goto(f"{shop.hub.address}{EDITOR}")
    expect(page.locator("#editor[data-ready]")).to_be_visible()
    page.get_by_role("radio", name="Colour", exact=True).check()
    for summary in page.locator(".standing summary").all():
        summary.click()


def test_everybody_can_use_them(shop: Shop, own: str, tablet: OpenTablet) -> None:
    page = tablet("/scenes?store=oslo", reduced_motion="reduce")
    page.on("dialog", lambda dialog: dialog.accept())
    shows: tuple[Callable[[Page, Shop], None], ...] = (gallery, new, editing)
    for show in shows:
        show(page, shop)
        assert findings_by_day_and_night(page) == []
    controls = "button, a, summary, .slider input, .switch, label:has([type=radio])"
    for size in at_every_size(page):
        assert too_small(page, f"main :is({controls})") == [], size
        assert not sticks_out(page), size
