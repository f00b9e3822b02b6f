"""Signing in and the shared tablet: nothing that somebody was about to do is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import Engine, delete

from hub.api.letting_in import SESSION_COOKIE, TABLET_COOKIE
from hub.clock import utc_now
from hub.database import open_database, writing
from hub.people.accounts import Wish
from hub.people.people import make_people
from hub.people.rights import Role
from hub.people.sessions import Kind
from hub.people.who import NOBODY
from hub.tables import PinAlarmRow, TriesRow
from tests.browser.conftest import Shop
from tests.browser.looks import findings_by_day_and_night
from tests.parts.signed_in import account, hashed, let_in, tablet

PASSWORD, PIN = "nine green lamps", "4071"
ASK = """import(`/static/ask_hub.js?v=${document.body.dataset.build}`).then(({ askHub }) =>
    askHub("PUT", "/api/v1/me/pin", { pin: "8264" }).then((ok) => ok.status, (no) => no.status))"""
"""What a page's script does on a tap; the answer's status."""
SIZE: ViewportSize = {"width": 1280, "height": 800}


@pytest.fixture
def engine(shop: Shop) -> Iterator[Engine]:
    """The hub's database, in which nobody is locked out."""
    opened = open_database(shop.hub.database)
    with writing(opened, fenced=False) as connection:
        connection.execute(delete(TriesRow))
        connection.execute(delete(PinAlarmRow))
    people = make_people(opened, utc_now, lambda: 0.0)
    kim = account(opened, "kim", Role.MANAGER, ["oslo"], name="Kim Lund")
    wish = Wish(password_hash=hashed(PASSWORD), pin_hash=hashed(PIN))
    people.accounts.change(kim.id, wish, NOBODY)
    yield opened
    opened.dispose()


def opened(browser: Browser, shop: Shop, token: str, cookie: str, path: str) -> Page:
    """A browser that is let in by a token."""
    context = browser.new_context(viewport=SIZE)
    context.add_cookies([shop.hub.cookie(token, cookie)])
    page = context.new_page()
    page.goto(f"{shop.hub.address}{path}")
    return page


def type_pin(page: Page, pin: str) -> None:
    gate = page.locator("form[data-gate=pin]")
    gate.get_by_role("radio", name="Kim Lund").check()
    for digit in pin:
        gate.get_by_role("button", name=digit, exact=True).click()
    gate.get_by_role("button", name="OK").click()


def test_nobody_signs_in_and_goes_on_to_where_they_wanted(
    browser: Browser, shop: Shop, engine: Engine
) -> None:
    page = browser.new_context(viewport=SIZE).new_page()
    page.goto(f"{shop.hub.address}/people?store=oslo")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.get_by_label("Username").fill("kim")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").filter(has_text="don't belong together")).to_be_visible()
    page.get_by_label("Username").fill("kim")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Shop tablets")).to_be_visible()
    page.context.close()


def test_a_session_that_expires_in_mid_edit_keeps_the_draft(
    browser: Browser, shop: Shop, engine: Engine
) -> None:
    kim = account(engine, "kim")
    page = opened(browser, shop, let_in(engine, kim, Kind.PERSON), SESSION_COOKIE, "/people")
    page.get_by_label("Name", exact=True).last.fill("Nora Dahl")
    page.context.clear_cookies()
    assert page.evaluate(ASK) == 401
    gate = page.locator("#gate")
    gate.get_by_label("Username").fill("kim")
    gate.get_by_label("Password").fill(PASSWORD)
    gate.get_by_role("button", name="Sign in").click()
    expect(gate).to_be_hidden()
    # What was about to be written is still there, and goes out with the next tap.
    expect(page.get_by_label("Name", exact=True).last).to_have_value("Nora Dahl")
    expect(page.locator("html")).to_have_attribute("data-live", "yes")
    assert page.evaluate(ASK) == 204
    page.context.close()


