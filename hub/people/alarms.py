"""Somebody tried to guess PINs until a tablet locked: managers are told until one has seen it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import ColumnElement, Engine, insert, select, update
from sqlmodel import col

from hub.audit import Change, record
from hub.database import writing
from hub.people.who import Who
from hub.tables import PinAlarmRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PinAlarm:
    """When and on which tablet, by its name, and as whom somebody tried to come in.

    ``wrong`` times, so it is locked ``until`` then: the PIN of ``account`` on that tablet (0:
    of nobody there), or without one the whole tablet. ``id`` is its number once it is kept.
    """

    at: datetime
    store: str
    tablet: str
    name: str
    account: int | None
    wrong: int
    until: datetime
    id: int = 0


class PinAlarms:
    """All that nobody has seen. Safe to use from any thread; ``changed`` hears of each change."""

    def __init__(
        self, engine: Engine, now: Callable[[], datetime], changed: Callable[[], None]
    ) -> None:
        self._engine = engine
        self._now = now
        self._changed = changed
        self._edition = count(1)
        self.edition = 0
        """Another one after each change that this hub made."""

    def sound(self, alarm: PinAlarm) -> None:
        """Tell of a lock."""
        with writing(self._engine, urgent=True, fenced=False) as connection:
            values = {name: getattr(alarm, name) for name in _TOLD}
            connection.execute(insert(PinAlarmRow).values(values))
            after = {
                "tablet": alarm.tablet,
                "name": alarm.name,
                "wrong": alarm.wrong,
                "until": alarm.until.isoformat(),
            }
            record(
                connection,
                Change(
                    at=alarm.at,
                    author=alarm.tablet,
                    action="pin.locked",
                    subject=f"tablet {alarm.tablet}",
                    store=alarm.store,
                    after=after,
                ),
            )
        self._tell()

    def over(self, account: int) -> None:
        """Somebody's locks were ended before their time: no alarm says any more that they hold."""
        self._over(col(PinAlarmRow.account) == account)

    def over_on(self, store: str, tablet: str) -> None:
        """The same of the lock of a whole tablet, by its name."""
        self._over(
            col(PinAlarmRow.account).is_(None),
            col(PinAlarmRow.store) == store,
            col(PinAlarmRow.tablet) == tablet,
        )

    def _over(self, *which: ColumnElement[bool]) -> None:
        now = self._now()
        with writing(self._engine, urgent=True, fenced=False) as connection:
            connection.execute(
                update(PinAlarmRow).where(*which, col(PinAlarmRow.until) > now).values(until=now)
            )
        self._tell()

    def unseen(self, who: Who | None = None) -> list[PinAlarm]:
        """Those of the stores of ``who``, the newest first; None is everybody's."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                _SELECT.where(col(PinAlarmRow.seen_at).is_(None)).order_by(
                    col(PinAlarmRow.id).desc()
                )
            ).all()
        found = [
            PinAlarm(id=row.id, **{name: getattr(row, name) for name in _TOLD}) for row in rows
        ]
        return [each for each in found if who is None or who.in_store(each.store)]

    def seen(self, who: Who, newest: int) -> int:
        """``who`` has seen those of their stores up to the ``newest``; how many they were."""
        mine = [each for each in self.unseen(who) if each.id <= newest]
        if mine:
            at = self._now()
            with writing(self._engine, urgent=True, fenced=False) as connection:
                connection.execute(
                    update(PinAlarmRow)
                    .where(col(PinAlarmRow.id).in_([each.id for each in mine]))
                    .values(seen_by=who.username, seen_at=at)
                )
                for store in sorted({each.store for each in mine}):
                    record(
                        connection,
                        Change(
                            at=at,
                            author=who.name,
                            action="pin.seen",
                            subject=f"store {store}",
                            store=store,
                            before=[each.tablet for each in mine if each.store == store],
                        ),
                    )
            self._tell()
        return len(mine)

    def _tell(self) -> None:
        self.edition = next(self._edition)
        self._changed()


_TOLD = ("at", "store", "tablet", "name", "account", "wrong", "until")
_SELECT = select(*PinAlarmRow.__table__.columns)  # type: ignore[attr-defined]
