"""The plan as a calendar: dragged, resized, copied, deployed, rehearsed, by two at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from hub.database import open_database
from hub.people.rights import Role
from hub.people.sessions import Kind
from tests.browser.conftest import OpenTablet, Shop
from tests.browser.looks import at_every_size, findings_by_day_and_night, sticks_out, too_small
from tests.browser.signing_in import manager_with_a_password, sign_in_over
from tests.parts.signed_in import account, let_in
from tests.waiting import wait_until

DRAFT, SCHEDULE = "/api/v1/stores/oslo/draft", "/api/v1/stores/oslo/schedule"
NEXT_WEEK = datetime.now(UTC).date() + timedelta(days=7)
MONDAY = NEXT_WEEK - timedelta(days=NEXT_WEEK.weekday())
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
RULES: list[dict[str, Any]] = [
    {
        "id": "calm",
        "name": "Calm mornings",
        "zones": ["entrance"],
        "scene": "calm-morning",
        "weekdays": ["mon", "tue", "wed", "thu", "fri"],
        "from": "09:00",
        "until": "11:00",
    },
    {
        "id": "market",
        "name": "Market day",
        "zones": ["all"],
        "scene": "event",
        "weekdays": ["wed"],
        "from": "14:00",
        "until": "16:00",
    },
]


CUT_NAMES = """() => [...document.querySelectorAll(".lane-names li")]
  .filter((each) => each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight)
  .map((each) => each.textContent)"""


@pytest.fixture(scope="module")
def before(running_shop: Shop) -> Iterator[dict[str, Any]]:
    """What was deployed before these tests, and is again after them."""
    hub = running_shop.hub
    seen = hub.get(SCHEDULE)
    yield seen["schedule"]
    _no_draft(running_shop)
    hub.call("POST", f"{SCHEDULE}/revert", {"version": seen["version"]})


@pytest.fixture
def planned(shop: Shop, before: dict[str, Any]) -> Shop:
    """The shop with two rules deployed and no draft."""
    _no_draft(shop)
    wanted = {**before, "rules": RULES}
    if _said(shop.hub.get(SCHEDULE)["schedule"]) != _said(wanted):
        deploy(shop, wanted)
    return shop


def _said(schedule: dict[str, Any]) -> dict[str, Any]:
    """A schedule without what nobody said of its rules."""
    rules = [
        {key: value for key, value in rule.items() if key in RULES[0]}
        for rule in schedule.get("rules", [])
    ]
    return {**{key: value for key, value in schedule.items() if value}, "rules": rules}


def deploy(shop: Shop, schedule: dict[str, Any]) -> None:
    """Somebody deploys it over REST."""
    shop.hub.call("POST", DRAFT, {})
    shop.hub.call("PUT", DRAFT, {"schedule": schedule})
    shop.hub.call("POST", f"{DRAFT}/deploy", {})


def _no_draft(shop: Shop) -> None:
    if next(each for each in shop.hub.get("/api/v1/stores") if each["store"] == "oslo")["draft"]:
        shop.hub.call("DELETE", DRAFT)


def week(tablet: OpenTablet, zone: str = "entrance", **options: Any) -> Page:
    """A tablet that looks at next week."""
    path = f"/week?store=oslo&day={TUESDAY}&zone={zone}"
    page = tablet(path, may_complain="status of 4", **options)
    page.locator("#week[data-ready]").wait_for()
    page.locator("html[data-live=yes]").wait_for()  # the bar above it is at rest
    return page


def block(page: Page, item: str, day: object = TUESDAY) -> Locator:
    return page.locator(f'#column-{day} .block[data-item="{item}"]').first


def drag(page: Page, what: Locator, hours: float, by: Callable[[Any], tuple[float, float]]) -> None:
    """Drags from a point of a box (as ``by`` says) so many hours down."""
    # Not Playwright's own scrolling: the page may draw it anew in the middle of that.
    what.evaluate("part => part.scrollIntoView({ behavior: 'instant', block: 'nearest' })")
    box = wait_until(what.bounding_box, 10, "what is dragged")
    hour = page.evaluate("document.querySelector('.column').offsetHeight / 24")
    x, y = by(box)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + hours * hour / 2, steps=3)
    page.mouse.move(x, y + hours * hour, steps=3)
    page.mouse.up()


def middle(box: Any) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def lower_edge(box: Any) -> tuple[float, float]:
    return box["x"] + box["width"] / 3, box["y"] + box["height"] - 4


def resting(what: Locator) -> Any:
    """Where something stands on the screen, once a finger's scrolling has come to its end."""
    # Not Playwright's own waiting: the page is drawn anew while it waits for one drawing to rest.
    return what.evaluate(
        """async (block) => {
          block.scrollIntoView({ behavior: "instant", block: "center" });
          const before = block.getBoundingClientRect();
          for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame);
          const { x, y, width, height } = block.getBoundingClientRect();
          const rests = block.isConnected && before.y === y && before.x === x;
          return rests ? { x, y, width, height } : null;
        }"""
    )


