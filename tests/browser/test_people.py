"""Signing in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from sqlalchemy import Engine, delete

from hub.clock import utc_now
from hub.database import open_database, writing
from hub.people.accounts import Wish
from hub.people.hashing import Hasher
from hub.people.people import make_people
from hub.people.rights import Role
from hub.people.who import NOBODY
from hub.tables import PinAlarmRow, TriesRow
from tests.browser.conftest import Shop
from tests.parts.signed_in import account

PASSWORD, PIN = "nine green lamps", "4071"
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
    hasher = Hasher()
    wish = Wish(password_hash=hasher.hash(PASSWORD), pin_hash=hasher.hash(PIN))
    people.accounts.change(kim.id, wish, NOBODY)
    yield opened
    opened.dispose()


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
