"""Who is let in, kept in the database: a token of 256 random bits, of which only a hash is there.

So much chance can't be guessed, and so its plain SHA-256 is enough.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlmodel import col

from hub.audit import Change, record
from hub.database import writing
from hub.people.accounts import Account, account_of
from hub.people.errors import TooManyKeysError, UnknownSessionError
from hub.tables import AccountRow, SessionRow
from scenes.language import _

_TOKEN_BYTES = 32
_REMEMBERED_S = 5.0
_MOST_REMEMBERED = 2000
_SEEN_AGAIN = timedelta(minutes=1)


class Kind(StrEnum):
    """How somebody is let in. A link is opened once on a browser, and makes a person's session."""

    PERSON = "person"
    PIN = "pin"
    TABLET = "tablet"
    KEY = "key"
    LINK = "link"


RESET = "reset"
"""The name of a link that lets somebody set a new password, once, and of the session it makes."""

MACHINE = "the hub's machine"
"""The author of what is done there without any account."""

MOST_KEYS = 50
"""That an account has at a time: whatever makes one anew each day is noticed before its end."""

KEY_PREFIX = "key_"
"""What a key begins with, so that it is never taken for an integration's token."""

IDLE = {Kind.PERSON: timedelta(hours=12), Kind.PIN: timedelta(minutes=5)}
LASTS = {
    Kind.PERSON: timedelta(days=30),
    Kind.PIN: timedelta(minutes=30),
    Kind.TABLET: timedelta(days=400),
    Kind.KEY: timedelta(days=400),
    Kind.LINK: timedelta(minutes=30),
}
"""At most; a tablet's and a key's time begins again with each day that they are used."""
_RENEWED = (Kind.TABLET, Kind.KEY)
_RENEWED_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One that is open. ``account`` is None for a tablet."""

    id: str
    kind: Kind
    account: Account | None
    store: str | None
    tablet: str | None
    name: str
    csrf: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime

    def ends_at(self) -> datetime:
        """When it ends if nobody uses it any more."""
        # Whoever came in on a shop's tablet, by PIN or password, leaves it to whoever comes next.
        idle = IDLE[Kind.PIN] if self.tablet else IDLE.get(self.kind)
        return self.expires_at if idle is None else min(self.expires_at, self.seen_at + idle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A session that shall be opened: of an account or, for a tablet, of a store.

    One of an account with a ``tablet`` is on that tablet alone, for a few minutes. ``lasts`` is how
    long, where that is not what its kind does: the demo's link opens for a day.
    """

    kind: Kind
    account: int | None = None
    store: str | None = None
    tablet: str | None = None
    name: str = ""
    lasts: timedelta | None = None


Check = Callable[[Connection], None]


def _unchecked(_connection: Connection) -> None:
    """Whoever opens it."""


