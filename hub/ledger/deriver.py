"""Visits and exposure from raw events, in a thread of its own; can be made again at any time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Engine, Row, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from hub.database import insert_or, writing
from hub.errors import NotInOfficeError
from hub.ledger.batch import UNREADABLE
from hub.ledger.plausible import plausible_at, plausible_span
from hub.ledger.visits import RULE_VERSION, Sessions, Sighting, Visit
from hub.metrics import Metrics
from hub.tables import CursorRow, EventRow, ExposureRow, VisitRow
from scenes.messages import AnyEvent, AsRun, DeviceTrouble, Presence

CURSOR = "visits-and-exposure"
_AT_ONCE = 2000
_REST_S = 0.2
_PATIENCE = 25
_RETRY_S = 2.0
_event_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_log = logging.getLogger(__name__)


class Derived(NamedTuple):
    """Whether there are more events, how many visits came, and how many events could not be so."""

    more: bool
    visits: int
    implausible: int


class Deriver:
    """Keeps the derived tables behind the raw one by as little as it can, without haste.

    ``busy`` says that events are pouring in: then it lets them, for a while.
    """

    def __init__(
        self,
        engine: Engine,
        now: Callable[[], datetime],
        busy: Callable[[], bool],
        on_visits: Callable[[], None],
        metrics: Metrics,
    ) -> None:
        self._engine = engine
        self._now = now
        self._busy = busy
        self._on_visits = on_visits
        self._metrics = metrics
        self._poked = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="deriver", daemon=True)

    def start(self) -> None:
        """Begin with whatever is new since the last run."""
        self._poked.set()
        self._thread.start()

    def stop(self) -> None:
        """End after the transaction under way."""
        self._stopping.set()
        self._poked.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def poke(self) -> None:
        """There may be something to do; from any thread, never waits."""
        self._poked.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._poked.wait()
            self._poked.clear()
            self._stopping.wait(_REST_S)  # pokes come in crowds
            self._let_others_go_first()
            try:
                self._catch_up()
            except NotInOfficeError:
                continue  # the hub in office derives, from the same events
            except SQLAlchemyError as error:
                _log.warning("visits wait for the database: %s", error)
                self._stopping.wait(_RETRY_S)
                self._poked.set()

    def _let_others_go_first(self) -> None:
        for _ in range(_PATIENCE):
            if self._stopping.is_set() or not self._busy():
                return
            self._stopping.wait(_REST_S)

    def _catch_up(self) -> None:
        more = True
        while more and not self._stopping.is_set():
            more, visits, implausible = derive_some(self._engine, self._now())
            self._metrics.implausible.inc(implausible)
            if visits:
                self._on_visits()


def derive_some(engine: Engine, now: datetime, most: int = _AT_ONCE) -> Derived:
    """Derive from the next ``most`` events.

    The rows, the cursor and what is still open go into one transaction, so nothing is derived
    twice or never, whenever the hub dies.
    """
    with engine.connect() as connection:
        reached, sessions = _cursor(connection)
        rows = connection.execute(_events_after(reached, most)).all()
    visits: list[Visit] = []
    exposures: list[dict[str, Any]] = []
    implausible = sum(not _take(row, sessions, visits, exposures) for row in rows)
    visits.extend(sessions.settle(now))
    if rows or visits:
        with writing(engine) as connection:
            _write_visits(connection, visits)
            if exposures:
                connection.execute(insert(ExposureRow), exposures)
            _write_cursor(connection, rows[-1].id if rows else reached, sessions)
    return Derived(len(rows) == most, len(visits), implausible)


def rederive_all(engine: Engine, now: datetime) -> None:
    """Make visits and exposure again from every raw event. Only while no deriver runs."""
    with writing(engine) as connection:
        connection.execute(delete(VisitRow))
        connection.execute(delete(ExposureRow))
        connection.execute(delete(CursorRow).where(col(CursorRow.name) == CURSOR))
    while derive_some(engine, now).more:
        pass


def _events_after(reached: int, most: int) -> Any:  # noqa: ANN401
    return (
        select(
            col(EventRow.id),
            col(EventRow.store),
            col(EventRow.edge),
            col(EventRow.boot),
            col(EventRow.kind),
            col(EventRow.received_at),
            col(EventRow.body),
        )
        .where(col(EventRow.id) > reached)
        .order_by(col(EventRow.id))
        .limit(most)
    )


def _take(
    row: Row[Any], sessions: Sessions, visits: list[Visit], exposures: list[dict[str, Any]]
) -> bool:
    """Derive from one event; False when its time can't be so, and nothing follows from it."""
    event = _decoded(row)
    if event is None:
        return True
    edge = f"{row.store}/{row.edge}"
    # Nobody vouched for an "unsynced" time: such an event keeps its place in the record alone.
    if event.clock is not None or not plausible_at(event.at, row.received_at):
        if isinstance(event, Presence):
            sessions.doubt(edge, row.boot, event.device or "")
        return False
    seen: dict[str, Any] = {}
    plausible = True
    if isinstance(event, Presence):
        seen = {
            "zone": event.zone,
            "device": event.device,
            "present": event.present,
            "sensor_type": event.sensor_type,
        }
    elif isinstance(event, DeviceTrouble):
        seen = {"device": event.device, "trouble": event.problem is not None}
    elif isinstance(event, AsRun) and event.zone is not None:
        plausible = plausible_span(event.at, event.until, row.received_at)
        if plausible:
            exposures.append(_exposure(row, event))
    known = {name: value for name, value in seen.items() if value is not None}
    visits.extend(sessions.feed(Sighting(edge=edge, boot=row.boot, at=event.at, **known)))
    return plausible


