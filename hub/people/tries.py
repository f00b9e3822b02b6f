"""Wrong passwords and PINs are counted, and too many lock for a while, longer each time.

Kept in the database: whoever guesses doesn't begin anew because the hub did. A try is counted
before it is checked, so a hundred at once are no more than a few.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from sqlalchemy import Connection, Engine, delete, select, update
from sqlmodel import col

from hub.audit import Change, record
from hub.database import insert_or, writing
from hub.people.accounts import fold
from hub.people.errors import LockedError
from hub.tables import TriesRow
from scenes.language import ngettext


@dataclass(frozen=True, slots=True)
class Limit:
    """``most`` wrong ones within ``window`` lock for the first of ``locks``, then the next."""

    most: int
    window: timedelta
    locks: tuple[timedelta, ...]


def _minutes(*many: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=each) for each in many)


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
OF_ACCOUNT = Limit(5, MINUTE, _minutes(1, 5, 15, 60))
OF_ADDRESS = Limit(20, MINUTE, _minutes(1, 5, 15, 60))
"""Behind one address there may be a whole shop."""

OF_PIN = Limit(5, DAY, _minutes(15, 60, 240))
OF_TABLET = Limit(20, DAY, _minutes(15, 60, 240))
"""All people of a tablet together: nobody goes on with the next person's PIN."""

OF_WELCOME = Limit(5, DAY, _minutes(1, 5, 15, 60))


@dataclass(frozen=True, slots=True)
class Lock:
    """What locked, after how many wrong ones and until when."""

    key: str
    wrong: int
    until: datetime
    lasts: timedelta


class Tries:
    """Counts by key. Safe to use from any thread."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def begin(self, *tries: tuple[str, Limit]) -> None:
        """Count a try, or `LockedError`, and then none is counted."""
        with writing(self._engine, urgent=True, fenced=False) as connection:
            now = self._now()
            rows = [_row(connection, key) for key, _limit in tries]
            for row in rows:
                if row is not None and row.locked_until is not None and row.locked_until > now:
                    raise _locked(row.locked_until, now)
            for (key, limit), row in zip(tries, rows, strict=True):
                count, locks, since = 0, 0, now
                if row is not None:
                    locks = row.locks
                    if now - row.since < limit.window:
                        count, since = row.count, row.since
                if count >= limit.most:
                    # Others are being checked at this moment; they lock if they are wrong.
                    raise _locked(now + limit.locks[0], now)
                _put(connection, key, count + 1, locks, since)

    def wrong(self, *tries: tuple[str, Limit]) -> Lock | None:
        """The try was wrong; the longest lock that it makes, if any, of two the later named."""
        locked: Lock | None = None
        with writing(self._engine, urgent=True, fenced=False) as connection:
            now = self._now()
            for key, limit in tries:
                row = _row(connection, key)
                if row is None or row.count < limit.most:
                    continue
                if row.locked_until is not None and row.locked_until > now:
                    continue
                lasts = limit.locks[min(row.locks, len(limit.locks) - 1)]
                _put(connection, key, 0, row.locks + 1, now, now + lasts)
                if locked is None or lasts >= locked.lasts:
                    locked = Lock(key, limit.most, now + lasts, lasts)
        return locked

    def right(self, keys: Sequence[str], given_back: Sequence[str] = ()) -> None:
        """The try was right: nothing is held against ``keys``; ``given_back`` have one try back."""
        with writing(self._engine, urgent=True, fenced=False) as connection:
            if keys:
                connection.execute(delete(TriesRow).where(col(TriesRow.key).in_(keys)))
            connection.execute(
                update(TriesRow)
                .where(col(TriesRow.key).in_(given_back), col(TriesRow.count) > 0)
                .values(count=col(TriesRow.count) - 1)
            )

    def forgive_pins(self, account: int, change: Change | None = None) -> None:
        """Whatever was tried of somebody's PIN is over, on every tablet."""
        with writing(self._engine, urgent=True, fenced=False) as connection:
            connection.execute(
                delete(TriesRow).where(col(TriesRow.key).startswith(pin_key(account, "")))
            )
            if change is not None:
                record(connection, change)

    def forgive_tablet(self, tablet: str, change: Change) -> None:
        """Whatever was tried on a tablet as a whole is over; what locked a person's PIN is not."""
        with writing(self._engine, urgent=True, fenced=False) as connection:
            connection.execute(delete(TriesRow).where(col(TriesRow.key) == tablet_key(tablet)))
            record(connection, change)

    def locked_pins(self) -> dict[int, datetime]:
        """Until when somebody's PIN opens some tablet no more, by their account's number."""
        found: dict[int, datetime] = {}
        for key, until in self._locked_of("pin:"):
            account = int(key.split(":")[1])
            if until > found.get(account, _LONG_AGO):
                found[account] = until
        return found

    def locked_tablets(self) -> dict[str, datetime]:
        """Until when no PIN opens a tablet, by its id."""
        prefix = tablet_key("")
        return {key.removeprefix(prefix): until for key, until in self._locked_of(prefix)}

    def _locked_of(self, prefix: str) -> list[tuple[str, datetime]]:
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(col(TriesRow.key), col(TriesRow.locked_until)).where(
                    col(TriesRow.key).startswith(prefix), col(TriesRow.locked_until) > self._now()
                )
            ).all()
        return [(key, until) for key, until in rows if until is not None]

    def forgive_password(self, username: str) -> None:
        """Another password was set."""
        self.right([account_key(username)])

    def forget(self, before: datetime) -> None:
        """What is that old is held against nobody."""
        with writing(self._engine) as connection:
            connection.execute(
                delete(TriesRow).where(
                    col(TriesRow.since) < before,
                    col(TriesRow.locked_until).is_(None) | (col(TriesRow.locked_until) < before),
                )
            )


def account_key(username: str) -> str:
    """Whose passwords are counted."""
    return f"account:{fold(username)}"


def address_key(address: str) -> str:
    """From where passwords are tried: whoever has one IPv6 address has the 2^64 beside it, too."""
    try:
        ip = ip_address(address)
    except ValueError:
        return f"address:{address}"
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or IPv6Network((ip, 64), strict=False).network_address
    return f"address:{ip}"


def pin_key(account: int, tablet: str) -> str:
    """Whose PINs are counted, on which tablet."""
    return f"pin:{account}:{tablet}"


def tablet_key(tablet: str) -> str:
    """Where PINs of all people are counted."""
    return f"tablet:{tablet}"


def _row(connection: Connection, key: str) -> Any:  # noqa: ANN401 - a row of the table
    return connection.execute(
        select(TriesRow.__table__.columns).where(col(TriesRow.key) == key)  # type: ignore[attr-defined]
    ).first()


def _put(
    connection: Connection,
    key: str,
    count: int,
    locks: int,
    since: datetime,
    locked_until: datetime | None = None,
) -> None:
    values = {"count": count, "locks": locks, "since": since, "locked_until": locked_until}
    connection.execute(
        insert_or(connection, TriesRow)
        .values(key=key, **values)
        .on_conflict_do_update(index_elements=["key"], set_=values)
    )


def _locked(until: datetime, now: datetime) -> LockedError:
    wait_s = (until - now).total_seconds()
    minutes = max(1, round(wait_s / 60))
    said = ngettext(
        "too many wrong ones: try again in {n} minute",
        "too many wrong ones: try again in {n} minutes",
        minutes,
    )
    return LockedError(said.format(n=minutes), wait_s)
