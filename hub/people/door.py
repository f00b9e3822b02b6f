"""Who asks, by what a request shows: an access key, or the cookies of a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from hub.people.accounts import Account
from hub.people.rights import Role
from hub.people.sessions import KEY_PREFIX, Kind, Session, Sessions
from hub.people.who import NOBODY, Who

_Find = Callable[[str], Session | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a request shows: tokens, empty where there is none."""

    key: str = ""
    session: str = ""
    tablet: str = ""

    @property
    def nothing(self) -> bool:
        """Whether nobody can be known by it."""
        return not (self.session or self.tablet or self.key.startswith(KEY_PREFIX))


class Door:
    """Knows whoever asks. Safe to use from any thread."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def remembered(self, shown: Shown, *, using: bool = True) -> Who | None:
        """Whoever shows this, without the database; None when that has to be asked.

        Without ``using`` it is no use of their session, which so may end under an open page.
        """
        if shown.nothing:
            return NOBODY
        tokens = [token for token in (shown.key, shown.session, shown.tablet) if token]
        known = partial(self._sessions.known, using=using)
        if any(known(token) is None for token in tokens):
            return None
        return self._who(shown, known)

    def who(self, shown: Shown, *, using: bool = True) -> Who:
        """Whoever shows this. A key stands alone; a person on a tablet is the person."""
        if shown.nothing:
            return NOBODY
        return self._who(shown, partial(self._sessions.find, using=using))

    def _who(self, shown: Shown, find: _Find) -> Who:
        if shown.key:
            # A key that opens nothing is not made up for by a cookie.
            key = find(shown.key)
            if key is None or key.kind is not Kind.KEY or key.account is None:
                return NOBODY
            return _person(key, key.account, None, csrf="")
        tablet = find(shown.tablet) if shown.tablet else None
        if tablet is not None and tablet.kind is not Kind.TABLET:
            tablet = None
        person = find(shown.session) if shown.session else None
        if person is not None and person.account is not None and _fits(person, tablet):
            return _person(person, person.account, tablet, (tablet or person).csrf)
        return NOBODY if tablet is None else _tablet(tablet)


def _fits(person: Session, tablet: Session | None) -> bool:
    """Whoever came in on a tablet is let in on that tablet alone."""
    if person.tablet is not None or person.kind is Kind.PIN:
        return tablet is not None and person.tablet == tablet.id
    return person.kind is Kind.PERSON


def _person(session: Session, account: Account, tablet: Session | None, csrf: str) -> Who:
    # A tablet's own csrf token stays while people come and go, so its open page goes on.
    return Who(
        kind="person",
        account=account.id,
        username=account.username,
        name=account.name,
        role=account.role,
        stores=account.stores,
        language=account.language,
        theme=account.theme,
        session=session.id,
        until=session.ends_at(),
        csrf=csrf,
        tablet=tablet.id if tablet else None,
        tablet_store=tablet.store if tablet else None,
        by_pin=session.kind is Kind.PIN,
    )


def _tablet(tablet: Session) -> Who:
    return Who(
        kind="tablet",
        name=tablet.name,
        role=Role.STAFF,
        stores=frozenset({tablet.store}) if tablet.store else frozenset(),
        session=tablet.id,
        csrf=tablet.csrf,
        tablet=tablet.id,
        tablet_store=tablet.store,
    )