def _decoded(row: Row[Any]) -> AnyEvent | None:
    # What is unreadable has the time of its arrival, so it is no sign of life either.
    if row.kind == UNREADABLE:
        return None
    try:
        return _event_decoder.decode(row.body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _exposure(row: Row[Any], event: AsRun) -> dict[str, Any]:
    return {
        "store": row.store,
        "zone": event.zone,
        "edge": row.edge,
        "scene": event.scene,
        "scene_revision": event.scene_revision,
        "layer": event.layer.value,
        "source": event.source,
        "start": event.at,
        "until": event.until,
        "confirmed": event.confirmed,
        "fading_s": event.fading_s,
        "plan_epoch": event.epoch,
        "plan_revision": event.revision,
        "block": event.block,
        "adjust": msgspec.to_builtins(event.adjust) if event.adjust else None,
    }


def _write_visits(connection: Connection, visits: Sequence[Visit]) -> None:
    # A visit that went on after all comes twice in one go: the last one says it.
    rows = {(visit.edge, visit.device, visit.enter): visit for visit in visits}
    if not rows:
        return
    statement = insert_or(connection, VisitRow)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["store", "edge", "device", "enter"],
            set_={
                "dwell_s": statement.excluded.dwell_s,
                "quality": statement.excluded.quality,
                "sensor_type": statement.excluded.sensor_type,
                "rule_version": statement.excluded.rule_version,
            },
        ),
        [_visit_row(visit) for visit in rows.values()],
    )


def _visit_row(visit: Visit) -> dict[str, Any]:
    store, edge = visit.edge.split("/")
    return {
        "store": store,
        "edge": edge,
        "zone": visit.zone,
        "device": visit.device,
        "enter": visit.enter,
        "dwell_s": visit.dwell_s,
        "quality": visit.quality,
        "sensor_type": visit.sensor_type,
        "rule_version": RULE_VERSION,
    }


def _cursor(connection: Connection) -> tuple[int, Sessions]:
    row = connection.execute(
        select(col(CursorRow.event_id), col(CursorRow.open)).where(col(CursorRow.name) == CURSOR)
    ).first()
    return (row.event_id, msgspec.json.decode(row.open, type=Sessions)) if row else (0, Sessions())


def _write_cursor(connection: Connection, event_id: int, sessions: Sessions) -> None:
    statement = insert_or(connection, CursorRow)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"event_id": statement.excluded.event_id, "open": statement.excluded.open},
        ),
        [{"name": CURSOR, "event_id": event_id, "open": msgspec.json.encode(sessions).decode()}],
    )
