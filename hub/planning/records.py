"""What planning keeps in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update
from sqlmodel import col

from hub.database import insert_or
from hub.shop import Place, Shop, Store, Zone
from hub.tables import (
    HubRow,
    OverrideRow,
    PlanRow,
    SceneRow,
    ScheduleVersionRow,
    StoreRow,
    ZoneRow,
)
from scenes.plan import Plan
from scenes.rules import Layer, Override
from scenes.scene import Scene
from scenes.schedule import Schedule

ZoneKey = tuple[str, str]
"""(store, zone)"""


# A person waits for these three: made once, because building a statement takes as long as
# running it.
_ADD_OVERRIDE = insert(OverrideRow)
_ADD_PLAN = insert(PlanRow)
_END_OVERRIDE = (
    update(OverrideRow)
    .where(col(OverrideRow.id) == bindparam("override_id"))
    .values(returned_at=bindparam("ended_at"))
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What an earlier run left: each zone's last plan and the override that still stands."""

    plans: Mapping[ZoneKey, Plan]
    overrides: Mapping[ZoneKey, Override]


def take_office(connection: Connection, now: datetime) -> int:
    """Begin a new term of office and return its number.

    The larger of the next one and the whole seconds since 1970. Counting alone would leave the
    shop deaf after a database was lost, or restored from a copy: agents would take this hub's
    plans for older than those that they have. A clock that is set back does no harm, because the
    number still rises.
    """
    clock = int(now.timestamp())
    before: int | None = connection.scalar(select(col(HubRow.epoch)).with_for_update())
    if before is None:
        connection.execute(insert(HubRow).values(id=1, epoch=clock))
        return clock
    epoch = max(before + 1, clock)
    connection.execute(update(HubRow).values(epoch=epoch))
    return epoch


def remember(connection: Connection, now: datetime) -> Memory:
    """Read back what the run before knew."""
    newest = (
        select(col(PlanRow.store), col(PlanRow.zone), func.max(PlanRow.revision).label("revision"))
        .group_by(col(PlanRow.store), col(PlanRow.zone))
        .subquery()
    )
    bodies = connection.execute(
        select(col(PlanRow.body)).join(
            newest,
            (col(PlanRow.store) == newest.c.store)
            & (col(PlanRow.zone) == newest.c.zone)
            & (col(PlanRow.revision) == newest.c.revision),
        )
    )
    plans = [msgspec.json.decode(body, type=Plan) for body in bodies.scalars()]
    return Memory(
        {(plan.store, plan.zone): plan for plan in plans}, _standing_overrides(connection, now)
    )


def _standing_overrides(connection: Connection, now: datetime) -> dict[ZoneKey, Override]:
    rows = connection.execute(
        select(
            col(OverrideRow.id),
            col(OverrideRow.store),
            col(OverrideRow.zone),
            col(OverrideRow.scene),
            col(OverrideRow.start),
            col(OverrideRow.end),
            col(OverrideRow.author),
            col(OverrideRow.reason),
            col(OverrideRow.why),
            col(OverrideRow.layer),
        )
        .where(col(OverrideRow.end) > now)
        .where(or_(col(OverrideRow.returned_at).is_(None), col(OverrideRow.returned_at) > now))
        .order_by(col(OverrideRow.start))
    )
    return {
        (row.store, row.zone): Override(
            id=row.id,
            zone=row.zone,
            scene=row.scene,
            start=row.start,
            end=row.end,
            author=row.author,
            reason=row.reason,
            why=row.why,
            layer=Layer(row.layer),
        )
        for row in rows
    }


def add_override(connection: Connection, store: str, override: Override) -> None:
    """Keep a new choice."""
    connection.execute(
        _ADD_OVERRIDE,
        [{**msgspec.structs.asdict(override), "store": store, "created_at": override.start}],
    )


def end_override(connection: Connection, override_id: str, at: datetime) -> None:
    """Note that a choice ended before its time."""
    connection.execute(_END_OVERRIDE, {"override_id": override_id, "ended_at": at})


def add_plans(connection: Connection, plans: Iterable[Plan]) -> None:
    """Keep what is about to be published."""
    rows = [
        {
            "store": plan.store,
            "zone": plan.zone,
            "revision": plan.revision,
            "epoch": plan.epoch,
            "compiled_at": plan.compiled_at,
            "until": plan.until,
            "body": msgspec.json.encode(plan).decode(),
        }
        for plan in plans
    ]
    if rows:
        connection.execute(_ADD_PLAN, rows)


