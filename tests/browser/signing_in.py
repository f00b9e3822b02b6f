"""Somebody who signs in over an open page, as people do when their session has ended."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from hub.clock import utc_now
from hub.database import open_database
from hub.people.accounts import Wish
from hub.people.people import make_people
from hub.people.rights import Role
from hub.people.who import NOBODY
from tests.parts.signed_in import account, hashed

_USERNAME, _PASSWORD = "nora", "seven blue doors"


def manager_with_a_password(database: str) -> None:
    """A manager of the first store who can sign in."""
    engine = open_database(database)
    try:
        who = account(engine, _USERNAME, Role.MANAGER, ["oslo"], name="Nora Dahl")
        people = make_people(engine, utc_now, lambda: 0.0)
        people.accounts.change(who.id, Wish(password_hash=hashed(_PASSWORD)), NOBODY)
    finally:
        engine.dispose()


def sign_in_over(page: Page) -> None:
    """Types name and password into the dialog over the page, which stays as it is."""
    gate = page.locator("#gate")
    gate.get_by_label("Username").fill(_USERNAME)
    gate.get_by_label("Password").fill(_PASSWORD)
    gate.get_by_role("button", name="Sign in").click()
    expect(gate).to_be_hidden()
    expect(page.locator("html")).to_have_attribute("data-live", "yes")
