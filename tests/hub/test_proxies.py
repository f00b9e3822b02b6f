"""What is believed of a proxy before the hub: from where it may speak, and nobody else."""

from __future__ import annotations

import asyncio
import dataclasses

import httpx
import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import col

from hub.api.letting_in import SESSION_COOKIE
from hub.parts import HubParts
from hub.people.accounts import Wish
from hub.people.rights import Role
from hub.people.who import NOBODY
from hub.serving import server_config
from hub.settings import Settings
from hub.tables import TriesRow
from tests.parts.signed_in import account

PASSWORD = "nine green lamps"
OUTSIDE = "192.0.2.9"


def sign_in(parts: HubParts, peer: str, headers: dict[str, str], password: str) -> httpx.Response:
    """As whoever stands at ``peer``, through the server's own way in."""
    config = server_config(parts)
    config.load()

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(config.loaded_app, client=(peer, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            form = {"username": "kim", "password": password}
            return await client.post("/sign-in", data=form, headers=headers)

    return asyncio.run(ask())


def counted(parts: HubParts) -> set[str]:
    """The addresses that wrong tries were counted for."""
    with parts.engine.connect() as connection:
        keys = connection.execute(select(col(TriesRow.key))).scalars()
        return {key.removeprefix("address:") for key in keys if key.startswith("address:")}


def test_nobody_tries_from_as_many_addresses_as_they_write_down(parts: HubParts) -> None:
    for number in (1, 2):
        spoofed = {"X-Forwarded-For": f"198.51.100.{number}"}
        assert sign_in(parts, OUTSIDE, spoofed, "not this one").status_code == 401
        # A proxy adds whom it sees to what they wrote.
        through = {"X-Forwarded-For": f"198.51.100.{number}, {OUTSIDE}"}
        assert sign_in(parts, "127.0.0.1", through, "not this one").status_code == 401
    assert counted(parts) == {OUTSIDE}


def test_another_proxy_is_believed_when_a_setting_says_so(parts: HubParts) -> None:
    settings = parts.settings.model_copy(update={"proxies": "10.1.0.0/16, 192.0.2.80"})
    behind = dataclasses.replace(parts, settings=settings)
    for peer, number in {"10.1.2.3": 1, "192.0.2.80": 2, "127.0.0.1": 3}.items():
        sent = {"X-Forwarded-For": f"203.0.113.{number}"}
        assert sign_in(behind, peer, sent, "not this one").status_code == 401
    assert counted(parts) == {"203.0.113.1", "203.0.113.2", "127.0.0.1"}


@pytest.mark.parametrize(
    ("peer", "secure"),
    [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), (OUTSIDE, False)],
)
def test_a_cookie_is_for_https_alone_where_a_proxy_speaks_it(
    parts: HubParts, peer: str, secure: bool
) -> None:
    kim = account(parts.engine, "kim", Role.HEAD_OFFICE)
    wish = Wish(password_hash=parts.people.hasher.hash(PASSWORD))
    parts.people.accounts.change(kim.id, wish, NOBODY)
    answer = sign_in(parts, peer, {"X-Forwarded-Proto": "https"}, PASSWORD)
    assert answer.status_code == 303
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith(SESSION_COOKIE)
    assert ("; Secure" in cookie) is secure


def test_what_is_no_address_is_no_proxy() -> None:
    with pytest.raises(ValidationError, match=r"'hub\.shop' is no address or network"):
        Settings(proxies="127.0.0.1, hub.shop")
