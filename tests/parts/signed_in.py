"""Accounts and access keys for tests, written straight to a hub's database."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Engine

from hub.database import open_database
from hub.people.accounts import Account, Accounts, NewAccount
from hub.people.rights import Role
from hub.people.sessions import Kind, Opening, Sessions

USERNAME = "head-office"


def account(
    engine: Engine,
    username: str = USERNAME,
    role: Role = Role.HEAD_OFFICE,
    stores: Iterable[str] | None = None,
    name: str = "",
) -> Account:
    """The account of a username, made if nobody has it; it has no password."""
    accounts = Accounts(engine, _now, lambda: None)
    found = accounts.find(username)
    if found is not None:
        return found[0]
    new = NewAccount(
        username=username,
        name=name,
        role=role,
        stores=None if stores is None else frozenset(stores),
    )
    return accounts.create(new, "a test", first=True)


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
