"""Accounts and access keys for tests, written straight to a hub's database."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import Engine, insert

from hub.database import open_database, writing
from hub.people.accounts import Account, Accounts, fold
from hub.people.alarms import PinAlarm
from hub.people.hashing import Hasher
from hub.people.rights import Role
from hub.people.sessions import Kind, Opening, Sessions
from hub.tables import AccountRow

USERNAME = "head-office"


def account(
    engine: Engine,
    username: str = USERNAME,
    role: Role = Role.HEAD_OFFICE,
    stores: Iterable[str] | None = None,
    name: str = "",
) -> Account:
    """The account of a username, made if nobody has it; it has no password."""
    found = Accounts(engine, _now, lambda: None).find(username)
    if found is None:
        # Straight to its table: the audit is another test's.
        with writing(engine, fenced=False) as connection:
            connection.execute(
                insert(AccountRow).values(
                    username=username,
                    folded=fold(username),
                    name=name,
                    role=role,
                    stores=None if stores is None else sorted(stores),
                    password_hash="",
                    active=True,
                    created_at=_now(),
                    edition=1,
                )
            )
        found = Accounts(engine, _now, lambda: None).find(username)
        assert found is not None
    return found[0]


@cache
def hashed(secret: str) -> str:
    """What is kept of a password or PIN: made once for all tests of a process."""
    return Hasher().hash(secret)


def let_in(engine: Engine, who: Account, kind: Kind = Kind.KEY) -> str:
    """The token of a new session or access key of an account."""
    return _sessions(engine).open(Opening(kind=kind, account=who.id, name="a test"))


def tablet(engine: Engine, store: str, name: str = "Till tablet") -> str:
    """The token of a shop's shared tablet."""
    return _sessions(engine).open(Opening(kind=Kind.TABLET, store=store, name=name))


def head_office_key(database: str) -> str:
    """An access key of head office, for a database by its URL."""
    return _head_office(database, Kind.KEY)


def head_office_session(database: str) -> str:
    """The token of a browser that somebody of head office signed in with."""
    return _head_office(database, Kind.PERSON)


def guessed_pin(store: str, name: str, account: int = 1) -> PinAlarm:
    """Somebody tried until a tablet locked, a moment ago."""
    at = _now()
    return PinAlarm(
        at=at,
        store=store,
        tablet="Till tablet",
        name=name,
        account=account,
        wrong=5,
        until=at + timedelta(minutes=15),
    )


def _head_office(database: str, kind: Kind) -> str:
    engine = open_database(database)
    try:
        return let_in(engine, account(engine), kind)
    finally:
        engine.dispose()


def _now() -> datetime:
    return datetime.now(UTC)


def _sessions(engine: Engine) -> Sessions:
    return Sessions(engine, _now, time.monotonic)