def test_a_pin_is_guessed_in_vain_and_a_manager_is_told(
    browser: Browser, shop: Shop, engine: Engine
) -> None:
    kim = account(engine, "kim")
    manager = opened(browser, shop, let_in(engine, kim, Kind.PERSON), SESSION_COOKIE, "/week")
    expect(manager.locator("html")).to_have_attribute("data-live", "yes")
    expect(manager.get_by_text("Somebody tried to guess")).to_have_count(0)
    page = opened(browser, shop, tablet(engine, "oslo"), TABLET_COOKIE, "/people")
    expect(page).to_have_url(re.compile("/pin"))
    for _ in range(5):
        with page.expect_event("load"):
            type_pin(page, "9182")
        expect(page.locator("[data-problem]")).not_to_be_empty()
    # A page that was open all the time says so, without being loaded.
    told = manager.get_by_role("alert", name="Guessed PINs")
    expect(told).to_contain_text("Somebody tried to guess the PIN of Kim Lund on Till tablet")
    type_pin(page, PIN)
    expect(page.locator("[data-problem]")).to_contain_text("too many wrong", ignore_case=True)
    # Quiet hours and the like go on without anybody.
    page.goto(f"{shop.hub.address}/?store=oslo")
    expect(page.get_by_role("button", name="Quiet hour").first).to_be_visible()
    page.context.close()
    other = opened(browser, shop, let_in(engine, kim, Kind.PERSON), SESSION_COOKIE, "/")
    expect(other.get_by_role("alert", name="Guessed PINs")).to_be_visible()
    told.get_by_role("link", name="Look at it").click()
    expect(manager.get_by_role("heading", name="People", exact=True)).to_be_visible()
    expect(manager.locator("html")).to_have_attribute("data-live", "yes")
    manager.get_by_role("button", name="I have seen it").click()
    for each in (manager, other):
        expect(each.get_by_text("Somebody tried to guess")).to_have_count(0)
        each.context.close()


def test_a_page_of_somebody_who_is_let_in_no_more_asks_who_it_is(
    browser: Browser, shop: Shop, engine: Engine
) -> None:
    kim = account(engine, "kim")
    page = opened(browser, shop, let_in(engine, kim, Kind.PERSON), SESSION_COOKIE, "/people")
    expect(page.locator("html")).to_have_attribute("data-live", "yes")
    shop.hub.call("DELETE", f"/api/v1/people/{kim.id}/sessions")
    gate = page.locator("#gate")
    expect(gate.get_by_label("Username")).to_be_visible()
    gate.get_by_label("Username").fill("kim")
    gate.get_by_label("Password").fill(PASSWORD)
    gate.get_by_role("button", name="Sign in").click()
    expect(page.locator("html")).to_have_attribute("data-live", "yes")
    page.context.close()


def test_a_right_pin_opens_the_tablet_until_the_person_is_done(
    browser: Browser, shop: Shop, engine: Engine
) -> None:
    page = opened(browser, shop, tablet(engine, "oslo"), TABLET_COOKIE, "/people?store=oslo")
    type_pin(page, PIN)
    expect(page.get_by_role("heading", name="Shop tablets")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    page.goto(f"{shop.hub.address}/people?store=oslo")
    expect(page).to_have_url(re.compile("/pin"))
    page.context.close()


def test_axe_finds_nothing_where_people_come_in(
    browser: Browser, shop: Shop, engine: Engine
) -> None:
    kim = let_in(engine, account(engine, "kim"), Kind.PERSON)
    till = tablet(engine, "oslo")
    for token, cookie, path in (
        ("", SESSION_COOKIE, "/sign-in"),
        (till, TABLET_COOKIE, "/pin"),
        (kim, SESSION_COOKIE, "/people?store=oslo"),
        (kim, SESSION_COOKIE, "/me"),
    ):
        page = opened(browser, shop, token, cookie, path)
        page.emulate_media(reduced_motion="reduce")
        assert findings_by_day_and_night(page) == [], path
        page.context.close()


def test_a_pin_is_typed_over_the_editor_of_a_scene_and_no_edit_is_lost(
    browser: Browser, shop: Shop, engine: Engine
) -> None:
    own = "typed-over"
    shop.hub.call("POST", "/api/v1/scenes/evening/clone", {"id": own, "name": "Typed over"})
    till = tablet(engine, "oslo")
    page = opened(browser, shop, till, TABLET_COOKIE, f"/scenes/{own}?store=oslo")
    expect(page.locator("#editor")).to_have_attribute("data-ready", "")
    level = page.locator(".cue:visible input[type=range]").first
    level.focus()
    level.press("ArrowLeft")
    moved = level.input_value()
    expect(page.locator("#unsaved")).to_contain_text("unsaved change")
    note = page.get_by_text("Saving asks for a PIN.")
    page.get_by_role("button", name="Type a PIN").click()
    type_pin(page, PIN)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(note).to_be_hidden()
    expect(page.get_by_role("button", name="Type a PIN")).to_be_hidden()
    expect(page.locator("#unsaved")).to_contain_text("unsaved change")
    # Whose page it is now is said, and can be ended; nothing was tapped that was not done.
    who = page.locator(".top .who")
    expect(who).to_contain_text("Kim Lund")
    expect(who.get_by_role("button", name="Done")).to_be_visible()
    expect(page.locator("#renewed")).to_be_hidden()
    expect(page.locator("#notice")).to_be_empty()
    assert level.input_value() == moved
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#unsaved")).to_contain_text("Saved as a draft")
    page.context.close()
    shop.hub.call("DELETE", f"/api/v1/scenes/{own}")
