"""The second screen and the page of voices, as a shopper and a manager meet them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from sqlalchemy import Engine, insert, select
from sqlmodel import col

from hub.clock import utc_now
from hub.database import open_database, writing
from hub.tables import StaffVoiceRow, VoiceRow
from hub.voices.questions import Question
from hub.voices.screens import NewScreen, Screens
from tests.browser.conftest import SHOP, OpenTablet, Shop
from tests.browser.looks import TOUCH_PX, at_every_size, findings, findings_by_day_and_night
from tests.browser.test_truth import frozen


@pytest.fixture
def database(shop: Shop) -> Iterator[Engine]:
    """The running hub's own."""
    engine = open_database(shop.hub.database)
    yield engine
    engine.dispose()


def a_code(database: Engine, question: Question = Question.CSAT) -> str:
    """Of a new screen in the entrance."""
    screens = Screens(database, lambda _address: 0.0, utc_now)
    return screens.make(NewScreen(store="oslo", zone="entrance", question=question), "a test")[1]


def said(database: Engine) -> list[int]:
    """Every answer so far."""
    with database.connect() as connection:
        return list(connection.scalars(select(col(VoiceRow.answer))))


def told(page: Page, words: str) -> Locator:
    """Words in the language that shows: the others stand in the page too."""
    return page.locator("main:not([hidden])").get_by_text(words)


