"""Takes what customers and staff say, beside what plays at that instant."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert, select, update
from sqlmodel import col

from hub.audit import Change, record
from hub.database import insert_or, writing
from hub.tables import StaffVoiceRow, VoiceRow, VoiceSurplusRow
from hub.voices.errors import RemediedError, SurplusError
from hub.voices.pace import Pace
from hub.voices.playing import Listening, Playing
from hub.voices.questions import Complaint, Remedy, check_answer
from hub.voices.screens import Screen
from scenes.language import _

_MOST_HELD = 10_000


@dataclass(frozen=True, slots=True)
class Noted:
    """A complaint as it was noted."""

    id: int
    store: str
    zone: str
    what: Complaint
    remedy: str = ""


class VoiceDesk:
    """Counts customers' answers at a bearable pace, and notes what staff complain of."""

    def __init__(
        self, engine: Engine, listening: Listening, pace: Pace, now: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._listening = listening
        self._pace = pace
        self._now = now
        self._lock = threading.Lock()
        self._surplus: Counter[tuple[int, datetime]] = Counter()

    def say(self, screen: Screen, answer: int) -> None:
        """Count a customer's answer; it is in the database when this returns.

        `AnswerError`; `SurplusError` when it came too soon: then only that it came is counted.
        """
        check_answer(screen.question, answer)
        playing = self._listening(screen.store, screen.zone)
        at = self._now()
        try:
            self._pace.take(screen.id)
        except SurplusError:
            self._discard(screen.id, at)
            raise
        with writing(self._engine, urgent=True) as connection:
            connection.execute(
                insert(VoiceRow).values(
                    store=screen.store,
                    zone=screen.zone,
                    screen=screen.id,
                    minute=at.replace(second=0, microsecond=0),
                    question=screen.question,
                    answer=answer,
                    **playing.columns(),
                )
            )

    def complain(self, store: str, zone: str, what: Complaint, author: str = "") -> Noted:
        """Note what staff find of a zone. The row doesn't say who; the audit does."""
        playing, at = self._listening(store, zone), self._now()
        with writing(self._engine, urgent=True) as connection:
            added = connection.execute(
                insert(StaffVoiceRow).values(
                    store=store, zone=zone, at=at, what=what, remedy="", **playing.columns()
                )
            )
            key: Any = added.inserted_primary_key
            noted = Noted(int(key[0]), store, zone, what)
            record(connection, _change(noted, at, author, playing))
        return noted

    def noted(self, complaint: int) -> Noted | None:
        """A complaint by its number, if there is such a one."""
        query: Any = select(StaffVoiceRow.__table__.columns).where(  # type: ignore[attr-defined]
            col(StaffVoiceRow.id) == complaint
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return Noted(row.id, row.store, row.zone, Complaint(row.what), row.remedy)

    def remedied(self, noted: Noted, remedy: Remedy, author: str = "") -> None:
        """Keep what is done about a complaint; `RemediedError` when something was done already."""
        with writing(self._engine, urgent=True) as connection:
            undone = col(StaffVoiceRow.id) == noted.id, col(StaffVoiceRow.remedy) == ""
            done = update(StaffVoiceRow).where(*undone).values(remedy=remedy)
            if connection.execute(done).rowcount == 0:
                raise RemediedError(_("something was done about this already"))
            change = Change(
                at=self._now(),
                author=author,
                action="voice.remedy",
                subject=f"zone {noted.zone}",
                store=noted.store,
                why=noted.what,
                after=remedy,
            )
            record(connection, change)

    def keep_surplus(self) -> None:
        """Write down how many taps came too fast since this was done last.

        Not with each tap: whoever hammers at a screen must not keep the database busy.
        """
        with self._lock:
            held, self._surplus = self._surplus, Counter()
        if not held:
            return
        try:
            with writing(self._engine) as connection:
                adding = insert_or(connection, VoiceSurplusRow)
                adding = adding.on_conflict_do_update(
                    index_elements=["screen", "hour"],
                    set_={"taps": VoiceSurplusRow.__table__.c.taps + adding.excluded.taps},  # type: ignore[attr-defined]
                )
                rows = [
                    {"screen": screen, "hour": hour, "taps": taps}
                    for (screen, hour), taps in held.items()
                ]
                connection.execute(adding, rows)
        except BaseException:
            with self._lock:
                self._surplus.update(held)
            raise

    def _discard(self, screen: int, at: datetime) -> None:
        key = screen, at.replace(minute=0, second=0, microsecond=0)
        with self._lock:
            # Where the database fails for long, screens that are new to the count are left out.
            if key in self._surplus or len(self._surplus) < _MOST_HELD:
                self._surplus[key] += 1


def _change(noted: Noted, at: datetime, author: str, playing: Playing) -> Change:
    return Change(
        at=at,
        author=author,
        action="voice.staff",
        subject=f"zone {noted.zone}",
        store=noted.store,
        why=noted.what,
        after=playing,
    )