def answer(page: Page, words: str) -> None:
    page.locator("#week-which").get_by_role("button", name=words).click()


def drafted(shop: Shop, part: str = "rules") -> Any:
    return {each["id"]: each for each in shop.hub.get(DRAFT)["schedule"].get(part, [])}


def told(page: Page) -> Locator:
    return page.locator("#week-draft")


def test_a_rule_is_dragged_and_resized_on_all_of_its_days_and_deployed(
    planned: Shop, tablet: OpenTablet
) -> None:
    page = week(tablet)
    drag(page, block(page, "calm"), 0.5, middle)
    answer(page, "On all of its days")
    expect(told(page)).to_contain_text("1 change, not deployed")
    expect(block(page, "calm", WEDNESDAY)).to_have_accessible_name(
        "Calm morning 09:30–11:30, Calm mornings, Entrance"
    )
    drag(page, block(page, "calm"), 0.5, lower_edge)
    answer(page, "On all of its days")
    expect(block(page, "calm")).to_have_accessible_name(
        "Calm morning 09:30–12:00, Calm mornings, Entrance"
    )
    # Nothing plays otherwise before somebody deploys it, having read what it does.
    version = planned.hub.get("/api/v1/stores/oslo/schedule")["version"]
    page.get_by_role("button", name="Look and deploy").click()
    sheet = page.locator("#week-sheet")
    expect(sheet).to_contain_text("Rule “Calm mornings”: from 09:00 → 09:30, until 11:00 → 12:00")
    sheet.get_by_role("button", name="Deploy now").click()
    expect(told(page)).to_contain_text(f"Version {version + 1} is deployed")
    found = planned.hub.get(f"/api/v1/stores/oslo/week?from={TUESDAY}")["zones"][0]["slots"]
    calm = next(slot for slot in found if slot["scene"] == "calm-morning")
    since, until = (datetime.fromisoformat(calm[key]) for key in ("since", "until"))
    assert until - since == timedelta(hours=2.5)


def test_only_one_day_becomes_exceptions_and_a_day_is_copied(
    planned: Shop, tablet: OpenTablet
) -> None:
    page = week(tablet)
    drag(page, block(page, "calm"), 1, middle)
    answer(page, "Only")
    moved = block(page, f"calm-{TUESDAY}")
    told_as = re.compile("^Calm morning 10:00–12:00, Calm mornings, [0-9]")
    expect(moved).to_have_accessible_name(told_as)
    instead = block(page, f"not-calm-{TUESDAY}")
    expect(instead).to_have_accessible_name(re.compile("09:00–10:00, Instead of Calm mornings, "))
    assert drafted(planned)["calm"] == {**RULES[0], **drafted(planned)["calm"]}
    # The market of Wednesday also on Tuesday, in place of what was there by exception.
    page.locator(f"#copy-{WEDNESDAY}").click()
    page.locator(f"#paste-{TUESDAY}").click()
    answer(page, "as exceptions")
    expect(page.locator(f'#column-{TUESDAY} .block[aria-label^="Event"]')).to_be_visible()
    dates = {each["days"]["dates"][0]["first"] for each in drafted(planned, "exceptions").values()}
    assert dates == {str(TUESDAY)}
    assert "calm-morning" not in {each["scene"] for each in drafted(planned, "exceptions").values()}