@pytest.fixture
def screen(browser: Browser, shop: Shop, database: Engine) -> Iterator[Page]:
    """A screen that nobody is signed in on."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{shop.hub.address}/say/{a_code(database)}")
    yield page
    page.context.close()


def test_one_tap_is_an_answer_and_the_next_one_may(
    screen: Page, database: Engine, shop: Shop
) -> None:
    before = len(said(database))
    expect(screen.get_by_role("heading")).to_have_text("How do you like it here right now?")
    screen.get_by_role("button", name="Very good").click()
    expect(told(screen, "Thank you!")).to_be_visible()
    assert said(database)[before:] == [5]
    expect(screen.get_by_role("button", name="Very good")).to_be_visible(timeout=5000)
    # By keys alone, and from the beginning: nothing remembers where the last one was.
    screen.keyboard.press("Tab")
    screen.keyboard.press("Enter")
    expect(told(screen, "Thank you!")).to_be_visible()
    assert said(database)[before:] == [5, 1]


def test_what_is_tapped_without_the_hub_is_refused_and_never_sent(
    screen: Page, database: Engine
) -> None:
    before = len(said(database))
    screen.context.set_offline(True)
    expect(screen.locator("main:visible .lost")).to_be_visible(timeout=5000)
    screen.get_by_role("button", name="Good", exact=True).click(force=True)
    expect(told(screen, "Thank you!")).to_be_hidden()
    screen.context.set_offline(False)
    expect(screen.locator("main:visible .lost")).to_be_hidden(timeout=5000)
    assert len(said(database)) == before


def test_an_answer_that_may_not_have_arrived_says_so(screen: Page) -> None:
    def cut(route: Route) -> None:
        route.abort() if route.request.method == "POST" else route.continue_()

    screen.route("**/say/*", cut)
    screen.get_by_role("button", name="Bad", exact=True).click()
    expect(told(screen, "That may not have arrived. Please try again.")).to_be_visible()


def test_what_a_hub_that_hung_did_not_read_in_time_is_not_counted(
    screen: Page, database: Engine, shop: Shop
) -> None:
    before = len(said(database))
    with screen.expect_response("**/say/*/here"):
        pass  # by now it knows the hub's clock
    with frozen(shop):
        screen.get_by_role("button", name="Bad", exact=True).click()
        failed = told(screen, "That may not have arrived. Please try again.")
        expect(failed).to_be_visible(timeout=6000)
    expect(screen.locator("main:visible .lost")).to_be_hidden(timeout=10_000)
    screen.get_by_role("button", name="Good", exact=True).click(timeout=10_000)
    expect(told(screen, "Thank you!")).to_be_visible()
    assert said(database)[before:] == [4]


def test_a_screen_whose_zone_is_gone_for_a_minute_goes_on_by_itself(
    screen: Page, shop: Shop
) -> None:
    lost = screen.locator("main:visible .lost")
    shop.file.write_text(SHOP.replace("id: entrance, name: Entrance", "id: front, name: Front"))
    expect(lost).to_be_visible(timeout=15_000)
    shop.file.write_text(SHOP)
    expect(lost).to_be_hidden(timeout=15_000)


def test_a_shopper_changes_the_language_and_the_next_one_finds_the_first(screen: Page) -> None:
    screen.clock.install()
    screen.reload()
    screen.get_by_role("link", name="Русский").click()
    expect(screen.locator("html")).to_have_attribute("lang", "ru")
    expect(screen.locator("main:visible")).to_have_attribute("lang", "ru")
    screen.clock.fast_forward(31_000)
    expect(screen.locator("html")).to_have_attribute("lang", "en")


def test_without_a_script_it_asks_too(browser: Browser, shop: Shop, database: Engine) -> None:
    code, before = a_code(database, Question.NPS), len(said(database))
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{shop.hub.address}/say/{code}")
    page.get_by_role("button", name="10, Very likely").click()
    expect(told(page, "Thank you!")).to_be_visible()
    # A second one at once is one too many, and is told so.
    page.goto(f"{shop.hub.address}/say/{code}")
    page.get_by_role("button", name="0, Not at all likely").click()
    expect(told(page, "this one came too soon to be counted")).to_be_visible()
    page.context.close()
    assert said(database)[before:] == [10]


def test_everybody_can_answer(browser: Browser, shop: Shop, database: Engine) -> None:
    page = browser.new_page(reduced_motion="reduce")
    for question in Question:
        page.goto(f"{shop.hub.address}/say/{a_code(database, question)}")
        for size in at_every_size(page):
            small = page.evaluate(
                """least => [...document.querySelectorAll('button, a')]
                    .filter(element => element.checkVisibility())
                    .map(element => element.getBoundingClientRect())
                    .filter(box => box.width < least - 0.5 || box.height < least - 0.5
                        || box.left < 0 || box.right > innerWidth).length""",
                TOUCH_PX,
            )
            assert small == 0, size
        found = findings_by_day_and_night if question is Question.CSAT else findings
        assert found(page) == []
    page.context.close()


def test_a_manager_makes_a_screen_and_revokes_it(
    shop: Shop, tablet: OpenTablet, browser: Browser
) -> None:
    page = tablet("/voice?store=oslo")
    page.get_by_label("What you call it").fill("By the till")
    page.get_by_label("Where it stands").select_option("sales-floor")
    page.get_by_role("button", name="Make the screen").click()
    address = page.get_by_label("The screen’s address").input_value()
    assert re.fullmatch(rf"{shop.hub.address}/say/[\w-]{{22}}", address)
    copy = page.locator("[data-copy] > span")
    assert copy.evaluate("word => word.getClientRects().length") == 1
    expect(page.locator("svg.qr")).to_be_visible()
    other = browser.new_page()
    other.goto(address)
    expect(other.get_by_role("button", name="Very good")).to_be_visible()
    # Its address is nowhere any more.
    page.reload()
    expect(page.locator(".screens strong", has_text="By the till")).to_be_visible()
    assert address.rpartition("/")[2] not in page.content()
    page.get_by_text("Revoke By the till").click()
    page.get_by_role("button", name="Revoke it By the till").click()
    expect(page.locator(".screens strong", has_text="By the till")).to_have_count(0)
    expect(other.get_by_text("This address opens nothing, or no longer")).to_be_visible(
        timeout=5000
    )
    other.context.close()


def test_axe_finds_nothing_among_voices(tablet: OpenTablet, database: Engine) -> None:
    played = {
        "planned_scene": "trading",
        "planned_scene_revision": 1,
        "plan_epoch": 1,
        "plan_revision": 1,
        "reported_scene": "trading",
        "confirmed": True,
    }
    now = utc_now()
    with writing(database, fenced=False) as connection:
        where = {"store": "oslo", "zone": "entrance", **played}
        minute = now.replace(second=0, microsecond=0)
        answers = [
            {**where, "screen": 1, "minute": minute, "question": "csat", "answer": answer}
            for answer in (1, 3, 4, 4, 5, 5)
        ]
        connection.execute(insert(VoiceRow), answers)
        connection.execute(
            insert(StaffVoiceRow).values(**where, at=now, what="too-loud", remedy="quieter")
        )
    page = tablet("/voice?store=oslo", reduced_motion="reduce")
    expect(page.get_by_role("img", name="Answers by day")).to_be_visible()
    page.get_by_role("button", name="Make the screen").click()
    expect(page.locator("svg.qr")).to_be_visible()
    assert findings_by_day_and_night(page) == []
