"""The people of the demo: one of each role, with other PINs at each start, and a way in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import choice

from sqlalchemy import Engine

from hub.people.accounts import Account, Accounts, NewAccount, Wish
from hub.people.errors import WeakSecretError
from hub.people.good_secrets import check_pin
from hub.people.hashing import Hasher
from hub.people.rights import Role
from hub.people.sessions import Kind, Opening, Sessions
from hub.people.who import NOBODY

LINK = "demo"
_LASTS = timedelta(days=1)
_PEOPLE = (
    ("astrid", "Astrid", Role.HEAD_OFFICE),
    ("mette", "Mette", Role.MANAGER),
    ("nils", "Nils", Role.STAFF),
    ("ida", "Ida", Role.ANALYST),
    ("jonas", "Jonas", Role.INSTALLER),
)


@dataclass(frozen=True, slots=True)
class DemoPeople:
    """Each person's name and role with their PIN, a link that lets in, and a key for commands."""

    pins: tuple[tuple[str, Role, str], ...]
    link: str
    key: str


def make_demo_people(
    engine: Engine, store: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> DemoPeople:
    """Make who isn't there yet, give everybody a new PIN, and let head office in for a day.

    What let somebody in at an earlier start opens nothing any more.
    """
    accounts, sessions, hasher = (
        Accounts(engine, now, lambda: None),
        Sessions(engine, now),
        Hasher(),
    )
    pins = []
    for username, name, role in _PEOPLE:
        account = _account(accounts, username, name, role, store)
        sessions.end_of(account.id)
        pin = _pin()
        accounts.change(account.id, Wish(pin_hash=hasher.hash(pin)), NOBODY)
        pins.append((name, role, pin))
    head_office = _account(accounts, *_PEOPLE[0], store)

    def opened(kind: Kind) -> str:
        wish = Opening(kind=kind, account=head_office.id, name=LINK, lasts=_LASTS)
        return sessions.open(wish)

    return DemoPeople(tuple(pins), opened(Kind.LINK), opened(Kind.KEY))


def _account(accounts: Accounts, username: str, name: str, role: Role, store: str) -> Account:
    found = accounts.find(username)
    if found is not None:
        return found[0]
    stores = None if role is Role.HEAD_OFFICE else frozenset({store})
    new = NewAccount(username=username, name=name, role=role, stores=stores)
    return accounts.create(new, "the demo")


def _pin() -> str:
    while True:
        pin = "".join(choice("0123456789") for _ in range(4))
        try:
            check_pin(pin)
        except WeakSecretError:
            continue
        return pin
