"""Answers out of the database, each with the scene that the as-run log says was played.

The log is looked up whenever somebody asks, and nothing of it is copied to an answer: records come
hours late from an edge that was alone, and derived rows are made again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, func, select
from sqlmodel import col

from hub.errors import UnknownStoreError
from hub.tables import (
    ExposureRow,
    StaffVoiceRow,
    StoreRow,
    VoiceRow,
    VoiceScreenRow,
    VoiceSurplusRow,
)
from hub.voices.errors import VoicesRangeError
from hub.voices.questions import Complaint, Question
from scenes.audition import AUDITION
from scenes.wall_time import instant_of, local_day

MINUTE = timedelta(minutes=1)
MOST_DAYS = 400
USUAL_DAYS = 28
LONGEST_RECORD = timedelta(minutes=20)
"""No as-run record that is believed lasts longer."""

CHANGING, UNCONFIRMED, UNLOGGED = "changing", "unconfirmed", "unlogged"
NUDGED = "nudged"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Without ``scene``, ``why_not`` says why none can be named.

    ``changing``: more than one scene played in its minute. ``unconfirmed``: some device did
    otherwise. ``nudged``: people had made it quieter, brighter …, or somebody tried a scene out.
    ``unlogged``: no as-run record is there (yet).
    """

    zone: str
    day: date
    question: Question
    answer: int
    scene: str | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class StaffCount:
    """How often staff complained of ``what`` while ``scene`` was planned."""

    zone: str
    scene: str
    what: str
    n: int


