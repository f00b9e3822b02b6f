"""All that knows people, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from hub.people.accounts import Accounts
from hub.people.alarms import PinAlarms
from hub.people.door import Door
from hub.people.hashing import Hasher
from hub.people.office import PeopleOffice
from hub.people.sessions import Sessions
from hub.people.signing_in import SigningIn
from hub.people.tries import Tries
from hub.people.welcome import Welcome, say_in_log

_FORGET_TRIES = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Accounts, who is let in, and how one comes in."""

    accounts: Accounts
    sessions: Sessions
    door: Door
    hasher: Hasher
    alarms: PinAlarms
    tries: Tries
    signing_in: SigningIn
    welcome: Welcome
    office: PeopleOffice

    def forget_old(self, now: datetime) -> None:
        """Remove sessions that ended and wrong tries of long ago."""
        self.sessions.end_old()
        self.tries.forget(now - _FORGET_TRIES)


def make_people(
    engine: Engine,
    now: Callable[[], datetime],
    monotonic: Callable[[], float],
    changed: Callable[[], None] = lambda: None,
    stores: Callable[[], Iterable[str]] = tuple,
    hasher: Hasher | None = None,
) -> People:
    """Everything over one database; ``changed`` hears of alarms, accounts and ended sessions.

    ``stores`` are the ids of those that there are; another ``hasher`` is for tests, which guess
    a lot.
    """
    hasher = hasher or Hasher()
    sessions = Sessions(engine, now, monotonic, changed)

    def rights_changed() -> None:
        sessions.forget()
        changed()

    accounts = Accounts(engine, now, rights_changed)
    tries, alarms = Tries(engine, now), PinAlarms(engine, now, changed)
    return People(
        accounts=accounts,
        sessions=sessions,
        door=Door(sessions),
        hasher=hasher,
        alarms=alarms,
        tries=tries,
        signing_in=SigningIn(accounts, sessions, tries, hasher, alarms, now),
        welcome=Welcome(accounts, tries, hasher, say_in_log),
        office=PeopleOffice(accounts, sessions, hasher, tries, alarms, now, stores),
    )