class Sessions:
    """All sessions. Safe to use from any thread; remembers for some seconds whom it let in.

    ``changed`` hears of those that were ended before their time.
    """

    def __init__(
        self,
        engine: Engine,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._now = now
        self._monotonic = monotonic
        self._changed = changed
        self._lock = threading.Lock()
        self._remembered: dict[str, tuple[Session, float]] = {}
        self._forgot = 0

    def open(
        self, opening: Opening, change: Change | None = None, check: Check = _unchecked
    ) -> str:
        """Let somebody in; the token, which nobody can read again. ``change`` is told the audit.

        ``check`` raises to let nobody in, in the transaction that would.
        """
        token = token_urlsafe(_TOKEN_BYTES)
        if opening.kind is Kind.KEY:
            token = KEY_PREFIX + token
        now = self._now()
        usual = LASTS[Kind.PIN if opening.tablet else opening.kind]
        # Not fenced: also a hub that may not plan is looked at, and told who may.
        with writing(self._engine, urgent=True, fenced=False) as connection:
            check(connection)
            connection.execute(
                insert(SessionRow).values(
                    id=id_of(token),
                    kind=opening.kind,
                    account=opening.account,
                    store=opening.store,
                    tablet=opening.tablet,
                    name=opening.name,
                    csrf=token_urlsafe(_TOKEN_BYTES),
                    created_at=now,
                    seen_at=now,
                    expires_at=now + (opening.lasts or usual),
                )
            )
            if change is not None:
                record(connection, change)
        return token

    def refuse_many(self, connection: Connection, account: int) -> None:
        """`TooManyKeysError` when an account has as many keys as one may."""
        keys = connection.scalar(
            select(func.count()).where(
                col(SessionRow.account) == account,
                col(SessionRow.kind) == Kind.KEY,
                col(SessionRow.expires_at) > self._now(),
            )
        )
        if keys is not None and keys >= MOST_KEYS:
            said = _("there are {n} access keys of this account: end one that nobody uses")
            raise TooManyKeysError(said.format(n=keys))

    def known(self, token: str, *, using: bool = True) -> Session | None:
        """Whom this token lets in, if that is remembered; asks no database.

        Without ``using`` nobody did anything: an open page looks again by itself.
        """
        with self._lock:
            session, at_s = self._remembered.get(id_of(token), (None, 0.0))
        if session is None or self._monotonic() - at_s > _REMEMBERED_S:
            return None
        now = self._now()
        if session.ends_at() <= now or (using and _is_news(session, now)):
            return None
        return session

    def find(self, token: str, *, using: bool = True) -> Session | None:
        """Whom this token lets in, and that they were here; None for nobody (any more)."""
        with self._lock:
            forgot = self._forgot
        with self._engine.connect() as connection:
            session = _get(connection, id_of(token))
        now = self._now()
        if session is None or session.ends_at() <= now:
            return None
        if using and _is_news(session, now):
            session = self._seen(session, now)
        with self._lock:
            if forgot != self._forgot:
                return session  # somebody's rights changed in between: the next one looks anew
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[session.id] = (session, self._monotonic())
        return session

    def of(self, *kinds: Kind) -> list[Session]:
        """All open ones of these kinds, the newest first."""
        now = self._now()
        with self._engine.connect() as connection:
            rows = connection.execute(
                _SELECT.where(
                    col(SessionRow.kind).in_(kinds), col(SessionRow.expires_at) > now
                ).order_by(col(SessionRow.created_at).desc())
            ).all()
        return [session for row in rows if (session := _session(row)).ends_at() > now]

    def get(self, session_id: str) -> Session:
        """An open one by its id; `UnknownSessionError`."""
        with self._engine.connect() as connection:
            session = _get(connection, session_id)
        if session is None or session.ends_at() <= self._now():
            raise UnknownSessionError(_("nothing that is open has this id"))
        return session

    def end(self, session_id: str, change: Change | None = None) -> bool:
        """Let it in no more, a tablet's people with it; whether it was open until now."""
        with writing(self._engine, urgent=True, fenced=False) as connection:
            ended = connection.execute(
                delete(SessionRow).where(
                    (col(SessionRow.id) == session_id) | (col(SessionRow.tablet) == session_id)
                )
            )
            if change is not None:
                record(connection, change)
        self.forget()
        self._changed()
        return ended.rowcount > 0

    def end_of(
        self,
        account: int,
        *,
        but: str = "",
        kinds: tuple[Kind, ...] = tuple(Kind),
        change: Change | None = None,
    ) -> int:
        """End all sessions of an account ``but`` one; how many they were."""
        with writing(self._engine, urgent=True, fenced=False) as connection:
            ended = connection.execute(
                delete(SessionRow).where(
                    col(SessionRow.account) == account,
                    col(SessionRow.id) != but,
                    col(SessionRow.kind).in_(kinds),
                )
            )
            if change is not None:
                record(connection, change)
        self.forget()
        self._changed()
        return ended.rowcount

    def end_old(self) -> None:
        """Remove what ended."""
        with writing(self._engine) as connection:
            connection.execute(delete(SessionRow).where(col(SessionRow.expires_at) < self._now()))

    def forget(self) -> None:
        """Look anew at everybody: somebody's rights may be others."""
        with self._lock:
            self._forgot += 1
            self._remembered.clear()

    def _seen(self, session: Session, now: datetime) -> Session:
        values: dict[str, Any] = {"seen_at": now}
        lasts = LASTS[session.kind]
        if session.kind in _RENEWED and session.expires_at - now < lasts - _RENEWED_AFTER:
            values["expires_at"] = now + lasts
        with writing(self._engine, fenced=False) as connection:
            connection.execute(
                update(SessionRow).where(col(SessionRow.id) == session.id).values(values)
            )
            found = _get(connection, session.id)
        return found or session


def id_of(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _is_news(session: Session, now: datetime) -> bool:
    """Whether it is so long that somebody was seen that it is written again."""
    rest = _SEEN_AGAIN / 6 if session.tablet else _SEEN_AGAIN
    return now - session.seen_at > rest


_ACCOUNT = [column.label(f"account_{column.name}") for column in AccountRow.__table__.columns]  # type: ignore[attr-defined]
_SELECT = select(*SessionRow.__table__.columns, *_ACCOUNT).outerjoin(  # type: ignore[attr-defined]
    AccountRow, col(AccountRow.id) == col(SessionRow.account)
)


class _AccountPart:
    """The account's columns of a joined row, by their own names."""

    def __init__(self, row: Any) -> None:  # noqa: ANN401
        self._row = row

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._row, f"account_{name}")


def _session(row: Any) -> Session:  # noqa: ANN401
    return Session(
        id=row.id,
        kind=Kind(row.kind),
        account=None if row.account_id is None else account_of(_AccountPart(row)),
        store=row.store,
        tablet=row.tablet,
        name=row.name,
        csrf=row.csrf,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
    )


def _get(connection: Connection, session_id: str) -> Session | None:
    row = connection.execute(_SELECT.where(col(SessionRow.id) == session_id)).first()
    if row is None:
        return None
    session = _session(row)
    if session.kind is not Kind.TABLET and (session.account is None or not session.account.active):
        return None
    return session