def test_keys_do_what_a_drag_does_and_take_it_back(planned: Shop, tablet: OpenTablet) -> None:
    page = week(tablet)
    said = page.locator("#week-said")
    block(page, "calm").focus()
    page.keyboard.press("ArrowDown")
    expect(said).to_contain_text("09:15 to 11:15")
    page.keyboard.press("Escape")
    expect(said).to_contain_text("Left as it was")
    for key in ("ArrowUp", "ArrowUp", "Shift+ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # the first answer: on all of its days
    moved = "Calm morning 08:30–10:45, Calm mornings, Entrance"
    expect(block(page, "calm")).to_have_accessible_name(moved)
    assert drafted(planned)["calm"]["until"] == "10:45"
    # It has the focus still: the next keys are its, and so is the sheet.
    expect(block(page, "calm")).to_be_focused()
    page.keyboard.press("Enter")
    sheet = page.locator("#week-sheet")
    expect(sheet.locator("[name=from-clock]")).to_have_value("08:30")
    page.keyboard.press("Escape")
    expect(block(page, "calm")).to_be_focused()
    for key in ("ArrowRight", "Enter", "Tab", "Enter"):  # only on that day
        page.keyboard.press(key)
    wednesday = page.locator(f'#column-{WEDNESDAY} .block[data-layer="exception"]')
    expect(wednesday.last).to_be_visible()
    expect(page.locator(".block:focus")).to_have_accessible_name(re.compile("^Calm morning 08:30"))
    # Step by step back to no draft at all.
    page.keyboard.press("Control+z")
    expect(wednesday).to_have_count(0)
    expect(block(page, "calm")).to_have_accessible_name(moved)
    undo = page.get_by_role("button", name="Undo: Moved: 08:30–10:45")
    undo.focus()
    page.keyboard.press("Enter")
    expect(said).to_have_text("Taken back: Moved: 08:30–10:45")
    expect(told(page)).to_contain_text("is deployed. Nobody has begun a draft")
    expect(block(page, "calm")).to_have_accessible_name(re.compile("09:00–11:00"))


def test_what_was_done_is_said_to_be_where_the_new_drawing_does_not_come(
    planned: Shop, tablet: OpenTablet
) -> None:
    page = week(tablet)
    page.route("**/fragments/week?*", lambda route: route.abort())
    drag(page, block(page, "calm"), 1, middle)
    answer(page, "On all of its days")
    expect(page.locator("#week-said")).to_have_text("Moved: 10:00–12:00")
    expect(page.locator("#notice")).to_be_empty()
    assert drafted(planned)["calm"]["from"] == "10:00"


def test_an_exception_of_several_dates_says_what_a_move_does(
    planned: Shop, tablet: OpenTablet
) -> None:
    dates = [
        {"first": str(day), "last": str(day)} for day in (TUESDAY, TUESDAY + timedelta(days=7))
    ]
    party = {**RULES[1], "id": "party", "name": "Party", "days": {"dates": dates}}
    del party["weekdays"]
    planned.hub.call("POST", DRAFT, {})
    schedule = {**planned.hub.get(DRAFT)["schedule"], "exceptions": [party]}
    planned.hub.call("PUT", DRAFT, {"schedule": schedule})
    page = week(tablet)
    block(page, "party").focus()
    for key in ("ArrowRight", "Enter"):
        page.keyboard.press(key)
    answer(page, "On that day instead, and the times on all of its days")
    expect(page.locator(f"#column-{WEDNESDAY} .block[data-item=party]")).to_be_visible()
    kept = drafted(planned, "exceptions")["party"]["days"]["dates"]
    assert [each["first"] for each in kept] == [str(WEDNESDAY), dates[1]["first"]]


def test_keys_alone_make_something_new_and_deploy_it(planned: Shop, tablet: OpenTablet) -> None:
    page = week(tablet)
    sheet = page.locator("#week-sheet")
    press(page, page.get_by_role("button", name="Add", exact=True), "Enter")
    press(page, sheet.get_by_role("button", name="On a date"), "Enter")
    # The sheet before has the same scenes in it.
    expect(sheet.locator('form[data-part="exceptions"]')).to_be_visible()
    press(page, sheet.get_by_role("radio", name="Rush hour"), "Space")
    sheet.locator("[name=from-clock]").focus()
    page.keyboard.type("1230PM")
    sheet.locator("[name=until-clock]").focus()
    page.keyboard.type("0130PM")
    press(page, sheet.get_by_role("button", name="Save in the draft"), "Enter")
    new = page.locator(f'#column-{TUESDAY} .block[data-layer="exception"]')
    expect(new).to_have_accessible_name("Rush hour 12:30–13:30, Exception, Entrance")
    press(page, page.get_by_role("button", name="Look and deploy"), "Enter")
    press(page, sheet.get_by_role("button", name="Deploy now"), "Enter")
    expect(told(page)).to_contain_text("is deployed. Nobody has begun a draft")
    deployed = planned.hub.get(SCHEDULE)["schedule"]["exceptions"]
    assert [(each["scene"], each["until"]) for each in deployed] == [("rush-hour", "13:30")]


def press(page: Page, what: Locator, key: str) -> None:
    """Goes to a control as Tab would, and presses a key there."""
    expect(what).to_be_visible()
    what.focus()
    expect(what).to_be_focused()
    page.keyboard.press(key)


def test_something_new_is_drawn_changed_and_deleted(planned: Shop, tablet: OpenTablet) -> None:
    page = week(tablet)
    hour = page.evaluate("document.querySelector('.column').offsetHeight / 24")
    drag(
        page,
        block(page, "calm"),
        1,
        lambda box: (box["x"] + box["width"] / 2, box["y"] + box["height"] + hour),
    )
    sheet = page.locator("#week-sheet")
    expect(sheet.locator("[name=from-clock]")).to_have_value("12:00")
    sheet.get_by_role("radio", name="Rush hour").check()
    # For whom it is: for all only where nothing else was chosen, and then that is said.
    for_all = sheet.get_by_text("This is for all zones")
    expect(for_all).to_be_hidden()
    sheet.get_by_role("checkbox", name="All zones").check()
    expect(for_all).to_be_visible()
    sheet.get_by_role("button", name="On a date").click()
    # What was begun goes on as another kind of thing.
    expect(sheet.get_by_role("radio", name="Rush hour")).to_be_checked()
    expect(sheet.locator("[name=until-clock]")).to_have_value("13:00")
    sheet.locator("[name=from-clock]").fill("12:30")
    sheet.locator("[name=until-clock]").fill("13:30")
    sheet.get_by_role("button", name="Save in the draft").click()
    new = page.locator(f'#column-{TUESDAY} .block[data-layer="exception"]')
    expect(new).to_have_accessible_name("Rush hour 12:30–13:30, Exception, Entrance")
    new.click()
    sheet.get_by_role("button", name="Delete").click()
    expect(new).to_have_count(0)
    assert drafted(planned, "exceptions") == {}


def test_of_two_tablets_each_sees_the_other_and_neither_loses_anything(
    planned: Shop, tablet: OpenTablet
) -> None:
    first, second = week(tablet), week(tablet)
    sheet = second.locator("#week-sheet")
    block(second, "market", WEDNESDAY).click()
    sheet.locator("[name=from-clock]").fill("15:00")
    drag(first, block(first, "calm"), 0.5, middle)
    answer(first, "On all of its days")
    expect(told(first)).to_contain_text("1 change, not deployed")
    # Nobody takes a sheet from under somebody's hand; what is behind it is shown when it closes.
    expect(told(second)).to_contain_text("is deployed. Nobody has begun a draft")
    sheet.get_by_role("button", name="Save on all its days").click()
    expect(sheet.locator("#sheet-problem")).to_contain_text("has a draft already")
    expect(sheet.locator("[name=from-clock]")).to_have_value("15:00")
    drag(first, block(first, "calm"), 0.5, middle)
    answer(first, "On all of its days")
    later = "Calm morning 10:00–12:00, Calm mornings, Entrance"
    expect(block(first, "calm")).to_have_accessible_name(later)
    sheet.get_by_role("button", name="Save on all its days").click()
    expect(sheet.locator("#sheet-problem")).to_contain_text("Calm mornings”: from 09:30 → 10:00")
    sheet.get_by_role("button", name="Save on all its days").click()
    expect(told(second)).to_contain_text("2 changes, not deployed")
    rules = drafted(planned)
    assert (rules["calm"]["from"], rules["market"]["from"]) == ("10:00", "15:00")
    # The first one sees it without a tap, and its own steps are nothing to take back any more.
    expect(told(first)).to_contain_text("2 changes, not deployed")
    expect(block(first, "market", WEDNESDAY)).to_have_accessible_name(re.compile("15:00–16:00"))
    expect(first.locator("[data-undo]")).to_be_hidden()
    # So does what somebody chooses for now, and what is deployed.
    planned.hub.call("POST", f"{DRAFT}/deploy", {})
    expect(told(first)).to_contain_text("is deployed. Nobody has begun a draft")


def test_a_finger_holds_still_before_it_carries_and_fine_handles_go_by_five_minutes(
    planned: Shop, tablet: OpenTablet
) -> None:
    page = week(tablet, has_touch=True, viewport={"width": 390, "height": 844})
    calm = block(page, "calm")
    calm.scroll_into_view_if_needed()
    box = calm.bounding_box()
    assert box is not None
    hour = page.evaluate("document.querySelector('.column[data-selected]').offsetHeight / 24")
    touch = page.context.new_cdp_session(page)
    x, y = middle(box)

    def finger(kind: str, *points: float) -> None:
        where = [{"x": x, "y": each} for each in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    # A finger that goes on at once scrolls, and moves nothing.
    finger("touchStart", y)
    finger("touchMove", y - hour / 2)
    finger("touchEnd")
    expect(page.locator("#week-which")).to_be_hidden()
    expect(page.locator("[data-lifted]")).to_have_count(0)
    box = wait_until(lambda: resting(calm), timeout_s=30, what="that the page stands still")
    x, y = middle(box)
    finger("touchStart", y)
    expect(page.locator("[data-lifted]")).to_have_count(1)
    finger("touchMove", y + hour / 2)
    finger("touchMove", y + hour)
    # A palm that lies on the glass and is lifted again carries nothing, and lets nothing go.
    finger("touchStart", y + hour, y - 3 * hour)
    finger("touchMove", y + hour, y - 2 * hour)
    finger("touchMove", y + hour)
    expect(page.locator("[data-lifted]")).to_have_count(1)
    finger("touchEnd")
    answer(page, "On all of its days")
    expect(calm).to_have_accessible_name("Calm morning 10:00–12:00, Calm mornings, Entrance")
    page.set_viewport_size({"width": 1280, "height": 800})
    calm.hover()
    fine = calm.locator('.handle[data-edge="end"][data-fine]')
    drag(page, fine, 5 / 60, middle)
    answer(page, "On all of its days")
    expect(calm).to_have_accessible_name("Calm morning 10:00–12:05, Calm mornings, Entrance")


def test_a_draft_is_put_on_top_of_what_was_deployed_and_versions_come_back(
    planned: Shop, before: dict[str, Any], tablet: OpenTablet
) -> None:
    deploy(planned, {**before, "rules": []})
    deploy(planned, {**before, "rules": RULES})
    page = week(tablet)
    sheet = page.locator("#week-sheet")
    version = planned.hub.get(SCHEDULE)["version"]
    drag(page, block(page, "calm"), 0.5, middle)
    answer(page, "On all of its days")
    expect(told(page)).to_contain_text("1 change, not deployed")
    # Somebody goes back to the version before, in which nothing is planned: theirs and mine meet.
    planned.hub.call("POST", f"{SCHEDULE}/revert", {"version": version - 1})
    expect(told(page)).to_contain_text("another version was deployed meanwhile")
    page.get_by_role("button", name="Look and deploy").click()
    expect(sheet).to_contain_text("Deployed meanwhile by somebody else")
    sheet.get_by_role("button", name="Put the draft on top of that").click()
    answer(page, "The draft holds")
    sheet.get_by_role("button", name="Deploy now").click()
    expect(told(page)).to_contain_text(f"Version {version + 2} is deployed")
    assert [each["from"] for each in planned.hub.get(SCHEDULE)["schedule"]["rules"]] == ["09:30"]
    page.get_by_role("button", name="Versions").click()
    back = sheet.locator(f'[data-revert="{version}"]')
    newest = sheet.locator(".kept")
    expect(newest).to_have_text("Deployed")
    assert newest.evaluate("part => part.offsetHeight < 40")
    # Who looks at an old list is told what came after it, and sees it.
    planned.hub.call("POST", f"{SCHEDULE}/revert", {"version": version + 2})
    back.click()
    answer(page, f"Deploy version {version} again")
    expect(sheet.locator("#sheet-problem")).to_contain_text(f"deployed version {version + 3}")
    back.click()
    answer(page, f"Deploy version {version} again")
    expect(told(page)).to_contain_text(f"Version {version + 4} is deployed")
    expect(block(page, "market", WEDNESDAY)).to_be_visible()


def test_hours_are_changed_by_whoever_signs_in_over_the_sheet_and_a_draft_is_discarded(
    planned: Shop, tablet: OpenTablet
) -> None:
    manager_with_a_password(planned.hub.database)
    page = week(tablet)
    sheet = page.locator("#week-sheet")
    page.get_by_role("button", name="Change Opening hours").click()
    sheet.locator("[name=sat-until]").fill("16:00")
    sheet.get_by_role("checkbox", name="Open on Sunday").uncheck()
    page.context.clear_cookies()
    sheet.get_by_role("button", name="Save in the draft").click()
    sign_in_over(page)
    # What was typed is still there, and nothing went out by itself.
    expect(sheet.locator("[name=sat-until]")).to_have_value("16:00")
    assert not _store(planned)["draft"]
    sheet.get_by_role("button", name="Save in the draft").click()
    hours = page.get_by_role("region", name="Opening hours")
    expect(hours.get_by_role("listitem")).to_contain_text(
        ["Monday to Friday00:00–24:00", "Saturday00:00–16:00", "Sundayclosed"]
    )
    page.get_by_role("button", name="Add: Special hours").click()
    sheet.locator("[name=first]").first.fill(str(WEDNESDAY))
    sheet.get_by_role("button", name="Save in the draft").click()
    closed = page.locator(f".day-head:has(#copy-{WEDNESDAY})")
    expect(closed).to_contain_text("closed")
    page.get_by_role("region", name="Special hours").get_by_role("button", name="Change").click()
    sheet.get_by_role("button", name="Delete").click()
    expect(closed).not_to_contain_text("closed")
    page.locator("#week-draft").get_by_role("button", name="Discard").click()
    answer(page, "Discard it")
    expect(told(page)).to_contain_text("is deployed. Nobody has begun a draft")
    assert not _store(planned)["draft"]


def _store(shop: Shop) -> Any:
    return next(each for each in shop.hub.get("/api/v1/stores") if each["store"] == "oslo")


def test_a_week_with_a_repeated_hour_is_read_by_the_clock(
    planned: Shop, tablet: OpenTablet
) -> None:
    days = (NEXT_WEEK + timedelta(days=number) for number in range(400))
    day = next(day for day in days if _hours_of(day) == 25)
    page = tablet(f"/week?store=oslo&day={day}&zone=entrance&view=day")
    page.locator("#week[data-ready]").wait_for()
    hour = page.evaluate("document.querySelector('.column[data-selected]').offsetHeight / 25")
    column = page.locator(f"#column-{day}")
    row = page.get_by_text("10:00", exact=True)  # of the scale beside it
    row.scroll_into_view_if_needed()
    scale, box = row.bounding_box(), column.bounding_box()
    assert scale is not None
    assert box is not None
    y = scale["y"] + scale["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y + 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, y + hour, steps=3)
    expect(page.locator(".drawn")).to_have_text("10:00–11:00")
    page.mouse.up()
    expect(page.locator("#week-sheet [name=from-clock]")).to_have_value("10:00")


def _hours_of(day: date) -> float:
    oslo = ZoneInfo("Europe/Oslo")
    begin, end = (datetime.combine(each, time(), oslo) for each in (day, day + timedelta(days=1)))
    return (end.astimezone(UTC) - begin.astimezone(UTC)) / timedelta(hours=1)


def test_who_may_not_plan_looks_at_it(planned: Shop, tablet: OpenTablet) -> None:
    page = week(tablet)
    engine = open_database(planned.hub.database)
    try:
        token = let_in(engine, account(engine, "till", Role.STAFF, ["oslo"]), Kind.PERSON)
    finally:
        engine.dispose()
    page.context.add_cookies([planned.hub.cookie(token)])
    page.reload()
    expect(page.locator(".locked-note").first).to_contain_text("asks for the PIN of a manager")
    drag(page, block(page, "calm"), 1, middle)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(block(page, "calm")).to_have_accessible_name(
        "Calm morning 09:00–11:00, Calm mornings, Entrance"
    )
    expect(page.get_by_role("button", name="Add")).to_have_count(0)


def test_a_rehearsal_goes_from_change_to_change_and_touches_nothing(
    planned: Shop, tablet: OpenTablet
) -> None:
    before = planned.zone("entrance")["desired"]
    page = week(tablet, reduced_motion="reduce")
    page.get_by_role("button", name="Rehearse").click()
    days = page.locator("#rehearsal-days button")
    expect(days).to_have_count(7)
    expect(page.locator('#rehearsal-days [aria-pressed="true"]')).to_have_count(1)
    # Said as it is on the page, in its language.
    words = page.locator(f"#column-{WEDNESDAY}").get_attribute("data-words") or ""
    page.locator("#rehearsal-days").get_by_role("button", name=words).click()
    expect(page.locator("#rehearsal-day")).to_have_text(words)
    page.locator(f'#rehearsal-days [data-day="{TUESDAY}"]').click()
    expect(page.locator("#rehearsal-day")).not_to_have_text(words)
    entrance = page.locator(".stage").first
    expect(entrance).to_contain_text("Trading")
    page.get_by_role("button", name="The next change").click()
    expect(page.locator("#rehearsal-time")).to_have_text("09:00")
    expect(entrance).to_contain_text("Calm morning")
    assert planned.zone("entrance")["desired"]["scene"] == before["scene"]


def test_a_rehearsal_begins_with_the_first_day_that_a_draft_changes(
    planned: Shop, tablet: OpenTablet
) -> None:
    thursday, market = WEDNESDAY + timedelta(days=1), f"{DRAFT}/rules/market"
    plan = {name: value for name, value in RULES[1].items() if name != "id"}
    planned.hub.call("POST", DRAFT, {})
    planned.hub.call("PUT", market, {**plan, "weekdays": ["wed", "thu"]})
    page = week(tablet)
    page.get_by_role("button", name="Rehearse").click()
    shown = page.locator('#rehearsal-days [aria-pressed="true"]')
    expect(shown).to_have_attribute("data-day", str(thursday))
    picture = page.locator("#rehearsal-play use")
    expect(page.locator("#rehearsal-play")).to_have_text("Pause")
    expect(picture).to_have_attribute("href", re.compile("#pause$"))
    page.get_by_role("button", name="Pause").click()
    expect(picture).to_have_attribute("href", re.compile("#play$"))


def test_a_rehearsal_stands_on_the_floor_plan_that_was_drawn(
    planned: Shop, tablet: OpenTablet
) -> None:
    floor = "/api/v1/stores/oslo/floor"
    shapes = {"attic": {"kind": "rectangle", "x": 600, "y": 350, "width": 400, "height": 350}}
    planned.hub.call("PUT", floor, {"shapes": shapes})
    try:
        page = week(tablet, reduced_motion="reduce")
        page.get_by_role("button", name="Rehearse").click()
        attic = page.locator(".stage", has_text="Attic")
        expect(attic).to_contain_text("Closed")
        expect(page.locator("#rehearsal-of")).to_have_text("What is deployed.")
        plane, box = page.locator(".rehearsal-floor").bounding_box(), attic.bounding_box()
        assert plane is not None
        assert box is not None
        left = (box["x"] - plane["x"]) / plane["width"]
        top = (box["y"] - plane["y"]) / plane["height"]
        assert (round(left, 1), round(top, 1)) == (0.6, 0.5)
        assert findings_by_day_and_night(page) == []
    finally:
        planned.hub.call("PUT", floor, {})


def open_week(page: Page) -> None:
    expect(block(page, "calm")).to_be_visible()


def open_sheet(page: Page) -> None:
    block(page, "calm").click()
    expect(page.locator("#week-sheet")).to_be_visible()


def open_rehearsal(page: Page) -> None:
    page.get_by_role("button", name="Rehearse").click()
    expect(page.locator(".stage").first).to_contain_text("Light")


def test_everybody_can_use_the_week(planned: Shop, tablet: OpenTablet) -> None:
    planned.hub.call("POST", DRAFT, {})
    page = week(tablet, "", reduced_motion="reduce")
    for size in at_every_size(page):
        # A short block is low; whatever it holds is in the lists too, as a row.
        assert too_small(page, "main :is(button:not(.block), a, summary)") == [], size
        assert not sticks_out(page), size
        assert page.evaluate(CUT_NAMES) == [], size
        expect(page.locator(".column:visible")).to_have_count(7 if size == "wide" else 1)
    page.set_viewport_size({"width": 1280, "height": 800})
    for show in (open_week, open_sheet, open_rehearsal):
        show(page)
        assert findings_by_day_and_night(page) == []
        page.keyboard.press("Escape")


def test_without_a_script_the_week_can_be_read(planned: Shop, tablet: OpenTablet) -> None:
    page = tablet(f"/week?store=oslo&day={TUESDAY}&zone=entrance", java_script_enabled=False)
    expect(block(page, "calm")).to_be_visible()
    page.get_by_role("link", name="The week after").click()
    expect(block(page, "calm", TUESDAY + timedelta(days=7))).to_be_visible()
