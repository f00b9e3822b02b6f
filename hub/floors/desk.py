"""Where floor plans are drawn and looked up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from pydantic import ValidationError
from sqlalchemy import Connection, Engine, select
from sqlmodel import col

from hub.audit import Change, Search, find, record
from hub.by import By, Check
from hub.database import insert_or, writing
from hub.floors.drawing import Drawing
from hub.floors.grid import placed
from hub.moments import moment
from hub.shop import Store
from hub.tables import FloorPlanRow
from scenes.language import _

ACTION = "floor.draw"
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A store's floor plan as it is shown: every zone of the store has a shape, and no other.

    ``drawn`` are the zones that somebody placed; the others stand where there was room. ``gone``
    are those that were drawn and are no longer in the shop: they leave with the next drawing.
    ``edition`` is 0 as long as nobody drew.
    """

    drawing: Drawing
    drawn: frozenset[str]
    gone: tuple[str, ...]
    edition: int
    author: str = ""
    changed_at: datetime | None = None


class FloorDesk:
    """Safe to use from any thread. Every change is one transaction with its audit."""

    def __init__(
        self, engine: Engine, now: Callable[[], datetime], told: Callable[[], None]
    ) -> None:
        self._engine = engine
        self._now = now
        self._told = told
        self._lock = threading.Lock()
        self._last: dict[str, _Kept] = {}

    def floor(self, store: Store) -> Floor:
        """The floor plan of a store, from the database."""
        with self._engine.connect() as connection:
            kept = _read(connection, store.id)
        return self._shown(store, kept)

    def last(self, store: Store) -> Floor:
        """The floor plan as `floor` or `draw` saw it last; never waits for the database."""
        with self._lock:
            kept = self._last.get(store.id, _NOTHING)
        return _floor(store, kept)

    def draw(self, store: Store, drawing: Drawing, by: By, check: Check) -> Floor:
        """Keep what somebody drew; zones that the store doesn't have are left out.

        Raises what ``check`` raises.
        """
        zones = [zone.id for zone in store.zones]
        with writing(self._engine, urgent=True) as connection:
            before, now = _read(connection, store.id), self._now()
            check(before.edition, lambda seen: _since(connection, store, seen, now))
            kept = _Kept(drawing.only(zones), before.edition + 1, by.author, now)
            _keep(connection, store.id, kept)
            record(connection, _change(store, before, kept, by, now))
        floor = self._shown(store, kept)
        self._told()
        return floor

    def _shown(self, store: Store, kept: _Kept) -> Floor:
        with self._lock:
            known = self._last.get(store.id)
            # Whoever read before somebody drew must not bring the old one back.
            if known is None or known.edition <= kept.edition:
                self._last[store.id] = kept
        return _floor(store, kept)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A floor plan as the database has it."""

    drawing: Drawing
    edition: int
    author: str
    changed_at: datetime | None


_NOTHING = _Kept(Drawing(), 0, "", None)


def _floor(store: Store, kept: _Kept) -> Floor:
    zones = [zone.id for zone in store.zones]
    return Floor(
        drawing=placed(kept.drawing, zones),
        drawn=frozenset(kept.drawing.shapes).intersection(zones),
        gone=tuple(zone for zone in kept.drawing.shapes if zone not in zones),
        edition=kept.edition,
        author=kept.author,
        changed_at=kept.changed_at,
    )


def _read(connection: Connection, store: str) -> _Kept:
    statement = select(*FloorPlanRow.__table__.columns).where(col(FloorPlanRow.store) == store)  # type: ignore[attr-defined]
    row = connection.execute(statement).one_or_none()
    if row is None:
        return _NOTHING
    try:
        drawing = Drawing.model_validate_json(msgspec.json.encode(row.document))
    except ValidationError:
        # One that a later version wrote and this one can't read: rows are better than no page.
        drawing = Drawing()
    return _Kept(drawing, row.edition, row.author, row.changed_at)


def _keep(connection: Connection, store: str, kept: _Kept) -> None:
    values = {
        "document": kept.drawing.document(),
        "edition": kept.edition,
        "author": kept.author,
        "changed_at": kept.changed_at,
    }
    statement = insert_or(connection, FloorPlanRow).values(store=store, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["store"], set_=values))


def _change(store: Store, before: _Kept, after: _Kept, by: By, now: datetime) -> Change:
    return Change(
        at=now,
        author=by.author,
        action=ACTION,
        store=store.id,
        subject=_subject(store.id),
        why=by.why,
        before=_facts(before) if before.edition else None,
        after=_facts(after),
    )


def _facts(kept: _Kept) -> dict[str, object]:
    return {"edition": kept.edition, **kept.drawing.document()}


def _since(connection: Connection, store: Store, seen: int | None, now: datetime) -> Sequence[str]:
    """Who drew after an edition (None: only the last one), in sentences."""
    entries = find(connection, Search(subject=_subject(store.id), action=ACTION), _MOST_TOLD)
    changes = [entry.change for entry in entries]
    changes = (
        changes[:1] if seen is None else [each for each in changes if each.after["edition"] > seen]
    )
    return [
        _("{did}, at {at}").format(
            did=_("{who} drew the floor plan").format(who=each.author or _("Somebody")),
            at=moment(each.at, now, store.tz),
        )
        for each in reversed(changes)
    ]


def _subject(store: str) -> str:
    return f"floor of {store}"