@dataclass(frozen=True, slots=True)
class StaffNote:
    """One complaint: what was planned then, and what was done about it, if anything."""

    zone: str
    at: datetime
    what: Complaint
    scene: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Period:
    """Local days of a store, both included."""

    store: str
    name: str
    tz: ZoneInfo
    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first instant."""
        return instant_of(self.first, "00:00", self.tz)

    @property
    def end(self) -> datetime:
        """The instant after the last."""
        return instant_of(self.last, "24:00", self.tz)


def period(
    engine: Engine, store: str, now: datetime, first: date | None, last: date | None
) -> Period:
    """What is meant by days, by default the last `USUAL_DAYS`.

    `UnknownStoreError`; `VoicesRangeError` for days in the wrong order or more than `MOST_DAYS`.
    """
    query: Any = select(col(StoreRow.name), col(StoreRow.time_zone)).where(
        col(StoreRow.id) == store
    )
    with engine.connect() as connection:
        row = connection.execute(query).first()
    if row is None:
        raise UnknownStoreError(f"no store is called {store!r}")
    tz = ZoneInfo(row.time_zone)
    last = last or max(local_day(now, tz), first or date.min)
    first = first or max(last, _EARLY) - timedelta(days=USUAL_DAYS - 1)
    if not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
        raise VoicesRangeError(
            f"{first} to {last} are no days in order, at most {MOST_DAYS} of them"
        )
    if first < _EARLY or last > _LATE:
        raise VoicesRangeError(f"say days between {_EARLY} and {_LATE}")
    return Period(store, row.name, tz, first, last)


_EARLY, _LATE = date(2000, 1, 1), date(2100, 1, 1)


def answers(connection: Connection, asked: Period) -> Iterator[Answer]:
    """Every answer of a period, with what played, by zone and time."""
    row = VoiceRow
    query: Any = (
        select(col(row.zone), col(row.minute), col(row.question), col(row.answer))
        .where(
            col(row.store) == asked.store,
            col(row.minute) >= asked.start,
            col(row.minute) < asked.end,
        )
        .order_by(col(row.zone), col(row.minute), col(row.id))
    )
    found = connection.execute(query).all()
    for (zone, day), rows in groupby(
        found, key=lambda row: (row.zone, local_day(row.minute, asked.tz))
    ):
        said = list(rows)
        log = _Log(connection, asked.store, zone, said[0].minute, said[-1].minute + MINUTE)
        for each in said:
            scene, why_not = log.during(each.minute)
            yield Answer(zone, day, Question(each.question), each.answer, scene, why_not)


def staff_counts(connection: Connection, asked: Period) -> Sequence[StaffCount]:
    """What staff complained of, by zone and scene."""
    row = StaffVoiceRow
    what = col(row.zone), col(row.planned_scene), col(row.what)
    query: Any = (
        select(*what, func.count())
        .where(col(row.store) == asked.store, col(row.at) >= asked.start, col(row.at) < asked.end)
        .group_by(*what)
        .order_by(*what)
    )
    return [StaffCount(*each) for each in connection.execute(query)]


def staff_notes(connection: Connection, asked: Period) -> Sequence[StaffNote]:
    """What staff complained of, the latest first."""
    row = StaffVoiceRow
    query: Any = (
        select(col(row.zone), col(row.at), col(row.what), col(row.planned_scene), col(row.remedy))
        .where(col(row.store) == asked.store, col(row.at) >= asked.start, col(row.at) < asked.end)
        .order_by(col(row.at).desc(), col(row.id).desc())
    )
    return [
        StaffNote(each.zone, each.at, Complaint(each.what), each.planned_scene, each.remedy)
        for each in connection.execute(query)
    ]


def surplus(connection: Connection, asked: Period) -> int:
    """How many taps came too fast to be counted."""
    query: Any = (
        select(func.coalesce(func.sum(col(VoiceSurplusRow.taps)), 0))
        .join(VoiceScreenRow, col(VoiceScreenRow.id) == col(VoiceSurplusRow.screen))
        .where(
            col(VoiceScreenRow.store) == asked.store,
            col(VoiceSurplusRow.hour) >= asked.start,
            col(VoiceSurplusRow.hour) < asked.end,
        )
    )
    return int(connection.execute(query).scalar_one())


class _Log:
    """A zone's as-run records over some hours."""

    def __init__(
        self, connection: Connection, store: str, zone: str, start: datetime, end: datetime
    ) -> None:
        row = ExposureRow
        query: Any = (
            select(
                col(row.start),
                col(row.until),
                col(row.scene),
                col(row.confirmed),
                col(row.adjust),
            )
            .where(
                col(row.store) == store,
                col(row.zone) == zone,
                col(row.start) > start - LONGEST_RECORD,
                col(row.start) < end,
            )
            .order_by(col(row.start))
        )
        self._rows = connection.execute(query).all()
        self._starts = [each.start for each in self._rows]
        self._known: dict[datetime, tuple[str | None, str]] = {}

    def during(self, minute: datetime) -> tuple[str | None, str]:
        """The scene of a whole minute, or None and why there is none."""
        if minute not in self._known:
            self._known[minute] = self._look_up(minute)
        return self._known[minute]

    def _look_up(self, minute: datetime) -> tuple[str | None, str]:
        first = bisect_left(self._starts, minute - LONGEST_RECORD)
        past = bisect_left(self._starts, minute + MINUTE)
        rows = [each for each in self._rows[first:past] if each.until > minute]
        if not rows:
            return None, UNLOGGED
        if len({each.scene for each in rows}) > 1:
            return None, CHANGING
        if not all(each.confirmed for each in rows):
            return None, UNCONFIRMED
        # What was heard and seen then is not what the scene says, so it is not the scene's.
        if rows[0].scene == AUDITION or any(each.adjust for each in rows):
            return None, NUDGED
        return rows[0].scene, ""


def by_cell(found: Iterator[Answer]) -> dict[tuple[str, Question, str], list[int]]:
    """Answers by zone, question and scene; those without a scene under why there is none."""
    cells: dict[tuple[str, Question, str], list[int]] = defaultdict(list)
    for each in found:
        cells[each.zone, each.question, each.scene or f":{each.why_not}"].append(each.answer)
    return cells