def save_shop(connection: Connection, shop: Shop, now: datetime) -> Shop:
    """Make the tables say what the shop says; the answer has what holds now.

    Its scenes carry their revisions, and its stores the schedules that are deployed. A store that
    the shop doesn't name loses its zones, never its own row: receipts, visits and exposure hang on
    that, and a store may have come with its receipts alone.
    """
    connection.execute(delete(ZoneRow))
    deployed = newest_schedules(connection)
    stores = []
    for store in shop.stores:
        _save_store(connection, store)
        before = deployed.get(store.id)
        if before is None or (before.origin == FROM_FILE and before.schedule != store.schedule):
            version = before.version + 1 if before else 1
            before = Deployed(version, store.schedule, FROM_FILE)
            add_schedule(connection, store.id, before, now, author=FILE_AUTHOR)
        stores.append(replace(store, schedule=before.schedule))
    return replace(shop, stores=tuple(stores), scenes=_revised(connection, shop.scenes, now))


def _save_store(connection: Connection, store: Store) -> None:
    statement = insert_or(connection, StoreRow)
    place = asdict(store.place)
    names = ("name", "time_zone", "currency", *place)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_={name: statement.excluded[name] for name in names}
        ),
        [
            {
                "id": store.id,
                "name": store.name,
                "time_zone": store.time_zone,
                "currency": store.currency,
                **place,
            }
        ],
    )
    zones = [
        {
            "store": store.id,
            "id": zone.id,
            "name": zone.name,
            "position": position,
            "fallback_scene": zone.fallback,
        }
        for position, zone in enumerate(store.zones)
    ]
    if zones:
        connection.execute(insert(ZoneRow), zones)


FROM_FILE = "file"
FILE_AUTHOR = "shop file"


@dataclass(frozen=True, slots=True)
class Deployed:
    """A version of a store's schedule, and where it came from."""

    version: int
    schedule: Schedule
    origin: str


def newest_schedules(connection: Connection) -> dict[str, Deployed]:
    """What is deployed in each store."""
    newest = (
        select(
            col(ScheduleVersionRow.store),
            func.max(ScheduleVersionRow.version).label("version"),
        )
        .group_by(col(ScheduleVersionRow.store))
        .subquery()
    )
    rows = connection.execute(
        select(
            col(ScheduleVersionRow.store),
            col(ScheduleVersionRow.version),
            col(ScheduleVersionRow.body),
            col(ScheduleVersionRow.origin),
        ).join(
            newest,
            (col(ScheduleVersionRow.store) == newest.c.store)
            & (col(ScheduleVersionRow.version) == newest.c.version),
        )
    )
    return {
        row.store: Deployed(row.version, msgspec.json.decode(row.body, type=Schedule), row.origin)
        for row in rows
    }


def add_schedule(
    connection: Connection,
    store: str,
    deployed: Deployed,
    now: datetime,
    *,
    author: str,
    why: str = "",
) -> None:
    """Keep the next version of a store's schedule."""
    connection.execute(
        insert(ScheduleVersionRow).values(
            store=store,
            version=deployed.version,
            body=msgspec.json.encode(deployed.schedule).decode(),
            origin=deployed.origin,
            author=author,
            why=why,
            created_at=now,
        )
    )


def _revised(
    connection: Connection, scenes: Mapping[str, Scene], now: datetime
) -> dict[str, Scene]:
    """Each scene with its revision: the newest one's if nothing changed, else the next."""
    known = _newest_scenes(connection)
    revised = {}
    for scene_id, scene in scenes.items():
        before = known.get(scene_id)
        current = msgspec.structs.replace(scene, revision=before.revision if before else 1)
        if before != current:
            revision = before.revision + 1 if before else 1
            current = msgspec.structs.replace(scene, revision=revision)
            connection.execute(
                insert(SceneRow).values(
                    id=scene_id,
                    revision=revision,
                    body=msgspec.to_builtins(current),
                    created_at=now,
                )
            )
        revised[scene_id] = current
    return revised


def _newest_scenes(connection: Connection) -> dict[str, Scene]:
    rows = connection.execute(
        select(col(SceneRow.id), col(SceneRow.body)).order_by(col(SceneRow.revision))
    )
    return {row.id: msgspec.convert(row.body, Scene) for row in rows}


def saved_shop(connection: Connection) -> Shop | None:
    """The shop as it was saved last; None if there never was one.

    Stores without zones are not of it: they are kept for what was measured and sold in them.
    """
    zones: dict[str, list[Zone]] = {}
    for row in connection.execute(
        select(
            col(ZoneRow.store), col(ZoneRow.id), col(ZoneRow.name), col(ZoneRow.fallback_scene)
        ).order_by(col(ZoneRow.position))
    ):
        zones.setdefault(row.store, []).append(Zone(row.id, row.name, row.fallback_scene))
    schedules = newest_schedules(connection)
    stores = [
        Store(
            id=row.id,
            name=row.name,
            time_zone=row.time_zone,
            currency=row.currency,
            zones=tuple(zones.get(row.id, ())),
            schedule=schedules[row.id].schedule if row.id in schedules else Schedule(),
            place=Place(row.country, row.region, row.latitude, row.longitude),
        )
        for row in connection.execute(
            select(*StoreRow.__table__.columns).order_by(col(StoreRow.id))  # type: ignore[attr-defined]
        )
        if row.id in zones
    ]
    return Shop(tuple(stores), _newest_scenes(connection)) if stores else None
